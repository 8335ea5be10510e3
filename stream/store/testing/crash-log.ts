import type { CountedEntry } from '../store-rows.ts';
import { storedItem } from './items.ts';

export const LOG_ID = 'scored.0';
const ROWS_PER_ENTRY = 16;
const ENTRIES_PER_TICK = 5;
/** Every second tick ends a batch: there are too many rows at the first one to go at once. */
export const ENTRIES_PER_BATCH = 10;
/** A batch ends in each fourth second of the log's time. */
const MS_PER_ENTRY = 400;

/** A log that is the same each time: frames of 16 rows over several months, a tick after every fourth. */
export function* crashLog(entries: number): Generator<CountedEntry> {
  for (let sequence = 1; sequence <= entries; sequence += 1) {
    const kind = sequence % ENTRIES_PER_TICK === 0 ? 'tick' : 'scored';
    const rows = kind === 'tick' ? [] : Array.from({ length: ROWS_PER_ENTRY }, (_, index) => row(sequence, index));
    yield { sequence, timeMs: sequence * MS_PER_ENTRY, kind, rows, ack: () => undefined };
  }
}

function row(sequence: number, index: number): ReturnType<typeof storedItem> {
  const createdAtMs = Date.UTC(2026, index % 3, 1, 0, 0, sequence);
  return storedItem({ sequence, index, item: { createdAtMs, text: '快递太慢了，等了三天。'.repeat(10) } });
}

export function rowsOf(entries: number): number {
  return [...crashLog(entries)].reduce((rows, entry) => rows + entry.rows.length, 0);
}

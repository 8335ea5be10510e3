import type { ScoredEntry } from '../../core/frame.ts';
import type { StoredItem } from '../../core/stored-item.ts';

/**
 * Where batches end is part of the stored format: a replay must cut the batches that were cut before, because their
 * range is the deduplication token. Changing any of these numbers is a change of format: a migration marks what is stored (`largerBatches`).
 */
export const ROWS_PER_BATCH = 20_000;
/** Characters of text, several times those of 20,000 usual items: so the longest texts do not make an insert of a gigabyte. */
export const CHARS_PER_BATCH = 4_000_000;
/** At a tick so few rows are stored at once: they are looked at rather than counted in thousands. */
export const ROWS_AT_ONCE_MAX = 50;
/** At a tick of an even second so many rows are worth an insert, at one of an odd second twice as many: so the batches of steady feedback are alike. */
export const ROWS_WORTH_AN_INSERT = 6_000;
/** A tick ends the batch, whatever is in it, in every second that this divides, and where such a second lies between it and the batch's first entry. */
export const SECONDS_PER_BATCH_MAX = 4;

/** What the sink needs of one counted entry of the scored log. */
export interface BatchEntry {
  sequence: number;
  /** The log's time of the entry, milliseconds since the epoch. */
  timeMs: number;
  kind: ScoredEntry['kind'];
  rows: readonly StoredItem[];
}

/** Rows of whole entries, in log order. Both sequences are of entries that carry rows. */
export interface Batch {
  firstSequence: number;
  lastSequence: number;
  rows: readonly StoredItem[];
  chars: number;
}

/** What of a batch decides where it ends. */
export interface Gathered {
  rows: number;
  chars: number;
  /** The log's time of its first entry; of a batch without rows it decides nothing. */
  firstTimeMs: number;
}

/** Rows gathered since the last cut; null when there are none. */
export type OpenBatch = { firstSequence: number; lastSequence: number; firstTimeMs: number; rows: StoredItem[]; chars: number } | null;

export interface Cut {
  open: OpenBatch;
  batch: Batch | null;
}

/**
 * One step: adds an entry, in log order, and says whether a batch ends with it.
 *
 * An entry is never split. The cuts depend on the log alone: a reader that starts where a batch ended, or anywhere before a
 * tick at which every batch ends, cuts the same from there on.
 *
 * The open batch is grown in place; use only the returned one afterwards.
 */
export function cutBatches(open: OpenBatch, entry: BatchEntry): Cut {
  const grown = entry.rows.length === 0 ? open : grow(open, entry);
  if (grown === null) return { open: null, batch: null };
  return endsBatch({ rows: grown.rows.length, chars: grown.chars, firstTimeMs: grown.firstTimeMs }, entry) ? { open: null, batch: grown } : { open: grown, batch: null };
}

/**
 * Whether the batch ends with this entry, which is among what is gathered. It ends with the entry that brings it to ROWS_PER_BATCH rows or
 * CHARS_PER_BATCH characters, and at a tick: with few rows, with many, or once in SECONDS_PER_BATCH_MAX. A tick that slips over a second's edge
 * ends what began before that second all the same, so a batch waits no longer than SECONDS_PER_BATCH_MAX and the time between two ticks.
 */
export function endsBatch({ rows, chars, firstTimeMs }: Gathered, { kind, timeMs }: Pick<BatchEntry, 'kind' | 'timeMs'>): boolean {
  if (rows >= ROWS_PER_BATCH || chars >= CHARS_PER_BATCH) return true;
  if (kind !== 'tick') return false;
  const isOdd = secondOf(timeMs) % 2 === 1;
  return rows <= ROWS_AT_ONCE_MAX || rows >= ROWS_WORTH_AN_INSERT * (isOdd ? 2 : 1) || endsEveryBatch(timeMs) || slotOf(timeMs) !== slotOf(firstTimeMs);
}

/** Whether a tick at this time ends every batch, wherever the reading began. */
export function endsEveryBatch(timeMs: number): boolean {
  return secondOf(timeMs) % SECONDS_PER_BATCH_MAX === 0;
}

function slotOf(timeMs: number): number {
  return Math.floor(secondOf(timeMs) / SECONDS_PER_BATCH_MAX);
}

function secondOf(timeMs: number): number {
  return Math.floor(timeMs / 1_000);
}

export function charsOf(rows: readonly StoredItem[]): number {
  let chars = 0;
  for (const { item } of rows) chars += item.text.length;
  return chars;
}

function grow(open: OpenBatch, entry: BatchEntry): NonNullable<OpenBatch> {
  const grown = open ?? { firstSequence: entry.sequence, lastSequence: entry.sequence, firstTimeMs: entry.timeMs, rows: [], chars: 0 };
  grown.lastSequence = entry.sequence;
  for (const row of entry.rows) grown.rows.push(row);
  grown.chars += charsOf(entry.rows);
  return grown;
}

/** Names a batch for ClickHouse's deduplication: the same range of the same log is the same batch. */
export function batchToken(logId: string, batch: Pick<Batch, 'firstSequence' | 'lastSequence'>): string {
  return `${logId}:${batch.firstSequence}-${batch.lastSequence}`;
}

/**
 * What to do with a batch on a replay, knowing the highest sequence that the store held when the sink started.
 * Batches are inserted one after the other, so everything below the one that holds it is stored; that one itself may
 * be there in part (ClickHouse commits month by month) and is sent again under its token.
 */
export function decideReplay(batch: Batch, storedThrough: number): 'skip' | 'send' {
  return batch.lastSequence < storedThrough ? 'skip' : 'send';
}

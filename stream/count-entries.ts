import { concatMap, from, map, of, tap, type Observable } from 'rxjs';
import type { AlertEvent } from '../core/alert.ts';
import type { Clock } from '../core/clock.ts';
import type { LogEntry, ScoredEntry } from '../core/frame.ts';
import type { StoredItem } from '../core/stored-item.ts';
import type { Telemetry } from '../core/telemetry.ts';
import type { CounterNotice } from './counter/notice.ts';
import type { DeadLetters } from './dead-letters.ts';
import { decodeScoredEntry } from './frames/scored-entry.ts';
import type { Delivery, ReadLog } from './ports.ts';

/** Entries handed out and not yet taken by the store; bounds what waits between the log and ClickHouse. */
export const COUNTING_ENTRIES_MAX = 1_024;

/** What one entry of the scored log came to. */
export interface Counted {
  sequence: number;
  timeMs: number;
  kind: ScoredEntry['kind'];
  /** How many items the entry carried, repeated ones included. */
  items: number;
  rows: StoredItem[];
  events: AlertEvent[];
  notices: CounterNotice[];
  ack(): void;
}

/** The pure counter, seen from here: one step for each entry. */
export interface Stepper {
  step(entry: LogEntry<ScoredEntry>): { rows: StoredItem[]; events: AlertEvent[]; notices: CounterNotice[] };
}

export interface CountEntriesParts {
  scored: ReadLog;
  counter: Stepper;
  /** Makes events durable, in order; resolves when they are. */
  publish(events: AlertEvent[]): Promise<void>;
  dead: DeadLetters;
  clock: Clock;
  telemetry: Telemetry;
  /** Called right after the step, before anything is durable: for live boards only. */
  onCounted(counted: Counted): void;
}

/**
 * scored log → decode → step → alert events → (the caller's store, which acknowledges).
 *
 * Everything here runs in log order. Events are durable before the entry's rows go on, so that whoever reads the
 * alert log never finds fewer events than the store has rows for.
 */
export function countEntries(parts: CountEntriesParts, fromSequence: number): Observable<Counted> {
  return parts.scored.read(fromSequence, COUNTING_ENTRIES_MAX).pipe(
    map((delivery) => count(parts, delivery)),
    tap((counted) => parts.onCounted(counted)),
    concatMap((counted) => (counted.events.length === 0 ? of(counted) : from(parts.publish(counted.events).then(() => counted)))),
  );
}

function count(parts: CountEntriesParts, delivery: Delivery): Counted {
  const { sequence, timeMs } = delivery.entry;
  const startedAtMs = parts.clock.nowMs();
  const value = decode(parts, delivery);
  const { rows, events, notices } = parts.counter.step({ sequence, timeMs, value });
  const items = value.kind === 'scored' ? value.items.length : 0;
  if (value.kind === 'scored') {
    const nowMs = parts.clock.nowMs();
    parts.telemetry({ kind: 'frame-counted', items, duplicates: items - rows.length, durationMs: nowMs - startedAtMs, endToEndMs: Math.max(0, nowMs - value.gatheredAtMs) });
  }
  return { sequence, timeMs, kind: value.kind, items, rows, events, notices, ack: () => delivery.ack() };
}

/** A damaged entry is put aside and counts as a tick: its time is known, and a replay meets the same damage. */
function decode(parts: CountEntriesParts, { entry }: Delivery): ScoredEntry {
  try {
    return decodeScoredEntry(entry.value);
  } catch (error) {
    void parts.dead.put({ stage: 'decode', log: 'scored', sequence: entry.sequence, bytes: entry.value, error });
    return { kind: 'tick' };
  }
}

import { Subject, concatMap, defer, finalize, from, ignoreElements, map, merge, mergeMap, of, retry, tap, timer, type Observable, type SchedulerLike } from 'rxjs';
import type { AlertEvent } from '../core/alert.ts';
import type { Clock } from '../core/clock.ts';
import { TocsinError } from '../core/errors.ts';
import type { LogEntry, ScoredEntry } from '../core/frame.ts';
import type { StoredItem } from '../core/stored-item.ts';
import type { Telemetry } from '../core/telemetry.ts';
import type { CounterNotice } from './counter/notice.ts';
import type { DeadLetters, Undeliverable } from './dead-letter-box/dead-letters.ts';
import { decodeScoredEntry } from './frames/scored-entry.ts';
import { stageTimes } from './frames/stage-times.ts';
import type { Delivery, ReadLog } from './ports.ts';

/** Entries handed out and not yet taken by the store; bounds what waits between the log and ClickHouse. */
const COUNTING_ENTRIES_MAX = 1_024;
const DEAD_LETTER_RETRY_DELAY_MS = 1_000;

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
  /** Makes events durable, in the order of the calls, which may overlap; resolves when they are. */
  publish(events: AlertEvent[]): Promise<void>;
  dead: DeadLetters;
  clock: Clock;
  telemetry: Telemetry;
  /** Called right after the step, before anything is durable: for live boards only. */
  onCounted(counted: Counted): void;
  /** For virtual time. */
  scheduler?: SchedulerLike | undefined;
}

/**
 * scored log → decode → step → alert events → (the caller's store, which acknowledges).
 *
 * Everything here runs in log order. Events are durable before the entry's rows go on, so that whoever reads the
 * alert log never finds fewer events than the store has rows for.
 */
export function countEntries(parts: CountEntriesParts, fromSequence: number): Observable<Counted> {
  return defer(() => {
    const damaged = new Subject<Undeliverable>();
    const counted = parts.scored.read(fromSequence, COUNTING_ENTRIES_MAX).pipe(
      map((delivery) => count(parts, delivery, (letter) => damaged.next(letter))),
      map((each) => ({ each, published: publish(parts, each) })),
      tap(({ each }) => parts.onCounted(each)),
      concatMap(({ each, published }) => (published === undefined ? of(each) : from(published.then(() => each)))),
      finalize(() => damaged.complete()),
    );
    return merge(damaged.pipe(mergeMap((letter) => putAside(parts, letter))), counted);
  });
}

/** At once, while the events of entries before it may still be on their way; undefined where there are none. */
function publish(parts: CountEntriesParts, { events }: Counted): Promise<void> | undefined {
  if (events.length === 0) return undefined;
  const published = parts.publish(events);
  // It is taken up when those before it are done, and until then its failure is nobody's.
  published.catch(() => undefined);
  return published;
}

/** Beside the counting, which goes on: the scored log keeps the entry itself. */
function putAside({ dead, scheduler }: CountEntriesParts, letter: Undeliverable): Observable<never> {
  const put = async (): Promise<void> => {
    if (!(await dead.put(letter))) throw new TocsinError('log_unavailable', 'The dead-letter log cannot be written.', { retryable: true });
  };
  return defer(put).pipe(retry({ delay: () => timer(DEAD_LETTER_RETRY_DELAY_MS, scheduler) }), ignoreElements());
}

function count(parts: CountEntriesParts, delivery: Delivery, onDamaged: (letter: Undeliverable) => void): Counted {
  const { sequence, timeMs } = delivery.entry;
  const startedAtMs = parts.clock.nowMs();
  const value = decode(delivery, onDamaged);
  const { rows, events, notices } = parts.counter.step({ sequence, timeMs, value });
  const items = value.kind === 'scored' ? value.items.length : 0;
  if (value.kind === 'scored') {
    const nowMs = parts.clock.nowMs();
    parts.telemetry({ kind: 'stages-passed', stagesMs: stageTimes(value, { appendedAtMs: timeMs, countedAtMs: nowMs }) });
    parts.telemetry({ kind: 'frame-counted', items, duplicates: items - rows.length, repeats: repeatsIn(rows), durationMs: nowMs - startedAtMs, endToEndMs: Math.max(0, nowMs - value.gatheredAtMs) });
  }
  return { sequence, timeMs, kind: value.kind, items, rows, events, notices, ack: () => delivery.ack() };
}

function repeatsIn(rows: readonly StoredItem[]): number {
  let repeats = 0;
  for (const { duplicateOf } of rows) if (duplicateOf !== undefined) repeats++;
  return repeats;
}

/** A damaged entry is put aside and counts as a tick: its time is known, and a replay meets the same damage. */
function decode({ entry }: Delivery, onDamaged: (letter: Undeliverable) => void): ScoredEntry {
  try {
    return decodeScoredEntry(entry.value);
  } catch (error) {
    onDamaged({ stage: 'decode', log: 'scored', sequence: entry.sequence, bytes: entry.value, error });
    return { kind: 'tick' };
  }
}

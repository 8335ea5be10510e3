import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import fc from 'fast-check';
import { Subject } from 'rxjs';
import { TocsinError } from '../../core/errors.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import type { TelemetryEvent } from '../../core/telemetry.ts';
import { ROWS_AT_ONCE_MAX, ROWS_PER_BATCH, SECONDS_PER_BATCH_MAX } from './cut-batches.ts';
import type { BatchWriter } from './batch-writer.ts';
import { MemorySpool } from './memory-spool.ts';
import { MemoryWriter, type WriterFault } from './memory-writer.ts';
import { backoffMs } from './retry-forever.ts';
import { storeRows, type CountedEntry, type StoredBatch, type StoreRowsOptions } from './store-rows.ts';
import { entryRows, SOME_TIME_MS, storedItem } from './testing/items.ts';

interface Run {
  entries: Subject<CountedEntry>;
  stored: StoredBatch[];
  acked: number[];
  dead: { id: string; reason: string }[];
  telemetry: TelemetryEvent[];
  errors: unknown[];
  /** At a time of the log at which every batch ends, unless said otherwise. */
  give(sequence: number, rows: readonly StoredItem[], timeMs?: number): void;
  tick(sequence: number, timeMs?: number): void;
  crash(): void;
}

function run(writer: MemoryWriter, changes: Partial<StoreRowsOptions> = {}): Run {
  const entries = new Subject<CountedEntry>();
  const started: Run = {
    entries, stored: [], acked: [], dead: [], telemetry: [], errors: [],
    give: (sequence, rows, timeMs = SOME_TIME_MS) => entries.next({ sequence, timeMs, kind: 'scored', rows, ack: () => started.acked.push(sequence) }),
    tick: (sequence, timeMs = SOME_TIME_MS) => entries.next({ sequence, timeMs, kind: 'tick', rows: [], ack: () => started.acked.push(sequence) }),
    crash: () => subscription.unsubscribe(),
  };
  const subscription = entries
    .pipe(
      storeRows({
        writer,
        clock: { nowMs: () => SOME_TIME_MS },
        logId: 'scored.0',
        telemetry: (event) => started.telemetry.push(event),
        deadLetter: (row, error) => {
          started.dead.push({ id: row.item.id, reason: error.message });
          return Promise.resolve();
        },
        ...changes,
      }),
    )
    .subscribe({ next: (batch) => started.stored.push(batch), error: (error: unknown) => started.errors.push(error) });
  return started;
}

const ids = (writer: MemoryWriter) => writer.rows.map(({ row }) => row.item.id);
const settle = () => vi.advanceTimersByTimeAsync(0);

describe('the sink', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('stores what a tick closes, and says so', async () => {
    const writer = new MemoryWriter();
    const sink = run(writer);
    sink.give(1, entryRows(1, 2));
    sink.give(2, entryRows(2, 1));
    await settle();
    expect(writer.rows).toEqual([]);
    sink.tick(3);
    await settle();
    expect(ids(writer)).toEqual(['item-1-0', 'item-1-1', 'item-2-0']);
    expect(sink.stored).toEqual([{ firstSequence: 1, lastSequence: 2, rows: 3, outcome: 'inserted' }]);
    expect(sink.telemetry).toEqual([{ kind: 'rows-stored', rows: 3, durationMs: 0 }]);
  });

  it('does not write rows after the last cut when the log ends, for their batch would end elsewhere on the replay', async () => {
    const writer = new MemoryWriter();
    const sink = run(writer);
    sink.give(1, entryRows(1, 2));
    sink.entries.complete();
    await settle();
    expect(writer.rows).toEqual([]);
  });

  it('takes entries that come before the store answered what it holds', async () => {
    const writer = new MemoryWriter();
    let answer: (sequence: number) => void = () => undefined;
    writer.storedThrough = () => new Promise((resolve) => (answer = resolve));
    const sink = run(writer);
    sink.give(1, entryRows(1, 1));
    sink.tick(2);
    await settle();
    expect(sink.stored).toEqual([]);
    answer(0);
    await settle();
    expect(sink.stored).toHaveLength(1);
  });

  it('skips what the store held when it started, and sends the batch that reaches up to it again', async () => {
    const writer = new MemoryWriter();
    await writer.insert(entryRows(1, 2), 'scored.0', 'scored.0:1-1');
    await writer.insert(entryRows(3, 2), 'scored.0', 'scored.0:3-3');
    const sink = run(writer);
    sink.give(1, entryRows(1, 2));
    sink.tick(2);
    sink.give(3, entryRows(3, 2));
    sink.tick(4);
    sink.give(5, entryRows(5, 2));
    sink.tick(6);
    await settle();
    expect(sink.stored.map((batch) => batch.outcome)).toEqual(['skipped', 'inserted', 'inserted']);
    expect(ids(writer)).toEqual(['item-1-0', 'item-1-1', 'item-3-0', 'item-3-1', 'item-5-0', 'item-5-1']);
  });

  it('rows of another log are not taken for its own', async () => {
    const writer = new MemoryWriter();
    await writer.insert(entryRows(900, 1), 'scored.old', 'scored.old:900-900');
    const sink = run(writer);
    sink.give(1, entryRows(1, 1));
    sink.tick(2);
    await settle();
    expect(sink.stored[0]?.outcome).toBe('inserted');
  });

  it('tries for as long as the store is away, waiting longer each time up to ten seconds', async () => {
    const writer = new MemoryWriter();
    writer.faults.push(...Array.from({ length: 20 }, () => 'fail-before-commit' as const));
    const sink = run(writer);
    sink.give(1, entryRows(1, 1));
    sink.tick(2);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(ids(writer)).toEqual(['item-1-0']);
    const retries = sink.telemetry.filter((event) => event.kind === 'store-retried');
    expect(retries.map((event) => event.attempt)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
    expect([1, 2, 3, 7, 8, 20].map(backoffMs)).toEqual([100, 200, 400, 6_400, 10_000, 10_000]);
  });

  it('waits for a store that is away at the start', async () => {
    const writer = new MemoryWriter();
    let failures = 3;
    writer.prepare = () => (failures-- > 0 ? Promise.reject(new TocsinError('store_unavailable', 'Away.', { retryable: true })) : Promise.resolve());
    const sink = run(writer);
    sink.give(1, entryRows(1, 1));
    sink.tick(2);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(ids(writer)).toEqual(['item-1-0']);
    expect(sink.telemetry.filter((event) => event.kind === 'store-retried')).toHaveLength(3);
  });

  it('stops trying when it is stopped', async () => {
    const writer = new MemoryWriter();
    let asked = 0;
    writer.prepare = () => {
      asked += 1;
      return Promise.reject(new TocsinError('store_unavailable', 'Away.', { retryable: true }));
    };
    const sink = run(writer);
    sink.give(1, entryRows(1, 1));
    sink.tick(2);
    await vi.advanceTimersByTimeAsync(1_000);
    sink.crash();
    const askedBefore = asked;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(askedBefore).toBeGreaterThan(1);
    expect(asked).toBe(askedBefore);
  });

  it('ends with the reason when the store cannot be made ready', async () => {
    const writer = new MemoryWriter();
    const refusal = new TocsinError('migration_failed', 'The tables are of a newer version.');
    writer.prepare = () => Promise.reject(refusal);
    const sink = run(writer);
    sink.give(1, entryRows(1, 1));
    sink.tick(2);
    await settle();
    expect(sink.errors).toEqual([refusal]);
  });

  it('stores once what was committed before the answer was lost', async () => {
    const writer = new MemoryWriter();
    writer.faults.push('fail-after-commit', 'fail-after-commit');
    const sink = run(writer);
    sink.give(1, entryRows(1, 3));
    sink.tick(2);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(ids(writer)).toEqual(['item-1-0', 'item-1-1', 'item-1-2']);
    expect(sink.stored).toHaveLength(1);
  });

  it('finds the one row that the store refuses, keeps it as a dead letter and stores the rest', async () => {
    const writer = new MemoryWriter((row) => row.item.text === 'bad');
    const sink = run(writer);
    const rows = entryRows(1, 100).map((row) => (row.index === 37 ? storedItem({ sequence: 1, index: 37, item: { text: 'bad' } }) : row));
    sink.give(1, rows);
    sink.tick(2);
    await settle();
    expect(sink.dead).toEqual([{ id: 'item-1-37', reason: 'ClickHouse refuses the rows: INCORRECT_DATA.' }]);
    expect(new Set(ids(writer))).toEqual(new Set(rows.filter((row) => row.index !== 37).map((row) => row.item.id)));
    expect(ids(writer)).toHaveLength(99);
    expect(sink.stored).toHaveLength(1);
  });

  it('waits for the dead letter too', async () => {
    const writer = new MemoryWriter(() => true);
    let failures = 3;
    const sink = run(writer, {
      deadLetter: () =>
        failures-- > 0 ? Promise.reject(new TocsinError('log_unavailable', 'The log is away.', { retryable: true })) : Promise.resolve(),
    });
    sink.give(1, entryRows(1, 1));
    sink.tick(2);
    await settle();
    expect(sink.stored).toEqual([]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(sink.stored).toHaveLength(1);
  });

  it('ends with an error that no retry can help', async () => {
    const writer = new MemoryWriter();
    writer.insert = () => Promise.reject(new Error('a mistake in the program'));
    const sink = run(writer);
    sink.give(1, entryRows(1, 1));
    sink.tick(2);
    await settle();
    expect(sink.errors).toEqual([new Error('a mistake in the program')]);
  });

  it('leaves entries unacknowledged while too much waits, and takes more once there is room', async () => {
    const writer = new MemoryWriter();
    const sink = run(writer, { waitingRowsMax: ROWS_PER_BATCH });
    writer.faults.push('fail-before-commit');
    sink.give(1, entryRows(1, ROWS_PER_BATCH));
    sink.give(2, entryRows(2, 1));
    sink.give(3, entryRows(3, 1));
    expect(sink.acked).toEqual([1]);
    await settle();
    expect(sink.acked).toEqual([1]);
    await vi.advanceTimersByTimeAsync(100);
    expect(sink.acked).toEqual([1, 2, 3]);
  });

  it('stores each row once, through any failures, partial commits and crashes', async () => {
    const faults = fc.array(fc.constantFrom<WriterFault>('fail-before-commit', 'fail-after-commit', 'commit-in-part'), { maxLength: 3 });
    const logKinds = fc.array(fc.oneof(fc.constant('tick' as const), fc.integer({ min: 1, max: 4 }), fc.constant(ROWS_AT_ONCE_MAX + 1)), { minLength: 1, maxLength: 25 });
    const lives = fc.array(fc.record({ faults, entries: fc.nat({ max: 25 }), msBeforeCrash: fc.constantFrom(0, 50, 150, 700) }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(logKinds, lives, async (kinds, crashes) => {
        const writer = new MemoryWriter((row) => row.index === 3);
        // A second an entry, so that ticks gather rows of up to four; the last tick ends every batch.
        const endMs = SECONDS_PER_BATCH_MAX * 1_000 * Math.ceil((kinds.length + 1) / SECONDS_PER_BATCH_MAX);
        const log = [...kinds, 'tick' as const].map((kind, at) => ({ sequence: at + 1, timeMs: SOME_TIME_MS + (at === kinds.length ? endMs : at * 1_000), rows: kind === 'tick' ? null : monthlyRows(at + 1, kind) }));
        const deadIds = new Set<string>();
        for (const life of [...crashes, { faults: [], entries: log.length, msBeforeCrash: 60_000 }]) {
          writer.faults.push(...life.faults);
          const sink = run(writer);
          for (const { sequence, timeMs, rows } of log.slice(0, life.entries)) rows === null ? sink.tick(sequence, timeMs) : sink.give(sequence, rows, timeMs);
          await vi.advanceTimersByTimeAsync(life.msBeforeCrash);
          sink.crash();
          expect(sink.errors).toEqual([]);
          for (const { id } of sink.dead) deadIds.add(id);
        }
        const all = log.flatMap(({ rows }) => rows ?? []);
        expect(ids(writer).sort()).toEqual(all.filter((row) => row.index !== 3).map((row) => row.item.id).sort());
        expect(deadIds).toEqual(new Set(all.filter((row) => row.index === 3).map((row) => row.item.id)));
      }),
      { numRuns: 150 },
    );
  });
});

/** Rows of one entry that fall into different months, as an import of old feedback does. */
function monthlyRows(sequence: number, count: number): StoredItem[] {
  return Array.from({ length: count }, (_, index) =>
    storedItem({ sequence, index, item: { createdAtMs: Date.UTC(2026, (sequence + index) % 12, 1) } }),
  );
}

describe('the sink while the store is away', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const rowsOf = (sequence: number): StoredItem[] => entryRows(sequence, ROWS_PER_BATCH);

  it('lets the reader read on: what waits is spooled, and stored in its order afterwards, each row once', async () => {
    let isAway = true;
    const writer = new MemoryWriter();
    const spool = new MemorySpool();
    const away: BatchWriter = {
      prepare: () => writer.prepare(),
      storedThrough: (logId) => writer.storedThrough(logId),
      insert: (rows, logId, token) => (isAway ? Promise.reject(new TocsinError('store_unavailable', 'away', { retryable: true })) : writer.insert(rows, logId, token)),
    };
    const sink = run(writer, { writer: away, spool });
    for (let sequence = 1; sequence <= 6; sequence++) sink.give(sequence, rowsOf(sequence));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sink.acked).toEqual([1, 2, 3, 4, 5, 6]);
    expect(spool.held.size).toBe(5);
    expect(sink.stored).toEqual([]);
    isAway = false;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(sink.stored.map(({ firstSequence, rows }) => [firstSequence, rows])).toEqual([1, 2, 3, 4, 5, 6].map((sequence) => [sequence, ROWS_PER_BATCH]));
    expect(new Set(ids(writer)).size).toBe(6 * ROWS_PER_BATCH);
    expect(spool.held.size).toBe(0);
  });

  it('waits in memory, and the reader with it, where the spool takes nothing', async () => {
    const failed: unknown[] = [];
    const writer = new MemoryWriter();
    const never: BatchWriter = { prepare: () => writer.prepare(), storedThrough: (logId) => writer.storedThrough(logId), insert: () => new Promise(() => undefined) };
    const spool = new MemorySpool(() => Promise.reject(new Error('disk full')));
    const sink = run(writer, { writer: never, spool, onSpoolFailed: (error) => failed.push(error) });
    for (let sequence = 1; sequence <= 4; sequence++) sink.give(sequence, rowsOf(sequence));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sink.acked).toEqual([1, 2]);
    expect(failed).toHaveLength(3);
  });
});

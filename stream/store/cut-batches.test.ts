import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import {
  batchToken, CHARS_PER_BATCH, cutBatches, decideReplay, endsEveryBatch, ROWS_AT_ONCE_MAX, ROWS_PER_BATCH, ROWS_WORTH_AN_INSERT, SECONDS_PER_BATCH_MAX,
  type Batch, type BatchEntry, type OpenBatch,
} from './cut-batches.ts';
import { entryRows, storedItem } from './testing/items.ts';

function cutAll(entries: readonly BatchEntry[]): Batch[] {
  const batches: Batch[] = [];
  let open: OpenBatch = null;
  for (const entry of entries) {
    const cut = cutBatches(open, entry);
    open = cut.open;
    if (cut.batch !== null) batches.push(cut.batch);
  }
  return batches;
}

/** Entries of one log stand a quarter of a second after each other; the first at a time at which no batch has to end. */
const timeOf = (sequence: number): number => 1_000 + sequence * 250;
/** Rows of the larger frames: made once, for what is in them decides nothing. */
const MANY = entryRows(1, 2 * ROWS_PER_BATCH);
const frame = (sequence: number, rows: number): BatchEntry => ({ sequence, timeMs: timeOf(sequence), kind: 'scored', rows: rows > ROWS_AT_ONCE_MAX ? MANY.slice(0, rows) : entryRows(sequence, rows) });
const tick = (sequence: number, timeMs = timeOf(sequence)): BatchEntry => ({ sequence, timeMs, kind: 'tick', rows: [] });
const ranges = (batches: readonly Batch[]) => batches.map((batch) => [batch.firstSequence, batch.lastSequence, batch.rows.length]);

/** A log of frames and ticks, sequences 1, 2, 3 …: frames of no row, of few, of more than go at once, of enough for an insert; ten long texts fill a batch. */
const logs = fc
  .array(fc.oneof({ weight: 3, arbitrary: fc.constant('tick' as const) }, { weight: 3, arbitrary: fc.nat({ max: 5 }) }, fc.constantFrom(ROWS_AT_ONCE_MAX, ROWS_AT_ONCE_MAX + 1, ROWS_WORTH_AN_INSERT)), { maxLength: 60 })
  .map((kinds) => kinds.map((kind, at) => (kind === 'tick' ? tick(at + 1) : frameOf(at + 1, kind))));
const LONG_TEXT = 'x'.repeat(CHARS_PER_BATCH / 10);
const frameOf = (sequence: number, rows: number): BatchEntry => (rows > 5 ? frame(sequence, rows) : { ...frame(sequence, 0), rows: entryRows(sequence, rows, { item: { text: LONG_TEXT } }) });

describe('cutting batches', () => {
  it('a tick ends a batch that holds rows, and an empty one does not exist', () => {
    expect(ranges(cutAll([tick(1), frame(2, 3), frame(3, 2), tick(4), tick(5), frame(6, 1), tick(7)]))).toEqual([[2, 3, 5], [6, 6, 1]]);
  });

  it('entries without rows neither start nor stretch a batch', () => {
    expect(ranges(cutAll([frame(1, 0), frame(2, 1), frame(3, 0), { sequence: 4, timeMs: timeOf(4), kind: 'rules', rows: [] }, tick(5)]))).toEqual([[2, 2, 1]]);
  });

  it('a tick ends a batch of few rows and one of many; one between them waits for a tick that ends every batch', () => {
    const ending = SECONDS_PER_BATCH_MAX * 1_000;
    expect([0, 999, 1_000, ending - 1, ending, ending + 999, ending + 1_000].map(endsEveryBatch)).toEqual([true, true, false, false, true, true, false]);
    const cut = (rows: number, timeMs: number) => ranges(cutAll([frame(1, rows), tick(2, timeMs)]));
    const [odd, even] = [ending - 1_000, ending - 2_000];
    expect(cut(ROWS_AT_ONCE_MAX, odd)).toEqual([[1, 1, ROWS_AT_ONCE_MAX]]);
    expect(cut(ROWS_AT_ONCE_MAX + 1, odd)).toEqual([]);
    expect(cut(ROWS_WORTH_AN_INSERT - 1, even)).toEqual([]);
    expect(cut(ROWS_WORTH_AN_INSERT, even)).toEqual([[1, 1, ROWS_WORTH_AN_INSERT]]);
    expect(cut(2 * ROWS_WORTH_AN_INSERT - 1, odd)).toEqual([]);
    expect(cut(2 * ROWS_WORTH_AN_INSERT, odd)).toEqual([[1, 1, 2 * ROWS_WORTH_AN_INSERT]]);
    expect(cut(ROWS_AT_ONCE_MAX + 1, ending)).toEqual([[1, 1, ROWS_AT_ONCE_MAX + 1]]);
  });

  it.each([
    { rate: 50, batches: [50, 50, 50, 50, 50, 50, 50, 50] },
    { rate: 300, batches: [1_200, 1_200] },
    { rate: 1_000, batches: [4_000, 4_000] },
    { rate: 2_000, batches: [8_000, 8_000] },
    { rate: 4_000, batches: [8_000, 8_000, 8_000, 8_000] },
    { rate: 3_000, batches: [6_000, 6_000, 6_000, 6_000] },
    { rate: 8_000, batches: [16_000, 16_000, 16_000, 16_000] },
  ])('of $rate rows a second for eight seconds the batches have $batches rows', ({ rate, batches }) => {
    const log = Array.from({ length: 8 }, (_, second) => [{ ...frame(2 * second + 1, rate), timeMs: second * 1_000 + 500 }, tick(2 * second + 2, (second + 1) * 1_000)]).flat();
    expect(cutAll(log).map(({ rows }) => rows.length)).toEqual(batches);
  });

  it('a batch waits for four seconds and the time between two ticks at most, however the ticks slip over the edges of seconds', () => {
    expect(ranges(cutAll([frame(1, 60), tick(2, 3_999), frame(3, 60), tick(4, 5_001)]))).toEqual([[1, 3, 120]]);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3_999 }), fc.array(fc.integer({ min: 700, max: 1_900 }), { minLength: 1, maxLength: 40 }), (firstMs, gapsMs) => {
        let atMs = firstMs;
        let open: OpenBatch = null;
        for (const [at, gapMs] of gapsMs.entries()) {
          // Right behind the tick before it, so that it waits longest.
          ({ open } = cutBatches(open, { ...frame(2 * at + 1, ROWS_AT_ONCE_MAX + 1), timeMs: atMs }));
          const { firstTimeMs } = open!;
          atMs += gapMs;
          ({ open } = cutBatches(open, tick(2 * at + 2, atMs)));
          if (open !== null) expect(atMs - firstTimeMs).toBeLessThan(SECONDS_PER_BATCH_MAX * 1_000);
        }
      }),
    );
  });

  it('ends with the entry that fills it, and never splits an entry', () => {
    const half = ROWS_PER_BATCH / 2;
    expect(ranges(cutAll([frame(1, half - 1), frame(2, half), frame(3, 2), frame(4, ROWS_PER_BATCH * 2), frame(5, 1)]))).toEqual([
      [1, 3, ROWS_PER_BATCH + 1],
      [4, 4, ROWS_PER_BATCH * 2],
    ]);
  });

  it('ends when its texts are long enough', () => {
    const long: BatchEntry = { sequence: 1, timeMs: timeOf(1), kind: 'scored', rows: [storedItem({ item: { text: 'x'.repeat(CHARS_PER_BATCH) } })] };
    expect(ranges(cutAll([long]))).toEqual([[1, 1, 1]]);
  });

  it('keeps what came after the last cut open', () => {
    expect(cutAll([frame(1, 5)])).toEqual([]);
  });

  it('holds each row of the log up to the last cut once, in order', () => {
    fc.assert(
      fc.property(logs, (log) => {
        const batches = cutAll(log);
        const last = batches.at(-1)?.lastSequence ?? 0;
        const [stored, of] = [batches.flatMap((batch) => batch.rows), log.filter((entry) => entry.sequence <= last).flatMap((entry) => entry.rows)];
        expect(stored).toHaveLength(of.length);
        expect(stored.findIndex((row, at) => row !== of[at])).toBe(-1);
      }),
    );
  });

  it('a reader that starts anywhere cuts the same batches after the first tick that ends every batch', () => {
    fc.assert(
      fc.property(logs, fc.nat(), (log, from) => {
        const start = log.length === 0 ? 0 : from % log.length;
        const firstEnd = log.slice(start).find((entry) => entry.kind === 'tick' && endsEveryBatch(entry.timeMs))?.sequence ?? Number.POSITIVE_INFINITY;
        const afterEnd = (batches: Batch[]) => ranges(batches.filter((batch) => batch.firstSequence > firstEnd));
        expect(afterEnd(cutAll(log.slice(start)))).toEqual(afterEnd(cutAll(log)));
      }),
    );
  });

  it('a reader that starts after the end of a batch cuts the same batches from there', () => {
    fc.assert(
      fc.property(logs, (log) => {
        const batches = cutAll(log);
        for (const [at, { lastSequence }] of batches.entries()) expect(ranges(cutAll(log.slice(lastSequence)))).toEqual(ranges(batches.slice(at + 1)));
      }),
    );
  });
});

describe('a replayed batch', () => {
  const batch: Batch = { firstSequence: 10, lastSequence: 20, rows: [], chars: 0 };
  it.each([
    { storedThrough: 0, decision: 'send' },
    { storedThrough: 9, decision: 'send' },
    { storedThrough: 10, decision: 'send' },
    { storedThrough: 20, decision: 'send' },
    { storedThrough: 21, decision: 'skip' },
  ])('of entries 10 to 20 is to $decision when the store holds up to $storedThrough', ({ storedThrough, decision }) => {
    expect(decideReplay(batch, storedThrough)).toBe(decision);
  });

  it('is named by its log and range', () => {
    expect(batchToken('scored.0', batch)).toBe('scored.0:10-20');
  });
});

import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { batchToken, CHARS_PER_BATCH, cutBatches, decideReplay, ROWS_PER_BATCH, type Batch, type BatchEntry, type OpenBatch } from './cut-batches.ts';
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

const frame = (sequence: number, rows: number): BatchEntry => ({ sequence, kind: 'scored', rows: entryRows(sequence, rows) });
const tick = (sequence: number): BatchEntry => ({ sequence, kind: 'tick', rows: [] });
const ranges = (batches: readonly Batch[]) => batches.map((batch) => [batch.firstSequence, batch.lastSequence, batch.rows.length]);

/** A log of frames of 0 to 5 rows and ticks, sequences 1, 2, 3 …; ten rows of its long text fill a batch. */
const logs = fc
  .array(fc.oneof(fc.constant('tick' as const), fc.nat({ max: 5 })), { maxLength: 60 })
  .map((kinds) => kinds.map((kind, at) => (kind === 'tick' ? tick(at + 1) : longFrame(at + 1, kind))));
const LONG_TEXT = 'x'.repeat(CHARS_PER_BATCH / 10);
const longFrame = (sequence: number, rows: number): BatchEntry => ({
  sequence,
  kind: 'scored',
  rows: entryRows(sequence, rows, { item: { text: LONG_TEXT } }),
});

describe('cutting batches', () => {
  it('a tick ends a batch that holds rows, and an empty one does not exist', () => {
    expect(ranges(cutAll([tick(1), frame(2, 3), frame(3, 2), tick(4), tick(5), frame(6, 1), tick(7)]))).toEqual([[2, 3, 5], [6, 6, 1]]);
  });

  it('entries without rows neither start nor stretch a batch', () => {
    expect(ranges(cutAll([frame(1, 0), frame(2, 1), frame(3, 0), { sequence: 4, kind: 'rules', rows: [] }, tick(5)]))).toEqual([[2, 2, 1]]);
  });

  it('ends with the entry that fills it, and never splits an entry', () => {
    const half = ROWS_PER_BATCH / 2;
    expect(ranges(cutAll([frame(1, half - 1), frame(2, half), frame(3, 2), frame(4, ROWS_PER_BATCH * 2), frame(5, 1)]))).toEqual([
      [1, 3, ROWS_PER_BATCH + 1],
      [4, 4, ROWS_PER_BATCH * 2],
    ]);
  });

  it('ends when its texts are long enough', () => {
    const long: BatchEntry = { sequence: 1, kind: 'scored', rows: [storedItem({ item: { text: 'x'.repeat(CHARS_PER_BATCH) } })] };
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
        expect(batches.flatMap((batch) => batch.rows)).toEqual(log.filter((entry) => entry.sequence <= last).flatMap((entry) => entry.rows));
      }),
    );
  });

  it('a reader that starts anywhere cuts the same batches after the first tick it meets', () => {
    fc.assert(
      fc.property(logs, fc.nat(), (log, from) => {
        const start = log.length === 0 ? 0 : from % log.length;
        const firstTick = log.slice(start).find((entry) => entry.kind === 'tick')?.sequence ?? Number.POSITIVE_INFINITY;
        const afterTick = (batches: Batch[]) => ranges(batches.filter((batch) => batch.firstSequence > firstTick));
        expect(afterTick(cutAll(log.slice(start)))).toEqual(afterTick(cutAll(log)));
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

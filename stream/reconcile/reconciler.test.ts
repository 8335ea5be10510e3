import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MemoryBus } from '../bus/memory-bus.ts';
import { createState } from '../counter/state.ts';
import { step } from '../counter/step.ts';
import { decodeScoredEntry, encodeScoredEntry } from '../frames/scored-entry.ts';
import { ClickHouseWriter } from '../store/clickhouse-writer.ts';
import { rowsBetweenSequences } from '../store/counts.ts';
import { batchToken, cutBatches, type OpenBatch } from '../store/cut-batches.ts';
import { storedIds } from '../store/stored-ids.ts';
import { storedPlaces } from '../store/stored-places.ts';
import { feedbackItem, SCORE, SOME_TIME_MS } from '../store/testing/items.ts';
import { temporaryStore, type TemporaryStore } from '../store/testing/embedded-store.ts';
import { systemTimers } from '../system-timers.ts';
import { Reconciler, type ReconcileReport, type StoredRows } from './reconciler.ts';
import { compareRows, isEqual, joined } from './range.ts';
import { fingerprintOf } from '../store/fingerprint.ts';

const HOUR_MS = 3_600_000;
const DAMAGED = Uint8Array.of(1, 2, 3);
let temporary: TemporaryStore;
let bus: MemoryBus;
let nowMs = SOME_TIME_MS;
let raw = 0;
let storedThrough = 0;

beforeAll(async () => {
  temporary = await temporaryStore();
});
afterAll(() => temporary.dispose());
beforeEach(async () => {
  await temporary.store.run('TRUNCATE TABLE tocsin.feedback');
  bus = new MemoryBus({ clock: { nowMs: () => nowMs } });
  [nowMs, raw, storedThrough] = [SOME_TIME_MS, 0, 0];
});

const stored = (): StoredRows => {
  const { store } = temporary;
  return {
    fingerprint: (range) => rowsBetweenSequences(store, range),
    places: (range) => storedPlaces(store, range),
    among: (workspace, ids) => storedIds(store, workspace, ids),
  };
};

function reconciler(): Reconciler {
  return new Reconciler({ scored: bus.log('scored'), latenessMaxMs: 48 * HOUR_MS, duplicates: null, timers: systemTimers, monotonicMs: () => performance.now(), workMs: 50, restMs: 1, stored: stored(), writer: new ClickHouseWriter(temporary.store) });
}

/** A frame of items with these ids (one that starts with `given` is the sender's), then a tick. */
async function frame(ids: string[]): Promise<void> {
  nowMs += 1_000;
  raw += 1;
  const items = ids.map((id) => ({ item: feedbackItem({ id, idGiven: id.startsWith('given'), createdAtMs: nowMs, receivedAtMs: nowMs }), score: SCORE }));
  await bus.log('scored').append(encodeScoredEntry({ kind: 'scored', rawSequence: raw, gatheredAtMs: nowMs, scoredAtMs: nowMs, model: 'm', items }), `raw-${raw}`);
  await bus.log('scored').append(encodeScoredEntry({ kind: 'tick' }), `tick-${raw}`);
}

/** Writes what the counter and the sink would write of the whole log. */
async function storeAll(): Promise<void> {
  const { identity, lastSequence } = await bus.log('scored').info();
  const state = createState();
  const writer = new ClickHouseWriter(temporary.store);
  let open: OpenBatch = null;
  await new Promise<void>((resolve, reject) => {
    let writing = Promise.resolve();
    const subscription = bus.log('scored').read(1, 10_000).subscribe(({ entry, ack }) => {
      const value = entry.value.length === DAMAGED.length ? { kind: 'tick' as const } : decodeScoredEntry(entry.value);
      const cut = cutBatches(open, { sequence: entry.sequence, timeMs: entry.timeMs, kind: value.kind, rows: step(state, { ...entry, value }).rows });
      open = cut.open;
      const { batch } = cut;
      if (batch !== null) {
        writing = writing.then(() => writer.insert(batch.rows, identity, batchToken(identity, batch)));
        storedThrough = batch.lastSequence;
      }
      ack();
      if (entry.sequence === lastSequence) {
        writing.then(resolve, reject);
        queueMicrotask(() => subscription.unsubscribe());
      }
    });
  });
}

const run = (repairId = 'run-1', of = reconciler()): Promise<ReconcileReport> => of.run({ storedThrough, repairId });
const remove = (where: string): Promise<void> => temporary.store.run(`DELETE FROM tocsin.feedback WHERE ${where}`);

async function sixItems(): Promise<void> {
  await frame(['a', 'b']);
  await frame(['given-c', 'd', 'given-c']);
  await frame(['given-c', 'e', 'f']);
  await storeAll();
}

describe('reconciling log and store', () => {
  it('says that they are equal: repeats in the log are no rows', async () => {
    await sixItems();
    expect(await run()).toMatchObject({ outcome: 'equal', rows: 6, missing: 0, extra: 0, throughSequence: 5 });
  });

  it('puts back what was deleted from the store, each row once, and finds them equal after that', async () => {
    await sixItems();
    await remove("id IN ('b', 'given-c', 'f')");
    const report = await run();
    expect(report).toMatchObject({ outcome: 'repaired', missing: 3, repaired: 3, notRepaired: 0, extra: 0 });
    expect(report.examples).toEqual([
      { sequence: 1, index: 1, id: 'b', kind: 'missing' }, { sequence: 3, index: 0, id: 'given-c', kind: 'missing' }, { sequence: 5, index: 2, id: 'f', kind: 'missing' },
    ]);
    expect(await run('run-2')).toMatchObject({ outcome: 'equal', rows: 6 });
  });

  it('puts the same rows back a second time when they are lost a second time', async () => {
    await sixItems();
    for (const repairId of ['run-1', 'run-2']) {
      await remove("id = 'd'");
      expect(await run(repairId)).toMatchObject({ outcome: 'repaired', repaired: 1 });
    }
    expect(await run('run-3')).toMatchObject({ outcome: 'equal' });
  });

  it('finds in a later run what was lost since: the ranges it has seen are compared again', async () => {
    await sixItems();
    const one = reconciler();
    expect(await run('run-1', one)).toMatchObject({ outcome: 'equal' });
    await remove("id = 'a'");
    await frame(['g']);
    await storeAll();
    expect(await run('run-2', one)).toMatchObject({ outcome: 'repaired', missing: 1, rows: 7 });
    expect(await run('run-3', one)).toMatchObject({ outcome: 'equal', rows: 7 });
  });

  it('reports rows that the log does not know, and deletes none of them', async () => {
    await sixItems();
    await temporary.store.run("INSERT INTO tocsin.feedback SELECT * REPLACE ('stranger' AS id, 7 AS log_index) FROM tocsin.feedback WHERE log_sequence = 3 LIMIT 1 SETTINGS insert_deduplicate = 0");
    await temporary.store.run("INSERT INTO tocsin.feedback SELECT * FROM tocsin.feedback WHERE id = 'e' SETTINGS insert_deduplicate = 0");
    const report = await run();
    expect(report).toMatchObject({ outcome: 'differs', missing: 0, repaired: 0, extra: 2 });
    expect(report.examples.map(({ kind, id }) => `${kind} ${id}`)).toEqual(['extra stranger', 'extra e']);
    expect((await run('run-2')).extra).toBe(2);
  });

  it('does not store a row a second time that is stored elsewhere', async () => {
    await sixItems();
    await temporary.store.run("INSERT INTO tocsin.feedback SELECT * REPLACE ('dead-letters' AS log_id) FROM tocsin.feedback WHERE id = 'd'");
    await remove("id = 'd' AND log_id != 'dead-letters'");
    expect(await run()).toMatchObject({ outcome: 'differs', missing: 1, repaired: 0, notRepaired: 1 });
  });

  it('leaves alone what is not stored yet', async () => {
    await sixItems();
    await frame(['g']);
    expect(await run()).toMatchObject({ outcome: 'equal', rows: 6 });
  });

  it('compares an empty log, and passes over entries that are damaged', async () => {
    expect(await run()).toMatchObject({ outcome: 'equal', rows: 0 });
    await frame(['a']);
    await bus.log('scored').append(DAMAGED, 'damaged');
    await frame(['b']);
    await storeAll();
    expect(await run()).toMatchObject({ outcome: 'equal', rows: 2 });
  });

  it('goes on where the beginning of the log is gone: what repeats an item of it is no difference, what is lost is put back', async () => {
    await sixItems();
    bus.faults.purge('scored', 5);
    const one = reconciler();
    // `given-c` stands in the entries that are left as well, and is stored at the place of the one that is gone.
    expect(await run('run-1', one)).toMatchObject({ outcome: 'equal', fromSequence: 5, rows: 2, missing: 0, extra: 0 });
    await remove("id = 'f'");
    expect(await run('run-2', one)).toMatchObject({ outcome: 'repaired', missing: 1, repaired: 1, rows: 2 });
    expect(await run('run-3', one)).toMatchObject({ outcome: 'equal', rows: 2 });
  });
});

describe('a range', () => {
  const ids = fc.array(fc.string(), { maxLength: 20 });

  it('has the fingerprint of its parts together', () => {
    fc.assert(fc.property(ids, ids, (one, other) => {
      expect(isEqual(joined(fingerprintOf(one), fingerprintOf(other)), fingerprintOf([...other, ...one]))).toBe(true);
    }));
  });

  it('differs by exactly the rows that one side lacks', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.nat(50)), fc.uniqueArray(fc.nat(50)), (inLog, inStore) => {
      const rows = inLog.map((index) => ({ sequence: 1, index, item: { id: `i${index}` } }) as never);
      const { missing, extra } = compareRows(rows, inStore.map((index) => ({ sequence: 1, index, id: `i${index}` })));
      expect(missing.map(({ index }) => index)).toEqual(inLog.filter((index) => !inStore.includes(index)));
      expect(extra.map(({ index }) => index)).toEqual(inStore.filter((index) => !inLog.includes(index)));
    }));
  });
});

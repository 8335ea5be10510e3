import { expect, it } from 'vitest';
import { compareWithStored, Ledger } from './ledger.ts';

const run = (acceptedItems: number, uncertain: { id: string; items: number }[] = []) => ({ acceptedItems, unexpectedAnswers: 0, uncertain, complaints: [] });

it('says of each scenario what was lost, what nobody sent, and what is there twice', () => {
  const ledger = new Ledger();
  ledger.add(run(100), 'flow', ['flowr1']);
  ledger.add(run(50), 'spike', ['calm', 'spike']);
  ledger.addMarkers([{ product: 'p', id: 'lt-p-marker-0x', sentAtMs: 1, seenAtMs: { answered: 2 } }, { product: 'q', id: 'lt-p-marker-1x', sentAtMs: 1, seenAtMs: {} }, { product: 'r', id: 'lt-p-marker-2x', sentAtMs: 1, seenAtMs: {}, isRefused: true }], 'spike', 'p');
  ledger.add(run(7), 'mixed', ['mixedr1']);
  const differences = compareWithStored(ledger.entries, [
    { name: 'flowr1', rows: 98, ids: 98, uncertainIds: 0 }, { name: 'calm', rows: 20, ids: 20, uncertainIds: 0 }, { name: 'spike', rows: 33, ids: 30, uncertainIds: 0 },
    { name: 'p', rows: 2, ids: 2, uncertainIds: 1 }, { name: 'mixedr1', rows: 8, ids: 8, uncertainIds: 0 },
  ]);
  expect(Object.fromEntries(differences)).toEqual({ flow: { lost: 2, unsent: 0, twice: 0 }, spike: { lost: 0, unsent: 0, twice: 3 }, mixed: { lost: 0, unsent: 1, twice: 0 } });
  expect(ledger.acceptedItems).toBe(158);
  expect(ledger.uncertain).toEqual([{ id: 'lt-p-marker-1x', items: 1 }]);
});

it('misses what is not in the store at all', () => {
  const ledger = new Ledger();
  ledger.add(run(5), 'flow', ['flowr1']);
  expect(compareWithStored(ledger.entries, []).get('flow')).toEqual({ lost: 5, unsent: 0, twice: 0 });
});

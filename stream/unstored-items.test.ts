import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoredItem } from '../core/stored-item.ts';
import { SOME_TIME_MS, storedItem } from './store/testing/items.ts';
import { UnstoredItems, type UnstoredQuery } from './unstored-items.ts';

const WORKSPACES = ['shop', 'bank'];
const CATEGORIES = ['logistics', 'service.attitude'];

/** Entries of the scored log from 1 on, each with some rows. */
const entries = fc.array(fc.array(fc.record({
  workspace: fc.constantFrom(...WORKSPACES), category: fc.constantFrom(...CATEGORIES), region: fc.constantFrom('east', undefined), atMs: fc.nat(20), isRepeat: fc.boolean(),
}), { maxLength: 4 }), { maxLength: 12 }).map((all) => all.map((rows, entry) => rows.map(({ workspace, category, region, atMs, isRepeat }, index) => storedItem({
  sequence: entry + 1, index, ...(isRepeat ? { duplicateOf: 'first' } : {}),
  item: { id: `${entry + 1}-${index}`, workspace, createdAtMs: SOME_TIME_MS + atMs, ...(region === undefined ? {} : { region }) },
  score: { categories: [{ id: category, probability: 1, decidedBy: 'model' }] },
}))));

const queries = fc.record({
  workspace: fc.constantFrom(...WORKSPACES),
  group: fc.constantFrom<UnstoredQuery['group'][]>({}, { category: 'logistics' }, { category: 'logistics', region: 'east' }, { region: '' }, { term: '8.2.1' }),
  where: fc.constantFrom('', 'region == "east"'), afterMs: fc.nat(20).map((ms) => SOME_TIME_MS - 1 + ms), upToMs: fc.nat(20).map((ms) => SOME_TIME_MS + ms), rowsMax: fc.integer({ min: 1, max: 30 }),
});

describe('items that are not stored yet', () => {
  it('are those of the group and the span that were counted after what is stored, the last first', () => {
    fc.assert(fc.property(entries, fc.nat(12), queries, (all, storedThrough, query) => {
      const items = new UnstoredItems();
      all.forEach((rows, at) => items.counted(at + 1, rows));
      items.stored(storedThrough);
      const isAskedFor = ({ item, score, createdAtMs, duplicateOf }: StoredItem): boolean => item.workspace === query.workspace && duplicateOf === undefined
        && (query.where === '' || item.region === 'east') && createdAtMs > query.afterMs && createdAtMs <= query.upToMs
        && (query.group['category'] === undefined || score.categories.some(({ id }) => id === query.group['category']))
        && (query.group['region'] === undefined || (item.region ?? '') === query.group['region']);
      const expected = all.slice(storedThrough).flat().filter(isAskedFor).reverse().slice(0, query.rowsMax);
      expect(items.find(query).map(({ item }) => item.id)).toEqual(expected.map(({ item }) => item.id));
    }));
  });

  it('are all looked at, repeats left out, where little is made of each', () => {
    const items = new UnstoredItems();
    for (let sequence = 1; sequence <= 8; sequence++) items.counted(sequence, Array.from({ length: 1_000 }, (_, index) => storedItem({ sequence, index, ...(index === 0 ? { duplicateOf: 'first' } : {}) })));
    const places = items.map(({ sequence, index }) => (sequence > 1 ? [sequence, index] : null));
    expect(places).toHaveLength(7 * 999);
    expect(JSON.stringify(places).length).toBeLessThan(100_000);
  });

  it('are the newest only where the store is away, and an answer stays small whatever the texts are', () => {
    const items = new UnstoredItems();
    const row = (sequence: number, text = ''): StoredItem => storedItem({ sequence, index: 0, item: { id: String(sequence), workspace: 'shop', text, createdAtMs: SOME_TIME_MS } });
    const query: UnstoredQuery = { workspace: 'shop', group: {}, where: '', afterMs: 0, upToMs: SOME_TIME_MS, rowsMax: 10_000 };
    for (let sequence = 1; sequence <= 9_000; sequence++) items.counted(sequence, [row(sequence)]);
    const ids = items.find(query).map(({ item }) => Number(item.id));
    expect(ids[0]).toBe(9_000);
    expect(ids.length).toBeLessThan(8_000);
    items.stored(8_999);
    expect(items.find(query).map(({ item }) => item.id)).toEqual(['9000']);
    for (let sequence = 9_001; sequence <= 9_100; sequence++) items.counted(sequence, [row(sequence, '慢'.repeat(100_000))]);
    expect(JSON.stringify(items.find(query)).length).toBeLessThan(700_000);
  });
});

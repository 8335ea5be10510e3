import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClickHouseWriter } from './clickhouse-writer.ts';
import { readGroupItems } from './reason-items.ts';
import { temporaryStore, type TemporaryStore } from './testing/embedded-store.ts';
import { SOME_TIME_MS, storedItem } from './testing/items.ts';

const STORED = Array.from({ length: 40 }, (_, at) => storedItem({
  sequence: 1, index: at, ...(at % 10 === 9 ? { duplicateOf: 'id-0' } : {}),
  item: { id: `id-${at}`, workspace: 'shop', createdAtMs: SOME_TIME_MS + at, text: `文 ${at}`, channel: at % 2 === 0 ? 'app' : 'chat', store: String(at % 4), customer: { tier: at % 3 === 0 ? 'gold' : 'silver' }, attributes: { version: '8.2.1' } },
  score: { categories: [{ id: at % 2 === 0 ? 'logistics' : 'service', probability: 1, decidedBy: 'model' as const }] },
}));

describe('items of a group', () => {
  let temporary: TemporaryStore;
  beforeAll(async () => {
    temporary = await temporaryStore();
    await new ClickHouseWriter(temporary.store).insert(STORED, 'scored.0', 'scored.0:1-1');
  }, 300_000);
  afterAll(() => temporary.dispose());
  const idsOf = async (group: Record<string, string>, afterMs = SOME_TIME_MS - 1, upToMs = SOME_TIME_MS + 100, rowsMax = 100): Promise<string[]> =>
    (await readGroupItems(temporary.store, { workspace: 'shop', group, afterMs, upToMs, rowsMax })).map(({ item }) => item.id);
  const expected = (is: (at: number) => boolean): string[] => STORED.map((_, at) => at).filter((at) => at % 10 !== 9 && is(at)).reverse().map((at) => `id-${at}`);

  it('come newest first, without repeats, from just after the start to the end of the span', async () => {
    expect(await idsOf({})).toEqual(expected(() => true));
    expect(await idsOf({}, SOME_TIME_MS + 3, SOME_TIME_MS + 8)).toEqual(['id-8', 'id-7', 'id-6', 'id-5', 'id-4']);
    expect(await idsOf({}, SOME_TIME_MS, SOME_TIME_MS + 100, 3)).toHaveLength(3);
  });

  it('have every value of the group, whatever it holds', async () => {
    expect(await idsOf({ category: 'logistics', store: '0' })).toEqual(expected((at) => at % 4 === 0));
    expect(await idsOf({ customerTier: 'gold', channel: 'chat' })).toEqual(expected((at) => at % 3 === 0 && at % 2 === 1));
    expect(await idsOf({ store: "0' OR 1=1 --" })).toEqual([]);
    expect(await idsOf({ term: 'not-a-column' })).toHaveLength(expected(() => true).length);
  });

  it('keep their attributes', async () => {
    const [item] = await readGroupItems(temporary.store, { workspace: 'shop', group: {}, afterMs: SOME_TIME_MS, upToMs: SOME_TIME_MS + 100, rowsMax: 1 });
    expect(item?.item.attributes).toEqual({ version: '8.2.1' });
  });
});

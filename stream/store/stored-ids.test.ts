import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MemoryBus } from '../bus/memory-bus.ts';
import { DeadLetterBox } from '../dead-letter-box/dead-letter-box.ts';
import { DeadLetters } from '../dead-letter-box/dead-letters.ts';
import { ClickHouseWriter } from './clickhouse-writer.ts';
import { countAll } from './counts.ts';
import { storedIds } from './stored-ids.ts';
import { temporaryStore, type TemporaryStore } from './testing/embedded-store.ts';
import { entryRows, storedItem } from './testing/items.ts';

let temporary: TemporaryStore;
beforeAll(async () => {
  temporary = await temporaryStore();
  await new ClickHouseWriter(temporary.store).insert(entryRows(1, 5), 'scored-1', 'scored-1:1-1');
});
afterAll(() => temporary.dispose());

describe('ids that are stored', () => {
  it('are told from those that are not, in their workspace alone, however many are asked for', async () => {
    const asked = Array.from({ length: 2_500 }, (_, index) => `item-1-${index}`);
    expect([...(await storedIds(temporary.store, 'default', asked))].sort()).toEqual([0, 1, 2, 3, 4].map((index) => `item-1-${index}`));
    expect((await storedIds(temporary.store, 'other', asked)).size).toBe(0);
    expect((await storedIds(temporary.store, 'default', [])).size).toBe(0);
    expect((await storedIds(temporary.store, 'default', ["'; DROP TABLE tocsin.feedback; --"])).size).toBe(0);
  });
});

describe('a row that was put aside', () => {
  it('is in the store once, however often its letter is replayed', async () => {
    const clock = { nowMs: () => 1 };
    const bus = new MemoryBus({ clock });
    const { store } = temporary;
    const row = storedItem({ sequence: 1, index: 9 });
    await new DeadLetters(bus.log('dead'), clock, () => undefined).put({ stage: 'store', log: 'scored', sequence: 1, index: 9, bytes: new TextEncoder().encode(JSON.stringify(row)), error: new Error('no') });
    const box = new DeadLetterBox({ bus, writer: new ClickHouseWriter(store), stored: { among: (workspace, ids) => storedIds(store, workspace, ids) }, clock });
    bus.faults.rejectAppends('dead', 1);
    await expect(box.replay(1)).rejects.toThrow();
    expect(await box.replay(1)).toEqual({ sequence: 1, outcome: 'replayed', items: 0 });
    expect(await countAll(store)).toBe(6);
  });
});

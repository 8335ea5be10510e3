import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabelRecord, Labels } from '../../core/label.ts';
import { ClickHouseWriter } from './clickhouse-writer.ts';
import { eraseCustomer } from './erase-customer.ts';
import { labelRow, readLabelledTexts, storedLabels } from './labels.ts';
import { storedItem } from './testing/items.ts';
import { temporaryStore, type TemporaryStore } from './testing/embedded-store.ts';

const record = (id: string, feedbackId: string, atMs: number, labels: Labels): LabelRecord => ({ id, workspace: 'default', feedbackId, text: `text of ${feedbackId}`, by: 'u1', atMs, labels });
const RECORDS = [
  record('l1', 'a', 1_000, { sentiment: 'negative', complaint: true, severity: 'mild', categories: ['logistics', 'service.speed'], implicit: false }),
  record('l2', 'a', 2_000, { sentiment: 'neutral', complaint: false, stars: 3 }),
  record('l3', 'b', 1_500, { implicit: true }),
];

let temporary: TemporaryStore;
beforeAll(async () => {
  temporary = await temporaryStore();
  const { store } = temporary;
  await new ClickHouseWriter(store).insert([storedItem({ sequence: 1, index: 0, item: { id: 'b', customer: { id: 'c1' } } })], 'scored-1', 'scored-1:1-1');
  // The second one stands there twice, as after a copy whose answer was lost.
  const rows = [...RECORDS, RECORDS[1]!].map((each, at) => ({ ...labelRow(each), log_id: 'log', log_sequence: at + 1 }));
  await store.insert('INSERT INTO tocsin.labels FORMAT JSONEachRow', Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join('')));
});
afterAll(() => temporary.dispose());

describe('labels in the store', () => {
  it('come back as they were, oldest first, each once', async () => {
    expect(await storedLabels(temporary.store, 'default', 'a')).toEqual(RECORDS.slice(0, 2));
    expect(await storedLabels(temporary.store, 'other', 'a')).toEqual([]);
  });

  it('are for training what the last label of each field says', async () => {
    const all = await readLabelledTexts(temporary.store, { workspace: 'default', after: '', limit: 10 });
    expect(all).toEqual([
      { feedbackId: 'a', text: 'text of a', sentiment: 'neutral', stars: 3, complaint: false, severity: 'mild', categories: ['logistics', 'service.speed'], implicit: false },
      { feedbackId: 'b', text: 'text of b', implicit: true },
    ]);
    expect(await readLabelledTexts(temporary.store, { workspace: 'default', after: '', limit: 1 })).toEqual(all.slice(0, 1));
    expect(await readLabelledTexts(temporary.store, { workspace: 'default', after: 'a', limit: 10 })).toEqual(all.slice(1));
  });

  it('of a customer who was erased can be looked at without the text, and teach nothing', async () => {
    await eraseCustomer(temporary.store, { workspace: 'default', customerId: 'c1', actor: 'u1', atMs: 3_000 });
    expect(await storedLabels(temporary.store, 'default', 'b')).toEqual([{ ...RECORDS[2], text: '[erased]' }]);
    expect((await readLabelledTexts(temporary.store, { workspace: 'default', after: '', limit: 10 })).map(({ feedbackId }) => feedbackId)).toEqual(['a']);
  });
});

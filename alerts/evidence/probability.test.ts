import { expect, it } from 'vitest';
import type { StoredItem } from '../../core/stored-item.ts';
import { makeItem, START_MS } from '../../stream/counter/testing/entries.ts';
import { recount } from './evidence.ts';

it('a sum of probabilities in the middle between two hundredths is counted again as the counter rounds it', async () => {
  const items = [0.93, 0.925].map((complaintProbability, index) => makeItem({ id: `i-${index}`, createdAtMs: START_MS, score: { complaintProbability } }) as unknown as StoredItem);
  const claimed = Number((1_855 / 1_000).toFixed(2));
  const question = {
    part: 'count', title: { zh: '', en: '' }, workspace: 'shop', group: {}, where: '', afterMs: START_MS - 1, upToMs: START_MS, asOfMs: START_MS, sequence: 1, itemIndex: null, counts: 'probability', claimed, claim: 'exact',
  } as const;
  const proof = await recount({ read: async ({ log, after }) => (log.side === 'up-to' && after === null ? items : []) }, question);
  expect(proof).toMatchObject({ outcome: 'equal', counted: claimed });
});

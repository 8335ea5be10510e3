import type { FeedbackItem } from '../../core/feedback.ts';
import type { ScoredItem } from '../../core/frame.ts';
import type { Score } from '../../core/score.ts';
import { ITEMS_MAX, type GivenItems } from './rule-test-schema.ts';

const DAY_MS = 86_400_000;

/** An item on its way: it arrives at `atMs`, milliseconds since the epoch. */
export interface Arriving {
  atMs: number;
  scored: ScoredItem;
}

/** The items of a test in the order in which they arrive. */
export function arrivingItems(given: readonly GivenItems[], startMs: number): Arriving[] {
  const all: Arriving[] = [];
  for (const one of given) {
    for (let day = 0; day < one.days; day++) {
      for (let index = 0; index < one.items && all.length <= ITEMS_MAX; index++) {
        const atMs = startMs + one.at + day * DAY_MS + index * one.every;
        all.push({ atMs, scored: { item: itemOf(one, { index, atMs, number: all.length }), score: scoreOf(one) } });
      }
    }
  }
  if (all.length > ITEMS_MAX) throw new Error(`has more than ${ITEMS_MAX} items`);
  return all.sort((a, b) => a.atMs - b.atMs);
}

function itemOf(one: GivenItems, { index, atMs, number }: { index: number; atMs: number; number: number }): FeedbackItem {
  const customer = one.customers === undefined ? one.customer : `${one.customer ?? 'customer'}-${(index % one.customers) + 1}`;
  const isKnown = customer !== undefined || one.tier !== undefined || one.customerGroup !== undefined;
  return {
    id: `item-${number}`,
    idGiven: false,
    workspace: 'test',
    text: one.text,
    channel: one.channel,
    createdAtMs: atMs - one.lateBy,
    receivedAtMs: atMs,
    ...(isKnown ? { customer: { ...given({ id: customer }), ...given({ tier: one.tier }), ...given({ group: one.customerGroup }) } } : {}),
    ...given({ product: one.product }), ...given({ store: one.store }), ...given({ region: one.region }), ...given({ agent: one.agent }),
    ...given({ rating: one.rating }), ...given({ nps: one.nps }), ...given({ waitSeconds: one.waitSeconds }), ...given({ tags: one.tags }),
  };
}

/** Without a field that is not given: an absent field and an undefined one are two things. */
function given<T extends object>(field: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.values(field)[0] === undefined ? {} : (field as { [K in keyof T]?: NonNullable<T[K]> });
}

function scoreOf({ complaint, complaintProbability, sentiment, stars, severity, category, implicit, keywords, language }: GivenItems): Score {
  return {
    sentiment: sentiment ?? (complaint ? 'negative' : 'positive'),
    probabilities: complaint ? { negative: 0.9, neutral: 0.08, positive: 0.02 } : { negative: 0.02, neutral: 0.08, positive: 0.9 },
    stars: stars ?? (complaint ? 1 : 5),
    starProbabilities: complaint ? [0.9, 0.05, 0.03, 0.01, 0.01] : [0.01, 0.01, 0.03, 0.05, 0.9],
    complaint,
    complaintProbability: complaintProbability ?? (complaint ? 0.9 : 0.1),
    severity: severity ?? (complaint ? 'moderate' : 'none'),
    categories: [category].flat().map((id) => ({ id, probability: 0.9, decidedBy: 'model' })),
    implicit,
    keywords,
    language,
  };
}

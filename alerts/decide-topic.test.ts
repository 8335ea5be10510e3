import { describe, expect, it } from 'vitest';
import { decideTopic } from './decide-topic.ts';
import type { TopicInput } from './decide-topic.ts';

const NEW: TopicInput = { customers: 10, items: 12, expected: 0.5, fireAt: 10, resolveBelow: 8, timesMin: 5 };

describe('a term', () => {
  it.each<[string, Partial<TopicInput>, string, string]>([
    ['fires where it is new', {}, 'fires', 'new-and-growing'],
    ['does not fire with one customer too few', { customers: 9 }, 'holds', 'too-few-customers'],
    ['does not fire where it was usual', { expected: 2.5 }, 'holds', 'not-new'],
    ['fires on the very multiple', { expected: 2.4 }, 'fires', 'new-and-growing'],
    ['does not fire before its past is known', { expected: null }, 'holds', 'no-past-yet'],
    ['is over with fewer customers', { customers: 7 }, 'over', 'fewer-customers'],
  ])('%s', (_, over, state, reason) => {
    expect(decideTopic({ ...NEW, ...over })).toEqual({ state, reason });
  });
});

import { describe, expect, it } from 'vitest';
import type { LabelRecord, Labels } from '../../core/label.ts';
import { currentLabels, decideLabel } from './decide-label.ts';

const record = (by: string, atMs: number, labels: Labels): LabelRecord => ({ id: `${by}-${atMs}`, workspace: 'default', feedbackId: 'a', text: 't', by, atMs, labels });
const HISTORY = [record('u1', 1, { sentiment: 'negative', complaint: true, categories: ['logistics', 'service.speed'] }), record('u2', 2, { sentiment: 'neutral' })];

describe('labels of an item', () => {
  it('are of each field the last one', () => {
    expect(currentLabels(HISTORY)).toEqual({
      sentiment: { value: 'neutral', by: 'u2', atMs: 2 }, complaint: { value: true, by: 'u1', atMs: 1 }, categories: { value: ['logistics', 'service.speed'], by: 'u1', atMs: 1 },
    });
  });

  it.each([
    ['the first of a field', 'u1', { stars: 1 }, 'append', 'new'],
    ['another value', 'u2', { sentiment: 'positive' }, 'append', 'differs'],
    ['the same value by somebody else', 'u1', { sentiment: 'neutral' }, 'append', 'differs'],
    ['the same again', 'u2', { sentiment: 'neutral' }, 'keep', 'already-so'],
    ['the same categories in another order', 'u1', { categories: ['service.speed', 'logistics'] }, 'keep', 'already-so'],
    ['one that is so and one that is not', 'u1', { complaint: true, stars: 2 }, 'append', 'differs'],
    ['what was so before somebody changed it', 'u1', { sentiment: 'negative' }, 'append', 'differs'],
    ['a false that is so', 'u3', { implicit: false }, 'append', 'new'],
  ] as const)('%s', (_, by, labels, kind, reason) => {
    expect(decideLabel(currentLabels(HISTORY), { by, labels: labels as Labels })).toEqual({ kind, reason });
  });
});

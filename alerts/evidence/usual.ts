import type { CorrectedUsual } from '../../core/operation.ts';
import { spikeLimit } from '../decide-spike.ts';
import { median } from '../decide-statistics.ts';
import type { Opening } from '../list/alert-record.ts';
import type { Proof } from './prove-alert.ts';

/**
 * What was usual as a spike, or an absence that learned it, was told, and as its earlier windows come out when they are counted again. Null for an alert of
 * another kind, for one of a version that did not note what its rule asks, and where items of an earlier window are past their keeping time. Pure.
 */
export function usualOf({ measure, basis, fireAt }: Pick<Opening, 'measure' | 'basis' | 'fireAt'>, parts: Proof['parts']): { then: CorrectedUsual; now: CorrectedUsual } | null {
  if (measure?.kind === 'spike' && basis?.spike !== undefined) {
    const baseline = countedAgain(measure.baseline, parts);
    const { sensitivity, timesMin, fireAtMin, factor } = basis.spike;
    const limit = baseline === null ? null : spikeLimit({ rule: { method: measure.method, sensitivity, timesMin, fireAt: fireAtMin }, baseline, factor });
    return limit?.reason === 'known' ? { then: { expected: measure.expected, fireAt }, now: { expected: limit.expected, fireAt: limit.fireAt } } : null;
  }
  if (measure?.kind === 'absence' && measure.learned && basis?.absence !== undefined) {
    const baseline = countedAgain(measure.baseline ?? [], parts);
    const { expectedMin } = basis.absence;
    return baseline === null || baseline.length === 0 ? null : { then: { expected: measure.expected, fireAt, expectedMin }, now: { expected: median(baseline), fireAt, expectedMin } };
  }
  return null;
}

/** The earlier windows as they come out now; null where one of them is not known whole any more. */
function countedAgain(baseline: readonly number[], parts: Proof['parts']): number[] | null {
  const counts: number[] = [];
  for (const at of baseline.keys()) {
    const part = parts.find(({ id }) => id === `earlier-${at + 1}`);
    if (part === undefined || part.reason === 'past-keeping-time') return null;
    counts.push(part.countedAsOf);
  }
  return counts;
}

import type { CorrectedUsual } from '../../core/operation.ts';
import { spikeLimit } from '../decide-spike.ts';
import type { Opening } from '../list/alert-record.ts';
import type { Proof } from './prove-alert.ts';

/**
 * What was usual as a spike was told, and as its earlier windows come out when they are counted again. Null for an alert of another kind, for one of a version
 * that did not note what its rule asks, and where items of an earlier window are past their keeping time. Pure.
 */
export function usualOf({ measure, basis, fireAt }: Pick<Opening, 'measure' | 'basis' | 'fireAt'>, parts: Proof['parts']): { then: CorrectedUsual; now: CorrectedUsual } | null {
  if (measure?.kind !== 'spike' || basis?.spike === undefined) return null;
  const baseline: number[] = [];
  for (const at of measure.baseline.keys()) {
    const part = parts.find(({ id }) => id === `earlier-${at + 1}`);
    if (part === undefined || part.reason === 'past-keeping-time') return null;
    baseline.push(part.countedAsOf);
  }
  const { sensitivity, timesMin, fireAtMin, factor } = basis.spike;
  const limit = spikeLimit({ rule: { method: measure.method, sensitivity, timesMin, fireAt: fireAtMin }, baseline, factor });
  return limit.reason === 'known' ? { then: { expected: measure.expected, fireAt }, now: { expected: limit.expected, fireAt: limit.fireAt } } : null;
}

import { forecastReach } from '../../alerts/decide-reach.ts';
import { forecastShare } from '../../alerts/decide-share-reach.ts';
import { decideShare } from '../../alerts/decide-share.ts';
import { spikeLimit } from '../../alerts/decide-spike.ts';
import type { Approaching } from '../../core/live.ts';
import type { ShareRule, SpikeRule } from '../../core/rule.ts';
import { TextHash } from '../windows/hash.ts';
import { visitCustomers } from '../windows/measure.ts';
import { groupOf } from './alert-writer.ts';
import type { AlertPlace } from './alert-writer.ts';
import { CLOSE_PART, FIRE_AT_MIN, ITEMS_MAX } from './approaching-limits.ts';
import { countInside } from './kept-counts.ts';
import type { Counts } from './kept-counts.ts';
import type { CounterState } from './state.ts';

/** “8 of 10 per 1,000 at a volume of 1,250”; null where it is not on its way. A share that stays where it is is none, however close. */
export function approachingShare(state: CounterState, { counted, ruleState: { mark, watch }, key }: AlertPlace, rule: ShareRule): Approaching | null {
  const { nowMs } = state;
  const count = countInside({ counted, mark }, key, nowMs, rule.windowMs);
  if (count < FIRE_AT_MIN * CLOSE_PART) return null;
  const of = watch?.volume ?? null;
  const volumeKey = of === null ? -1 : volumeKeyOf(counted, key, of);
  if (of === null || volumeKey < 0 || heldOf(of, volumeKey) > ITEMS_MAX) return null;
  const volume = countInside(of, volumeKey, nowMs, rule.windowMs);
  const { state: is, share, countThatFires } = decideShare({ rule, count, volume });
  if (is === 'fires' || countThatFires < FIRE_AT_MIN || count < countThatFires * CLOSE_PART) return null;
  const reachesAtMs = forecastShare({
    timesMs: timesOf({ counted, mark }, key, nowMs - rule.windowMs), volumeTimesMs: timesOf(of, volumeKey, nowMs - rule.windowMs),
    shareAtLeast: rule.shareAtLeast, countMin: rule.fireAt, volumeMin: rule.volumeMin, windowMs: rule.windowMs, nowMs,
  });
  if (reachesAtMs === null) return null;
  return {
    ruleId: rule.id, title: rule.title, group: groupOf(counted, key, rule.groupBy).group, count, fireAt: countThatFires, windowMs: rule.windowMs,
    measure: { kind: 'share', volume, share, shareAtLeast: rule.shareAtLeast, per: rule.per }, reachesAtMs,
  };
}

/** “42 of 47 where 20 are usual at these hours”, as of the earlier windows that the group's latest item was held against; null where it is not on its way. */
export function approachingSpike(state: CounterState, { counted, ruleState: { mark, watch }, key }: AlertPlace, rule: SpikeRule): Approaching | null {
  const { nowMs } = state;
  const baseline = watch?.baselines.get(key);
  if (baseline?.endsMs === undefined || heldOf({ counted, mark }, key) > ITEMS_MAX) return null;
  const count = countInside({ counted, mark }, key, nowMs, rule.windowMs);
  if (count < rule.fireAt * CLOSE_PART) return null;
  const limit = spikeLimit({ rule, baseline: baseline.counts, factor: baseline.today === 'sale-day' ? rule.saleTimes : 1 });
  if (limit.reason !== 'known' || limit.fireAt < FIRE_AT_MIN || count < limit.fireAt * CLOSE_PART || count >= limit.fireAt) return null;
  const reachesAtMs = forecastReach({ timesMs: timesOf({ counted, mark }, key, nowMs - rule.windowMs), fireAt: limit.fireAt, windowMs: rule.windowMs, nowMs });
  if (reachesAtMs === null) return null;
  return {
    ruleId: rule.id, title: rule.title, group: groupOf(counted, key, rule.groupBy).group, count, fireAt: limit.fireAt, windowMs: rule.windowMs,
    measure: { kind: 'spike', expected: limit.expected }, reachesAtMs,
  };
}

function heldOf({ counted: { grouping } }: Counts, key: number): number {
  return grouping.times.held(grouping.recordOf(key));
}

function volumeKeyOf(counted: AlertPlace['counted'], key: number, volume: Counts): number {
  const { names } = counted.grouping;
  const texts = [names.text(key, 0), ...volume.counted.fields.map((field) => names.text(key, 1 + counted.fields.indexOf(field)))];
  return volume.counted.grouping.names.find(new TextHash().all(texts), texts);
}

function timesOf({ counted: { grouping }, mark }: Counts, key: number, afterMs: number): number[] {
  const timesMs: number[] = [];
  visitCustomers(grouping.times, grouping.recordOf(key), { afterMs, of: grouping.kinds.having(mark) }, (_, ms) => timesMs.push(ms));
  return timesMs.sort((a, b) => a - b);
}

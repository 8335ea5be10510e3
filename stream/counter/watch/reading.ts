import { decideAbsence, silenceMeansFrom } from '../../../alerts/decide-absence.ts';
import { decideShare } from '../../../alerts/decide-share.ts';
import { spikeLimit } from '../../../alerts/decide-spike.ts';
import { median } from '../../../alerts/decide-statistics.ts';
import type { AlertBasis, AlertMeasure } from '../../../core/alert.ts';
import type { AbsenceRule, ShareRule, SpikeRule, ThresholdRule } from '../../../core/rule.ts';
import { TextHash } from '../../windows/hash.ts';
import { visitCustomers } from '../../windows/measure.ts';
import type { AlertPlace } from '../alert-writer.ts';
import { isKnownSince } from '../earlier-counts.ts';
import { countInside } from '../kept-counts.ts';
import type { CounterState } from '../state.ts';
import { endsAtMs } from '../window-now.ts';
import { earlierOf, keptBaseline } from './baseline.ts';
import { comparisonOf } from './comparison.ts';
import { CustomerWindow } from './customer-window.ts';
import type { RuleWatch } from './rule-watch.ts';

/** What a rule finds of one group at the stream's now. */
export interface Reading {
  state: 'fires' | 'holds' | 'over';
  count: number;
  fireAt: number;
  resolveBelow: number;
  measure?: AlertMeasure;
  /** What an event says of the items beside the rule's own window. */
  basis?: Pick<AlertBasis, 'of' | 'earlier' | 'spike' | 'absence' | 'topic'>;
  /** The instant at which `state` changes by time alone, exact to the millisecond; null where it has to be looked at now and then. */
  lessAtMs(): number | null;
  /** When it will be over if nothing more comes; null where waiting does not end it. */
  endsAtMs(): number | null;
}

/** The place of a watched rule and a group. */
export interface WatchPlace extends AlertPlace {
  watch: RuleWatch;
}

/** Reads a group for a rule that counts in groups. The key must be advanced. `itemIndex`: of the item that is being counted. */
export function readGroup(state: CounterState, place: WatchPlace, itemIndex: number | null): Reading {
  const { rule } = place.ruleState;
  switch (rule.kind) {
    case 'threshold':
      switch (rule.of) {
        case 'customers':
          return readCustomers(state, place, rule);
        case 'probability':
          return readProbability(state, place, rule);
        case undefined:
          return readItems(place);
      }
      break;
    case 'share':
      return readShare(state, place, rule);
    case 'spike':
      return readSpike(state, place, rule, itemIndex);
    case 'absence':
      return readAbsence(state, place, rule, itemIndex);
    case 'severe':
    case 'newTopic':
    case 'composite':
      break;
  }
  throw new Error(`a ${rule.kind} rule reads no group`);
}

/** Items of the group in the rule's window now. */
export function itemsInside({ counted: { grouping }, ruleState, key }: AlertPlace): number {
  return grouping.counts.read(grouping.recordOf(key), ruleState.place);
}

function level(count: number, { fireAt, resolveBelow }: { fireAt: number; resolveBelow: number }): Reading['state'] {
  return count >= fireAt ? 'fires' : count >= resolveBelow ? 'holds' : 'over';
}

function readItems(place: WatchPlace): Reading {
  const { rule } = place.ruleState;
  const count = itemsInside(place);
  const is = level(count, rule);
  return { state: is, count, fireAt: rule.fireAt, resolveBelow: rule.resolveBelow, lessAtMs: () => lessAt(place, is, rule), endsAtMs: () => endsAtMs(place) };
}

/** When the count of items leaves the state that it is in. */
function lessAt(place: WatchPlace, is: Reading['state'], { fireAt, resolveBelow }: { fireAt: number; resolveBelow: number }): number | null {
  return is === 'over' ? null : endsAtMs(place, is === 'fires' ? fireAt : resolveBelow);
}

function readCustomers(state: CounterState, place: WatchPlace, rule: ThresholdRule): Reading {
  const window = customersOf(state, place);
  const count = window.count(state.nowMs - rule.windowMs);
  const is = level(count, rule);
  const fallsBelowMs = (limit: number): number => (window.nthNewestMs(limit) ?? customersSince(place, -1).nthNewestMs(limit) ?? 0) + rule.windowMs;
  return {
    state: is, count, fireAt: rule.fireAt, resolveBelow: rule.resolveBelow,
    measure: { kind: 'customers', items: itemsInside(place) },
    lessAtMs: () => (is === 'over' ? null : fallsBelowMs(is === 'fires' ? rule.fireAt : rule.resolveBelow)),
    endsAtMs: () => fallsBelowMs(rule.resolveBelow),
  };
}

/** Made from the items of the window the first time, kept up to date by each item after. */
export function customersOf(state: CounterState, place: WatchPlace): CustomerWindow {
  const { customers } = place.watch;
  const window = customers.get(place.key) ?? customersSince(place, state.nowMs - place.ruleState.rule.windowMs);
  customers.set(place.key, window);
  return window;
}

function customersSince({ counted: { grouping }, ruleState: { mark }, key }: WatchPlace, afterMs: number): CustomerWindow {
  const window = new CustomerWindow();
  const latest = new Map<number, number>();
  visitCustomers(grouping.times, grouping.recordOf(key), { afterMs, of: grouping.kinds.having(mark) }, (customer, ms) => {
    if ((latest.get(customer) ?? -1) < ms) latest.set(customer, ms);
  });
  for (const [customer, ms] of latest) window.add(customer, ms);
  return window;
}

function readProbability(state: CounterState, { watch, key }: WatchPlace, rule: ThresholdRule): Reading {
  const { sum, items } = watch.weights.read(key, state.nowMs - rule.windowMs, rule.resolveBelow);
  const is = level(sum, rule);
  const fallsBelowMs = (limit: number): number => (watch.weights.lastHolding(key, limit) ?? 0) + rule.windowMs;
  return {
    state: is, count: Number(sum.toFixed(2)), fireAt: rule.fireAt, resolveBelow: rule.resolveBelow,
    measure: { kind: 'probability', items },
    lessAtMs: () => (is === 'over' ? null : fallsBelowMs(is === 'fires' ? rule.fireAt : rule.resolveBelow)),
    endsAtMs: () => fallsBelowMs(rule.resolveBelow),
  };
}

function readShare(state: CounterState, place: WatchPlace, rule: ShareRule): Reading {
  const count = itemsInside(place);
  const volume = volumeOf(state, place, rule);
  const { state: is, share, countThatFires } = decideShare({ rule, count, volume });
  const resolveBelow = Math.max(1, Math.ceil(rule.resolveShareBelow * volume));
  return {
    state: is, count, fireAt: countThatFires, resolveBelow,
    measure: { kind: 'share', volume, share, shareAtLeast: rule.shareAtLeast, per: rule.per },
    basis: { of: rule.of },
    lessAtMs: () => null, endsAtMs: () => null,
  };
}

function volumeOf(state: CounterState, { counted, watch: { volume }, key }: WatchPlace, rule: ShareRule): number {
  if (volume === null) return 0;
  const { names } = counted.grouping;
  const texts = [names.text(key, 0), ...volume.counted.fields.map((field) => names.text(key, 1 + counted.fields.indexOf(field)))];
  const { grouping } = volume.counted;
  const of = grouping.names.find(new TextHash().all(texts), texts);
  if (of < 0) return 0;
  grouping.counts.advance(grouping.recordOf(of));
  return countInside(volume, of, state.nowMs, rule.windowMs);
}

function readSpike(state: CounterState, place: WatchPlace, rule: SpikeRule, itemIndex: number | null): Reading {
  const count = itemsInside(place);
  const baseline = keptBaseline(state, place.watch.baselines, { counted: place.counted, mark: place.ruleState.mark }, place.key, { comparison: comparisonOf(rule)!, windowMs: rule.windowMs, itemIndex });
  const { counts, days, today } = baseline;
  const factor = today === 'sale-day' ? rule.saleTimes : 1;
  const limit = spikeLimit({ rule, baseline: counts, factor });
  const known = limit.reason === 'known' ? limit : { expected: 0, fireAt: rule.fireAt, resolveBelow: 1, score: () => 1 };
  const is = limit.reason === 'known' ? level(count, known) : count > 0 ? 'holds' : 'over';
  return {
    state: is, count, fireAt: known.fireAt, resolveBelow: known.resolveBelow,
    measure: { kind: 'spike', expected: known.expected, baseline: counts, method: rule.method, score: Number(known.score(count).toPrecision(3)), days, ...(today === null ? {} : { today }) },
    basis: { earlier: earlierOf(baseline), spike: { sensitivity: rule.sensitivity, timesMin: rule.timesMin, fireAtMin: rule.fireAt, factor } },
    lessAtMs: () => lessAt(place, is, known),
    endsAtMs: () => endsAtMs(place, known.resolveBelow),
  };
}

function readAbsence(state: CounterState, place: WatchPlace, rule: AbsenceRule, itemIndex: number | null): Reading {
  const { nowMs, watchedSinceMs } = state;
  const { counted, ruleState, watch, key } = place;
  const count = itemsInside(place);
  const counts = { counted, mark: ruleState.mark };
  const isWatchedWhole = watchedSinceMs <= nowMs - rule.windowMs && isKnownSince(counts, nowMs - rule.windowMs, nowMs);
  const comparison = comparisonOf(rule);
  const past = comparison === null || count >= rule.fireAt ? null : keptBaseline(state, watch.baselines, counts, key, { comparison, windowMs: rule.windowMs, itemIndex });
  const expected = rule.normal.kind === 'given' ? rule.normal.items : past === null || past.counts.length < Math.min(3, rule.normal.days) ? null : median(past.counts);
  const expectedMin = rule.normal.kind === 'given' ? 0 : rule.normal.itemsMin;
  const { state: is } = decideAbsence({ count, fireAt: rule.fireAt, expected, expectedMin, isWatchedWhole });
  return {
    state: is, count, fireAt: rule.fireAt, resolveBelow: rule.fireAt,
    measure: { kind: 'absence', expected: expected ?? 0, learned: rule.normal.kind === 'learned', ...(past === null ? {} : { baseline: past.counts }) },
    ...(past === null ? {} : { basis: { earlier: earlierOf(past), absence: { expectedMin: silenceMeansFrom({ expectedMin, fireAt: rule.fireAt }) } } }),
    lessAtMs: () => (is === 'over' ? endsAtMs(place, rule.fireAt) : null), endsAtMs: () => null,
  };
}

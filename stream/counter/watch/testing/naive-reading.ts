import { compileWhere, normalizeWhere } from '../../../../alerts/rules/compile-where.ts';
import type { GroupKey } from '../../../../core/alert.ts';
import type { AbsenceRule, GroupField, ShareRule, SpikeRule, ThresholdRule } from '../../../../core/rule.ts';
import type { StoredItem } from '../../../../core/stored-item.ts';
import { itemKeys } from '../../group-keys.ts';

/** A group, and the rows that had been counted when it is asked, in any order. */
export interface NaivePlace {
  rows: readonly StoredItem[];
  workspace: string;
  group: GroupKey;
  nowMs: number;
}

/** The rows of `(endMs − windowMs, endMs]` that a rule counts in a group: goes through every row. */
export function naiveItems({ where, groupBy }: { where?: string; groupBy: readonly GroupField[] }, { rows, workspace, group }: NaivePlace, endMs: number, windowMs: number): StoredItem[] {
  const matches = matcherOf(normalizeWhere(where));
  return rows.filter((row) => row.duplicateOf === undefined && row.item.workspace === workspace && row.createdAtMs > endMs - windowMs && row.createdAtMs <= endMs && matches(row)
    && itemKeys(groupBy, row).some((key) => groupBy.every((field, at) => key[at + 1] === group[field])));
}

const matchers = new Map<string, ReturnType<typeof compileWhere>>([['', () => true]]);

function matcherOf(text: string): ReturnType<typeof compileWhere> {
  const known = matchers.get(text) ?? compileWhere(text);
  matchers.set(text, known);
  return known;
}

/** The number that a threshold holds against its limit. */
export function naiveCount(rule: ThresholdRule, place: NaivePlace, endMs = place.nowMs): number {
  const items = naiveItems(rule, place, endMs, rule.windowMs);
  switch (rule.of) {
    case 'customers':
      return new Set(items.map(({ item }) => item.customer?.id ?? '').filter((id) => id !== '')).size;
    case 'probability':
      return items.reduce((sum, { score }) => sum + Math.round(score.complaintProbability * 1_000), 0) / 1_000;
    case undefined:
      return items.length;
  }
}

export function naiveShare(rule: ShareRule, place: NaivePlace): { count: number; volume: number; fires: boolean; over: boolean } {
  const count = naiveItems(rule, place, place.nowMs, rule.windowMs).length;
  const volume = naiveItems(rule.of, { ...place, group: pick(place.group, rule.of.groupBy) }, place.nowMs, rule.windowMs).length;
  // In whole numbers, so that 5 of 50 is a tenth.
  const reaches = (share: number): boolean => count * 1e9 >= Math.round(share * 1e9) * volume;
  return { count, volume, fires: volume >= rule.volumeMin && count >= rule.fireAt && reaches(rule.shareAtLeast), over: count === 0 || (volume > 0 && !reaches(rule.resolveShareBelow)) };
}

/** Earlier windows as of `asOfMs`, of a rule without a calendar; newest first. */
export function naiveBaseline(rule: SpikeRule | AbsenceRule, place: NaivePlace, asOfMs: number): number[] {
  const everyMs = (rule.kind === 'spike' && rule.against.every === 'week' ? 7 : 1) * 86_400_000;
  const windows = rule.kind === 'spike' ? rule.against.windows : rule.normal.kind === 'learned' ? rule.normal.days : 0;
  return Array.from({ length: windows }, (_, at) => naiveItems(rule, place, asOfMs - (at + 1) * everyMs, rule.windowMs).length);
}

/** The smallest count that is a spike over a baseline: every count is tried, with the tail summed term by term, or the score taken by hand. */
export function naiveSpikeLimit({ method, sensitivity, timesMin, fireAt }: SpikeRule, baseline: readonly number[]): number {
  const middle = middleOf(baseline);
  const rate = Math.max(middle, 1 / baseline.length);
  for (let count = Math.max(fireAt, Math.ceil(middle * timesMin), 1); ; count++) {
    if (method === 'poisson' ? tail(count, rate) <= 10 ** -sensitivity : score(count, baseline, middle) >= sensitivity) return count;
  }
}

export function middleOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length === 0 ? 0 : (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.ceil((sorted.length - 1) / 2)]!) / 2;
}

/** P(X ≥ n), from the terms that are left out. */
function tail(n: number, rate: number): number {
  let [term, sum] = [Math.exp(-rate), 0];
  // From n up, so that a tail of 10^−20 is not lost in 1 − sum.
  for (let k = 0; k < n; k++) term *= rate / (k + 1);
  for (let k = n; term > 0 && k < n + 2_000; k++) {
    sum += term;
    term *= rate / (k + 1);
  }
  return sum;
}

function score(count: number, baseline: readonly number[], middle: number): number {
  const apart = baseline.map((one) => Math.abs(one - middle));
  const mad = middleOf(apart);
  const mean = apart.reduce((sum, one) => sum + one, 0) / apart.length;
  return mad > 0 ? (0.6745 * (count - middle)) / mad : mean > 0 ? (count - middle) / (1.253314 * mean) : (count - middle) / Math.sqrt(Math.max(1, middle));
}

function pick(group: GroupKey, fields: readonly GroupField[]): GroupKey {
  return Object.fromEntries(Object.entries(group).filter(([field]) => (fields as readonly string[]).includes(field)));
}

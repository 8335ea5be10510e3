import { CATEGORY_IDS, type CategoryId } from '../../core/category.ts';
import type { HistorySlice } from '../../stream/store/generate/palette.ts';
import { Prng } from './prng.ts';
import type { Catalogue } from './sample-schemas.ts';
import { trafficAt } from './time-profile.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ROWS_PER_SLICE = 500_000;
const HOURS_DRAWN = 2_048;
const SPIKES_PER_DAY = 1 / 12;

/** Months (1–12) in which a category is heard more, and how much; sales in June and November, heat in July. */
const SEASONS: Partial<Record<CategoryId, Record<number, number>>> = {
  'logistics': { 1: 1.3, 2: 1.4, 6: 1.6, 11: 2.2, 12: 1.5 },
  'after-sales.refund': { 6: 1.3, 11: 1.4, 12: 1.9 },
  'after-sales.exchange': { 7: 1.2, 12: 1.6 },
  'account.payment': { 6: 1.4, 11: 1.7 },
  'app.performance': { 6: 1.5, 11: 1.8 },
  'product.price': { 6: 1.5, 11: 1.5 },
  'store.environment': { 7: 1.6, 8: 1.6, 10: 1.3 },
};

interface Spike {
  category: number;
  fromMs: number;
  toMs: number;
  intensity: number;
}

export interface HistoryOptions {
  items: number;
  seed: number;
  fromMs: number;
  toMs: number;
  /** Local time minus UTC. */
  utcOffsetMs: number;
  mix: Catalogue['mix'];
}

/**
 * How many items fall where: hours of the day, days of the week, a season for some categories, slow growth, and a surge of
 * one category every twelve days or so. The same options give the same plan; its rows add up to `items`.
 */
export function planHistory({ items, seed, fromMs, toMs, utcOffsetMs, mix }: HistoryOptions): HistorySlice[] {
  const prng = new Prng(seed);
  const spikes = drawSpikes(prng, fromMs, toMs);
  const weigh = (hourMs: number): number[] => weightsAt(hourMs, { fromMs, toMs, utcOffsetMs, mix, spikes });
  const hours: number[][] = [];
  for (let atMs = fromMs; atMs < toMs; atMs += HOUR_MS) hours.push(weigh(atMs));
  const total = hours.reduce((sum, weights) => sum + sumOf(weights), 0);
  const slices: HistorySlice[] = [];
  let done = 0;
  let weightBefore = 0;
  for (const { first, count } of cut(hours, { fromMs, items, total })) {
    const inside = hours.slice(first, first + count);
    weightBefore += inside.reduce((sum, weights) => sum + sumOf(weights), 0);
    // Rounded on the running sum, so that the slices add up.
    const until = first + count === hours.length ? items : Math.round((items * weightBefore) / total);
    slices.push({
      fromMs: fromMs + first * HOUR_MS, toMs: fromMs + (first + count) * HOUR_MS, rows: until - done,
      rowsByCategory: shares(until - done, CATEGORY_IDS.map((_, category) => inside.reduce((sum, weights) => sum + (weights[category] ?? 0), 0))),
      hours: CATEGORY_IDS.map((_, category) => quantiles(inside.map((weights) => weights[category] ?? 0), HOURS_DRAWN)),
    });
    done = until;
  }
  return slices.filter(({ rows }) => rows > 0);
}

/** Runs of whole hours of at most ROWS_PER_SLICE rows (a single hour may have more), none over the end of a month. */
function* cut(hours: readonly number[][], { fromMs, items, total }: { fromMs: number; items: number; total: number }): Iterable<{ first: number; count: number }> {
  let first = 0;
  let rows = 0;
  for (const [at, weights] of hours.entries()) {
    const own = (items * sumOf(weights)) / total;
    const turns = at > first && new Date(fromMs + at * HOUR_MS).getUTCMonth() !== new Date(fromMs + first * HOUR_MS).getUTCMonth();
    if (at > first && (turns || rows + own > ROWS_PER_SLICE)) {
      yield { first, count: at - first };
      first = at;
      rows = 0;
    }
    rows += own;
  }
  yield { first, count: hours.length - first };
}

function weightsAt(hourMs: number, { fromMs, toMs, utcOffsetMs, mix, spikes }: Omit<HistoryOptions, 'items' | 'seed'> & { spikes: readonly Spike[] }): number[] {
  const month = new Date(hourMs + utcOffsetMs).getUTCMonth() + 1;
  const growth = 1 + (0.4 * (hourMs - fromMs)) / Math.max(toMs - fromMs, 1);
  const traffic = trafficAt(hourMs, utcOffsetMs) * growth;
  return CATEGORY_IDS.map((id, category) => {
    const surge = spikes.reduce((sum, spike) => (spike.category === category && hourMs >= spike.fromMs && hourMs < spike.toMs ? sum + spike.intensity : sum), 0);
    return traffic * mix[id].share * (SEASONS[id]?.[month] ?? 1) * (1 + surge);
  });
}

function drawSpikes(prng: Prng, fromMs: number, toMs: number): Spike[] {
  const count = Math.floor(((toMs - fromMs) / DAY_MS) * SPIKES_PER_DAY);
  return Array.from({ length: count }, () => {
    const startMs = fromMs + Math.floor(((toMs - fromMs) * prng.unit()) / HOUR_MS) * HOUR_MS;
    return { category: prng.below(CATEGORY_IDS.length), fromMs: startMs, toMs: startMs + (3 + prng.below(20)) * HOUR_MS, intensity: 3 + prng.below(9) };
  });
}

/** Whole numbers that add up to `count`, each as its weight. */
function shares(count: number, weights: readonly number[]): number[] {
  const total = sumOf(weights);
  let sum = 0;
  return weights.map((weight) => {
    const before = Math.round((count * sum) / total);
    sum += weight;
    return Math.round((count * sum) / total) - before;
  });
}

/** `count` indexes, each as often as its weight; all of the first where nothing weighs. */
function quantiles(weights: readonly number[], count: number): number[] {
  const total = sumOf(weights);
  const drawn: number[] = [];
  let index = 0;
  let sum = weights[0] ?? 0;
  for (let at = 0; at < count; at += 1) {
    const point = ((at + 0.5) / count) * total;
    while (sum <= point && index < weights.length - 1) sum += weights[++index] ?? 0;
    drawn.push(index);
  }
  return drawn;
}

function sumOf(weights: readonly number[]): number {
  return weights.reduce((sum, weight) => sum + weight, 0);
}

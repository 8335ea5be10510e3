import type { Channel } from '../../../core/feedback.ts';
import type { ScoredItem } from '../../../core/frame.ts';
import { Prng } from '../../../server/play/prng.ts';
import { trafficAt } from '../../../server/play/time-profile.ts';
import type { Plant } from './plants.ts';

export interface ScoredText {
  text: string;
  score: ScoredItem['score'];
}

/** One surge where it was planted. Times in milliseconds since the epoch. */
export interface Planted {
  plant: Plant;
  fromMs: number;
  toMs: number;
  /** Of its own items. */
  atMs: number[];
  /** Categories that the model gave its items. */
  categories: Set<string>;
}

export interface LaidOut {
  startMs: number;
  /** From here on alerts count: what is before lets rules learn. */
  fromMs: number;
  toMs: number;
  days: number;
  items: ScoredItem[];
  planted: Planted[];
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ZONE_MS = 8 * HOUR_MS;
/** Midnight of a Monday in Shanghai. */
const START_MS = Date.UTC(2026, 8, 6, 16);
const LEARN_DAYS = 14;
const TIMES = 3;
/** Days that the texts must fill: those that rules learn from, and one for each time that a surge is planted, and one more. */
export const DAYS_MIN = LEARN_DAYS + TIMES + 1;
const CHANNELS: readonly (readonly [Channel, number])[] = [['app', 0.3], ['mini-program', 0.15], ['web', 0.1], ['chat', 0.2], ['phone', 0.08], ['store', 0.05], ['social', 0.12]];
const SILENT: Channel = 'chat';
const CUSTOMERS = 20_000;
/** Of those who wait: seconds, on average. */
const WAIT_SECONDS = 150;

/** Texts over weeks as a retailer's customers write, with each surge planted three times, some days apart. The same seed gives the same. */
export function layOut(texts: readonly ScoredText[], { aDay, seed, plants, words }: { aDay: number; seed: number; plants: readonly Plant[]; words?: ReadonlyMap<string, ScoredItem['score']> }): LaidOut {
  const random = new Prng(seed);
  const days = Math.floor(texts.length / aDay);
  if (days < DAYS_MIN) throw new RangeError(`${texts.length} texts are ${days} days of ${aDay}: ${DAYS_MIN} days are needed`);
  const toMs = START_MS + days * DAY_MS;
  const planted = plants.flatMap((plant, number) => Array.from({ length: TIMES }, (_, time): Planted => {
    // Each kind has its own hour of the working day, and its days are far from one another.
    const day = LEARN_DAYS + Math.floor(((time + (number + 0.5) / plants.length) * (days - LEARN_DAYS - 1)) / TIMES);
    const fromMs = START_MS + day * DAY_MS + (9 + (number % 6)) * HOUR_MS;
    return { plant, fromMs, toMs: fromMs + plant.withinMs, atMs: [], categories: new Set() };
  }));
  const items: ScoredItem[] = [];
  let at = 0;
  for (let nowMs = START_MS; nowMs < toMs && at < texts.length;) {
    nowMs += Math.max(1, Math.round((DAY_MS / aDay / trafficAt(nowMs, ZONE_MS)) * random.exponential(1)));
    const { text, score } = texts[at++]!;
    const item = itemOf(random, { id: `r-${at}`, text, score, atMs: nowMs });
    const now = planted.filter(({ fromMs, toMs: endMs }) => nowMs >= fromMs && nowMs < endMs);
    if (item.item.channel === SILENT && now.some(({ plant }) => plant.of === 'silence')) continue;
    if (now.some(({ plant }) => plant.of === 'waiting') && item.item.waitSeconds !== undefined && random.chance(0.5)) item.item.waitSeconds = 1_200;
    items.push(item);
  }
  for (const one of planted) items.push(...grow(one, { texts, words, random }));
  items.sort((a, b) => a.item.createdAtMs - b.item.createdAtMs);
  return { startMs: START_MS, fromMs: START_MS + LEARN_DAYS * DAY_MS, toMs, days: days - LEARN_DAYS, items, planted };
}

/** The items of one surge: real complaints of its category, each of another customer. */
function grow(one: Planted, { texts, words, random }: { texts: readonly ScoredText[]; words: ReadonlyMap<string, ScoredItem['score']> | undefined; random: Prng }): ScoredItem[] {
  const { plant, fromMs } = one;
  const pool = poolOf(plant, texts, words);
  if (pool.length === 0) return [];
  return Array.from({ length: plant.items }, (_, number) => {
    const atMs = Math.round(fromMs + ((number + random.unit() * 0.8) * plant.withinMs) / plant.items);
    one.atMs.push(atMs);
    const { text, score } = pool[random.below(pool.length)]!;
    for (const { id } of score.categories) one.categories.add(id);
    const item = itemOf(random, { id: `p-${plant.name}-${fromMs}-${number}`, text, score, atMs });
    item.item.channel = plant.of === 'one-star' ? 'app' : item.item.channel;
    item.item.customer = { id: `planted-${plant.name}-${number}`, ...(plant.fields?.tier === undefined ? {} : { tier: plant.fields.tier }) };
    if (plant.fields?.product !== undefined) item.item.product = plant.fields.product;
    if (plant.fields?.store !== undefined) item.item.store = plant.fields.store;
    return item;
  });
}

function poolOf({ of }: Plant, texts: readonly ScoredText[], words: ReadonlyMap<string, ScoredItem['score']> | undefined): readonly ScoredText[] {
  if (of === 'silence' || of === 'waiting') return [];
  if (of === 'one-star') return texts.filter(({ score }) => score.stars === 1);
  if ('category' in of) return texts.filter(({ score }) => score.complaint && score.categories.some(({ id }) => id === of.category));
  return of.words.flatMap((text) => {
    const score = words?.get(text);
    return score === undefined ? [] : [{ text, score }];
  });
}

function itemOf(random: Prng, { id, text, score, atMs }: ScoredText & { id: string; atMs: number }): ScoredItem {
  const channel = channelOf(random);
  const waits = channel === 'chat' || channel === 'phone';
  return {
    score,
    item: {
      id, idGiven: true, workspace: 'default', text, channel, createdAtMs: atMs, receivedAtMs: atMs, customer: { id: `c-${random.below(CUSTOMERS)}`, ...(random.chance(0.02) ? { tier: 'vip' } : {}) },
      ...(random.chance(0.6) ? { product: `product-${random.below(80)}` } : {}), ...(channel === 'store' ? { store: `store-${random.below(12)}` } : {}),
      ...(waits ? { waitSeconds: Math.round(random.exponential(WAIT_SECONDS)) } : {}),
    },
  };
}

function channelOf(random: Prng): Channel {
  let draw = random.unit();
  for (const [channel, share] of CHANNELS) if ((draw -= share) < 0) return channel;
  return 'app';
}

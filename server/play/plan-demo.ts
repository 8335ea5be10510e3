import { CATEGORY_IDS } from '../../core/category.ts';
import type { Sentiment } from '../../core/score.ts';
import type { FeedbackInput } from './feedback-input.ts';
import { createGenerator, type Generator, type Wish } from './generator.ts';
import type { Incident } from './incident.ts';
import { Prng } from './prng.ts';
import type { SampleData } from './sample-data.ts';
import { nextHourMs, trafficAt } from './time-profile.ts';

const CHINA_OFFSET_MS = 8 * 3_600_000;

/**
 * How much of what a demo plays. One category is to reach 50 complaints in 24 hours, and no other may come near it by the
 * judgement of a real model, which also calls some questions and some praise a complaint: hence little of the former two
 * and mostly rated praise. test/acceptance holds the outcome against the shipped model.
 */
export const DEMO_MIX = {
  /** Complaints of the incident: the 50th comes at about nine tenths of the history although the model misses a few. */
  incident: 66,
  /** Ordinary complaints, per category. */
  complaintsPerCategory: 2,
  questions: 20,
  praise: 420,
  /** Share of praise that carries five stars. */
  ratedShare: 0.95,
};

/** Where in the history, 0 to 1, the incident begins and ends; it gathers speed in between. */
const INCIDENT_FROM = 0.6;
const INCIDENT_TO = 0.97;

/** In the live part: few complaints, so that the picture stays while somebody looks at it. */
const LIVE_MIX: readonly (readonly [Sentiment, number])[] = [['positive', 0.92], ['neutral', 0.04], ['negative', 0.04]];

export interface PlannedItem {
  atMs: number;
  item: FeedbackInput;
  /** Whether the incident caused it. */
  incident: boolean;
}

export interface DemoPlan {
  /** In order of time, inside [fromMs, toMs). */
  history: PlannedItem[];
  /** The next item after the history. */
  nextLive(atMs: number): FeedbackInput;
}

export interface DemoPlanOptions {
  seed: number;
  data: SampleData;
  fromMs: number;
  toMs: number;
  idPrefix: string;
}

/**
 * Writes the script of a demo: ordinary days by the hours of the day, then parcels of one region that do not arrive.
 * The same seed gives the same items; their times, and so their order, hang on the hour at which it is played.
 */
export function planDemo({ seed, data, fromMs, toMs, idPrefix }: DemoPlanOptions): DemoPlan {
  const seeds = new Prng(seed);
  const [timesPrng, prng] = [new Prng(seeds.uint32()), new Prng(seeds.uint32())];
  const generator = createGenerator({ seed: seeds.uint32(), data, idPrefix });
  const at = (place: number): number => Math.floor(fromMs + place * (toMs - fromMs));
  const incident: Incident = { kind: 'late-parcels', fromMs: at(INCIDENT_FROM), toMs: at(INCIDENT_TO), intensity: 1, region: '华东' };
  const history: PlannedItem[] = [];
  const add = (atMs: number, wish: Wish): void => {
    history.push({ atMs, item: draw(generator, { prng, atMs, wish }), incident: wish.incident !== undefined });
  };
  const addOrdinary = (wish: Wish): void => add(drawByTraffic(timesPrng, fromMs, toMs), wish);
  for (const category of CATEGORY_IDS) for (let count = 0; count < DEMO_MIX.complaintsPerCategory; count += 1) addOrdinary({ category, sentiment: 'negative' });
  for (let count = 0; count < DEMO_MIX.questions; count += 1) addOrdinary({ sentiment: 'neutral' });
  for (let count = 0; count < DEMO_MIX.praise; count += 1) addOrdinary({ sentiment: 'positive' });
  for (let count = 0; count < DEMO_MIX.incident; count += 1) {
    // The square root makes each next one come sooner.
    const progress = Math.sqrt((count + timesPrng.unit()) / DEMO_MIX.incident);
    add(at(INCIDENT_FROM + progress * (INCIDENT_TO - INCIDENT_FROM)), { incident });
  }
  history.sort((left, right) => left.atMs - right.atMs);
  return {
    history,
    nextLive: (atMs) => {
      let point = prng.unit();
      const sentiment = LIVE_MIX.find(([, share]) => (point -= share) < 0)?.[0] ?? 'positive';
      return draw(generator, { prng, atMs, wish: { sentiment } });
    },
  };
}

function draw(generator: Generator, { prng, atMs, wish }: { prng: Prng; atMs: number; wish: Wish }): FeedbackInput {
  const { item, sentiment } = generator.nextLabelled(atMs, wish);
  if (sentiment === 'positive' && prng.chance(DEMO_MIX.ratedShare)) item.rating = 5;
  return item;
}

/** A time in [fromMs, toMs), busy hours more often than quiet ones: drawn evenly, kept in proportion to the hour's traffic. */
function drawByTraffic(prng: Prng, fromMs: number, toMs: number): number {
  let most = 0;
  for (let atMs = fromMs; atMs < toMs; atMs = nextHourMs(atMs, CHINA_OFFSET_MS)) most = Math.max(most, trafficAt(atMs, CHINA_OFFSET_MS));
  for (;;) {
    const atMs = Math.floor(fromMs + prng.unit() * (toMs - fromMs));
    if (prng.unit() * most < trafficAt(atMs, CHINA_OFFSET_MS)) return atMs;
  }
}

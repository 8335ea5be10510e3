import { CATEGORY_IDS } from '../../../core/category.ts';
import { CHANNELS } from '../../../core/feedback.ts';
import { SENTIMENTS, SEVERITIES } from '../../../core/score.ts';
import type { StoredItem } from '../../../core/stored-item.ts';
import { storedItem } from '../../../stream/store/testing/items.ts';

const DAY_MS = 86_400_000;
/** Items that are older were scored by the version before. */
const MODEL_AGE_MS = 2 * DAY_MS;
const REGIONS = ['华东', '华北', '西南'];
const GROUPS = ['个人', '企业'];
const PRODUCTS = ['净水器', 'Phone X', "O'Neil \\ mug"];
const LANGUAGES = ['zh', 'en', 'other'] as const;

/**
 * Items of known content over the last year before `endMs`, most of them recent; the same for the same seed. Fields are
 * missing, repeated and odd as in real feedback.
 */
export function knownItems(count: number, endMs: number, seed: number): StoredItem[] {
  const random = mulberry(seed);
  const below = (n: number): number => Math.floor(random() * n);
  const pick = <T>(from: readonly T[]): T => from[below(from.length)]!;
  const maybe = <T>(share: number, value: () => T): T | undefined => (random() < share ? value() : undefined);
  return Array.from({ length: count }, (_, number) => {
    const ageMs = Math.floor(random() ** 6 * 365 * DAY_MS);
    const createdAtMs = endMs - ageMs;
    const rating = maybe(0.3, () => 1 + below(5));
    const complaint = random() < 0.4;
    const original = number > 10 && random() < 0.05 ? `item-${1 + Math.floor(number / 100)}-0` : undefined;
    const probability = Math.fround(0.5 + random() / 2);
    const stored = storedItem({
      sequence: 1 + Math.floor(number / 50),
      index: number % 50,
      ...(original === undefined ? {} : { duplicateOf: original }),
      item: dropAbsent({
        workspace: random() < 0.95 ? 'default' : 'other',
        text: `反馈 ${number}`,
        channel: pick(CHANNELS),
        createdAtMs,
        receivedAtMs: createdAtMs + (random() < 0.05 ? 2 * 3_600_000 : below(5_000)),
        product: maybe(0.7, () => pick(PRODUCTS)),
        store: maybe(0.4, () => String(1 + below(20))),
        agent: maybe(0.3, () => `u${1 + below(4)}`),
        region: maybe(0.8, () => pick(REGIONS)),
        customer: dropAbsent({ id: maybe(0.8, () => `c${below(300)}`), group: maybe(0.7, () => pick(GROUPS)) }),
        rating,
        nps: maybe(0.2, () => below(11)),
        waitSeconds: maybe(0.3, () => below(600)),
        resolved: maybe(0.3, () => random() < 0.6),
      }),
      score: {
        sentiment: pick(SENTIMENTS),
        probabilities: { negative: probability, neutral: probability, positive: probability },
        stars: 1 + below(5),
        complaint,
        complaintProbability: Math.fround(random()),
        severity: pick(SEVERITIES),
        categories: [...new Set([pick(CATEGORY_IDS), ...(random() < 0.3 ? [pick(CATEGORY_IDS)] : [])])].map((id) => ({ id, probability: 0.5, decidedBy: 'model' as const })),
        implicit: random() < 0.1,
        language: pick(LANGUAGES),
        ...(rating !== undefined && random() < 0.2 ? { ratingConflict: true } : {}),
      },
    });
    return { ...stored, model: ageMs > MODEL_AGE_MS ? 'test-1' : 'test-2' };
  });
}

function dropAbsent<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, content]) => content !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

/** Mulberry32, public domain: a small generator of numbers in [0, 1) that is the same everywhere. */
export function mulberry(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

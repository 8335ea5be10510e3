import type { CategoryId } from '../../core/category.ts';
import type { Sentiment } from '../../core/score.ts';
import type { DrawCustomer } from './draw-customer.ts';
import type { FeedbackInput } from './feedback-input.ts';
import type { Writing } from './phrase-bank.ts';
import type { Prng } from './prng.ts';
import type { Scene } from './scene.ts';

/** What the optional fields depend on. */
export interface FieldContext {
  prng: Prng;
  scene: Scene;
  category: CategoryId;
  sentiment: Sentiment;
  writing: Writing;
  drawCustomer: DrawCustomer;
}

/** Stars and recommendation scores as customers of each mood give them; a few press the wrong end. */
const RATINGS: Record<Sentiment, readonly number[]> = {
  negative: [1, 1, 1, 1, 2, 2, 2, 3, 3, 5],
  neutral: [3, 3, 3, 4, 4, 5],
  positive: [5, 5, 5, 5, 5, 5, 4, 4, 4, 3],
};
const RATING_WORDS: Record<Sentiment, readonly string[]> = {
  negative: ['不满意', '非常不满意', '极差'],
  neutral: ['一般'],
  positive: ['满意', '非常满意'],
};
const NPS: Record<Sentiment, readonly number[]> = {
  negative: [0, 0, 1, 2, 3, 4, 5, 6],
  neutral: [6, 7, 7, 8],
  positive: [8, 9, 9, 10, 10, 10],
};

/** Adds the fields that a shop's systems would know of the item, in the item's own place. */
export function fillFields(item: FeedbackInput, { prng, scene, category, sentiment, writing, drawCustomer }: FieldContext): void {
  const inShop = item.channel === 'store' || item.channel === 'offline' || category === 'store.environment';
  if (inShop) scene.chooseStore();
  if (scene.store !== undefined) item.store = scene.store.zh;
  item.region = scene.place.region;
  if (prng.chance(0.75)) item.customer = drawCustomer(prng, scene.place.region, writing);
  if (scene.product !== undefined) item.product = scene.product.name.zh;
  if (hasOrder(category) && prng.chance(0.45)) item.order = `T${prng.between(1_000_000_000, 3_999_999_999)}`;
  if (item.channel === 'chat' || item.channel === 'phone') {
    item.agent = `A${String(prng.between(1, 80)).padStart(3, '0')}`;
    if (prng.chance(0.4)) item.ticket = `W${prng.between(1_000_000, 9_999_999)}`;
    if (prng.chance(0.5)) item.resolved = sentiment !== 'negative' || prng.chance(0.3);
    if (item.channel === 'phone') item.waitSeconds = Math.round(prng.exponential(sentiment === 'negative' ? 240 : 45));
  }
  if (item.channel === 'survey') item.nps = prng.pick(NPS[sentiment]);
  if (isRated(item.channel) && sentiment !== 'neutral' && prng.chance(0.5)) {
    item.rating = item.channel === 'survey' && writing !== 'en' ? prng.pick(RATING_WORDS[sentiment]) : prng.pick(RATINGS[sentiment]);
  }
  if (scene.version !== undefined) item.attributes = { appVersion: scene.version };
}

function hasOrder(category: CategoryId): boolean {
  return category === 'logistics' || category === 'account.payment' || category.startsWith('after-sales.');
}

function isRated(channel: FeedbackInput['channel']): boolean {
  return channel === 'app' || channel === 'mini-program' || channel === 'web' || channel === 'store' || channel === 'survey';
}

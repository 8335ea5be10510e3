import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CATEGORY_IDS } from '../core/category.ts';
import { SENTIMENTS, SEVERITIES } from '../core/score.ts';
import type { Score } from '../core/score.ts';
import { chooseBackend } from './backends.ts';
import { findPackageRoot } from './package-root.ts';
import { NETWORK_BATCH_MAX } from './ngram-engine.ts';
import { loadScorer } from './scorer.ts';
import type { Scorer } from './scorer.ts';
import { PROBING_SENTENCES } from './testing/probing-sentences.ts';
import { KNOWN_MISSES, SENTENCES } from './testing/sentences.ts';

let scorer: Scorer;
beforeAll(async () => {
  scorer = await loadScorer();
});
afterAll(() => scorer.dispose());

async function scoreOf(text: string, rating?: number): Promise<Score> {
  const [score] = await scorer.score([rating === undefined ? { text } : { text, rating }]);
  if (score === undefined) throw new Error('no score came');
  return score;
}

function isProbability(value: number): boolean {
  return Number.isFinite(value) && value >= 0 && value <= 1;
}

/** Everything that a score promises, whatever the text was. */
function faultsOf(score: Score): string[] {
  const { negative, neutral, positive } = score.probabilities;
  const faults: string[] = [];
  if (!SENTIMENTS.includes(score.sentiment)) faults.push('sentiment');
  if (!SEVERITIES.includes(score.severity)) faults.push('severity');
  if (![negative, neutral, positive, score.complaintProbability, ...score.starProbabilities].every(isProbability)) faults.push('probability');
  if (Math.abs(negative + neutral + positive - 1) > 1e-3) faults.push('sentiment sum');
  if (Math.abs(score.starProbabilities.reduce((a, b) => a + b, 0) - 1) > 1e-3) faults.push('stars sum');
  if (!(Number.isInteger(score.stars) && score.stars >= 1 && score.stars <= 5)) faults.push('stars');
  if (score.categories.length === 0 || !score.categories.every(({ id, probability }) => CATEGORY_IDS.some((each) => each === id) && isProbability(probability))) faults.push('categories');
  if (score.complaint && score.severity === 'none') faults.push('complaint without severity');
  if (score.complaint && score.sentiment === 'positive') faults.push('positive complaint');
  return faults;
}

describe('the five sentences of the product', () => {
  it.each([
    ['还行,但下次不想再用了', { sentiment: 'negative', complaint: true, implicit: true, category: null, keyword: '不想再' }],
    ['客服态度极差,投诉!', { sentiment: 'negative', complaint: true, implicit: false, category: 'service.attitude', keyword: '投诉' }],
    ['物流太慢,等了十天', { sentiment: 'negative', complaint: true, implicit: false, category: 'logistics', keyword: '慢' }],
    ['app一直闪退登录不上', { sentiment: 'negative', complaint: true, implicit: false, category: 'app.crash', keyword: '闪退' }],
    ["Works, I guess. Won't be ordering again.", { sentiment: 'negative', complaint: true, implicit: true, category: null, keyword: "Won't be" }],
  ])('%s', async (text, expected) => {
    const score = await scoreOf(text);
    expect({ sentiment: score.sentiment, complaint: score.complaint, implicit: score.implicit }).toEqual({ sentiment: expected.sentiment, complaint: expected.complaint, implicit: expected.implicit });
    if (expected.category !== null) expect(score.categories.map(({ id }) => id)).toContain(expected.category);
    expect(score.keywords.join(' ')).toContain(expected.keyword);
  });

  it('finds both faults of an app that crashes and lets nobody in', async () => {
    expect((await scoreOf('app一直闪退登录不上')).categories.map(({ id }) => id)).toEqual(expect.arrayContaining(['app.crash', 'account.login']));
  });

  it('takes an insult to staff with a demand for worse than a mild remark', async () => {
    expect((await scoreOf('客服态度极差,投诉!')).severity).toBe('severe');
    expect((await scoreOf('物流稍微慢了点,其他都好')).severity).not.toBe('severe');
  });
});

describe('sentences as a person would read them', () => {
  it.each(SENTENCES.filter(({ text }) => !KNOWN_MISSES.includes(text)).map(({ text, sentiment, complaint, category }) => [text, sentiment, complaint, category] as const))('%s: %s', async (text, sentiment, complaint, category) => {
    const score = await scoreOf(text);
    expect({ sentiment: score.sentiment, complaint: score.complaint }).toEqual({ sentiment, complaint });
    if (category !== undefined) expect(score.categories.map(({ id }) => id)).toContain(category);
  });

  it('are missed where the model card says so, and only there', async () => {
    const card = readFileSync(join(findPackageRoot(), 'docs', 'model-card.md'), 'utf8');
    expect(KNOWN_MISSES.filter((text) => !card.includes(text))).toEqual([]);
    expect(KNOWN_MISSES.length).toBeLessThanOrEqual(SENTENCES.length / 10);
    for (const { text, sentiment, complaint, category } of SENTENCES.filter((each) => KNOWN_MISSES.includes(each.text))) {
      const score = await scoreOf(text);
      expect([text, score.sentiment === sentiment && score.complaint === complaint && (category === undefined || score.categories.some(({ id }) => id === category))]).toEqual([text, false]);
    }
  });
});

describe('short messages to a service desk', () => {
  it('are read as a person would read them, six of seven, and one calm or content one of six at most for a complaint', async () => {
    const items = SENTIMENTS.flatMap((sentiment) => PROBING_SENTENCES[sentiment].map((text) => ({ text, sentiment })));
    const scores = await scorer.score(items);
    const right = items.filter(({ sentiment }, at) => scores[at]?.sentiment === sentiment);
    const quiet = items.flatMap(({ sentiment }, at) => (sentiment === 'negative' ? [] : [scores[at]?.complaint === true]));
    const loud = items.flatMap(({ sentiment }, at) => (sentiment === 'negative' ? [scores[at]?.complaint === true] : []));
    expect(items.length).toBeGreaterThanOrEqual(60);
    expect(right.length / items.length).toBeGreaterThan(6 / 7);
    expect(quiet.filter(Boolean).length / quiet.length).toBeLessThan(1 / 6);
    expect(loud.filter(Boolean).length / loud.length).toBeGreaterThan(9 / 10);
  });
});

describe('a scorer', () => {
  it('answers any text, without NaN', async () => {
    const texts: string[] = fc.sample(fc.string({ unit: 'binary', maxLength: 120 }), { numRuns: 2_000, seed: 4_711 });
    const scores = await scorer.score(texts.map((text) => ({ text })));
    expect(scores).toHaveLength(2_000);
    expect(scores.flatMap(faultsOf)).toEqual([]);
  });

  it.each([
    ['nothing', ''], ['white space', ' \n\t\u3000 '], ['one emoji', '😡'], ['a hundred emoji', '😡👍'.repeat(50)], ['100 kB of Chinese', '太慢了,'.repeat(8_500)],
    ['100 kB of English', 'too slow. '.repeat(10_000)], ['100 kB without a break', 'a'.repeat(100_000)], ['a lone surrogate', '好\ud800差'], ['NUL bytes', '\u0000\u0000坏了\u0000'],
    ['combining marks', 'e\u0301'.repeat(3_000)], ['right-to-left text', 'خدمة سيئة جدا'], ['a zero-width joiner', '👨‍👩‍👧‍👦'], ['digits', '1234567890'.repeat(100)],
  ])('answers %s', async (_, text) => {
    expect(faultsOf(await scoreOf(text))).toEqual([]);
  });

  it('says of silence that it is neutral and no complaint', async () => {
    expect(await scoreOf('')).toMatchObject({ sentiment: 'neutral', complaint: false, severity: 'none', implicit: false, categories: [{ id: 'other' }], keywords: [], language: 'other' });
  });

  it.each(['无', '没有意见', 'N/A', '此用户没有填写评价', '。。。', '🍎', '😂😂', 'خدمة سيئة جدا'])('says of what says nothing that it is neutral and no complaint: %s', async (text) => {
    expect(await scoreOf(text)).toMatchObject({ sentiment: 'neutral', complaint: false, severity: 'none', implicit: false, stars: 3, categories: [{ id: 'other' }], keywords: [] });
  });

  it.each([
    ['😀😀😀', 'positive', false, ['😀']], ['👍🏻', 'positive', false, ['👍']], ['[玫瑰][玫瑰]', 'positive', false, ['[玫瑰]']], ['🙏', 'neutral', false, ['🙏']],
    ['😡', 'negative', true, ['😡']], ['🤮🤮', 'negative', true, ['🤮']], ['[发怒]', 'negative', true, ['[发怒]']], ['💔👎', 'negative', true, ['💔', '👎']],
  ])('reads a text of emoji alone by what they say: %s', async (text, sentiment, complaint, keywords) => {
    expect(await scoreOf(text)).toMatchObject({ sentiment, complaint, implicit: false, keywords });
  });

  it('reads of a request what it is about and no opinion', async () => {
    expect(await scoreOf('退货')).toMatchObject({ sentiment: 'neutral', complaint: false, severity: 'none', implicit: false, categories: [{ id: 'after-sales.refund' }], keywords: [] });
  });

  it.each(['行', '行吧', '哼', 'meh'])('takes no text of a word or two for a kind farewell: %s', async (text) => {
    expect((await scoreOf(text)).implicit).toBe(false);
  });

  it('gives a text the same score alone and in any batch, in order', async () => {
    const texts = Array.from({ length: NETWORK_BATCH_MAX + 40 }, (_, at) => (at % 2 === 0 ? `物流太慢了第${at}次` : `great service number ${at}`));
    const together = await scorer.score(texts.map((text) => ({ text })));
    expect(together).toHaveLength(texts.length);
    for (const at of [0, 1, 17, NETWORK_BATCH_MAX - 1, NETWORK_BATCH_MAX, NETWORK_BATCH_MAX + 39]) {
      const alone = await scoreOf(texts[at] ?? '');
      expect(alone.probabilities.negative).toBeCloseTo(together[at]?.probabilities.negative ?? -1, 4);
      expect(alone.keywords).toEqual(together[at]?.keywords);
    }
  });

  it('keeps calls apart that run at once', async () => {
    const calls = await Promise.all(Array.from({ length: 20 }, (_, at) => scorer.score([{ text: at % 2 === 0 ? '太差了' : '非常好' }])));
    expect(calls.map(([score]) => score?.sentiment)).toEqual(Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? 'negative' : 'positive')));
  });

  it('reads traditional characters as simplified ones', async () => {
    const traditional = await scoreOf('客服態度極差，投訴！');
    const simplified = await scoreOf('客服态度极差，投诉！');
    expect(traditional.probabilities).toEqual(simplified.probabilities);
  });

  it('flags five stars on an angry text and keeps it negative', async () => {
    expect(await scoreOf('垃圾,太差了,骗人的,再也不买', 5)).toMatchObject({ sentiment: 'negative', ratingConflict: true });
    expect((await scoreOf('垃圾,太差了,骗人的,再也不买', 1)).ratingConflict).toBeUndefined();
  });

  it('shows keywords that stand in the text', async () => {
    for (const text of ['快递员态度恶劣，还把包裹摔坏了', 'The battery died after a week and support was rude']) {
      const { keywords } = await scoreOf(text);
      expect(keywords.length).toBeGreaterThan(0);
      for (const keyword of keywords) expect(text.normalize('NFKC')).toContain(keyword);
    }
  });

  it('holds no tensor after a batch', async () => {
    const { tf } = await chooseBackend();
    await scorer.score([{ text: '预热' }]);
    const before = tf.memory().numTensors;
    for (let batch = 0; batch < 10_000; batch++) await scorer.score([{ text: `第${batch}批` }]);
    expect(tf.memory().numTensors).toBe(before);
  }, 300_000);

  it('refuses a model that there is not, naming those there are', async () => {
    await expect(loadScorer({ model: '../fast' })).rejects.toMatchObject({ code: 'invalid_setting', message: expect.stringContaining('there is fast') });
    await expect(loadScorer({ model: 'slow' })).rejects.toMatchObject({ code: 'invalid_setting', message: expect.stringContaining('"slow"') });
  });

  it('refuses a backend that it does not know, naming those it knows', async () => {
    await expect(loadScorer({ backend: 'abacus' })).rejects.toMatchObject({ code: 'invalid_setting', message: expect.stringContaining('wasm') });
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseBackend } from '../backends.ts';
import { OUTPUT_SIZE } from '../heads.ts';
import { resolveModelDir } from '../package-root.ts';
import { loadScorer } from '../scorer.ts';
import type { Scorer } from '../scorer.ts';
import { readEncoders } from './encoder-files.ts';
import type { EncoderLanguage } from './encoders.ts';
import { Transformer } from './transformer.ts';

/** What the program that trained the encoders answers to a few texts, in float32. */
interface Golden {
  ids: number[];
  logits: number[];
}

const modelDir = resolveModelDir({ model: 'accurate' });
const golden = JSON.parse(readFileSync(join(modelDir, 'golden.json'), 'utf8')) as Record<string, Golden[]>;

describe('the committed encoders', () => {
  it.each(Object.keys(golden))('answer as they did where they were trained: %s', async (language) => {
    const { tf } = await chooseBackend();
    const { encoders } = readEncoders(modelDir);
    const stored = encoders[language as EncoderLanguage];
    if (stored === undefined) throw new Error(`no encoder for ${language}`);
    const transformer = new Transformer(tf, stored.tensors);
    const texts = golden[language] ?? [];
    const logits = await transformer.run(texts.map(({ ids }) => ids));
    transformer.dispose();
    expect(texts.length).toBeGreaterThan(3);
    texts.forEach((text, at) => text.logits.forEach((value, o) => expect(Math.abs((logits[at * OUTPUT_SIZE + o] ?? NaN) - value)).toBeLessThan(2e-3)));
  });
});

describe('the accurate model', () => {
  let scorer: Scorer;
  beforeAll(async () => {
    scorer = await loadScorer({ model: 'accurate' });
  });
  afterAll(() => scorer.dispose());

  it.each([
    ['还行,但下次不想再用了', 'negative', true], ['客服态度极差,投诉!', 'negative', true], ['物流太慢,等了十天', 'negative', true], ['app一直闪退登录不上', 'negative', true],
    ["Works, I guess. Won't be ordering again.", 'negative', true], ['质量很好，非常满意', 'positive', false], ['请问什么时候发货？', 'neutral', false],
  ])('reads %s as a person would', async (text, sentiment, complaint) => {
    const [score] = await scorer.score([{ text }]);
    expect({ sentiment: score?.sentiment, complaint: score?.complaint }).toEqual({ sentiment, complaint });
  });

  it.each([['nothing', ''], ['only emoji', '😡👍'.repeat(50)], ['100 kB', '太慢了,'.repeat(8_500)], ['a lone surrogate', '好\ud800差'], ['another script', 'خدمة سيئة جدا']])('answers %s', async (_, text) => {
    const [score] = await scorer.score([{ text }]);
    const { negative, neutral, positive } = score!.probabilities;
    expect(negative + neutral + positive).toBeCloseTo(1, 3);
    expect(Number.isFinite(score!.complaintProbability)).toBe(true);
  });
});

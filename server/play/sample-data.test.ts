import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { CATEGORY_IDS } from '../../core/category.ts';
import { CHANNELS } from '../../core/feedback.ts';
import { SENTIMENTS, SEVERITIES } from '../../core/score.ts';
import { feedbackSchema } from '../admission/feedback-schema.ts';
import { maskText } from '../admission/mask.ts';
import { loadSampleData } from './sample-data.ts';
import type { Sample } from './sample-schemas.ts';
import { samplesFolder } from './samples-folder.ts';

let samples: Sample[];
beforeAll(async () => {
  samples = (await loadSampleData(samplesFolder())).samples;
});

const share = (fits: (sample: Sample) => boolean): number => samples.filter(fits).length / samples.length;
const isChinese = ({ text }: Sample): boolean => /\p{Script=Han}/u.test(text);
const countBy = (keyOf: (sample: Sample) => string): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const sample of samples) counts.set(keyOf(sample), (counts.get(keyOf(sample)) ?? 0) + 1);
  return counts;
};

describe('the sample feedback', () => {
  it('is at least 450 items, about two thirds Chinese, some of it traditional', () => {
    expect(samples.length).toBeGreaterThanOrEqual(450);
    expect(share(isChinese)).toBeGreaterThan(0.6);
    expect(share(isChinese)).toBeLessThan(0.7);
    expect(samples.filter(({ text }) => /[說這個還沒們]/.test(text)).length).toBeGreaterThanOrEqual(10);
  });

  it('is somewhat more complaint than praise, with questions between', () => {
    const of = (sentiment: string): number => share(({ attributes }) => attributes.sampleSentiment === sentiment);
    expect(of('negative')).toBeGreaterThan(0.5);
    expect(of('negative')).toBeLessThan(0.6);
    expect(of('neutral')).toBeGreaterThan(0.12);
    expect(of('neutral')).toBeLessThan(0.2);
    expect(of('positive')).toBeGreaterThan(0.27);
    expect(of('positive')).toBeLessThan(0.35);
  });

  it('covers every channel, and every category in every sentiment and both languages', () => {
    expect([...countBy(({ channel }) => channel).keys()].sort()).toEqual([...CHANNELS].sort());
    const seen = countBy((sample) => `${sample.attributes.sampleCategory} ${sample.attributes.sampleSentiment} ${isChinese(sample) ? 'zh' : 'en'}`);
    const missing = CATEGORY_IDS.flatMap((category) => SENTIMENTS.flatMap((sentiment) => ['zh', 'en'].map((language) => `${category} ${sentiment} ${language}`)))
      .filter((key) => !seen.has(key));
    expect(missing).toEqual([]);
  });

  it('covers every severity and holds implicit complaints in most categories', () => {
    expect([...countBy(({ attributes }) => String(attributes['sampleSeverity'])).keys()].sort()).toEqual([...SEVERITIES].sort());
    const implicit = samples.filter(({ attributes }) => attributes['sampleImplicit'] === true);
    expect(implicit.every(({ attributes }) => attributes.sampleSentiment === 'negative')).toBe(true);
    expect(new Set(implicit.map(({ attributes }) => attributes.sampleCategory)).size).toBeGreaterThanOrEqual(15);
  });

  it('is admitted by the schema of POST /v1/feedback, every item of it', () => {
    const refused = samples.filter((sample) => !feedbackSchema.safeParse(sample).success);
    expect(refused).toEqual([]);
  });

  it('holds texts with phone numbers, mail addresses, a bank card and an identity card for masking', () => {
    for (const shape of [/1[3-9]\d{9}/, /\w+@example\.com/, /\d{4} \d{4} \d{4} \d{4}/, /\d{17}[\dX]/]) {
      expect(samples.filter(({ text }) => shape.test(text)).length).toBeGreaterThanOrEqual(1);
      expect(samples.filter(({ text }) => shape.test(maskText(text)))).toEqual([]);
    }
  });

  it('has no two alike: not the same letters, nor four of five letter pairs in common', () => {
    const pairs = samples.map(({ text }) => {
      const letters = text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
      return new Set(letters.length < 2 ? [text] : Array.from({ length: letters.length - 1 }, (_, at) => letters.slice(at, at + 2)));
    });
    const alike: string[] = [];
    for (let left = 0; left < pairs.length; left += 1) {
      for (let right = left + 1; right < pairs.length; right += 1) {
        const [a, b] = [pairs[left] as Set<string>, pairs[right] as Set<string>];
        let common = 0;
        for (const pair of a) if (b.has(pair)) common += 1;
        if (common / (a.size + b.size - common) > 0.8) alike.push(`${samples[left]?.text} / ${samples[right]?.text}`);
      }
    }
    expect(alike).toEqual([]);
  });

  it('has one JSON object a line, postable as it is, and no fixed times or ids', () => {
    const lines = readFileSync(join(samplesFolder(), 'feedback.jsonl'), 'utf8').split('\n');
    expect(lines.pop()).toBe('');
    const fields = ['text', 'channel', 'customer', 'product', 'order', 'ticket', 'agent', 'store', 'region', 'rating', 'nps', 'waitSeconds', 'resolved', 'tags', 'attributes'];
    const used = new Set<string>();
    for (const line of lines) for (const field of Object.keys(JSON.parse(line) as object)) used.add(field);
    expect([...used].sort()).toEqual([...fields].sort());
  });
});

describe('the phrases and the catalogue', () => {
  it('are refused with the file and the place when they do not fit', async () => {
    await expect(loadSampleData('/nowhere')).rejects.toMatchObject({ code: 'input_unreadable', message: expect.stringContaining('/nowhere/') as string });
  });
});

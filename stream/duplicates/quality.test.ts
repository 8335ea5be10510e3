import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { makeLabelledSet } from './testing/labelled-set.ts';
import { measureLinks } from './testing/measure-links.ts';

const SEED = 11;
const PAIRS_EACH = 120;

interface Sample {
  text: string;
  attributes: { sampleCategory: string; sampleSentiment: string };
}

const samples = readFileSync(new URL('../../samples/feedback.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Sample);

describe('links among the sample feedback', () => {
  const topics = new Map<string, string[]>();
  for (const { text, attributes } of samples) {
    const topic = `${attributes.sampleCategory} ${attributes.sampleSentiment}`;
    topics.set(topic, [...(topics.get(topic) ?? []), text]);
  }
  const pool = { texts: samples.map(({ text }) => text), topics: [...topics.values()].filter((texts) => texts.length >= 2) };
  const { precision, recall, kinds } = measureLinks(makeLabelledSet(pool, PAIRS_EACH, SEED), pool.texts, SEED);

  it('are right in 98 of 100 and find 92 of 100 repeats', () => {
    expect(kinds.length).toBe(19);
    for (const { kind, pairs } of kinds) expect([kind, pairs >= PAIRS_EACH / 2]).toEqual([kind, true]);
    expect(precision).toBeGreaterThanOrEqual(0.98);
    expect(recall).toBeGreaterThanOrEqual(0.92);
  });

  it.each([['script', 0.99], ['punctuation', 0.99], ['width-and-case', 0.99], ['emoji', 0.99], ['boilerplate-known', 0.99], ['reordered', 0.95], ['truncated', 0.9]])('find repeats of the kind %s', (kind, share) => {
    const found = kinds.find((one) => one.kind === kind)!;
    expect(found.linked / found.pairs).toBeGreaterThanOrEqual(share);
  });
});

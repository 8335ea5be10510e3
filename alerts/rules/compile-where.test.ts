import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TocsinError } from '../../core/errors.ts';
import type { ScoredItem } from '../../core/frame.ts';
import { makeItem } from '../../stream/counter/testing/entries.ts';
import { WHERE_CHARS_MAX, compileWhere, parseWhere } from './compile-where.ts';
import { compileNode } from './where-closures.ts';

/** Forms that become plain functions. */
const COMPILED = [
  'complaint',
  '!complaint',
  'true',
  'complaint && stars <= 2',
  'sentiment == "negative" || rating <= 2',
  'rating == 2',
  'rating != 2',
  '2 == rating',
  'nps < 7.5 && waitSeconds >= 60',
  'complaintProbability > 0.8 && !implicit',
  'channel in ["app", "web"]',
  '"logistics" in categories',
  '"vip" in tags',
  'channel in tags',
  'customer.tier == "gold" && customer.region != "north"',
  'attributes.version == "8.2.1"',
  'attributes["version"] == "8.2.1" || complaint',
  'attributes.size > 3',
  'attributes.size != 3',
  'has(attributes.size) && attributes.size > 3',
  '!(attributes.size > 3)',
  'attributes.flag',
  'attributes.flag && complaint',
  'text.contains("退款") || text.startsWith("app") || text.endsWith("!")',
  'text.matches("闪退|crash(ed)?") && language == "zh"',
  'product == "" && store == "" && region == "" && agent == "" && workspace == "shop"',
  'severity == "severe"',
];

/** Forms that stay with the CEL library. */
const GENERAL = ['categories.exists(c, c.startsWith("product."))', 'size(tags) > 1', 'stars + 1.0 > 3.0', 'complaint ? stars < 2 : rating < 2', 'text.size() > 10'];

const scored: fc.Arbitrary<ScoredItem> = fc
  .record({
    complaint: fc.boolean(),
    implicit: fc.boolean(),
    stars: fc.integer({ min: 1, max: 5 }),
    complaintProbability: fc.constantFrom(0, 0.5, 0.8, 0.9),
    sentiment: fc.constantFrom('negative' as const, 'positive' as const),
    severity: fc.constantFrom('none' as const, 'severe' as const),
    language: fc.constantFrom('zh' as const, 'en' as const),
    categories: fc.subarray(['logistics', 'product.quality', 'other']),
    item: fc.record(
      {
        text: fc.constantFrom('退款!', 'app 一直闪退', 'it crashed', ''),
        channel: fc.constantFrom('app' as const, 'phone' as const),
        rating: fc.integer({ min: 1, max: 5 }),
        nps: fc.integer({ min: 0, max: 10 }),
        waitSeconds: fc.constantFrom(0, 60, 600),
        tags: fc.subarray(['vip', 'app', 'new']),
        customer: fc.record({ tier: fc.constantFrom('gold', 'none'), region: fc.constantFrom('north', 'south') }, { requiredKeys: [] }),
        attributes: fc.record({ version: fc.constantFrom('8.2.1', '9'), size: fc.constantFrom(3, 4, 'four', true, null), flag: fc.constantFrom(true, false, 'yes') }, { requiredKeys: [] }),
      },
      { requiredKeys: ['text', 'channel'] },
    ),
  })
  .map(({ item, categories, ...score }) =>
    makeItem({ ...item, score: { ...score, categories: categories.map((id) => ({ id, probability: 0.9, decidedBy: 'model' })) } }),
  );

function generally(text: string, item: ScoredItem): boolean {
  try {
    return parseWhere(text).evaluate(item) === true;
  } catch {
    return false;
  }
}

describe('a rule’s where', () => {
  it.each(COMPILED)('%s is a plain function that agrees with the CEL library on every item', (text) => {
    expect(compileNode(parseWhere(text).ast)).not.toBeNull();
    const matches = compileWhere(text);
    fc.assert(fc.property(scored, (item) => {
      expect(matches(item)).toBe(generally(text, item));
    }), { numRuns: 60 });
  });

  it.each(GENERAL)('%s is evaluated by the CEL library', (text) => {
    expect(compileNode(parseWhere(text).ast)).toBeNull();
    const matches = compileWhere(text);
    fc.assert(fc.property(scored, (item) => {
      expect(matches(item)).toBe(generally(text, item));
    }), { numRuns: 20 });
  });

  it('takes an absent number, text or attribute for no match, whichever way it is compared', () => {
    const bare = makeItem();
    for (const text of ['rating <= 5', 'rating >= 1', 'nps == 0', 'attributes.version == "1"', 'attributes.version != "1"', 'product == "x"']) {
      expect(compileWhere(text)(bare), text).toBe(false);
    }
    expect(compileWhere('product == ""')(bare)).toBe(true);
  });

  it('counts an evaluation that fails as no match and tells of it once', () => {
    const told: string[] = [];
    const matches = compileWhere('attributes.size * 2 > 3', (message) => told.push(message));
    expect(matches(makeItem({ attributes: { size: 'four' } }))).toBe(false);
    expect(matches(makeItem({ attributes: { size: 'five' } }))).toBe(false);
    expect(matches(makeItem())).toBe(false);
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('attributes.size * 2 > 3');
  });

  it.each([
    ['complant', /speaks of "complant"; did you mean complaint\? An item has complaint, /],
    ['complaint &&', /is not a valid expression: .* at character 13/],
    ['stars', /gives a value of type double, and must be true or false/],
    ['sentiment == 3', /is not a valid expression: no such overload/],
    ['customer.age > 3', /is not a valid expression: No such key: age/],
    ['text.matches("[")', /has a pattern that RE2 does not take/],
    ['categories.exists(c, c.matches("a+"))', /uses matches\(\) with something other than a fixed pattern/],
    ['x'.repeat(WHERE_CHARS_MAX + 1), /is longer than 2000 characters/],
  ])('refuses %s with a sentence', (text, message) => {
    expect(() => compileWhere(text)).toThrow(message);
    expect(() => compileWhere(text)).toThrow(TocsinError);
  });

  it('runs a pattern that makes other engines hang', () => {
    const matches = compileWhere('text.matches("(a+)+$")');
    expect(matches(makeItem({ text: `${'a'.repeat(5_000)}!` }))).toBe(false);
  });
});

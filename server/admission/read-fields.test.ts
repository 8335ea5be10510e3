import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHANNELS } from '../../core/feedback.ts';
import { feedbackSchema } from './feedback-schema.ts';
import { readFields } from './read-fields.ts';

const oddText = fc.oneof(
  fc.string(), fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.constantFrom('', ' ', ' x ', '\u0000x', 'a\u007Fb', '\ud800', '😀', '\tx\n', 'x'.repeat(64), 'x'.repeat(65), 'x'.repeat(128), 'x'.repeat(129), 'x'.repeat(200), 'x'.repeat(201), 'x'.repeat(20_001), '__proto__', 'shop-1'),
);
const oddNumber = fc.oneof(fc.integer({ min: -1, max: 12 }), fc.double({ noNaN: false }), fc.constantFrom(31_536_000, 31_536_001, 1e300, Number.MAX_SAFE_INTEGER + 1));
const anything = fc.oneof(oddText, oddNumber, fc.boolean(), fc.constant(null), fc.constant([]), fc.constant({}), fc.array(oddText, { maxLength: 3 }), fc.constant([1]));
const mostly = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<unknown> => fc.oneof({ weight: 12, arbitrary }, { weight: 1, arbitrary: anything });
const customer = fc.record({ id: mostly(oddText), name: mostly(oddText), phone: mostly(oddText), tier: mostly(oddText), group: mostly(oddText), region: mostly(oddText), extra: anything }, { requiredKeys: [] });
const attributes = fc.dictionary(oddText, fc.oneof(oddText, oddNumber, fc.boolean(), fc.constant(null)), { noNullPrototype: true });
const anyInput = fc.record({
  text: mostly(oddText), channel: mostly(fc.constantFrom(...CHANNELS)), id: mostly(oddText), createdAt: mostly(oddText), workspace: mostly(fc.constantFrom('a', 'A1._-', '-a', '中', '')),
  customer: mostly(customer), product: mostly(oddText), order: mostly(oddText), ticket: mostly(oddText), agent: mostly(oddText), store: mostly(oddText), region: mostly(oddText),
  rating: mostly(fc.oneof(fc.integer({ min: 0, max: 6 }), oddText)), nps: mostly(oddNumber), waitSeconds: mostly(oddNumber), resolved: mostly(fc.boolean()),
  tags: mostly(fc.array(oddText, { maxLength: 40 })), parentId: mostly(oddText), attributes: mostly(attributes), surprise: anything,
}, { requiredKeys: ['text', 'channel'] });

describe('the quick reading of fields', () => {
  it('takes only what the schema takes, and makes the same of it', () => {
    fc.assert(fc.property(anyInput, (input) => {
      const quick = readFields(input);
      if (quick === null) return;
      const thorough = feedbackSchema.safeParse(input);
      expect(thorough.success).toBe(true);
      expect(quick).toEqual(thorough.data);
    }), { numRuns: 3_000 });
  });

  it('takes what senders usually send', () => {
    expect(readFields({
      id: 'a-1', text: ' 物流太慢 😀', channel: 'app', createdAt: '2026-01-01T00:00:00Z', workspace: 'shop', customer: { id: 'c1', name: '张三', phone: null },
      product: 'kettle', rating: 2, nps: 3, waitSeconds: 1.5, resolved: false, tags: ['vip'], attributes: { version: '1.2', tries: 3 }, unknown: 'kept elsewhere',
    })).toMatchObject({ text: '物流太慢 😀', rating: 2, customer: { id: 'c1', phone: null } });
  });

  it.each([[null], ['text'], [[]], [{ text: 'no channel' }], [{ text: '', channel: 'app' }], [{ text: 'x', channel: 'app', rating: 6 }], [JSON.parse('{"text":"x","channel":"app","attributes":{"__proto__":"x"}}')]])('leaves %j to the schema', (input) => {
    expect(readFields(input)).toBeNull();
  });
});

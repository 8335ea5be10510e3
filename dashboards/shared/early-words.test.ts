import { describe, expect, it } from 'vitest';
import { createFormatter } from './format.ts';
import { earlyWords } from './early-words.ts';

const say = (one: Parameters<typeof earlyWords>[0], language: 'zh' | 'en'): string => {
  const format = createFormatter(language, 'Asia/Shanghai');
  return earlyWords(one, language, { format, write: (count) => format.count(count) });
};

describe('how far something is on its way', () => {
  it.each([
    [{ count: 42, fireAt: 50 }, '42 / 50', '42 of 50'],
    [{ count: 14, fireAt: 20, of: 'customers' as const }, '14 / 20 位客户', '14 of 20 customers'],
    [{ count: 12.5, fireAt: 20, of: 'probability' as const }, '概率和 12.5 / 20', 'a sum of 12.5 of 20'],
    [{ count: 10, fireAt: 13, measure: { kind: 'share' as const, volume: 1_250, share: 0.008, shareAtLeast: 0.01, per: 1000 as const } }, '每千条 8 / 10（共 1,250 条）', '8 of 10 per 1,000 (of 1,250)'],
    [{ count: 55, fireAt: 60, measure: { kind: 'share' as const, volume: 500, share: 0.11, shareAtLeast: 0.12, per: 100 as const } }, '每百条 11 / 12（共 500 条）', '11 of 12 per 100 (of 500)'],
    [{ count: 42, fireAt: 47, measure: { kind: 'spike' as const, expected: 20.5 } }, '42 / 47（平时 20.5）', '42 of 47 (usually 20.5)'],
    [{ count: 6, fireAt: 10, measure: { kind: 'newTopic' as const, items: 7, expected: 0 } }, '6 / 10 位客户', '6 of 10 customers'],
  ])('is said in the words of its kind: %j', (one, zh, en) => {
    expect([say(one, 'zh'), say(one, 'en')]).toEqual([zh, en]);
  });
});

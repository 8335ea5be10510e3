import { describe, expect, it } from 'vitest';
import { makeItem } from '../../stream/counter/testing/entries.ts';
import { compileWhere } from './compile-where.ts';
import { CONDITION_WORDS, meetsCondition } from './named-conditions.ts';
import type { WordCondition } from './named-conditions.ts';

describe('named conditions', () => {
  it.each<[WordCondition, string, boolean]>([
    ['legalThreat', '再不退款我就去12315投诉,还要起诉你们', true],
    ['legalThreat', 'My LAWYER will be in touch', true],
    ['legalThreat', 'The issue is solved', false],
    ['legalThreat', '我不会起诉的,只想退款', false],
    ['legalThreat', '我不会起诉,但会找消协', true],
    ['mediaThreat', '明天就曝光到抖音', true],
    ['mediaThreat', 'I will post this on Twitter tonight', true],
    ['mediaThreat', '物流太慢', false],
    ['safetyRisk', '充电的时候突然起火了', true],
    ['safetyRisk', '孩子吃了之后住院了', true],
    ['safetyRisk', '没有漏电,很安全', false],
    ['safetyRisk', 'the charger caught fire', true],
    ['safetyRisk', 'no injuries, thank you', false],
    ['safetyRisk', '插座漏電了,孩子差點觸電', true],
    ['safetyRisk', '沒有漏電,很安全', false],
    ['safetyRisk', '孩子喝了進醫院了', true],
    ['legalThreat', '再不處理我就報警,維權到底', true],
    ['mediaThreat', '我會發視頻曝光', true],
    ['privacyRisk', '個人資料被洩露', true],
    ['privacyRisk', '帳號被盜', true],
    ['fraudRisk', '被騙了,卡也被盜刷', true],
    ['privacyRisk', '刚下单就接到骚扰电话', true],
    ['fraudRisk', 'they charged me twice', true],
    ['fraudRisk', '被盗刷了两千块', true],
  ])('%s of “%s” is %s', (name, text, expected) => {
    expect(meetsCondition(name, text)).toBe(expected);
  });

  it('stand in a where like every other variable', () => {
    const matches = compileWhere('safetyRisk || (vip && complaint)');
    expect(matches(makeItem({ text: '插座冒烟了', score: { complaint: false } }))).toBe(true);
    expect(matches(makeItem({ text: '太慢', customer: { tier: '钻石会员' } }))).toBe(true);
    expect(matches(makeItem({ text: '太慢', customer: { tier: '普通' } }))).toBe(false);
    // One that only the CEL library evaluates.
    expect(compileWhere('safetyRisk ? true : size(text) > 100')(makeItem({ text: '插座冒烟了' }))).toBe(true);
  });

  it('have words in both languages, each of them once', () => {
    for (const { zh, en } of Object.values(CONDITION_WORDS)) {
      expect(new Set([...zh, ...en]).size).toBe(zh.length + en.length);
      expect(Math.min(zh.length, en.length)).toBeGreaterThan(3);
    }
  });
});

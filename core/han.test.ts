import { describe, expect, it } from 'vitest';
import { han } from './han.ts';

describe('a sentence in Chinese', () => {
  it.each([
    ['App', '67 条来自 App 的'], ['华东', '67 条来自华东的'], ['门店 12', '67 条来自门店 12 的'], ['“甲”', '67 条来自“甲”的'],
  ])('has a space beside %s only where it is not Chinese', (value, said) => expect(han`${67} 条来自 ${value} 的`).toBe(said));

  it('keeps the spaces inside of a value, and those beside punctuation', () => {
    expect(han`${'张 三'} 已确认`).toBe('张 三已确认');
    expect(han`${'u1'} 已确认 · ${'华东'} · ${'华南'}`).toBe('u1 已确认 · 华东 · 华南');
    expect(han`没有值`).toBe('没有值');
  });
});

import { describe, expect, it } from 'vitest';
import { Trace } from './encoder.ts';
import { findKeywords } from './keywords.ts';
import { Tokenizer } from './text/tokenizer.ts';

const SHAPE = { vocabulary: 1, dimensions: 1, pools: 1, hidden: 1 };

function keywordsOf(text: string, weights: number[], direction: 1 | -1 = 1): string[] {
  const tokenizer = new Tokenizer();
  tokenizer.read(text);
  const trace = new Trace();
  trace.begin(tokenizer, SHAPE);
  expect(trace.units).toBe(weights.length);
  return findKeywords(trace, Float32Array.from(weights), direction);
}

describe('keywords', () => {
  it('are the runs that pushed the decided way, strongest first, cut at punctuation', () => {
    expect(keywordsOf('物流太慢,等了十天', [0.3, 0.1, 0.1, 0.5, 0.6, 1, 0.8, 0.4, 0.2])).toEqual(['等了十天', '物流太慢']);
  });

  it('are the other runs for a positive decision', () => {
    expect(keywordsOf('质量好但慢', [-0.2, -0.3, -2, 0.4, 1], -1)).toEqual(['质量好']);
  });

  it('leave out what hardly mattered', () => {
    expect(keywordsOf('慢.贵', [5, 0, 0.2])).toEqual(['慢']);
  });

  it('are words in English', () => {
    expect(keywordsOf('I was charged twice', [-0.1, 0.2, 1, 1])).toEqual(['was charged twice']);
  });

  it('do not cut the first character off a word', () => {
    expect(keywordsOf('快递员凶', [-0.3, 0.5, 0.4, 1])).toEqual(['快递员凶']);
  });

  it('bridge one weak character inside a run', () => {
    expect(keywordsOf('闪退登录', [0.4, -0.1, 0.8, 1])).toEqual(['闪退登录']);
  });

  it('widen one lone character by its neighbour', () => {
    expect(keywordsOf('我很烦恼呀', [-1, -1, 2, -1, -1])).toEqual(['烦恼']);
  });

  it('keep the strongest part of a long run', () => {
    const long = '一二三四五六七八九十甲乙丙丁';
    expect(keywordsOf(long, [...Array.from({ length: 10 }, () => 0.1), 5, 5, 5, 5])).toEqual(['五六七八九十甲乙丙丁']);
  });

  it('are none where nothing pushed that way', () => {
    expect(keywordsOf('好', [-1])).toEqual([]);
    expect(keywordsOf('', [])).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { CLAUSE_SOURCE, chooseClauses, clausesOf } from './clauses.ts';
import type { Row } from './dataset.ts';

describe('clausesOf', () => {
  it('parts Chinese at its marks and leaves out what says too little or too much', () => {
    expect(clausesOf('屏幕很清楚，就是电池不耐用。好评！')).toEqual(['屏幕很清楚', '就是电池不耐用']);
    expect(clausesOf('很'.repeat(41))).toEqual([]);
  });

  it('parts English at its marks, but not inside numbers and names', () => {
    expect(clausesOf('Version 2.5 crashes all the time. Support at example.com never answers, sadly')).toEqual(['Version 2.5 crashes all the time', 'Support at example.com never answers']);
  });

  it('answers nothing for an empty text', () => {
    expect(clausesOf('')).toEqual([]);
    expect(clausesOf('……!!')).toEqual([]);
  });
});

const row = (text: string, source = 'reviews'): Row => ({ text, source, language: 'zh', sentiment: 'positive', mixed: false, stars: 5, aspects: [], product: '', implicit: null });

describe('chooseClauses', () => {
  it('takes each clause once, without the labels of its text', () => {
    const chosen = chooseClauses([row('屏幕很清楚，就是电池不耐用'), row('就是电池不耐用，别的都好说')], []);
    expect(chosen.map(({ text }) => text)).toEqual(['屏幕很清楚', '就是电池不耐用', '别的都好说']);
    for (const clause of chosen) expect(clause).toMatchObject({ source: CLAUSE_SOURCE, sentiment: null, stars: null, implicit: null });
  });

  it('leaves out whole texts, the letters of held-out ones and sources of questions', () => {
    const learned = [row('屏幕很清楚，就是电池不耐用，声音也很小'), row('声音也很小'), row('how do I top up my card, please tell me', 'banking77')];
    expect(chooseClauses(learned, [row('就是，电池不耐用！')]).map(({ text }) => text)).toEqual(['屏幕很清楚']);
  });
});

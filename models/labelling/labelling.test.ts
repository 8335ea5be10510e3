import { describe, expect, it } from 'vitest';
import { createFoldTable, foldText } from '../text/normalize.ts';
import { generatePhrases } from './generate-phrases.ts';
import { labelCategories } from './label-categories.ts';
import { labelComplaint } from './label-complaint.ts';
import { labelImplicit } from './label-implicit.ts';
import { labelSeverity } from './label-severity.ts';

const fold = createFoldTable();
const folded = (text: string): string => foldText(text, fold);

describe('the weak rule of categories', () => {
  it.each([
    ['快遞三天沒到', ['logistics']],
    ['登录不了，一直闪退', ['account.login', 'app.crash']],
    ['I want a refund', ['after-sales.refund']],
    ['嗯嗯', []],
  ])('finds in %s: %j', (text, categories) => {
    expect([...labelCategories(folded(text), '', [])].sort()).toEqual(categories);
  });

  it('takes a bank question by its intent alone', () => {
    expect([...labelCategories(folded('my card account app payment'), 'banking77', ['passcode_forgotten'])]).toEqual(['account.login']);
  });

  it('takes what freezes for the thing itself where goods are spoken of, and for a program where one is named', () => {
    expect([...labelCategories(folded('三天两头死机'), 'jd_laptop', [])]).toEqual(['product.function']);
    expect([...labelCategories(folded('配套软件一打开就死机'), 'jd_laptop', [])]).toEqual(['app.crash']);
    expect([...labelCategories(folded('三天两头死机'), 'appstore_zh_stars', [])]).toEqual(['app.crash']);
  });

  it.each([
    ['骗子公司，大家别上当', []], ['airport security took an hour', []], ['号码被卖了，天天骚扰电话', ['account.security']], ['my account was hacked', ['account.login', 'account.security']],
  ])('takes no cheat for a break-in: %s', (text, categories) => {
    expect([...labelCategories(folded(text), '', [])].sort()).toEqual(categories);
  });

  it('reads the aspects of a data set', () => {
    expect([...labelCategories('', 'aichallenger2018_sample', ['dish_taste', 'price_level'])].sort()).toEqual(['product.price', 'product.quality']);
  });
});

describe('the weak rule of complaints', () => {
  it.each([
    ['太差了', 'negative', true], ['很好', 'positive', false], ['请问怎么退款', 'neutral', false], ['一直没人处理，退款', 'neutral', true], ['How do I return this?', 'neutral', false],
  ] as const)('%s, %s: %s', (text, sentiment, complaint) => {
    expect(labelComplaint(folded(text), sentiment)).toBe(complaint);
  });
});

describe('the weak rule of severity', () => {
  it.each([
    ['很好', 'positive', 'none'], ['有点慢', 'negative', 'mild'], ['坏了', 'negative', 'moderate'], ['漏电差点触电', 'negative', 'severe'], ['I will call my lawyer', 'negative', 'severe'], ['还行', 'neutral', 'mild'], ['请问几点开门', 'neutral', 'none'],
  ] as const)('%s, %s: %s', (text, sentiment, severity) => {
    expect(labelSeverity(folded(text), sentiment)).toBe(severity);
  });
});

describe('the weak rule of implicit negatives', () => {
  it.each([
    ['还行,但下次不想再用了', true, true], ['下次还会再来', true, false], ['太差了，再也不来', true, false], ["Won't be ordering again", true, true], ['下次不来了', false, false],
  ] as const)('%s, negative %s: %s', (text, isNegative, implicit) => {
    expect(labelImplicit(folded(text), isNegative)).toBe(implicit);
  });
});

describe('made-up phrases', () => {
  const phrases = generatePhrases(1);

  it('are the same for the same seed, many, and without repeats', () => {
    expect(generatePhrases(1)).toEqual(phrases);
    expect(phrases.length).toBeGreaterThan(8_000);
    expect(new Set(phrases.map(({ text }) => text)).size).toBe(phrases.length);
  });

  it('leave no brace, slot or empty text behind', () => {
    expect(phrases.filter(({ text }) => text === '' || /[{}]|<[A-Z]+>/.test(text))).toEqual([]);
  });

  it('are labelled without contradiction', () => {
    expect(phrases.filter(({ sentiment, severity }) => sentiment === 'positive' && severity !== 'none')).toEqual([]);
    expect(phrases.filter(({ implicit, sentiment }) => implicit && sentiment !== 'negative')).toEqual([]);
    expect(phrases.filter(({ categories }) => categories.length === 0)).toEqual([]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectLanguage } from './language.ts';
import { createFoldTable, foldText, prepareText } from './normalize.ts';
import { Tokenizer, UNITS_MAX } from './tokenizer.ts';

function unitsOf(text: string): string[] {
  const tokenizer = new Tokenizer();
  tokenizer.read(text);
  return Array.from({ length: tokenizer.unitCount }, (_, at) => tokenizer.text.slice(tokenizer.unitStart[at], tokenizer.unitEnd[at]));
}

function featuresOf(text: string): number[] {
  const tokenizer = new Tokenizer();
  tokenizer.read(text);
  return [...tokenizer.features.subarray(0, tokenizer.featureCount)];
}

describe('the tokenizer', () => {
  it.each([
    ['客服态度差', ['客', '服', '态', '度', '差']],
    ["Won't buy 2 again!", ["Won't", 'buy', '2', 'again', '!']],
    ['app一直闪退', ['app', '一', '直', '闪', '退']],
    ['打给<phone>或[id-card]', ['打', '给', '<phone>', '或', '[id-card]']],
    ['@some_one see http://a.b/c now', ['@some_one', 'see', 'http://a.b/c', 'now']],
    ['好👍🏽！', ['好', '👍', '!']],
    ['哈哈哈哈哈', ['哈', '哈']],
    ['', []],
    [' \u0000\u200b\n', []],
  ])('reads %j as units', (text, units) => {
    expect(unitsOf(text)).toEqual(units);
  });

  it.each([
    ['traditional and simplified', '客服態度極差，投訴！', '客服态度极差,投诉!'],
    ['full and half width', 'ＡＰＰ　１２', 'APP 12'],
    ['upper and lower case', 'TERRIBLE Service', 'terrible service'],
    ['stretched letters', 'soooooo bad', 'soo bad'],
    ['curly and straight quotes', 'won’t', "won't"],
    ['an apostrophe that is a letter', 'wonʼt', "won't"],
    ['a hyphen that does not break', 'check\u2011in', 'check-in'],
    ['Hong Kong and mainland forms', '不衞生，吿訴店員', '不卫生,告诉店员'],
    ['any long number', '订单 12345678', '订单 98765432'],
    ['any mentioned name', '@alice thanks', '@bob thanks'],
  ])('reads %s alike', (_, one, other) => {
    expect(featuresOf(one)).toEqual(featuresOf(other));
  });

  it('gives a unit its n-grams, longest first, and a word its letters', () => {
    const tokenizer = new Tokenizer();
    tokenizer.read('天地人和 ok');
    expect([...tokenizer.featureEnd.subarray(0, 4)]).toEqual([1, 3, 6, 10]);
    const fresh = new Tokenizer();
    fresh.read('good');
    // the word itself, then 3-, 4- and 5-grams of ^good^: 4 + 3 + 2
    expect(fresh.featureCount).toBe(1 + 9);
  });

  it('carries nothing from one text to the next', () => {
    const tokenizer = new Tokenizer();
    tokenizer.read('物流太慢');
    const alone = [...tokenizer.features.subarray(0, tokenizer.featureCount)];
    tokenizer.read('a completely different text, 完全不同');
    tokenizer.read('物流太慢');
    expect([...tokenizer.features.subarray(0, tokenizer.featureCount)]).toEqual(alone);
  });

  it('keeps its limits and its places for any text', () => {
    const tokenizer = new Tokenizer();
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (text) => {
      tokenizer.read(text);
      let inOrder = tokenizer.unitCount <= UNITS_MAX;
      for (let at = 0; at < tokenizer.unitCount; at++) {
        const start = tokenizer.unitStart[at] ?? -1;
        if (start >= (tokenizer.unitEnd[at] ?? -1) || (at > 0 && start < (tokenizer.unitEnd[at - 1] ?? 0))) inOrder = false;
      }
      expect(inOrder).toBe(true);
      expect(tokenizer.featureEnd[tokenizer.unitCount - 1] ?? 0).toBe(tokenizer.unitCount === 0 ? 0 : tokenizer.featureCount);
    }), { numRuns: 300 });
  });

  it('reads both ends of a text of 100 kB', () => {
    const text = `开头很好${'x '.repeat(50_000)}结尾很差`;
    const prepared = prepareText(text);
    expect(prepared.length).toBeLessThan(1_300);
    expect(prepared.startsWith('开头很好')).toBe(true);
    expect(prepared.endsWith('结尾很差')).toBe(true);
  });
});

describe('folding', () => {
  it('maps every UTF-16 unit to one unit and keeps lengths', () => {
    const table = createFoldTable();
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      expect(foldText(text, table).length).toBe(prepareText(text).length);
    }));
  });

  it('folds traditional to simplified', () => {
    expect(foldText('請問怎麼辦理退貨？', createFoldTable())).toBe('请问怎么办理退货?');
  });
});

describe('language by Han-character share', () => {
  it.each([
    ['差评', 'zh'], ['app一直闪退', 'zh'], ['The app crashes', 'en'], ['iPhone 15 Pro Max 很好', 'zh'], ['12345 😡', 'other'], ['', 'other'],
    ['とても良い', 'other'], ['очень плохо', 'other'], ['服務很差', 'zh'],
  ])('takes %j for %s', (text, language) => {
    expect(detectLanguage(text)).toBe(language);
  });
});

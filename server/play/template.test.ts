import { describe, expect, it } from 'vitest';
import { Prng } from './prng.ts';
import { parseTemplate, renderTemplate, templateFromSample } from './template.ts';

function drawMany(template: ReturnType<typeof parseTemplate>): Set<string> {
  const prng = new Prng(5);
  return new Set(Array.from({ length: 500 }, () => renderTemplate(template, prng, (slot) => `<${slot}>`)));
}

describe('templates', () => {
  it('draw each alternative, each number of a range and fill slots', () => {
    const texts = drawMany(parseTemplate('{product}(坏了|{2..3}天没动|)，{city}'));
    expect(texts).toEqual(new Set([
      '<product>坏了，<city>', '<product>2天没动，<city>', '<product>3天没动，<city>', '<product>，<city>',
    ]));
  });

  it.each([
    ['an unknown slot', '{produkt}坏了', 'unknown slot {produkt}'],
    ['an empty range', '{9..2}天', 'empty range {9..2}'],
    ['an open bracket', '(坏了|没了', 'unbalanced bracket'],
    ['a bracket in a bracket', '(坏了|(没了|丢了))', 'unbalanced bracket'],
  ])('refuse %s and quote the phrase', (_name, source, message) => {
    expect(() => parseTemplate(source)).toThrow(message);
    expect(() => parseTemplate(source)).toThrow(source);
  });

  it('vary a sample by its synonyms, longest word first, and leave its brackets alone', () => {
    const texts = drawMany(templateFromSample('快递员把快递(箱)丢了{一次}', [['快递员', '小哥'], ['快递', '包裹']]));
    expect(texts).toEqual(new Set(['快递员把快递(箱)丢了{一次}', '小哥把快递(箱)丢了{一次}', '快递员把包裹(箱)丢了{一次}', '小哥把包裹(箱)丢了{一次}']));
  });

  it('replace Latin words only as whole words', () => {
    expect(drawMany(templateFromSample('my iphone and my phone', [['phone', 'mobile']]))).toEqual(new Set(['my iphone and my phone', 'my iphone and my mobile']));
  });
});

import { describe, expect, it } from 'vitest';
import { CONSOLE_TEXTS } from '../console/texts.ts';
import { SHARED_TEXTS } from '../shared/texts.ts';
import { WALL_TEXTS } from './texts.ts';

const PAGES = { wall: WALL_TEXTS, console: CONSOLE_TEXTS, shared: SHARED_TEXTS };
const HAN = /\p{Script=Han}/u;

/** Every sentence of a page, functions called with marks in the places of their arguments. */
function sentences(texts: object): [string, string][] {
  return Object.entries(texts).flatMap(([key, value]: [string, unknown]): [string, string][] => {
    if (typeof value === 'function') return [[key, String((value as (...marks: string[]) => string)('1', '2', '3', '4'))]];
    return typeof value === 'string' ? [[key, value]] : [];
  });
}

describe.each(Object.entries(PAGES))('the words of the %s page', (_page, texts) => {
  it('are there in both languages, and none is empty', () => {
    expect(Object.keys(texts.zh)).toEqual(Object.keys(texts.en));
    for (const [key, text] of [...sentences(texts.zh), ...sentences(texts.en)]) expect(text.trim(), key).not.toBe('');
  });

  it('use every argument that the other language uses', () => {
    const english = new Map(sentences(texts.en));
    const marks = (text: string): string => [...new Set(text.match(/(?<!\d)[1-4](?!\d)/g) ?? [])].toSorted().join('');
    for (const [key, value] of Object.entries(texts.zh)) {
      if (typeof value !== 'function') continue;
      const chinese = sentences({ [key]: value })[0]?.[1] ?? '';
      expect(marks(chinese), key).toBe(marks(english.get(key) ?? ''));
    }
  });

  it('have full-width punctuation in Chinese, and no Chinese in English but the name of the language', () => {
    for (const [key, text] of sentences(texts.zh)) expect(text, key).not.toMatch(/\p{Script=Han}[,:;?!()]|[,:;?!()]\p{Script=Han}/u);
    for (const [key, text] of sentences(texts.en)) if (!key.startsWith('switchLanguage')) expect(HAN.test(text), key).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { chooseLanguage } from './language.ts';

describe('the language of a page', () => {
  it.each([
    ['what the address asks for', 'en', ['zh-CN'], 'en'],
    ['any region of a language', null, ['en-GB'], 'en'],
    ['traditional Chinese as Chinese', null, ['zh-Hant-TW', 'en'], 'zh'],
    ['the first language of the browser that the pages have', null, ['fr', 'en-US', 'zh'], 'en'],
    ['Chinese where the browser has neither', null, ['fr', 'de'], 'zh'],
    ['Chinese where the browser says nothing', null, [], 'zh'],
    ['the browser when the address asks for a language that is not there', 'fr', ['en'], 'en'],
    ['no language for one whose tag only begins alike', 'eng', [], 'zh'],
  ] as const)('takes %s', (_name, asked, browser, expected) => {
    expect(chooseLanguage(asked, browser)).toBe(expected);
  });
});

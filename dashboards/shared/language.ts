/** The two languages of every page; Chinese is the first. */
export type Language = 'zh' | 'en';

/** The tag for `<html lang>` and for `Intl`. */
export const LOCALES: Record<Language, string> = { zh: 'zh-CN', en: 'en' };

/**
 * `?lang=` decides; without it the first of the browser's languages that the pages have; without one of those Chinese.
 * Any tag of a language counts: `zh-TW` and `zh-Hans-CN` are Chinese, `en-GB` is English.
 */
export function chooseLanguage(asked: string | null, browserLanguages: readonly string[]): Language {
  for (const tag of [asked ?? '', ...browserLanguages]) {
    const language = tag.toLowerCase().split(/[-_]/, 1)[0];
    if (language === 'zh' || language === 'en') return language;
  }
  return 'zh';
}

export function otherLanguage(language: Language): Language {
  return language === 'zh' ? 'en' : 'zh';
}

export type ShownTexts = Record<Language, string>;

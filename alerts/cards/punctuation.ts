import type { PageLanguage } from '../notify/summarize.ts';

/** Between a label and what it says. */
export function colon(language: PageLanguage): string {
  return language === 'zh' ? '：' : ': ';
}

/** An aside behind a text, with the space that it needs there. */
export function aside(text: string, language: PageLanguage): string {
  return language === 'zh' ? `（${text}）` : ` (${text})`;
}

import type { Language } from './language.ts';

/** Words that several pages use. */
interface SharedTexts {
  severities: Record<string, string>;
  /** Names the language that the button switches to, in that language. */
  switchLanguage: string;
  switchLanguageHint: string;
  ungrouped: string;
  opensConsole: string;
  opensWall: string;
}

export const SHARED_TEXTS: Record<Language, SharedTexts> = {
  zh: {
    severities: { notice: '提示', warning: '警告', critical: '严重' },
    switchLanguage: 'English',
    switchLanguageHint: 'Switch to English',
    ungrouped: '全部反馈',
    opensConsole: '打开控制台',
    opensWall: '监控大屏',
  },
  en: {
    severities: { notice: 'Notice', warning: 'Warning', critical: 'Critical' },
    switchLanguage: '中文',
    switchLanguageHint: '切换到中文',
    ungrouped: 'All feedback',
    opensConsole: 'Open the console',
    opensWall: 'Wall screen',
  },
};

export function severityName(severity: string, language: Language): string {
  const { severities } = SHARED_TEXTS[language];
  return Object.hasOwn(severities, severity) ? (severities[severity] ?? severity) : severity;
}

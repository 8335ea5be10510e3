import { ALERT_SEVERITY_NAMES } from '../../core/names.ts';
import type { AlertSeverity } from '../../core/rule.ts';
import type { Language } from './language.ts';

/** Words that several pages use. */
interface SharedTexts {
  /** Names the language that the button switches to, in that language. */
  switchLanguage: string;
  switchLanguageHint: string;
  ungrouped: string;
  opensConsole: string;
  opensWall: string;
}

export const SHARED_TEXTS: Record<Language, SharedTexts> = {
  zh: {
    switchLanguage: 'English',
    switchLanguageHint: 'Switch to English',
    ungrouped: '全部反馈',
    opensConsole: '打开控制台',
    opensWall: '监控大屏',
  },
  en: {
    switchLanguage: '中文',
    switchLanguageHint: '切换到中文',
    ungrouped: 'All feedback',
    opensConsole: 'Open the console',
    opensWall: 'Wall screen',
  },
};

export function severityName(severity: string, language: Language): string {
  return Object.hasOwn(ALERT_SEVERITY_NAMES, severity) ? ALERT_SEVERITY_NAMES[severity as AlertSeverity][language] : severity;
}

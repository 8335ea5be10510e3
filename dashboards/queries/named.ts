import { CATEGORIES } from '../../core/category.ts';
import { CHANNELS } from '../../core/feedback.ts';
import type { LocalText } from '../../core/rule.ts';
import { SEVERITIES } from '../../core/score.ts';
import { valueName } from '../shared/names.ts';
import type { PanelLanguage } from './panel.ts';

/** First levels of the categories, in the order of boards. */
export const AREAS: Record<string, LocalText> = {
  product: { zh: '产品', en: 'Product' },
  service: { zh: '服务', en: 'Service' },
  logistics: { zh: '物流', en: 'Logistics' },
  'after-sales': { zh: '售后', en: 'After-sales' },
  account: { zh: '账号', en: 'Account' },
  app: { zh: 'App', en: 'App' },
  store: { zh: '门店', en: 'Store' },
  other: { zh: '其他', en: 'Other' },
};

const ALERT_SEVERITIES: Record<string, LocalText> = {
  notice: { zh: '提示', en: 'Notice' },
  warning: { zh: '警告', en: 'Warning' },
  critical: { zh: '严重', en: 'Critical' },
};

const LANGUAGES: Record<string, LocalText> = {
  zh: { zh: '中文', en: 'Chinese' },
  en: { zh: '英文', en: 'English' },
  other: { zh: '其他', en: 'Other' },
};

/** Values as the wall and the console name them. */
const shared = (field: 'channel' | 'severity', values: readonly string[]): Record<string, LocalText> =>
  Object.fromEntries(values.map((value) => [value, { zh: valueName(field, value, 'zh'), en: valueName(field, value, 'en') }]));

const TABLES = {
  category: CATEGORIES,
  area: AREAS,
  channel: shared('channel', CHANNELS),
  severity: shared('severity', SEVERITIES),
  alertSeverity: ALERT_SEVERITIES,
  language: LANGUAGES,
};
export type NamedField = keyof typeof TABLES;

/** SQL text literal. */
export function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** SQL that turns a code of the product into its name; codes of a company's own stay as they are, none at all is said. */
export function named(field: NamedField, expression: string, language: PanelLanguage): string {
  const entries = Object.entries<LocalText>(TABLES[field]);
  const codes = ['', ...entries.map(([code]) => code)].map(quoted).join(', ');
  const names = [orNone('', language), ...entries.map(([, name]) => name[language])].map(quoted).join(', ');
  const code = `toString(${expression})`;
  return `transform(${code}, [${codes}], [${names}], ${code})`;
}

/** The word for a field that an item does not have. */
function orNone(value: string, language: PanelLanguage): string {
  return value !== '' ? value : language === 'zh' ? '（未填）' : '(none)';
}

/** SQL: the value, or the word for none. */
export function filled(expression: string, language: PanelLanguage): string {
  return `if(${expression} = '', ${quoted(orNone('', language))}, ${expression})`;
}

/** SQL: the first of a category's two levels. */
export function area(expression: string): string {
  return `splitByChar('.', toString(${expression}))[1]`;
}

import { CATEGORIES } from '../../core/category.ts';
import { ALERT_SEVERITY_NAMES, CHANNEL_NAMES, COMPLAINT_SEVERITY_NAMES, LANGUAGE_NAMES } from '../../core/names.ts';
import type { LocalText } from '../../core/rule.ts';
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

const TABLES = {
  category: CATEGORIES,
  area: AREAS,
  channel: CHANNEL_NAMES,
  severity: COMPLAINT_SEVERITY_NAMES,
  alertSeverity: ALERT_SEVERITY_NAMES,
  language: LANGUAGE_NAMES,
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

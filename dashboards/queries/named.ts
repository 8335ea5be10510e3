import { CATEGORIES } from '../../core/category.ts';
import type { LocalText } from '../../core/rule.ts';
import type { PanelLanguage } from './panel.ts';

const CHANNELS: Record<string, LocalText> = {
  app: { zh: 'App', en: 'App' },
  'mini-program': { zh: '小程序', en: 'Mini program' },
  web: { zh: '网站', en: 'Web' },
  chat: { zh: '在线客服', en: 'Chat' },
  phone: { zh: '电话', en: 'Phone' },
  email: { zh: '邮件', en: 'E-mail' },
  social: { zh: '社交媒体', en: 'Social media' },
  store: { zh: '门店', en: 'Store' },
  survey: { zh: '问卷', en: 'Survey' },
  offline: { zh: '线下', en: 'Offline' },
  api: { zh: '接口', en: 'API' },
};

const AREAS: Record<string, LocalText> = {
  product: { zh: '产品', en: 'Product' },
  service: { zh: '服务', en: 'Service' },
  logistics: { zh: '物流', en: 'Logistics' },
  'after-sales': { zh: '售后', en: 'After-sales' },
  account: { zh: '账号', en: 'Account' },
  app: { zh: 'App', en: 'App' },
  store: { zh: '门店', en: 'Store' },
  other: { zh: '其他', en: 'Other' },
};

const SEVERITIES: Record<string, LocalText> = {
  none: { zh: '无', en: 'None' },
  mild: { zh: '轻微', en: 'Mild' },
  moderate: { zh: '中等', en: 'Moderate' },
  severe: { zh: '严重', en: 'Severe' },
};

const SENTIMENTS: Record<string, LocalText> = {
  negative: { zh: '负面', en: 'Negative' },
  neutral: { zh: '中性', en: 'Neutral' },
  positive: { zh: '正面', en: 'Positive' },
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

const TABLES = { category: CATEGORIES, channel: CHANNELS, area: AREAS, severity: SEVERITIES, sentiment: SENTIMENTS, alertSeverity: ALERT_SEVERITIES, language: LANGUAGES };
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
export function orNone(value: string, language: PanelLanguage): string {
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

import { CATEGORIES } from '../../core/category.ts';
import { han } from '../../core/han.ts';
import type { GroupKey } from '../../core/alert.ts';
import type { HealthPart, LowerBoundReason } from '../../core/live.ts';
import type { GroupField } from '../../core/rule.ts';
import type { Language } from './language.ts';

const FIELDS: Record<GroupField, { zh: string; en: string }> = {
  category: { zh: '类别', en: 'Category' },
  channel: { zh: '渠道', en: 'Channel' },
  sentiment: { zh: '情绪', en: 'Sentiment' },
  severity: { zh: '严重程度', en: 'Severity' },
  language: { zh: '语言', en: 'Language' },
  product: { zh: '产品', en: 'Product' },
  store: { zh: '门店', en: 'Store' },
  region: { zh: '地区', en: 'Region' },
  agent: { zh: '客服', en: 'Agent' },
  customerTier: { zh: '客户等级', en: 'Customer tier' },
  customerGroup: { zh: '客户群', en: 'Customer group' },
  customer: { zh: '客户', en: 'Customer' },
};

const VALUES: Partial<Record<GroupField, Record<string, { zh: string; en: string }>>> = {
  category: CATEGORIES,
  channel: {
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
  },
  sentiment: {
    negative: { zh: '负面', en: 'Negative' },
    neutral: { zh: '中性', en: 'Neutral' },
    positive: { zh: '正面', en: 'Positive' },
  },
  severity: {
    none: { zh: '无', en: 'None' },
    mild: { zh: '轻微', en: 'Mild' },
    moderate: { zh: '中等', en: 'Moderate' },
    severe: { zh: '严重', en: 'Severe' },
  },
};

const REASONS: Record<LowerBoundReason, { zh: string; en: string }> = {
  'scorer-lag': { zh: '评分积压', en: 'scoring is behind' },
  'counter-lag': { zh: '计数积压', en: 'counting is behind' },
  'counter-starting': { zh: '计数正在启动', en: 'the counter is starting' },
  'log-unavailable': { zh: '日志不可用', en: 'the log is unavailable' },
  'past-awaited': { zh: '历史数据待补齐', en: 'earlier feedback has still to be read' },
};

/** Parts without which feedback leads to no alert. */
export const PARTS_BEFORE_ALERTS: ReadonlySet<string> = new Set(['log', 'gateway', 'scorer', 'counter']);

/** Parts of the server, as `/readyz` names them. */
const PARTS: Record<string, { zh: string; en: string }> = {
  gateway: { zh: '接收', en: 'intake' },
  log: { zh: '消息日志', en: 'the log' },
  scorer: { zh: '评分', en: 'scoring' },
  counter: { zh: '计数', en: 'counting' },
  store: { zh: '存储', en: 'the store' },
  incidents: { zh: '事件', en: 'incidents' },
  notifier: { zh: '通知', en: 'paging' },
};

/** Looks a key up without meeting what every object inherits. */
function named(table: Record<string, { zh: string; en: string }> | undefined, key: string, language: Language): string {
  return table !== undefined && Object.hasOwn(table, key) ? (table[key]?.[language] ?? key) : key;
}

/** The category's name; the id itself where a company's own taxonomy added it. */
export function categoryName(id: string, language: Language): string {
  return named(CATEGORIES, id, language);
}

function fieldName(field: string, language: Language): string {
  return named(FIELDS, field, language);
}

/** The name of one value of a group field, or of an item's field of that name; unknown values as they are. */
export function valueName(field: string, value: string, language: Language): string {
  return Object.hasOwn(VALUES, field) ? named(VALUES[field as GroupField], value, language) : value;
}

export function reasonName(reason: string, language: Language): string {
  return named(REASONS, reason, language);
}

/** Parts of the server that do not work, each with its reason where it gives one; a part that is not known by the name that came. */
export function partsInWords(parts: readonly Pick<HealthPart, 'part' | 'reason' | 'reasonZh'>[], language: Language): string {
  const words = parts.map(({ part, reason, reasonZh }) => {
    const [name, why] = [named(PARTS, part, language), language === 'zh' ? (reasonZh ?? reason) : reason];
    if (why === undefined) return name;
    return language === 'zh' ? `${name}（${why}）` : `${name} (${why})`;
  });
  return words.join(language === 'zh' ? '、' : ', ');
}

/**
 * A group in words: values whose meaning is plain by themselves stand alone (`物流配送`), others carry their field
 * (`门店 12`), and an empty one says that it was not given (`门店未填`). An ungrouped rule's group is the empty text.
 */
export function groupName(group: GroupKey, language: Language): string {
  const parts = Object.entries(group).map(([field, value]) => {
    if (value === '') return `${fieldName(field, language)}${language === 'zh' ? '未填' : ' not given'}`;
    return field === 'category' || field === 'channel' ? valueName(field, value, language) : han`${fieldName(field, language)} ${valueName(field, value, language)}`;
  });
  return parts.join(' / ');
}

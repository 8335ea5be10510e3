import { han } from '../../core/han.ts';
import type { GroupKey } from '../../core/alert.ts';
import { CATEGORIES } from '../../core/category.ts';
import type { Channel } from '../../core/feedback.ts';
import type { GroupField, LocalText } from '../../core/rule.ts';
import type { Language, Sentiment, Severity } from '../../core/score.ts';
import { oneLine, shorten } from './safe-text.ts';

/** A group's value comes from the sender, so its length is bounded before it stands in a headline. */
const VALUE_GRAPHEMES_MAX = 40;

const CHANNEL_NAMES: Record<Channel, LocalText> = {
  'app': { zh: 'App', en: 'App' },
  'mini-program': { zh: '小程序', en: 'Mini program' },
  'web': { zh: '网站', en: 'Web' },
  'chat': { zh: '在线客服', en: 'Chat' },
  'phone': { zh: '电话', en: 'Phone' },
  'email': { zh: '邮件', en: 'E-mail' },
  'social': { zh: '社交媒体', en: 'Social media' },
  'store': { zh: '门店', en: 'Store' },
  'survey': { zh: '问卷', en: 'Survey' },
  'offline': { zh: '线下', en: 'Offline' },
  'api': { zh: '接口', en: 'API' },
};

const SENTIMENT_NAMES: Record<Sentiment, LocalText> = {
  negative: { zh: '负面', en: 'Negative' },
  neutral: { zh: '中性', en: 'Neutral' },
  positive: { zh: '正面', en: 'Positive' },
};

const SEVERITY_NAMES: Record<Severity, LocalText> = {
  none: { zh: '无投诉', en: 'No complaint' },
  mild: { zh: '轻度', en: 'Mild' },
  moderate: { zh: '中度', en: 'Moderate' },
  severe: { zh: '重度', en: 'Severe' },
};

const LANGUAGE_NAMES: Record<Language, LocalText> = {
  zh: { zh: '中文', en: 'Chinese' },
  en: { zh: '英文', en: 'English' },
  other: { zh: '其他语言', en: 'Other languages' },
};

/** Values of a closed list, by field; a value that is not on it stands for itself. */
const VALUE_NAMES: Partial<Record<GroupField, Record<string, LocalText>>> = {
  category: CATEGORIES,
  channel: CHANNEL_NAMES,
  sentiment: SENTIMENT_NAMES,
  severity: SEVERITY_NAMES,
  language: LANGUAGE_NAMES,
};

/** Said before the value, for fields whose values do not speak for themselves. */
const FIELD_NAMES: Partial<Record<GroupField, LocalText>> = {
  product: { zh: '商品', en: 'Product' },
  store: { zh: '门店', en: 'Store' },
  region: { zh: '地区', en: 'Region' },
  agent: { zh: '客服', en: 'Agent' },
  customerTier: { zh: '会员等级', en: 'Tier' },
  customerGroup: { zh: '客群', en: 'Customer group' },
  customer: { zh: '客户', en: 'Customer' },
};

/** The group as a person says it: 物流配送 · 门店 12 / Logistics · Store 12. */
export function groupName(group: GroupKey): LocalText {
  const named = Object.entries(group).map(([field, value]) => nameOf(field, value));
  if (named.length === 0) return { zh: '合计', en: 'Total' };
  return { zh: named.map((name) => name.zh).join(' · '), en: named.map((name) => name.en).join(' · ') };
}

/** Where a piece of feedback came from; an unknown channel stands for itself. */
export function channelName(channel: string): LocalText {
  return nameOf('channel', channel);
}

function nameOf(field: string, value: string): LocalText {
  const names = VALUE_NAMES[field as GroupField];
  if (names !== undefined && Object.hasOwn(names, value)) return names[value] ?? { zh: value, en: value };
  const shown = shorten(oneLine(value), VALUE_GRAPHEMES_MAX);
  const label = FIELD_NAMES[field as GroupField];
  if (label === undefined) return { zh: shown, en: shown };
  return shown === '' ? { zh: `${label.zh}未填`, en: `${label.en} not given` } : { zh: han`${label.zh} ${shown}`, en: `${label.en} ${shown}` };
}

import type { Channel } from './feedback.ts';
import type { AlertSeverity, GroupField, LocalText } from './rule.ts';
import type { Language, Sentiment, Severity } from './score.ts';

/** One word for each thing in each language: what pages, walls, boards and reports say. */
export const FIELD_NAMES: Readonly<Record<GroupField, LocalText>> = {
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

export const CHANNEL_NAMES: Readonly<Record<Channel, LocalText>> = {
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

export const SENTIMENT_NAMES: Readonly<Record<Sentiment, LocalText>> = {
  negative: { zh: '负面', en: 'Negative' },
  neutral: { zh: '中性', en: 'Neutral' },
  positive: { zh: '正面', en: 'Positive' },
};

/** How bad a complaint is; not to be taken for the severity of an alert. */
export const COMPLAINT_SEVERITY_NAMES: Readonly<Record<Severity, LocalText>> = {
  none: { zh: '无投诉', en: 'No complaint' },
  mild: { zh: '轻度', en: 'Mild' },
  moderate: { zh: '中度', en: 'Moderate' },
  severe: { zh: '重度', en: 'Severe' },
};

export const LANGUAGE_NAMES: Readonly<Record<Language, LocalText>> = {
  zh: { zh: '中文', en: 'Chinese' },
  en: { zh: '英文', en: 'English' },
  other: { zh: '其他语言', en: 'Other languages' },
};

export const ALERT_SEVERITY_NAMES: Readonly<Record<AlertSeverity, LocalText>> = {
  notice: { zh: '提醒', en: 'Notice' },
  warning: { zh: '警告', en: 'Warning' },
  critical: { zh: '严重', en: 'Critical' },
};

import type { ChannelKind } from '../../alerts/channels/config/channel-schema.ts';
import type { Language } from '../shared/language.ts';

/** Kinds of channels over which pages go, as people call them. */
const KINDS: Readonly<Record<ChannelKind, Record<Language, string>>> = {
  console: { zh: '服务器终端', en: 'terminal of the server' },
  webhook: { zh: 'Webhook', en: 'webhook' },
  dingtalk: { zh: '钉钉', en: 'DingTalk' },
  wecom: { zh: '企业微信', en: 'WeCom' },
  feishu: { zh: '飞书', en: 'Feishu' },
  slack: { zh: 'Slack', en: 'Slack' },
  pagerduty: { zh: 'PagerDuty', en: 'PagerDuty' },
  telegram: { zh: 'Telegram', en: 'Telegram' },
  email: { zh: '邮件', en: 'e-mail' },
  sms: { zh: '短信', en: 'SMS' },
};

/** A kind of a newer server as it is written. */
export function channelKindName(kind: string, language: Language): string {
  return Object.hasOwn(KINDS, kind) ? KINDS[kind as ChannelKind][language] : kind;
}

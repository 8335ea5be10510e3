import type { Clock } from '../../core/clock.ts';
import { TocsinError } from '../../core/errors.ts';
import type { Egress } from '../egress/egress.ts';
import type { PageLanguage } from '../notify/summarize.ts';
import type { ZonedTime } from '../notify/time-text.ts';
import type { Adapter } from './adapter.ts';
import type { Channel, SendOutcome } from './channel.ts';
import type { ChannelConfig, ConfigOf } from './config/channel-schema.ts';
import { SMS_SAMPLE } from './config/sms-sample.ts';
import { ConsoleChannel } from './console-channel.ts';
import type { TextSink } from './console-channel.ts';
import { looksLikeSecretRef } from './config/secret-ref.ts';
import { EmailChannel } from './email-channel.ts';
import { dingtalkAdapter } from './kinds/dingtalk.ts';
import { feishuAdapter } from './kinds/feishu.ts';
import { pagerdutyAdapter } from './kinds/pagerduty.ts';
import { slackAdapter } from './kinds/slack.ts';
import { telegramAdapter } from './kinds/telegram.ts';
import { wecomAdapter } from './kinds/wecom.ts';
import { readUrl, RobotChannel } from './robot-channel.ts';
import type { SecretReach, Secrets } from './secrets.ts';
import { SmsChannel } from './sms-channel.ts';
import { compileTemplate, TemplateError } from './template/render-template.ts';
import { WebhookChannel } from './webhook-channel.ts';

export interface ChannelParts {
  clock: Clock;
  egress: Egress;
  secrets: Secrets;
  /** Where the console channel writes. */
  sink: TextSink;
  /** Of channels that name none. */
  language: PageLanguage;
  /** For the times on cards. */
  times: ZonedTime;
}

/** Makes a channel of what is written. @throws TocsinError `invalid_channel` when a secret cannot be read or an address is none. */
export function buildChannel(config: ChannelConfig, reach: SecretReach, parts: ChannelParts): Channel {
  const read = (text: string): string => parts.secrets.read(text, reach);
  const readIfRef = (text: string): string => (looksLikeSecretRef(text) ? read(text) : text);
  try {
    switch (config.kind) {
      case 'console':
        return new ConsoleChannel({ id: config.id, language: config.language ?? parts.language, sink: parts.sink });
      case 'webhook':
        return webhook(config, { read, readIfRef }, parts);
      case 'dingtalk':
      case 'feishu':
        return robot(config, (config.kind === 'dingtalk' ? dingtalkAdapter : feishuAdapter)({ url: read(config.url), ...(config.secret === undefined ? {} : { secret: read(config.secret) }) }), parts);
      case 'wecom':
        return robot(config, wecomAdapter({ url: read(config.url) }), parts);
      case 'slack':
        return robot(config, slackAdapter({ url: read(config.url) }), parts);
      case 'pagerduty':
        return robot(config, pagerdutyAdapter({ routingKey: read(config.routingKey), ...(config.url === undefined ? {} : { url: readIfRef(config.url) }) }), parts);
      case 'email':
        return email(config, read, parts);
      case 'sms':
        return sms(config, readIfRef, parts);
      case 'telegram':
        return robot(config, telegramAdapter({ token: read(config.token), chat: config.chat, ...(config.url === undefined ? {} : { url: readIfRef(config.url) }) }), parts);
    }
  } catch (error) {
    if (error instanceof TemplateError) throw new TocsinError('invalid_channel', `The channel ${config.id} cannot be used: its template ${error.message}.`);
    if (error instanceof TocsinError) throw new TocsinError('invalid_channel', `The channel ${config.id} cannot be used: ${error.message}`);
    throw error;
  }
}

function robot(config: ChannelConfig, adapter: Adapter, { clock, egress, language, times }: ChannelParts): Channel {
  return new RobotChannel({ id: config.id, language: config.language ?? language, times, adapter, clock, egress });
}

interface Reading {
  read(text: string): string;
  readIfRef(text: string): string;
}

function webhook(config: ConfigOf<'webhook'>, { read, readIfRef }: Reading, { clock, egress }: ChannelParts): Channel {
  const template = config.template === undefined ? undefined : compileTemplate(config.template);
  return new WebhookChannel({
    id: config.id, url: readIfRef(config.url), clock, egress,
    ...(config.secret === undefined ? {} : { secret: read(config.secret) }),
    ...(template === undefined ? {} : { template }),
    ...(config.contentType === undefined ? {} : { contentType: config.contentType }),
    ...(config.headers === undefined ? {} : headersOf(config.headers, readIfRef)),
    ...(config.acknowledgements === undefined ? {} : { acknowledgements: config.acknowledgements }),
  });
}

const SUBMISSION_PORT = 587;
const SMTPS_PORT = 465;

function email(config: ConfigOf<'email'>, read: Reading['read'], { egress, language, times }: ChannelParts): Channel {
  if (egress.refusesLiteral(config.host)) throw new TocsinError('invalid_setting', `${config.host} is a private address; TOCSIN_ALLOW_PRIVATE_HOSTS may allow it.`);
  const { id, to, from, host, tls, user, password } = config;
  return new EmailChannel({
    id, to, from, host, tls, egress, times, language: config.language ?? language, port: config.port ?? (tls === 'always' ? SMTPS_PORT : SUBMISSION_PORT),
    ...(user === undefined || password === undefined ? {} : { login: { user, password: read(password) } }),
  });
}

function sms(config: ConfigOf<'sms'>, readIfRef: Reading['readIfRef'], { clock, egress, language, times }: ChannelParts): Channel {
  const url = compileTemplate(readIfRef(config.url));
  const host = readUrl(url(SMS_SAMPLE), 'The gateway\'s address').hostname;
  if (egress.refusesLiteral(host)) throw new TocsinError('invalid_setting', `${host} is a private address; TOCSIN_ALLOW_PRIVATE_HOSTS may allow it.`);
  return new SmsChannel({
    id: config.id, language: config.language ?? language, times, clock, egress, to: config.to, url,
    ...(config.body === undefined ? {} : { body: compileTemplate(config.body) }),
    ...(config.contentType === undefined ? {} : { contentType: config.contentType }),
    ...(config.headers === undefined ? {} : headersOf(config.headers, readIfRef)),
    ...(config.success === undefined ? {} : { success: config.success }),
  });
}

/** Values that are references are read, and kept out of what is said of answers. */
function headersOf(written: Readonly<Record<string, string>>, readIfRef: (text: string) => string): { headers: Record<string, string>; hidden: string[] } {
  const headers = Object.fromEntries(Object.entries(written).map(([name, text]) => [name.toLowerCase(), readIfRef(text)]));
  return { headers, hidden: Object.keys(written).filter((name) => looksLikeSecretRef(written[name] ?? '')).map((name) => headers[name.toLowerCase()] ?? '') };
}

/** Stands in for a channel that cannot be built: its pages wait, and are told why, until it can. */
export class BrokenChannel implements Channel {
  readonly id: string;
  readonly kind: string;
  readonly #why: string;

  constructor({ id, kind }: Pick<ChannelConfig, 'id' | 'kind'>, why: string) {
    this.id = id;
    this.kind = kind;
    this.#why = why;
  }

  async send(): Promise<SendOutcome> {
    return { kind: 'retry', detail: this.#why, fault: 'channel' };
  }
}

import { z } from 'zod';
import { ALERT_SEVERITIES } from '../../../core/rule.ts';
import { parseWindow } from '../../rules/duration.ts';
import { looksLikeSecretRef, parseSecretRef } from './secret-ref.ts';

const PER_MINUTE_MAX = 10_000;
const RECIPIENTS_MAX = 50;
const TEMPLATE_CHARS_MAX = 20_000;
const TEXT_CHARS_MAX = 500;
const HEADERS_MAX = 20;

const secret = z.string('is missing: write env:NAME or file:PATH').refine((text) => parseSecretRef(text) !== null, 'must say where the secret stands: env:NAME or file:PATH, never the secret itself');
const text = (max = TEXT_CHARS_MAX) => z.string('must be a text').trim().min(1, 'must not be empty').max(max, `is longer than ${max} characters`);

/** An address that holds no key: http or https, no user, password, query or fragment. */
const openUrl = z.string('is missing: an address, or env:NAME or file:PATH where it holds a key').superRefine((value, context) => {
  const refuse = (message: string): void => context.addIssue({ code: 'custom', message });
  if (looksLikeSecretRef(value)) return parseSecretRef(value) === null ? refuse('is no reference: write env:NAME or file:PATH') : undefined;
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return refuse('must be a URL that starts with https:// or http://, or env:NAME or file:PATH');
  if (url.username !== '' || url.password !== '' || url.search !== '') return refuse('holds a user, a password or a query, which may be keys: write env:NAME or file:PATH, and keep the address there');
});

/** The address of a robot is its key. */
const keyUrl = z.string('is missing: env:NAME or file:PATH of the robot\'s address').refine((value) => parseSecretRef(value) !== null, 'must be env:NAME or file:PATH: the address of this kind holds its key, so it is kept outside');

const common = {
  id: z.string('is missing: every channel has an id of its own, such as ops-dingtalk').regex(/^[a-z0-9][a-z0-9-]{0,63}$/u, 'must be 1 to 64 small letters, digits and hyphens, such as ops-dingtalk'),
  language: z.enum(['zh', 'en'], 'must be zh or en').optional().describe('Of its pages; TOCSIN_LANGUAGE when absent'),
  fallback: z.string('must be the id of a channel').optional().describe('Id of the channel that takes over when this one refuses a page or keeps failing'),
  default: z.boolean('must be true or false').default(true).describe('Whether it gets pages that name nobody, or on-call'),
  perMinute: z.int('must be a whole number').min(1, 'must be at least 1').max(PER_MINUTE_MAX, `must be at most ${PER_MINUTE_MAX}`).optional().describe('Most messages a minute; the published rate of its kind when absent'),
  digest: z.strictObject({
    below: z.enum(ALERT_SEVERITIES, `must be one of ${ALERT_SEVERITIES.join(', ')}`).describe('Pages milder than this are gathered'),
    every: z.string('must be a length of time such as 15m').superRefine((value, context) => {
      const parsed = parseWindow(value);
      if (!parsed.ok) context.addIssue({ code: 'custom', message: parsed.message });
      else if (parsed.ms > 86_400_000) context.addIssue({ code: 'custom', message: 'must be at most 24h' });
    }).describe('One message for what was gathered, this often'),
  }, 'must be {below: warning, every: 15m}').optional(),
} as const;

const recipients = z.array(text(320), 'must be a list').min(1, 'names nobody').max(RECIPIENTS_MAX, `has more than ${RECIPIENTS_MAX} entries`);
const template = z.string('must be a text').min(1, 'must not be empty').max(TEMPLATE_CHARS_MAX, `is longer than ${TEMPLATE_CHARS_MAX} characters`);
const headers = z.record(z.string(), text()).superRefine((all, context) => {
  const refuse = (name: string, message: string): void => context.addIssue({ code: 'custom', path: [name], message });
  if (Object.keys(all).length > HEADERS_MAX) context.addIssue({ code: 'custom', message: `has more than ${HEADERS_MAX} entries` });
  for (const [name, value] of Object.entries(all)) {
    if (!/^[A-Za-z0-9-]{1,60}$/u.test(name)) refuse(name, 'is no name of a header');
    else if (/auth|key|token|secret|cookie|pass|sign/iu.test(name) && parseSecretRef(value) === null) refuse(name, 'may be a key: write env:NAME or file:PATH');
    else if (/[^\x20-\x7e]/u.test(value)) refuse(name, 'holds characters that no header may hold');
  }
});

const consoleSchema = z.strictObject({ ...common, kind: z.literal('console') });
const webhookSchema = z.strictObject({
  ...common, kind: z.literal('webhook'), url: openUrl, secret: secret.optional().describe('Signs each request'),
  template: template.optional().describe('The body; the page as JSON when absent'), contentType: text(100).optional(), headers: headers.optional(),
  acknowledgements: z.boolean('must be true or false').optional().describe('Whether it is told that somebody has an incident: a page with reason acknowledged'),
});

const dingtalkSchema = z.strictObject({ ...common, kind: z.literal('dingtalk'), url: keyUrl, secret: secret.optional().describe('The signing secret, SEC…') });
const wecomSchema = z.strictObject({ ...common, kind: z.literal('wecom'), url: keyUrl });
const feishuSchema = z.strictObject({ ...common, kind: z.literal('feishu'), url: keyUrl, secret: secret.optional().describe('The signature verification secret') });
const slackSchema = z.strictObject({ ...common, kind: z.literal('slack'), url: keyUrl });
const pagerdutySchema = z.strictObject({ ...common, kind: z.literal('pagerduty'), routingKey: secret, url: openUrl.optional().describe('https://events.pagerduty.com/v2/enqueue when absent; EU: https://events.eu.pagerduty.com/v2/enqueue') });
const telegramSchema = z.strictObject({ ...common, kind: z.literal('telegram'), token: secret, chat: z.union([text(64), z.int().transform(String)], 'must be the id of a chat, or @name of a channel'), url: openUrl.optional().describe('https://api.telegram.org when absent') });

const emailSchema = z.strictObject({
  ...common, kind: z.literal('email'), to: recipients, from: text(320), host: text(255), port: z.int().min(1).max(65_535).optional().describe('465 with tls: always, else 587'),
  tls: z.enum(['always', 'starttls', 'none'], 'must be always, starttls or none').default('starttls'), user: text(320).optional(), password: secret.optional(),
});
const smsSchema = z.strictObject({
  ...common, kind: z.literal('sms'), url: openUrl.describe('With {{to | url}} and {{text | url}} where the gateway wants them'), to: recipients, body: template.optional().describe('POST with this body; GET when absent'),
  contentType: text(100).optional(), headers: headers.optional(), success: text(200).optional().describe('A text that the answer holds when the gateway has taken it; any 2xx when absent'),
});

/** How a channel is written, in YAML and over the API. */
export const channelSchema = z.discriminatedUnion('kind', [
  consoleSchema, webhookSchema, dingtalkSchema, wecomSchema, feishuSchema, slackSchema, pagerdutySchema, telegramSchema, emailSchema, smsSchema,
]);
export const CHANNEL_KINDS = channelSchema.options.map((option) => option.shape.kind.value);

/** Keys that a channel of a kind may have, for suggestions. */
export function keysOfKind(kind: unknown): readonly string[] {
  const option = channelSchema.options.find((each) => each.shape.kind.value === kind);
  return option === undefined ? [...Object.keys(common), 'kind'] : Object.keys(option.shape);
}

export type ChannelConfig = z.output<typeof channelSchema>;
export type ChannelKind = ChannelConfig['kind'];
export type ConfigOf<K extends ChannelKind> = Extract<ChannelConfig, { kind: K }>;

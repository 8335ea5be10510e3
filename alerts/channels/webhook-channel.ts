import type { Clock } from '../../core/clock.ts';
import { TocsinError } from '../../core/errors.ts';
import type { Egress } from '../egress/egress.ts';
import type { Page } from '../notify/page.ts';
import { decoded, secretsOf } from './answer-words.ts';
import type { Channel, SendOutcome } from './channel.ts';
import { HttpPoster } from './http-post.ts';
import type { HttpAnswer } from './http-post.ts';
import { judgeStatus } from './judge-status.ts';
import { signWebhook } from './sign-webhook.ts';
import { TemplateError } from './template/render-template.ts';

export interface WebhookChannelOptions {
  id: string;
  /** http or https; user and password in it become an `Authorization` header. */
  url: string;
  /** Signs each request when given. */
  secret?: string;
  clock: Clock;
  egress: Egress;
  /** Writes the body in place of the page as JSON. When it throws, the page as JSON is sent and the outcome says so. */
  template?: (page: Page) => string;
  /** `application/json; charset=utf-8` when absent. */
  contentType?: string;
  headers?: Readonly<Record<string, string>>;
  /** Whether it is told that somebody has an incident; not when absent. */
  acknowledgements?: boolean;
  /** Further texts that must not stand in any record. */
  hidden?: readonly string[];
  /** Of one attempt; 10 s when absent. */
  timeoutMs?: number;
}

const JSON_TYPE = 'application/json; charset=utf-8';
const WEBHOOK_TIMEOUT_MS = 10_000;
const CONNECTIONS_MAX = 16;
const REDIRECTS_MAX = 3;

/** Posts pages as JSON; docs/webhook.md is its contract. The address may hold a key, so no outcome and no error names more than its origin. */
export class WebhookChannel implements Channel {
  readonly id: string;
  readonly kind = 'webhook';
  readonly hearsAcknowledgements: boolean;
  /** Scheme, host and port: what may be shown of the address. */
  readonly origin: string;
  readonly #url: URL;
  readonly #authorization: Record<string, string>;
  readonly #secret: string | undefined;
  readonly #hidden: readonly string[];
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #poster: HttpPoster;
  readonly #template: WebhookChannelOptions['template'];
  readonly #headers: Readonly<Record<string, string>>;

  /** @throws TocsinError `invalid_setting` for an address that is none. */
  constructor(options: WebhookChannelOptions) {
    const { url, authorization } = readAddress(options.url);
    if (options.egress.refusesLiteral(url.hostname)) throw new TocsinError('invalid_setting', `${url.hostname} is a private address; TOCSIN_ALLOW_PRIVATE_HOSTS may allow it.`);
    this.id = options.id;
    this.hearsAcknowledgements = options.acknowledgements ?? false;
    this.origin = url.origin;
    this.#url = url;
    this.#authorization = authorization;
    this.#secret = options.secret;
    this.#hidden = [...secretsOf(new URL(options.url)), ...(options.secret === undefined ? [] : [options.secret]), ...(options.hidden ?? [])];
    this.#clock = options.clock;
    this.#template = options.template;
    this.#headers = { ...options.headers, 'content-type': options.contentType ?? JSON_TYPE };
    this.#poster = new HttpPoster(CONNECTIONS_MAX, options.egress);
    this.#timeoutMs = options.timeoutMs ?? WEBHOOK_TIMEOUT_MS;
  }

  async send(page: Page, idempotencyKey: string, signal: AbortSignal): Promise<SendOutcome> {
    const { body, fault } = this.#bodyOf(page);
    const headers = {
      ...this.#authorization,
      ...(fault === null ? this.#headers : { ...this.#headers, 'content-type': JSON_TYPE, 'x-tocsin-template-error': headerSafe(fault) }),
      'user-agent': 'tocsin',
      'idempotency-key': headerSafe(idempotencyKey),
      'x-tocsin-event': page.event,
      ...(this.#secret === undefined ? {} : { 'x-tocsin-signature': signWebhook(body, this.#secret, this.#clock.nowMs()) }),
    };
    let url = this.#url;
    for (let redirects = 0; ; redirects++) {
      const result = await this.#poster.post({ url, headers, body, timeoutMs: this.#timeoutMs, signal });
      if (result.kind === 'no-answer') return { kind: 'retry', detail: result.reason, fault: 'channel', why: result.why };
      const next = redirects < REDIRECTS_MAX ? keptRedirect(result, url) : null;
      if (next === null) return withFault(judgeStatus(result, this.#hidden, this.#clock.nowMs()), fault);
      url = next;
    }
  }

  #bodyOf(page: Page): { body: string; fault: string | null } {
    if (this.#template === undefined) return { body: JSON.stringify(page), fault: null };
    try {
      return { body: this.#template(page), fault: null };
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      return { body: JSON.stringify(page), fault: error.message };
    }
  }
}

/** A page that went out without its template says so on its record. */
function withFault(outcome: SendOutcome, fault: string | null): SendOutcome {
  return fault === null ? outcome : { ...outcome, detail: `${outcome.detail}; the template failed (${fault}), so the page was sent as JSON` };
}

/**
 * Where a redirect leads that keeps the method and the body (307, 308) and stays with the receiver: the same origin, or
 * https in place of http on the default ports. Null for every other: pages and signatures go to no host that was not set up.
 */
function keptRedirect({ status, location }: HttpAnswer, from: URL): URL | null {
  if ((status !== 307 && status !== 308) || location === undefined || !URL.canParse(location, from.href)) return null;
  const to = new URL(location, from.href);
  const isUpgrade = from.protocol === 'http:' && to.protocol === 'https:' && to.hostname === from.hostname && to.port === '' && from.port === '';
  return to.origin === from.origin || isUpgrade ? to : null;
}

function readAddress(address: string): { url: URL; authorization: Record<string, string> } {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new TocsinError('invalid_setting', 'The webhook\'s address must be a URL that starts with http:// or https://.');
  }
  if (url.username === '' && url.password === '') return { url, authorization: {} };
  const credentials = `${decoded(url.username)}:${decoded(url.password)}`;
  url.username = '';
  url.password = '';
  return { url, authorization: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` } };
}

/** Header values are ASCII; anything else is percent-encoded. */
function headerSafe(value: string): string {
  return value.replace(/\p{Surrogate}/gu, '\ufffd').replace(/[^\x21-\x7e]/gu, (character) => encodeURIComponent(character));
}

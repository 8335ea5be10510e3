import type { Clock } from '../../core/clock.ts';
import { TocsinError } from '../../core/errors.ts';
import { composeCard } from '../cards/compose-card.ts';
import type { Card } from '../cards/card.ts';
import { digestCard } from '../cards/digest-card.ts';
import type { Egress } from '../egress/egress.ts';
import type { Page } from '../notify/page.ts';
import { shorten } from '../notify/safe-text.ts';
import type { PageLanguage } from '../notify/summarize.ts';
import type { ZonedTime } from '../notify/time-text.ts';
import { answerWords, secretsOf } from './answer-words.ts';
import type { Channel, SendOutcome } from './channel.ts';
import { HttpPoster } from './http-post.ts';
import { judgeStatus } from './judge-status.ts';
import type { SmsData } from './config/sms-sample.ts';
import { readUrl } from './robot-channel.ts';
import { TemplateError } from './template/render-template.ts';
import type { Template } from './template/render-template.ts';

export interface SmsChannelOptions {
  id: string;
  language: PageLanguage;
  times: ZonedTime;
  clock: Clock;
  egress: Egress;
  to: readonly string[];
  /** Writes the address; GET where there is no body. */
  url: Template;
  body?: Template;
  contentType?: string;
  headers?: Readonly<Record<string, string>>;
  hidden?: readonly string[];
  /** A text that the answer holds when the gateway has taken it. */
  success?: string;
  timeoutMs?: number;
}

const SMS_TIMEOUT_MS = 10_000;
/** Three to four parts of a message in Chinese; gateways refuse much longer ones. */
const TEXT_GRAPHEMES_MAX = 180;
/** Pages of which it is remembered who has got them. */
const REMEMBERED_MAX = 1_000;

/** Short messages over a gateway's HTTP interface, one request a recipient. */
export class SmsChannel implements Channel {
  readonly id: string;
  readonly kind = 'sms';
  readonly language: PageLanguage;
  readonly #options: SmsChannelOptions;
  readonly #poster: HttpPoster;
  /** Who has got which page: an attempt after a failure halfway writes to the others only. */
  readonly #reached = new Map<string, Set<string>>();

  constructor(options: SmsChannelOptions) {
    this.id = options.id;
    this.language = options.language;
    this.#options = options;
    this.#poster = new HttpPoster(options.to.length, options.egress);
  }

  send(page: Page, idempotencyKey: string, signal: AbortSignal): Promise<SendOutcome> {
    return this.#toAll(composeCard(page, this.#options.language, this.#options.times), idempotencyKey, signal);
  }

  sendDigest(pages: readonly Page[], idempotencyKey: string, signal: AbortSignal): Promise<SendOutcome> {
    return this.#toAll(digestCard(pages, this.#options.language), idempotencyKey, signal);
  }

  async #toAll(card: Card, key: string, signal: AbortSignal): Promise<SendOutcome> {
    const reached = this.#reachedBy(key);
    const waiting = this.#options.to.filter((to) => !reached.has(to));
    const outcomes = await Promise.all(waiting.map(async (to) => {
      const outcome = await this.#toOne(dataOf(card, to), signal);
      if (outcome.kind === 'delivered') reached.add(to);
      return outcome;
    }));
    const failed = outcomes.find(({ kind }) => kind === 'retry') ?? outcomes.find(({ kind }) => kind === 'refused');
    const { length } = this.#options.to;
    if (failed === undefined) return { kind: 'delivered', detail: `${length} of ${length} recipients` };
    const detail = `${reached.size} of ${length} recipients; ${failed.detail}`;
    // Somebody has been told: a refusal for the others is on the record and needs no other channel.
    return failed.kind === 'refused' && reached.size > 0 ? { kind: 'delivered', detail } : { ...failed, detail };
  }

  async #toOne(data: SmsData, signal: AbortSignal): Promise<SendOutcome> {
    const { clock, contentType, headers = {}, hidden = [], success, timeoutMs = SMS_TIMEOUT_MS } = this.#options;
    const written = this.#written(data);
    if ('fault' in written) return { kind: 'retry', fault: 'setup', detail: written.fault, why: 'template-failed' };
    const { url, body } = written;
    const result = await this.#poster.post({
      url, signal, timeoutMs, method: body === null ? 'GET' : 'POST', body: body ?? '',
      headers: { 'user-agent': 'tocsin', ...headers, ...(body === null ? {} : { 'content-type': contentType ?? 'application/x-www-form-urlencoded; charset=utf-8' }) },
    });
    if (result.kind === 'no-answer') return { kind: 'retry', fault: 'channel', detail: result.reason, why: result.why };
    const secrets = [...hidden, ...secretsOf(url), data.to];
    const byStatus = judgeStatus(result, secrets, clock.nowMs());
    if (byStatus.kind !== 'delivered' || success === undefined || result.bodyStart.includes(success)) return byStatus;
    return { kind: 'retry', fault: 'page', why: 'not-confirmed', detail: `${answerWords(result.status, result.bodyStart, secrets)} (the answer does not hold the text under success)` };
  }

  /** A gateway takes its own form alone, so there is none to fall back to: the second channel takes over. Both templates were tried when the channel was made. */
  #written(data: SmsData): { url: URL; body: string | null } | { fault: string } {
    try {
      return { url: readUrl(this.#options.url(data), 'The gateway\'s address'), body: this.#options.body?.(data) ?? null };
    } catch (error) {
      if (error instanceof TemplateError) return { fault: `the template failed: ${error.message}` };
      if (error instanceof TocsinError) return { fault: `the template writes no address: ${error.message}` };
      throw error;
    }
  }

  #reachedBy(key: string): Set<string> {
    const reached = this.#reached.get(key) ?? new Set();
    this.#reached.delete(key);
    this.#reached.set(key, reached);
    const [oldest] = this.#reached.keys();
    if (this.#reached.size > REMEMBERED_MAX && oldest !== undefined) this.#reached.delete(oldest);
    return reached;
  }
}

function dataOf(card: Card, to: string): SmsData {
  const link = card.links[0]?.url ?? '';
  const title = shorten(card.headline, TEXT_GRAPHEMES_MAX);
  return { to, title, link, text: link === '' ? title : `${title} ${link}` };
}

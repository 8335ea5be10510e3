import type { Clock } from '../../core/clock.ts';
import { TocsinError } from '../../core/errors.ts';
import type { Card } from '../cards/card.ts';
import { composeCard } from '../cards/compose-card.ts';
import { digestOf } from '../cards/digest-card.ts';
import type { Digest } from '../cards/digest-card.ts';
import type { Egress } from '../egress/egress.ts';
import type { Page } from '../notify/page.ts';
import type { PageLanguage } from '../notify/summarize.ts';
import type { ZonedTime } from '../notify/time-text.ts';
import type { Adapter } from './adapter.ts';
import type { Channel, SendOutcome } from './channel.ts';
import { HttpPoster } from './http-post.ts';

export interface RobotChannelOptions {
  id: string;
  language: PageLanguage;
  times: ZonedTime;
  adapter: Adapter;
  clock: Clock;
  egress: Egress;
  /** Of one attempt; 10 s when absent. */
  timeoutMs?: number;
}

const ROBOT_TIMEOUT_MS = 10_000;
const CONNECTIONS_MAX = 4;

/** A chat robot, or anything else that takes a card over HTTP and says in its answer what became of it. */
export class RobotChannel implements Channel {
  readonly id: string;
  readonly kind: string;
  readonly language: PageLanguage;
  readonly hearsAcknowledgements: boolean;
  readonly sendDigest?: Channel['sendDigest'];
  readonly leftOfDigest?: Channel['leftOfDigest'];
  readonly #options: RobotChannelOptions;
  readonly #poster: HttpPoster;

  constructor(options: RobotChannelOptions) {
    this.#options = options;
    this.id = options.id;
    this.language = options.language;
    this.kind = options.adapter.kind;
    this.hearsAcknowledgements = options.adapter.hearsAcknowledgements ?? false;
    if (options.egress.refusesLiteral(options.adapter.host)) throw new TocsinError('invalid_setting', `${options.adapter.host} is a private address; TOCSIN_ALLOW_PRIVATE_HOSTS may allow it.`);
    this.#poster = new HttpPoster(CONNECTIONS_MAX, options.egress);
    if (options.adapter.takesDigests !== false) {
      const digest = (pages: readonly Page[]): Digest => digestOf(pages, options.language, (card) => options.adapter.holds(card));
      this.sendDigest = (pages, _key, signal) => this.#post(digest(pages).card, null, signal);
      this.leftOfDigest = (pages) => digest(pages).left;
    }
  }

  send(page: Page, _idempotencyKey: string, signal: AbortSignal): Promise<SendOutcome> {
    return this.#post(composeCard(page, this.#options.language, this.#options.times), page, signal);
  }

  async #post(card: Card, page: Page | null, signal: AbortSignal): Promise<SendOutcome> {
    const { adapter, clock, timeoutMs = ROBOT_TIMEOUT_MS } = this.#options;
    const { url, body, hasPicture = false, headers = {} } = adapter.compose(card, page, clock.nowMs());
    const result = await this.#poster.post({
      url, body, timeoutMs, signal, headers: { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'tocsin', ...headers },
    });
    if (result.kind === 'no-answer') return { kind: 'retry', detail: result.reason, fault: 'channel', why: result.why };
    const outcome = adapter.judge(result, clock.nowMs());
    // A robot may take texts and no pictures, or not reach this server for one. That costs the picture and never the page.
    if (hasPicture && (outcome.kind === 'refused' || (outcome.kind === 'retry' && outcome.fault === 'setup'))) {
      const { picture: _picture, ...rest } = card;
      const plain = await this.#post(rest, page, signal);
      return plain.kind === 'delivered' ? { ...plain, detail: `${plain.detail}; without its picture (${outcome.detail})` } : plain;
    }
    return outcome;
  }
}

/** Reads an address that was written by a person. @throws TocsinError `invalid_setting` that does not quote it. */
export function readUrl(address: string, what: string): URL {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new TocsinError('invalid_setting', `${what} must be a URL that starts with https:// or http://.`);
  }
  return url;
}

import type { Channel, SendOutcome } from '../channels/channel.ts';
import type { Page } from '../notify/page.ts';
import type { PageLanguage } from '../notify/summarize.ts';

/** A channel of which somebody is told what came of each attempt. */
export class WatchedChannel implements Channel {
  readonly id: string;
  readonly kind: string;
  readonly language?: PageLanguage;
  readonly hearsAcknowledgements: boolean;
  readonly sendDigest?: NonNullable<Channel['sendDigest']>;
  readonly leftOfDigest?: NonNullable<Channel['leftOfDigest']>;
  readonly #inner: Channel;
  readonly #watch: (outcome: SendOutcome) => void;

  constructor(inner: Channel, watch: (outcome: SendOutcome) => void) {
    this.id = inner.id;
    this.kind = inner.kind;
    if (inner.language !== undefined) this.language = inner.language;
    this.hearsAcknowledgements = inner.hearsAcknowledgements ?? false;
    this.#inner = inner;
    this.#watch = watch;
    if (inner.leftOfDigest !== undefined) this.leftOfDigest = inner.leftOfDigest.bind(inner);
    const digest = inner.sendDigest?.bind(inner);
    if (digest !== undefined) this.sendDigest = (pages, key, signal) => digest(pages, key, signal).then((outcome) => this.#told(outcome, signal));
  }

  async send(page: Page, idempotencyKey: string, signal: AbortSignal): Promise<SendOutcome> {
    return this.#told(await this.#inner.send(page, idempotencyKey, signal), signal);
  }

  /** An attempt that was ended by a stop says nothing of the channel. */
  #told(outcome: SendOutcome, signal: AbortSignal): SendOutcome {
    if (!signal.aborted) this.#watch(outcome);
    return outcome;
  }
}

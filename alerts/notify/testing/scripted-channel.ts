import type { Channel, SendOutcome } from '../../channels/channel.ts';
import type { Page } from '../page.ts';

export interface Sent {
  key: string;
  page: Page;
  atMs: number;
  /** What the notifier was told; null while the attempt is under way, or was ended by a stop. */
  outcome: SendOutcome | null;
}

export interface Reply {
  outcome: SendOutcome;
  /** How long the receiver takes; none when absent. */
  afterMs?: number;
}

export const DELIVERED: Reply = { outcome: { kind: 'delivered', detail: 'HTTP 200' } };
export const DEAD: Reply = { outcome: { kind: 'retry', detail: 'connection refused', fault: 'channel', why: 'connection-refused' } };
export const FAULTY: Reply = { outcome: { kind: 'retry', detail: 'HTTP 500', fault: 'page' } };
export const REFUSED: Reply = { outcome: { kind: 'refused', detail: 'HTTP 400' } };
export const HANGING: Reply = { outcome: { kind: 'retry', detail: 'no answer within 10 s', fault: 'channel' }, afterMs: 10_000 };

/** A channel that answers as a test says, and notes everything it is sent. */
export class ScriptedChannel implements Channel {
  readonly id: string;
  readonly kind = 'scripted';
  readonly sent: Sent[] = [];
  /** Asked for each attempt. */
  reply: (page: Page, attempt: number) => Reply = () => DELIVERED;
  underWay = 0;
  underWayMost = 0;
  readonly #attempts = new Map<string, number>();

  constructor(id: string) {
    this.id = id;
  }

  /** Keys of the pages that were delivered, in order. */
  get delivered(): string[] {
    return this.sent.filter(({ outcome }) => outcome?.kind === 'delivered').map(({ key }) => key);
  }

  async send(page: Page, key: string, signal: AbortSignal): Promise<SendOutcome> {
    const attempt = (this.#attempts.get(key) ?? 0) + 1;
    this.#attempts.set(key, attempt);
    const sent: Sent = { key, page, atMs: Date.now(), outcome: null };
    this.sent.push(sent);
    this.underWay += 1;
    this.underWayMost = Math.max(this.underWayMost, this.underWay);
    const { outcome, afterMs } = this.reply(page, attempt);
    const ended = afterMs === undefined ? false : await waited(afterMs, signal);
    this.underWay -= 1;
    if (ended) return { kind: 'retry', detail: 'stopped', fault: 'channel' };
    sent.outcome = outcome;
    return outcome;
  }
}

/** True when it was ended early. */
function waited(delayMs: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), delayMs);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve(true);
    }, { once: true });
  });
}

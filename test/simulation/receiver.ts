import type { Channel, SendOutcome } from '../../alerts/channels/channel.ts';
import type { Page } from '../../alerts/notify/page.ts';
import type { ReceiverMood } from './faults.ts';
import type { SimProcess } from './sim-process.ts';
import type { Span } from './span.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What arrived at a receiver, repeats included. */
export interface Arrival {
  channelId: string;
  key: string;
  eventId: string;
  alertId: string;
  event: Page['event'];
  atMs: number;
  body: string;
}

/** Somebody who gets pages: outlives every notifier, has moods, and keeps what came. */
export class Receiver {
  readonly id: string;
  readonly arrivals: Arrival[] = [];
  /** Ids of the pages that it will never take. */
  readonly refused = new Set<string>();
  /** Decides by the page alone, so that a repeat is answered as the first was. */
  readonly refuses: (page: Page) => boolean;
  mood: ReceiverMood = 'well';
  readonly #time: VirtualTime;
  readonly #span: Span;

  constructor(id: string, { time, span }: { time: VirtualTime; span: Span }, refuses: (page: Page) => boolean) {
    this.id = id;
    this.#time = time;
    this.#span = span;
    this.refuses = refuses;
  }

  async take(page: Page, key: string): Promise<SendOutcome> {
    const { mood } = this;
    switch (mood) {
      case 'well':
        return this.#keep(page, key);
      case 'slow':
        await this.#wait(this.#span.slowMs);
        return this.#keep(page, key);
      case 'away':
        return { kind: 'retry', detail: 'connection refused', fault: 'channel', why: 'connection-refused' };
      case 'failing':
        return { kind: 'retry', detail: 'HTTP 500', fault: 'page' };
      case 'busy':
        return { kind: 'retry', detail: 'HTTP 429', fault: 'channel', retryAfterMs: 3_000 };
      case 'answer-lost':
        this.#keep(page, key);
        await this.#wait(this.#span.silentMs);
        return { kind: 'retry', detail: 'no answer within 10 s', fault: 'channel' };
    }
  }

  #keep(page: Page, key: string): SendOutcome {
    if (this.refuses(page)) {
      this.refused.add(page.eventId);
      return { kind: 'refused', detail: 'HTTP 400' };
    }
    this.arrivals.push({ channelId: this.id, key, eventId: page.eventId, alertId: page.alertId, event: page.event, atMs: this.#time.nowMs(), body: JSON.stringify(page) });
    return { kind: 'delivered', detail: 'HTTP 200' };
  }

  #wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => void this.#time.after(delayMs, resolve));
  }
}

/** The way to a receiver from one process. */
export function channelTo(receiver: Receiver, process: SimProcess): Channel {
  return {
    id: receiver.id,
    kind: 'simulated',
    send: (page, key, signal) => new Promise((resolve, reject) => {
      const stopped: SendOutcome = { kind: 'retry', detail: 'stopped', fault: 'channel' };
      signal.addEventListener('abort', () => resolve(stopped), { once: true });
      process.call(() => receiver.take(page, key), 20).then(resolve, reject);
    }),
  };
}

import type { Clock } from '../../core/clock.ts';
import type { Telemetry } from '../../core/telemetry.ts';
import type { Channel, SendOutcome } from '../channels/channel.ts';
import type { Page } from '../notify/page.ts';
import type { PageLanguage } from '../notify/summarize.ts';

export interface FailoverPolicy {
  /** A channel that fails for so long hands its pages over. */
  afterMs: number;
  /** A page that has met so many faults of its own is handed over. */
  pageFaultsMax: number;
  /** While a channel hands over it is tried again this often. */
  probeEveryMs: number;
}

const FAILOVER_POLICY: FailoverPolicy = { afterMs: 20_000, pageFaultsMax: 3, probeEveryMs: 30_000 };
const REMEMBERED_MAX = 10_000;
const NONE: ReadonlySet<string> = new Set();

export interface FailoverParts {
  clock: Clock;
  telemetry: Telemetry;
}

/**
 * A channel with a second one that takes over: at once when a page is refused or the first is not set up right, after a
 * while when it fails, and for a critical page that the rate budget would hold back. The record stays with the first channel
 * and names the second. An end goes over both where the fire went over the second, by what is on record.
 */
export class FailoverChannel implements Channel {
  readonly id: string;
  readonly kind: string;
  readonly language?: PageLanguage;
  readonly hearsAcknowledgements: boolean;
  readonly concurrencyMax?: number;
  readonly #first: Channel;
  readonly #second: Channel;
  readonly #policy: FailoverPolicy;
  readonly #parts: FailoverParts;
  #failingSinceMs: number | null = null;
  #handsOverUntilMs = 0;
  readonly #pageFaults = new Map<string, number>();

  constructor({ first, second, policy = FAILOVER_POLICY }: { first: Channel; second: Channel; policy?: FailoverPolicy }, parts: FailoverParts) {
    this.id = first.id;
    this.kind = first.kind;
    if (first.language !== undefined) this.language = first.language;
    this.hearsAcknowledgements = first.hearsAcknowledgements ?? false;
    if (first.concurrencyMax !== undefined) this.concurrencyMax = first.concurrencyMax;
    this.#first = first;
    this.#second = second;
    this.#policy = policy;
    this.#parts = parts;
  }

  async send(page: Page, idempotencyKey: string, signal: AbortSignal, firedOver: ReadonlySet<string> = NONE): Promise<SendOutcome> {
    if (this.#parts.clock.nowMs() < this.#handsOverUntilMs) return await this.#handOver(page, idempotencyKey, { outcome: { kind: 'retry', detail: 'failing', fault: 'channel' }, signal });
    const outcome = await this.#first.send(page, idempotencyKey, signal);
    if (outcome.kind === 'delivered') {
      this.#failingSinceMs = null;
      this.#pageFaults.delete(idempotencyKey);
      if (page.event !== 'resolved' || !firedOver.has(this.#second.id)) return outcome;
      const over = await this.#second.send(page, `${idempotencyKey}:end`, signal);
      return { kind: 'delivered', detail: `${outcome.detail}; its end over ${this.#second.id} as well: ${over.detail}` };
    }
    return this.#handsOver(page, idempotencyKey, outcome) && !signal.aborted ? await this.#handOver(page, idempotencyKey, { outcome, signal }) : outcome;
  }

  #handsOver(page: Page, key: string, outcome: Exclude<SendOutcome, { kind: 'delivered' }>): boolean {
    switch (outcome.kind) {
      case 'refused':
        return true;
      case 'postponed':
        return page.severity === 'critical' && page.event !== 'resolved';
      case 'retry': {
        if (outcome.fault === 'page') {
          const faults = (this.#pageFaults.get(key) ?? 0) + 1;
          remember(this.#pageFaults, key, faults);
          return faults >= this.#policy.pageFaultsMax;
        }
        const nowMs = this.#parts.clock.nowMs();
        this.#failingSinceMs ??= nowMs;
        if (outcome.fault !== 'setup' && nowMs - this.#failingSinceMs < this.#policy.afterMs) return false;
        this.#handsOverUntilMs = nowMs + Math.max(this.#policy.probeEveryMs, outcome.retryAfterMs ?? 0);
        return true;
      }
    }
  }

  async #handOver(page: Page, key: string, { outcome, signal }: { outcome: SendOutcome; signal: AbortSignal }): Promise<SendOutcome> {
    // It would ring at somebody with the news that nothing is to be done.
    if (page.reason === 'acknowledged' && this.#second.hearsAcknowledgements !== true) return outcome;
    const over = await this.#second.send(page, `${key}:${this.#second.id}`, signal);
    const detail = `${outcome.detail}; over ${this.#second.id}: ${over.detail}`;
    if (over.kind !== 'delivered') return { ...outcome, detail };
    this.#parts.telemetry({ kind: 'page-failed-over', channel: this.id, to: this.#second.id });
    this.#pageFaults.delete(key);
    return { kind: 'delivered', detail, over: this.#second.id };
  }
}

function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > REMEMBERED_MAX && oldest !== undefined) map.delete(oldest);
}

import type { Clock, Timers } from '../../core/clock.ts';
import type { Telemetry } from '../../core/telemetry.ts';
import { toneOf } from '../cards/tone.ts';
import type { Channel, SendOutcome } from '../channels/channel.ts';
import type { Page } from '../notify/page.ts';
import type { PageLanguage } from '../notify/summarize.ts';
import { decideBudget, nextDigestMs } from './decide-budget.ts';
import type { BudgetPolicy } from './decide-budget.ts';

export interface BudgetParts {
  clock: Clock;
  timers: Timers;
  telemetry: Telemetry;
}

interface Gathered {
  page: Page;
  key: string;
  resolve: (outcome: SendOutcome) => void;
}

/** Waits up to this are spent here; a longer one goes back to the log. */
const HELD_MS_MAX = 3_000;
/** Pages that come due together arrive within this. */
const GATHER_MS = 300;
/** A page that arrives so soon after a digest was due is one of it, though it is not remembered. */
const GRACE_MS = 2_000;
const REMEMBERED_MAX = 10_000;
/** Pages in hand at once: so many fit into one digest. */
const CONCURRENCY_MAX = 64;

/**
 * Keeps a channel within its rate: pages go out while there is budget for their severity; the rest waits for the next
 * digest, in which it is one message. What waits goes back to the log with the time it is due, so a restart forgets
 * nothing. The budget is this process's own.
 */
export class BudgetedChannel implements Channel {
  readonly id: string;
  readonly kind: string;
  readonly language?: PageLanguage;
  readonly hearsAcknowledgements: boolean;
  readonly concurrencyMax = CONCURRENCY_MAX;
  readonly #inner: Channel;
  readonly #policy: BudgetPolicy;
  readonly #parts: BudgetParts;
  #sentAtMs: number[] = [];
  /** Pages that were put off, and to when. */
  readonly #putOff = new Map<string, number>();
  #gathering: Gathered[] | undefined;

  constructor(inner: Channel, policy: BudgetPolicy, parts: BudgetParts) {
    this.id = inner.id;
    this.kind = inner.kind;
    if (inner.language !== undefined) this.language = inner.language;
    this.hearsAcknowledgements = inner.hearsAcknowledgements ?? false;
    this.#inner = inner;
    this.#policy = inner.sendDigest === undefined ? { ...policy, digestEveryMs: null } : policy;
    this.#parts = parts;
  }

  async send(page: Page, idempotencyKey: string, signal: AbortSignal): Promise<SendOutcome> {
    const nowMs = this.#parts.clock.nowMs();
    if (this.#isDue(idempotencyKey, nowMs)) return await this.#gather(page, idempotencyKey, signal);
    const decision = decideBudget(this.#sentAtMs, toneOf(page), this.#policy, nowMs);
    switch (decision.action) {
      case 'send':
        this.#noteSent(nowMs);
        return await this.#inner.send(page, idempotencyKey, signal);
      case 'wait':
        if (decision.untilMs - nowMs > HELD_MS_MAX) return this.#putOffTo(idempotencyKey, decision.untilMs, 'rate budget used up');
        return (await this.#held(decision.untilMs - nowMs, signal)) ? { kind: 'retry', detail: 'stopped', fault: 'channel' } : await this.send(page, idempotencyKey, signal);
      case 'digest':
        // What belongs into the digest that has just been due goes with it.
        if (decision.reason === 'always-digest' && this.#isJustDue(nowMs)) return await this.#gather(page, idempotencyKey, signal);
        return this.#putOffTo(idempotencyKey, decision.untilMs, decision.reason === 'over-budget' ? 'rate budget used up, goes into a digest' : 'goes into a digest');
    }
  }

  #isDue(key: string, nowMs: number): boolean {
    const untilMs = this.#putOff.get(key);
    return untilMs !== undefined && untilMs <= nowMs && this.#policy.digestEveryMs !== null;
  }

  #isJustDue(nowMs: number): boolean {
    const { digestEveryMs } = this.#policy;
    return digestEveryMs !== null && nowMs % digestEveryMs < GRACE_MS;
  }

  #putOffTo(key: string, untilMs: number, why: string): SendOutcome {
    this.#putOff.delete(key);
    this.#putOff.set(key, untilMs);
    const [oldest] = this.#putOff.keys();
    if (this.#putOff.size > REMEMBERED_MAX && oldest !== undefined) this.#putOff.delete(oldest);
    this.#parts.telemetry({ kind: 'page-put-off', channel: this.id });
    return { kind: 'postponed', detail: why, untilMs };
  }

  #gather(page: Page, key: string, signal: AbortSignal): Promise<SendOutcome> {
    return new Promise((resolve) => {
      if (this.#gathering === undefined) {
        this.#gathering = [];
        this.#parts.timers.after(GATHER_MS, () => void this.#flush(signal));
      }
      this.#gathering.push({ page, key, resolve });
    });
  }

  async #flush(signal: AbortSignal): Promise<void> {
    const gathered = this.#gathering ?? [];
    this.#gathering = undefined;
    const nowMs = this.#parts.clock.nowMs();
    const decision = decideBudget(this.#sentAtMs, 'digest', this.#policy, nowMs);
    if (decision.action !== 'send') {
      for (const { key, resolve } of gathered) resolve(this.#putOffTo(key, decision.untilMs, 'rate budget used up, goes into a digest'));
      return;
    }
    this.#noteSent(nowMs);
    const together = this.#named(gathered, nowMs);
    for (const { key } of together) this.#putOff.delete(key);
    const outcome = await this.#sendTogether(together, signal);
    for (const { resolve } of together) resolve(outcome);
  }

  /** What one digest names; the rest is put off to the next. */
  #named(gathered: readonly Gathered[], nowMs: number): Gathered[] {
    const left = new Set(this.#inner.leftOfDigest?.(gathered.map(({ page }) => page)) ?? []);
    const untilMs = nextDigestMs(nowMs, this.#policy.digestEveryMs ?? 0);
    for (const { page, key, resolve } of gathered) if (left.has(page)) resolve(this.#putOffTo(key, untilMs, 'no room in this digest, goes into the next'));
    return gathered.filter(({ page }) => !left.has(page));
  }

  /** Never rejects: what a channel throws is a defect of its own. */
  async #sendTogether(gathered: readonly Gathered[], signal: AbortSignal): Promise<SendOutcome> {
    const [first] = gathered;
    if (first === undefined) return { kind: 'delivered', detail: 'nothing' };
    try {
      if (gathered.length === 1 || this.#inner.sendDigest === undefined) return await this.#inner.send(first.page, first.key, signal);
      const outcome = await this.#inner.sendDigest(gathered.map(({ page }) => page), `${first.key}+${gathered.length - 1}`, signal);
      return { ...outcome, detail: `in a digest of ${gathered.length}: ${outcome.detail}` };
    } catch {
      return { kind: 'retry', detail: `the ${this.kind} channel failed inside`, fault: 'page' };
    }
  }

  #noteSent(nowMs: number): void {
    const longestMs = Math.max(0, ...this.#policy.limits.map(({ perMs }) => perMs));
    this.#sentAtMs = [...this.#sentAtMs.filter((atMs) => atMs > nowMs - longestMs), nowMs];
  }

  /** True when it was ended early. */
  #held(waitMs: number, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const forget = this.#parts.timers.after(waitMs, () => {
        signal.removeEventListener('abort', stopped);
        resolve(false);
      });
      const stopped = (): void => {
        forget();
        resolve(true);
      };
      signal.addEventListener('abort', stopped, { once: true });
      if (signal.aborted) stopped();
    });
  }
}

import type { CardTone } from '../cards/card-tone.ts';
import type { RateLimit } from './published-rates.ts';

/** What a message is, for the budget: a page by how bad it is, or a digest of those that had to wait. */
export type MessageClass = CardTone | 'digest';

export interface BudgetPolicy {
  limits: readonly RateLimit[];
  /** Pages over the budget are gathered into one message this often; null where the kind takes no digests. */
  digestEveryMs: number | null;
  /** Pages of these tones are always gathered. */
  alwaysDigest: readonly CardTone[];
}

export type BudgetDecision =
  | { action: 'send'; reason: 'within-budget' }
  | { action: 'wait'; reason: 'rate-limit'; untilMs: number }
  | { action: 'digest'; reason: 'over-budget' | 'always-digest'; untilMs: number };

/**
 * Share of a limit that each class may use. What is milder leaves room for what is worse, and all leave one message for the
 * digest, so that nothing is put off for ever. Below `SHARED_FROM` messages a limit is not shared: it is too small, or too
 * short to be worth it.
 */
const SHARE: Record<MessageClass, number> = { digest: 1, critical: 1, warning: 0.75, notice: 0.5, resolved: 0.5 };
const SHARED_FROM = 4;

/** How long a limit may be for a message to wait for its turn rather than to be gathered. */
const SHORT_MS = 5_000;

/**
 * Decides one message. `sentAtMs`: when messages went out, oldest first, at least as far back as the longest limit.
 * A limit holds for any span of its length, so a burst at the border of two minutes stays within it.
 */
export function decideBudget(sentAtMs: readonly number[], message: MessageClass, policy: BudgetPolicy, nowMs: number): BudgetDecision {
  const { limits, digestEveryMs, alwaysDigest } = policy;
  if (message !== 'digest' && digestEveryMs !== null && alwaysDigest.includes(message)) {
    return { action: 'digest', reason: 'always-digest', untilMs: nextDigestMs(nowMs, digestEveryMs) };
  }
  let freeAtMs = nowMs;
  let isShort = true;
  for (const limit of limits) {
    const atMs = freeAt(sentAtMs, message, limit, nowMs);
    if (atMs > nowMs && limit.perMs > SHORT_MS) isShort = false;
    freeAtMs = Math.max(freeAtMs, atMs);
  }
  if (freeAtMs <= nowMs) return { action: 'send', reason: 'within-budget' };
  if (isShort || digestEveryMs === null || message === 'critical' || message === 'digest') return { action: 'wait', reason: 'rate-limit', untilMs: freeAtMs };
  return { action: 'digest', reason: 'over-budget', untilMs: nextDigestMs(nowMs, digestEveryMs) };
}

/** The same for every page and after every restart: digests go out at multiples of their interval. */
export function nextDigestMs(nowMs: number, everyMs: number): number {
  return (Math.floor(nowMs / everyMs) + 1) * everyMs;
}

/** Messages of a class that a limit allows in its span. */
export function allowance(message: MessageClass, { max }: RateLimit): number {
  if (max < SHARED_FROM) return max;
  const share = Math.max(1, Math.floor(max * SHARE[message]));
  return message === 'digest' ? max : Math.min(share, max - 1);
}

function freeAt(sentAtMs: readonly number[], message: MessageClass, limit: RateLimit, nowMs: number): number {
  const within = sentAtMs.filter((atMs) => atMs > nowMs - limit.perMs);
  const over = within.length - allowance(message, limit);
  // The one whose leaving makes room: a message counts until its span is over.
  return over < 0 ? nowMs : (within[over] ?? nowMs) + limit.perMs;
}

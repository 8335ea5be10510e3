import type { DeliveryFault } from '../../core/delivery-fault.ts';
import { answerWords } from './answer-words.ts';
import type { FaultScope, SendOutcome } from './channel.ts';
import type { HttpAnswer } from './http-post.ts';
import { judgeStatus } from './judge-status.ts';

/** What a receiver's own code means. `later`: the same page may succeed after a while. */
export type CodeMeaning = { is: 'taken' } | { is: 'refused'; why: DeliveryFault } | { is: 'later'; fault: FaultScope; why: DeliveryFault; waitMs?: number };

export const TAKEN: CodeMeaning = { is: 'taken' };
export const BUSY: CodeMeaning = { is: 'later', fault: 'channel', why: 'busy' };
/** A code that is not known here: perhaps of this page alone. */
export const UNKNOWN: CodeMeaning = { is: 'later', fault: 'page', why: 'unknown-code' };
export const refused = (why: DeliveryFault = 'invalid-message'): CodeMeaning => ({ is: 'refused', why });
/** A person has to change how the channel is set up. */
export const setup = (why: DeliveryFault): CodeMeaning => ({ is: 'later', fault: 'setup', why });
export const slowDown = (waitMs: number): CodeMeaning => ({ is: 'later', fault: 'channel', why: 'too-fast', waitMs });

/** A code and a sentence of the receiver, read from the body of its answer. */
export interface BodyVerdict {
  code: number | string;
  words: string;
  meaning: CodeMeaning;
}

/**
 * What an answer means by its body where it has one that says so, else by its status. A 2xx without a verdict is no success:
 * something else than the receiver answered, such as a proxy or a portal.
 */
export function judgeVerdict(answer: HttpAnswer, verdict: BodyVerdict | null, { hidden, nowMs, name }: { hidden: readonly string[]; nowMs: number; name: string }): SendOutcome {
  if (verdict === null) {
    const byStatus = judgeStatus(answer, hidden, nowMs);
    if (byStatus.kind !== 'delivered') return byStatus;
    return { kind: 'retry', fault: 'channel', why: 'not-its-answer', detail: `${answerWords(answer.status, answer.bodyStart, hidden)} (not what ${name} answers)` };
  }
  const { code, words, meaning } = verdict;
  const detail = answerWords(answer.status, `code ${code} ${words}`.trim(), hidden);
  switch (meaning.is) {
    case 'taken':
      return { kind: 'delivered', detail: `HTTP ${answer.status}, code ${code}` };
    case 'refused':
      return { kind: 'refused', detail, why: meaning.why };
    case 'later': {
      const asked = judgeStatus({ ...answer, status: 503 }, hidden, nowMs);
      const waitMs = Math.max(meaning.waitMs ?? 0, asked.kind === 'retry' ? (asked.retryAfterMs ?? 0) : 0);
      return { kind: 'retry', fault: meaning.fault, why: meaning.why, detail, ...(waitMs === 0 ? {} : { retryAfterMs: waitMs }) };
    }
  }
}

/** The body as a JSON object, or null. */
export function jsonObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

import { answerWords } from './answer-words.ts';
import type { DeliveryFault } from '../../core/delivery-fault.ts';
import type { SendOutcome } from './channel.ts';
import type { HttpAnswer } from './http-post.ts';
import { retryAfterMs } from './retry-after.ts';

/** What an answer means by its status alone. `hidden`: texts that must not stand in the outcome. */
export function judgeStatus(answer: HttpAnswer, hidden: readonly string[], nowMs: number): SendOutcome {
  const { status } = answer;
  if (status >= 200 && status < 300) return { kind: 'delivered', detail: `HTTP ${status}` };
  if (status >= 300 && status < 400) return { kind: 'refused', detail: `HTTP ${status}: this redirect is not followed`, why: 'redirected' };
  const detail = answerWords(status, answer.bodyStart, hidden);
  if (status < 500 && status !== 408 && status !== 425 && status !== 429) return { kind: 'refused', detail, why: whyRefused(status) };
  const askedForMs = retryAfterMs(answer.retryAfter, nowMs);
  // Only these speak of the receiver as a whole; another fault may lie in what this page makes it do.
  const fault = status === 429 || status === 503 || askedForMs !== undefined ? 'channel' : 'page';
  return { kind: 'retry', detail, fault, why: status === 429 ? 'too-fast' : status === 408 ? 'no-answer' : 'busy', ...(askedForMs === undefined ? {} : { retryAfterMs: askedForMs }) };
}

function whyRefused(status: number): DeliveryFault {
  switch (status) {
    case 401:
    case 403:
    case 407:
      return 'not-authorized';
    case 404:
    case 405:
    case 410:
      return 'wrong-address';
    case 413:
      return 'too-large';
    default:
      return 'invalid-message';
  }
}

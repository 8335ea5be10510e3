import { answerWords } from './answer-words.ts';
import type { SendOutcome } from './channel.ts';
import { faultOf, faultWords } from './fault-words.ts';

/** Replies that speak of a mailbox (RFC 5321, 4.2.3). */
const RECIPIENT_CODES: ReadonlySet<number> = new Set([550, 551, 553]);

/** What a failed mail means, by the server's reply code (RFC 5321) or the connection's fault. `hidden`: texts that must not stand in the outcome. */
export function judgeSmtp(error: unknown, hidden: readonly string[]): SendOutcome {
  const { code, responseCode, response } = error as { code?: unknown; responseCode?: unknown; response?: unknown };
  if (code === 'ESTOPPED') return { kind: 'retry', fault: 'channel', detail: 'stopped', why: 'stopped' };
  const words = typeof response === 'string' ? response : '';
  if (typeof responseCode !== 'number') return { kind: 'retry', fault: 'channel', detail: faultWords(socketFault(error)), why: faultOf(socketFault(error)) };
  const detail = answerWords(responseCode, words, hidden).replace(/^HTTP/u, 'SMTP');
  if (code === 'EAUTH' || responseCode === 530 || responseCode === 534 || responseCode === 535) return { kind: 'retry', fault: 'setup', detail, why: 'login-refused' };
  // A temporary refusal of this mail (greylisting, a mailbox that is full) leaves others their chance; 421 is the server's as a whole.
  if (responseCode < 500) return { kind: 'retry', fault: responseCode === 421 ? 'channel' : 'page', detail, why: responseCode === 421 ? 'busy' : 'mail-delayed' };
  return { kind: 'refused', detail, why: RECIPIENT_CODES.has(responseCode) ? 'recipient-refused' : responseCode === 552 ? 'too-large' : 'mail-refused' };
}

/** The library keeps the socket's own code beside its own. */
function socketFault(error: unknown): unknown {
  const { originalCode } = error as { originalCode?: unknown };
  return typeof originalCode === 'string' ? { code: originalCode } : error;
}

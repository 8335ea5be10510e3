import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../core/clock.ts';
import { TocsinError } from '../../core/errors.ts';
import { exchange, type HttpAnswer } from './http-exchange.ts';
import { judgeAnswer, type Refusal, type Verdict } from './judge-answer.ts';

/** One item ready to send. */
export interface Posting {
  /** The item as one line of JSON. It holds an id: only then does sending it again count it once. */
  line: string;
  /** Where it came from, such as a line number; refusals say it. */
  place: number;
}

export interface RefusedItem extends Omit<Refusal, 'index'> {
  place: number;
}

export interface PostResult {
  accepted: number;
  refused: RefusedItem[];
  /** Requests sent again, for whatever reason. */
  retries: number;
}

export interface ClientLimits {
  /** Requests at once; each holds one connection. */
  connectionsMax: number;
  /** From sending a request to the last byte of its answer. */
  timeoutMs: number;
  /** How long one batch is tried before the post fails. */
  giveUpAfterMs: number;
  /** The same until the server has answered for the first time: an address where nothing is should show soon. */
  giveUpUnansweredMs: number;
  /** Before the second attempt; doubles with each one. */
  retryDelayMs: number;
  /** A longer `Retry-After` is cut to this as well. */
  retryDelayMsMax: number;
}

const DEFAULT_CLIENT_LIMITS: ClientLimits = {
  connectionsMax: 4,
  timeoutMs: 30_000,
  giveUpAfterMs: 120_000,
  giveUpUnansweredMs: 10_000,
  retryDelayMs: 100,
  retryDelayMsMax: 5_000,
};

export interface FeedbackClientOptions {
  /** The server, such as `http://127.0.0.1:8080`. */
  url: string;
  /** Sent as a bearer token. */
  token?: string | undefined;
  clock: Clock;
  limits?: Partial<ClientLimits>;
  /** Ends waiting and running requests; a post then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** Posts batches to `POST /v1/feedback` and sees each one through: waits when told to, tries again what may be tried again. */
export class FeedbackClient {
  readonly limits: ClientLimits;
  readonly #url: URL;
  readonly #agent: HttpAgent | HttpsAgent;
  readonly #options: FeedbackClientOptions;
  #answered = false;

  /** @throws TocsinError `invalid_setting` for something that is no http URL */
  constructor(options: FeedbackClientOptions) {
    this.limits = { ...DEFAULT_CLIENT_LIMITS, ...options.limits };
    this.#options = options;
    this.#url = feedbackUrl(options.url);
    const agentOptions = { keepAlive: true, maxSockets: this.limits.connectionsMax };
    this.#agent = this.#url.protocol === 'https:' ? new HttpsAgent(agentOptions) : new HttpAgent(agentOptions);
  }

  /**
   * Sends a batch until every item is accepted or refused.
   * @throws TocsinError `server_unreachable` when that takes longer than `giveUpAfterMs`; the server's own code when it
   *   answers that trying again is useless
   */
  async post(batch: readonly Posting[]): Promise<PostResult> {
    const { clock, signal } = this.#options;
    const startedAtMs = clock.nowMs();
    for (let attempt = 1; ; attempt += 1) {
      signal?.throwIfAborted();
      const outcome = await this.#attempt(batch);
      const retries = attempt - 1;
      switch (outcome.kind) {
        case 'settled':
          return { accepted: outcome.accepted, refused: outcome.refusals.map(({ index, ...refusal }) => ({ place: batch[index]?.place ?? 0, ...refusal })), retries };
        case 'split':
          return await this.#postHalves(batch, retries);
        case 'failed':
          throw outcome.error;
        case 'retry':
      }
      const delayMs = Math.min(outcome.afterMs ?? this.limits.retryDelayMs * 2 ** Math.min(retries, 16), this.limits.retryDelayMsMax);
      const giveUpMs = this.#answered ? this.limits.giveUpAfterMs : this.limits.giveUpUnansweredMs;
      if (clock.nowMs() + delayMs - startedAtMs > giveUpMs) {
        throw new TocsinError('server_unreachable', `${this.#url.origin} took no feedback for ${Math.round(giveUpMs / 1_000)} s: ${outcome.why}.`, { retryable: true });
      }
      await sleep(delayMs, undefined, { signal });
    }
  }

  /** Ends idle connections. */
  close(): void {
    this.#agent.destroy();
  }

  async #attempt(batch: readonly Posting[]): Promise<Exclude<Verdict, { kind: 'retry' }> | { kind: 'retry'; afterMs: number | undefined; why: string }> {
    const { token, clock, signal } = this.#options;
    const headers: Record<string, string> = { 'content-type': 'application/x-ndjson', accept: 'application/json' };
    if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
    let text = '';
    for (const { line } of batch) text += `${line}\n`;
    let answer: HttpAnswer;
    try {
      answer = await exchange({ url: this.#url, agent: this.#agent, headers, body: Buffer.from(text, 'utf8'), timeoutMs: this.limits.timeoutMs, signal });
    } catch (error) {
      signal?.throwIfAborted();
      return { kind: 'retry', afterMs: undefined, why: reasonOf(error) };
    }
    this.#answered = true;
    const verdict = judgeAnswer(answer, { items: batch.length, nowMs: clock.nowMs() });
    if (verdict.kind !== 'retry') return verdict;
    return { kind: 'retry', afterMs: verdict.afterMs, why: verdict.reason === 'overloaded' ? 'it is overloaded' : `it answers ${answer.status}` };
  }

  async #postHalves(batch: readonly Posting[], retries: number): Promise<PostResult> {
    const middle = batch.length >> 1;
    const [first, second] = [await this.post(batch.slice(0, middle)), await this.post(batch.slice(middle))];
    return { accepted: first.accepted + second.accepted, refused: [...first.refused, ...second.refused], retries: retries + first.retries + second.retries };
  }
}

function feedbackUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new TocsinError('invalid_setting', `"${text}" is no address of a server; it must look like http://127.0.0.1:8080.`);
  }
  url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/feedback`;
  return url;
}

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  switch (code) {
    case 'ECONNREFUSED': return 'nothing listens there (connection refused)';
    case 'ENOTFOUND': case 'EAI_AGAIN': return 'its name is not known';
    case 'ETIMEDOUT': return 'it does not answer in time';
    default: return code === undefined ? 'the connection broke' : `the connection broke (${code})`;
  }
}

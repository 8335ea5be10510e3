import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { exchange } from '../../server/play/http-exchange.ts';
import { judgeAnswer } from '../../server/play/judge-answer.ts';
import { Prng } from '../../server/play/prng.ts';
import { Ledger, type Outcome } from './ledger.ts';

export interface LoadOptions {
  /** The server's, which stays the same over its restarts. */
  url: string;
  seed: number;
  clients: number;
  itemsPerSecond: number;
  batchItems: number;
  /** Share of requests that send earlier ids again on purpose. */
  repeatShare: number;
  /** Share of requests that are sent once and given up when they fail: nobody knows what became of them. */
  impatientShare: number;
  /** After this many different items a client only repeats. */
  itemsMax: number;
  /** One item as JSON; the same id gives the same item. */
  makeLine: (id: string) => string;
}

const REQUEST_MS = 15_000;
const RETRY_DELAY_MS = 100;
const RETRY_DELAY_MS_MAX = 1_000;
/** A batch that is not taken for this long ends the run: something is broken for good. */
const GIVE_UP_MS = 180_000;

/** Several clients that post at a steady pace, retry what may be retried with the same ids, and write down every answer. */
export class SteadyLoad {
  readonly ledger = new Ledger();
  readonly #options: LoadOptions;
  readonly #agent: Agent;
  readonly #running: Promise<void>[] = [];
  #stopping = false;
  #failure: Error | undefined;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#agent = new Agent({ keepAlive: true, maxSockets: options.clients });
  }

  start(): void {
    for (let client = 0; client < this.#options.clients; client += 1) {
      this.#running.push(this.#client(client).catch((error: Error) => {
        this.#failure ??= error;
      }));
    }
  }

  /** Starts nothing new, waits until every request is answered. @throws Error when some batch was never taken */
  async stop(): Promise<Ledger> {
    this.#stopping = true;
    await Promise.all(this.#running);
    this.#agent.destroy();
    if (this.#failure !== undefined) throw this.#failure;
    return this.ledger;
  }

  async #client(client: number): Promise<void> {
    const { seed, clients, itemsPerSecond, batchItems } = this.#options;
    const prng = new Prng(seed * 1_000 + client);
    const everyMs = (clients * batchItems * 1_000) / itemsPerSecond;
    let dueMs = performance.now() + (everyMs * client) / clients;
    while (!this.#stopping) {
      await sleep(Math.max(0, dueMs - performance.now()));
      // A client that was held up does not make up for it: the pace is an upper bound.
      dueMs = Math.max(dueMs + everyMs, performance.now());
      await this.#seeThrough(this.#draw(prng, `c${client}`), prng.chance(this.#options.impatientShare) ? 1 : Infinity);
    }
  }

  #draw(prng: Prng, prefix: string): string[] {
    const { batchItems, repeatShare, itemsMax } = this.#options;
    const { ledger } = this;
    const full = ledger.sent.size >= itemsMax;
    if (ledger.sent.size > 0 && (full || prng.chance(repeatShare))) {
      ledger.repeatRequests += 1;
      return [...new Set(Array.from({ length: batchItems }, () => prng.pick(ledger.sentInOrder)))];
    }
    return Array.from({ length: batchItems }, () => ledger.newId(prefix));
  }

  async #seeThrough(ids: readonly string[], attemptsMax: number): Promise<void> {
    const body = Buffer.from(ids.map((id) => `${this.#options.makeLine(id)}\n`).join(''), 'utf8');
    const untilMs = performance.now() + GIVE_UP_MS;
    for (let attempt = 1; ; attempt += 1) {
      const { outcome, afterMs } = await this.#attempt(body, ids.length);
      this.ledger.answered(outcome, ids);
      if (outcome.kind === 'accepted' || attempt >= attemptsMax) return;
      if (performance.now() > untilMs) throw new Error(`a batch was not taken for ${GIVE_UP_MS / 1_000} s; the last answer: ${outcome.kind} ${outcome.detail}`);
      await sleep(Math.min(afterMs ?? RETRY_DELAY_MS * 2 ** Math.min(attempt - 1, 8), RETRY_DELAY_MS_MAX));
    }
  }

  async #attempt(body: Buffer, items: number): Promise<{ outcome: Outcome; afterMs?: number | undefined }> {
    const { url } = this.#options;
    try {
      const answer = await exchange({ url: new URL(`${url}/v1/feedback`), agent: this.#agent, headers: { 'content-type': 'application/x-ndjson' }, body, timeoutMs: REQUEST_MS, signal: undefined });
      const verdict = judgeAnswer(answer, { items, nowMs: Date.now() });
      switch (verdict.kind) {
        case 'settled':
          return verdict.refusals.length === 0 ? { outcome: { kind: 'accepted', detail: '202' } } : { outcome: { kind: 'unexpected', detail: `items were refused: ${answer.body.slice(0, 300)}` } };
        case 'retry':
          return { outcome: { kind: 'refused', detail: String(answer.status), problem: isClearProblem(answer.headers['content-type'], answer.body) }, afterMs: verdict.afterMs };
        case 'split':
        case 'failed':
          return { outcome: { kind: 'unexpected', detail: `${answer.status} ${answer.body.slice(0, 300)}` } };
      }
    } catch (error) {
      return { outcome: { kind: 'broken', detail: (error as NodeJS.ErrnoException).code ?? (error as Error).message } };
    }
  }
}

/** Whether it says what is wrong in the way that the API promises: problem+json with a code and a sentence. */
function isClearProblem(contentType: string | undefined, body: string): 'clear' | 'unclear' {
  try {
    const { code, detail } = JSON.parse(body) as { code?: unknown; detail?: unknown };
    return contentType?.startsWith('application/problem+json') === true && typeof code === 'string' && typeof detail === 'string' && detail !== '' ? 'clear' : 'unclear';
  } catch {
    return 'unclear';
  }
}

import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { PRIVATE_ADDRESS } from '../egress/egress.ts';
import type { Egress } from '../egress/egress.ts';
import type { DeliveryFault } from '../../core/delivery-fault.ts';
import { faultOf, faultWords } from './fault-words.ts';

export interface HttpPost {
  url: URL;
  /** POST when absent. */
  method?: 'GET' | 'POST';
  headers: Readonly<Record<string, string>>;
  body: string | Uint8Array;
  /** From the call to the end of the answer. */
  timeoutMs: number;
  signal: AbortSignal;
}

/** An answer (its body may be cut), or why there is none. */
export type HttpPostResult =
  | { kind: 'answer'; status: number; retryAfter: string | undefined; location: string | undefined; bodyStart: string }
  | { kind: 'no-answer'; reason: string; why: DeliveryFault };

export type HttpAnswer = Extract<HttpPostResult, { kind: 'answer' }>;

/** Read of an answer's body; the rest is not waited for. */
const BODY_BYTES_MAX = 16 * 1024;

/** Posts over connections that are kept open; one instance a channel. Idle connections keep no process alive. */
export class HttpPoster {
  readonly #http: HttpAgent;
  readonly #https: HttpsAgent;

  readonly #egress: Egress;

  constructor(connectionsMax: number, egress: Egress) {
    this.#egress = egress;
    this.#http = new HttpAgent({ keepAlive: true, maxSockets: connectionsMax });
    this.#https = new HttpsAgent({ keepAlive: true, maxSockets: connectionsMax });
  }

  /** Resolves for every fault. Follows no redirect. */
  async post(post: HttpPost): Promise<HttpPostResult> {
    if (this.#egress.refusesLiteral(post.url.hostname)) return { kind: 'no-answer', reason: faultWords({ code: PRIVATE_ADDRESS }), why: 'private-address' };
    const first = await this.#attempt(post);
    // The receiver closed an idle connection just as it was taken up again; the key makes a second reading harmless.
    return first.kind === 'stale-connection' ? noAnswerIfStale(await this.#attempt(post)) : first;
  }

  #attempt(post: HttpPost): Promise<HttpPostResult | StaleConnection> {
    return new Promise((resolve) => {
      const request = this.#open(post);
      let answer: AnswerStart | undefined;
      const finish = (result: HttpPostResult | StaleConnection): void => {
        clearTimeout(deadline);
        post.signal.removeEventListener('abort', stopped);
        resolve(result);
      };
      // An answer counts from its status line: a body that stalls, breaks off or never ends takes nothing back.
      const end = (reason: string, why: DeliveryFault): void => {
        finish(answer?.soFar() ?? { kind: 'no-answer', reason, why });
        request.destroy();
      };
      const stopped = (): void => end('stopped', 'stopped');
      const deadline = setTimeout(() => end(`no answer within ${post.timeoutMs / 1000} s`, 'no-answer'), post.timeoutMs);
      post.signal.addEventListener('abort', stopped, { once: true });
      request.on('error', (error: NodeJS.ErrnoException) => {
        if (answer === undefined && request.reusedSocket && error.code === 'ECONNRESET') finish({ kind: 'stale-connection' });
        else end(faultWords(error), faultOf(error));
      });
      request.on('response', (response) => {
        answer = new AnswerStart(response);
        response.on('data', (chunk: Buffer) => {
          if (answer?.take(chunk) === 'full') end('', 'no-answer');
        });
        response.on('end', () => finish(answer?.soFar() ?? { kind: 'no-answer', reason: 'connection reset', why: 'connection-reset' }));
        response.on('error', (error) => end(faultWords(error), faultOf(error)));
      });
      if (post.signal.aborted) stopped();
      else request.end(post.body);
    });
  }

  #open({ url, headers, body, method = 'POST' }: HttpPost): ClientRequest {
    const options: RequestOptions = {
      method,
      lookup: this.#egress.lookup,
      headers: method === 'GET' ? { ...headers } : { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    };
    return url.protocol === 'https:'
      ? httpsRequest(url, { ...options, agent: this.#https })
      : httpRequest(url, { ...options, agent: this.#http });
  }
}

interface StaleConnection {
  kind: 'stale-connection';
}

function noAnswerIfStale(result: HttpPostResult | StaleConnection): HttpPostResult {
  return result.kind === 'stale-connection' ? { kind: 'no-answer', reason: 'connection reset', why: 'connection-reset' } : result;
}

class AnswerStart {
  readonly #response: IncomingMessage;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(response: IncomingMessage) {
    this.#response = response;
  }

  take(chunk: Buffer): 'full' | 'more' {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    return this.#bytes >= BODY_BYTES_MAX ? 'full' : 'more';
  }

  soFar(): HttpPostResult {
    const { statusCode, headers } = this.#response;
    return {
      kind: 'answer',
      status: statusCode ?? 0,
      retryAfter: headers['retry-after'],
      location: headers.location,
      bodyStart: new TextDecoder().decode(Buffer.concat(this.#chunks).subarray(0, BODY_BYTES_MAX)),
    };
  }
}

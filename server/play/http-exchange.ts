import { request as requestHttp, type Agent, type IncomingHttpHeaders } from 'node:http';
import { request as requestHttps } from 'node:https';

export interface HttpQuestion {
  url: URL;
  agent: Agent;
  headers: Record<string, string>;
  body: Buffer;
  /** From sending to the last byte of the answer. */
  timeoutMs: number;
  signal: AbortSignal | undefined;
}

export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

const ANSWER_BYTES_MAX = 64 * 1024 * 1024;

/** One POST. Rejects when there is no whole answer: refused, reset, timed out (code `ETIMEDOUT`), longer than 64 MiB or aborted. */
export function exchange({ url, agent, headers, body, timeoutMs, signal }: HttpQuestion): Promise<HttpAnswer> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: 'POST', agent, signal, headers: { ...headers, 'content-length': body.length } }, (incoming) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      incoming.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > ANSWER_BYTES_MAX) incoming.destroy(new Error(`the answer is longer than ${ANSWER_BYTES_MAX} bytes`));
        else chunks.push(chunk);
      });
      incoming.on('error', settle(reject));
      incoming.on('end', () => settle(resolve)({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks).toString('utf8') }));
    });
    const timer = setTimeout(() => outgoing.destroy(Object.assign(new Error(`no answer within ${timeoutMs} ms`), { code: 'ETIMEDOUT' })), timeoutMs);
    function settle<T>(act: (value: T) => void): (value: T) => void {
      return (value) => {
        clearTimeout(timer);
        act(value);
      };
    }
    outgoing.on('error', settle(reject));
    outgoing.end(body);
  });
}

import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { SELF_SIGNED } from './self-signed.ts';

export interface ReceivedPage {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  /** As UTF-8; a form with a file as latin1, a byte a character. */
  body: string;
}

export type Answer = (response: ServerResponse, received: ReceivedPage, request: IncomingMessage) => void;

/** A real HTTP server that notes what it is sent and answers as a test says. */
export class Receiver {
  readonly received: readonly ReceivedPage[];
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server, url: string, received: readonly ReceivedPage[]) {
    this.#server = server;
    this.url = url;
    this.received = received;
  }

  /** Listens on a free loopback port. `answers` are taken in turn, the last one for ever. */
  static async start(answers: readonly Answer[], protocol: 'http' | 'https' = 'http'): Promise<Receiver> {
    const taken: ReceivedPage[] = [];
    const listener: RequestListener = (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const received = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString(request.headers['content-type']?.startsWith('multipart/') === true ? 'latin1' : 'utf8') };
        taken.push(received);
        const answer = answers[Math.min(taken.length, answers.length) - 1];
        answer?.(response, received, request);
      });
    };
    const server = protocol === 'https' ? createTlsServer(SELF_SIGNED, listener) : createServer(listener);
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    const { port } = server.address() as AddressInfo;
    return new Receiver(server, `${protocol}://127.0.0.1:${port}`, taken);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => { this.#server.close(() => resolve()); });
  }
}

/** Answers with a status, a body and headers. */
export function answer(status: number, body = '', headers: Record<string, string> = {}): Answer {
  return (response) => { response.writeHead(status, headers).end(body); };
}

import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedPage {
  /** When its last byte came, milliseconds since the epoch. */
  atMs: number;
  headers: IncomingHttpHeaders;
  body: Record<string, unknown>;
}

/** Ends the response. */
export type WebhookAnswer = (response: ServerResponse) => void;

export interface WebhookReceiver {
  url: string;
  /** Every request, in order of arrival, whatever it was answered. */
  pages: readonly ReceivedPage[];
  /** Answers the next requests, one function each; then 200 again. */
  script(...answers: WebhookAnswer[]): void;
  stop(): Promise<void>;
}

export const answerStatus = (status: number, headers: Record<string, string> = {}): WebhookAnswer => (response) => {
  response.writeHead(status, headers).end();
};
export const hangUp: WebhookAnswer = (response) => {
  response.socket?.destroy();
};

/** A real HTTP server that keeps what is posted to it. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const pages: ReceivedPage[] = [];
  const script: WebhookAnswer[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      pages.push({ atMs: Date.now(), headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown> });
      (script.shift() ?? answerStatus(200))(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/pages`,
    pages,
    script: (...answers) => void script.push(...answers),
    stop: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  items: Record<string, unknown>[];
  headers: IncomingMessage['headers'];
}

export interface FeedbackServer {
  url: string;
  /** Requests in order of arrival, those that were not accepted too. */
  requests: Received[];
  /** Items of requests answered 202, in order of arrival; the same id once. */
  accepted(): Record<string, unknown>[];
  /** Answers the next requests, one function each; then 202 again. */
  script(...answers: Answer[]): void;
  stop(): Promise<void>;
}

/** May end the response itself; returning false lets the server accept the items as usual. */
export type Answer = (response: ServerResponse, received: Received) => boolean | void;

export const answerWith = (status: number, body: object, headers: Record<string, string> = {}): Answer => (response) => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
};
export const hangUp: Answer = (response) => {
  response.socket?.destroy();
};
/** Takes the items and hangs up before answering: the sender cannot know. */
export const acceptAndHangUp: Answer = (response) => {
  response.socket?.destroy();
  return false;
};

/** A real HTTP server that answers `POST /v1/feedback` as Tocsin does, and otherwise as a test says. */
export async function startFeedbackServer(port = 0): Promise<FeedbackServer> {
  const requests: Received[] = [];
  const taken = new Map<string, Record<string, unknown>>();
  const script: Answer[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.url !== '/v1/feedback') return void response.writeHead(404, { 'content-type': 'application/json' }).end('{"code":"not_found","detail":"There is nothing here."}');
      const lines = Buffer.concat(chunks).toString('utf8').split('\n').filter((line) => line !== '');
      const received = { items: lines.map((line) => JSON.parse(line) as Record<string, unknown>), headers: request.headers };
      requests.push(received);
      const answer = script.shift();
      if (answer !== undefined && answer(response, received) !== false) return;
      for (const item of received.items) taken.set(String(item['id']), item);
      if (response.destroyed) return;
      response.writeHead(202, { 'content-type': 'application/json' })
        .end(JSON.stringify({ accepted: received.items.length, ids: received.items.map(({ id }) => id), rejected: [] }));
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    accepted: () => [...taken.values()],
    script: (...answers) => void script.push(...answers),
    stop: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}

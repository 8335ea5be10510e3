import { connect } from 'node:net';

export interface JsonAnswer<T = Record<string, unknown>> {
  status: number;
  headers: Headers;
  body: T;
}

/** One request; the answer must be JSON. */
async function requestJson<T = Record<string, unknown>>(url: string, init: RequestInit = {}): Promise<JsonAnswer<T>> {
  const response = await fetch(url, init);
  return { status: response.status, headers: response.headers, body: (await response.json()) as T };
}

export const getJson = <T = Record<string, unknown>>(url: string): Promise<JsonAnswer<T>> => requestJson<T>(url);

export const postJson = <T = Record<string, unknown>>(url: string, body: unknown): Promise<JsonAnswer<T>> =>
  requestJson<T>(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

/** Posts bytes as they are, with these headers. */
export const postRaw = <T = Record<string, unknown>>(url: string, body: string | Buffer, contentType: string): Promise<JsonAnswer<T>> =>
  requestJson<T>(url, { method: 'POST', headers: { 'content-type': contentType }, body: body as string });

export const toNdjson = (items: readonly object[]): string => items.map((item) => `${JSON.stringify(item)}\n`).join('');

/** Writes these bytes to the port and gives what comes back until the server closes or `limitMs` is over. */
export function exchangeBytes(port: number, bytes: string | Buffer, limitMs = 5_000): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    const end = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(Buffer.concat(chunks).toString('utf8'));
    };
    const timer = setTimeout(end, limitMs);
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('close', end);
    socket.on('error', reject);
  });
}

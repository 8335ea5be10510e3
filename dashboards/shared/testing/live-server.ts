import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { extname, join, normalize } from 'node:path';
import type { Duplex } from 'node:stream';
import type { LiveMessage, LiveSubscribe } from '../../../core/live.ts';
import { decodeText, encodeText, UPGRADE_GUID } from './websocket-frames.ts';

/** As strict as a server should be; `connect-src` names the WebSocket's schemes for browsers in which 'self' does not cover them. */
const POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self' ws: wss:";
const TYPES: Record<string, string> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };

interface JsonAnswer {
  status: number;
  body: unknown;
}

/** Serves built pages, answers the API from a table, and speaks `WS /live`: a real server for a real browser, and a puppet. */
export class LiveServer {
  /** Answers by path without its query, given or worked out when asked; anything else is 404. */
  readonly answers = new Map<string, JsonAnswer | (() => Promise<JsonAnswer>)>([['/v1/incidents', { status: 200, body: { incidents: [] } }], ['/v1/silences', { status: 200, body: { silences: [] } }]]);
  /** Paths with their queries, as asked. */
  readonly asked: string[] = [];
  /** Bodies of what was posted, with the token, oldest first. */
  readonly posted: { path: string; token: string | null; body: unknown }[] = [];
  /** What clients sent, oldest first. */
  readonly subscriptions: LiveSubscribe[] = [];
  /** Its time, as it says it with each answer, in ms since the epoch; null: this machine's. */
  timeMs: number | null = null;
  /** Whether new sockets are let in. */
  accepts: 'all' | 'none' = 'all';
  /** Folder of the built pages; another one is an upgrade. */
  pages: string;
  readonly #sockets = new Set<Duplex>();
  readonly #connections = new Set<Socket>();
  readonly #server: Server;
  #messages = 0;

  constructor(pagesFolder: string) {
    this.pages = pagesFolder;
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  /** @returns the address, `http://127.0.0.1:<port>/` */
  async start(): Promise<string> {
    this.#server.on('upgrade', (request, socket) => this.#upgrade(request, socket));
    this.#server.on('connection', (socket) => {
      this.#connections.add(socket);
      socket.on('close', () => this.#connections.delete(socket));
    });
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#connections) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get socketCount(): number {
    return this.#sockets.size;
  }

  /** Sends to every client. @returns the message's id */
  send(message: Omit<LiveMessage, 'id'>): string {
    this.#messages += 1;
    const id = String(this.#messages);
    this.sendRaw(JSON.stringify({ id, ...message }));
    return id;
  }

  sendRaw(text: string): void {
    for (const socket of this.#sockets) socket.write(encodeText(text));
  }

  /** Cuts every WebSocket without a goodbye, as a killed server does. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = request.url ?? '/';
    this.asked.push(asked);
    const path = asked.split('?', 1)[0] ?? '/';
    if (request.method === 'POST') this.posted.push({ path, token: request.headers.authorization ?? null, body: await readBody(request) });
    const given = this.answers.get(path);
    const answer = typeof given === 'function' ? await given() : given;
    if (answer !== undefined) {
      response.writeHead(answer.status, { 'content-type': 'application/json', ...(this.timeMs === null ? {} : { date: new Date(this.timeMs).toUTCString() }) }).end(JSON.stringify(answer.body));
      return;
    }
    const file = path === '/' ? '/index.html' : path === '/wall' ? '/wall.html' : path;
    try {
      const bytes = await readFile(join(this.pages, normalize(file)));
      response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream', 'content-security-policy': POLICY, 'x-content-type-options': 'nosniff' }).end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  }

  #upgrade(request: IncomingMessage, socket: Duplex): void {
    const key = request.headers['sec-websocket-key'];
    socket.on('error', () => socket.destroy());
    if (this.accepts === 'none' || key === undefined || request.url?.split('?', 1)[0] !== '/live') {
      socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n');
      return;
    }
    const accept = createHash('sha1').update(key + UPGRADE_GUID).digest('base64');
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('data', (bytes: Buffer) => {
      const text = decodeText(bytes);
      if (text === null) socket.end();
      else this.subscriptions.push(JSON.parse(text) as LiveSubscribe);
    });
  }
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === '' ? null : JSON.parse(text);
}

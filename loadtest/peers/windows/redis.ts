import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runIfMain } from './measure.ts';
import type { NodePeer } from './measure.ts';
import { RedisClient } from './redis-client.ts';
import { RULE } from './rule.ts';
import type { Fire, WindowEvent } from './rule.ts';

/** Events whose commands go out in one write. */
const BATCH_EVENTS = 64;
/** Batches that wait for their replies at a time. */
const BATCHES_IN_FLIGHT = 32;
const REPLIES_PER_EVENT = 3;
const CONNECT_ATTEMPTS = 100;
const CONNECT_PAUSE_MS = 50;

interface KeyState {
  isArmed: boolean;
  newestMs: number;
}

/**
 * A sorted set for each key, by event time: ZADD, ZREMRANGEBYSCORE, ZCARD, pipelined over a unix socket. Nothing is written
 * to disk. Which keys have fired is known to the client, which sees the counts in the order of its commands.
 */
class RedisPeer implements NodePeer<WindowEvent[]> {
  readonly chunkEvents = 64_000;
  readonly #binary: string;
  readonly #libraries: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'tocsin-redis-'));
  readonly #keys = new Map<string, KeyState>();
  readonly #fires: Fire[] = [];
  #server: ChildProcess | null = null;
  #client: RedisClient | null = null;

  constructor(binary: string, libraries: string) {
    this.#binary = binary;
    this.#libraries = libraries;
  }

  async start(): Promise<void> {
    if (this.#server !== null) return;
    const socket = join(this.#folder, 'redis.sock');
    const env = this.#libraries === '' ? process.env : { ...process.env, LD_LIBRARY_PATH: this.#libraries };
    const args = ['--port', '0', '--unixsocket', socket, '--save', '', '--appendonly', 'no', '--daemonize', 'no', '--dir', this.#folder];
    this.#server = spawn(this.#binary, args, { env, stdio: 'ignore' });
    this.#server.on('error', () => undefined);
    for (let attempt = 1; this.#client === null; attempt++) {
      try {
        this.#client = await RedisClient.connect(socket);
      } catch (error) {
        if (attempt === CONNECT_ATTEMPTS) throw error;
        await delay(CONNECT_PAUSE_MS);
      }
    }
  }

  prepare(events: WindowEvent[]): WindowEvent[] {
    return events;
  }

  take(events: WindowEvent[]): Promise<void> {
    const client = this.#client!;
    return new Promise((resolve, reject) => {
      let sent = 0;
      let replies = 0;
      const send = (): void => {
        let commands = '';
        for (const end = Math.min(sent + BATCH_EVENTS, events.length); sent < end; sent++) commands += commandsFor(events[sent]!);
        if (commands !== '') client.write(commands);
      };
      client.onFailed(reject);
      client.onInteger((integer) => {
        replies++;
        if (replies % REPLIES_PER_EVENT !== 0) return;
        const judged = replies / REPLIES_PER_EVENT;
        this.#judge(events[judged - 1]!, integer);
        if (judged % BATCH_EVENTS === 0) send();
        if (judged === events.length) resolve();
      });
      for (let batch = 0; batch < BATCHES_IN_FLIGHT; batch++) send();
    });
  }

  async otherCpuUs(): Promise<number> {
    return await this.#client!.serverCpuUs();
  }

  fires(): Fire[] {
    return this.#fires;
  }

  async stop(): Promise<void> {
    this.#client?.close();
    const server = this.#server;
    if (server !== null && server.exitCode === null && server.pid !== undefined) {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGKILL');
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #judge({ key, timeMs }: WindowEvent, count: number): void {
    let state = this.#keys.get(key);
    if (state === undefined) this.#keys.set(key, (state = { isArmed: true, newestMs: timeMs }));
    if (timeMs > state.newestMs) state.newestMs = timeMs;
    if (count - 1 < RULE.rearmBelow) state.isArmed = true;
    if (!state.isArmed || count < RULE.fireAt) return;
    state.isArmed = false;
    this.#fires.push({ key, timeMs: state.newestMs });
  }
}

function commandsFor({ key, timeMs, id }: WindowEvent): string {
  const named = `$${key.length}\r\n${key}\r\n`;
  const time = String(timeMs);
  const edge = String(timeMs - RULE.windowMs);
  return (
    `*4\r\n$4\r\nZADD\r\n${named}$${time.length}\r\n${time}\r\n$${id.length}\r\n${id}\r\n` +
    `*4\r\n$16\r\nZREMRANGEBYSCORE\r\n${named}$4\r\n-inf\r\n$${edge.length}\r\n${edge}\r\n` +
    `*2\r\n$5\r\nZCARD\r\n${named}`
  );
}

await runIfMain(import.meta.url, ([binary, libraries]) => new RedisPeer(binary ?? 'redis-server', libraries ?? ''));

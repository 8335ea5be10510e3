import { createConnection } from 'node:net';
import type { Socket } from 'node:net';

const COLON = 58;
const DOLLAR = 36;
const MINUS = 45;
const CR = 13;
const ZERO = 48;

/**
 * As much of the Redis protocol as the comparison needs: commands written in bulk, replies that are integers, or one bulk text.
 * Replies come in the order of the commands.
 */
export class RedisClient {
  readonly #socket: Socket;
  #rest: Buffer = Buffer.alloc(0);
  #onIntegers: (integer: number) => void = () => undefined;
  #onBulk: (text: string) => void = () => undefined;
  #onFailed: (error: Error) => void = () => undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (data) => this.#read(data));
    socket.on('error', (error) => this.#onFailed(error));
    socket.on('close', () => this.#onFailed(new Error('redis closed the connection')));
  }

  static connect(path: string): Promise<RedisClient> {
    return new Promise((resolve, reject) => {
      const socket = createConnection({ path });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new RedisClient(socket));
      });
    });
  }

  onFailed(failed: (error: Error) => void): void {
    this.#onFailed = failed;
  }

  onInteger(take: (integer: number) => void): void {
    this.#onIntegers = take;
  }

  /** Commands as the protocol writes them; ASCII only. */
  write(commands: string): void {
    this.#socket.write(commands, 'latin1');
  }

  /** CPU time of the server so far, microseconds. */
  async serverCpuUs(): Promise<number> {
    const text = await new Promise<string>((resolve, reject) => {
      this.#onBulk = resolve;
      this.#onFailed = reject;
      this.write(command(['INFO', 'cpu']));
    });
    const seconds = (name: string): number => Number(new RegExp(`^${name}:([0-9.]+)`, 'm').exec(text)![1]);
    return (seconds('used_cpu_sys') + seconds('used_cpu_user')) * 1e6;
  }

  close(): void {
    this.#onFailed = () => undefined;
    this.#socket.destroy();
  }

  #read(data: Buffer): void {
    const bytes = this.#rest.length === 0 ? data : Buffer.concat([this.#rest, data]);
    let at = 0;
    while (at < bytes.length) {
      const end = bytes.indexOf(CR, at);
      if (end < 0 || end + 1 >= bytes.length) break;
      const kind = bytes[at];
      if (kind === COLON) {
        let integer = 0;
        for (let digit = at + 1; digit < end; digit++) integer = integer * 10 + bytes[digit]! - ZERO;
        this.#onIntegers(integer);
        at = end + 2;
      } else if (kind === DOLLAR) {
        const length = Number(bytes.toString('latin1', at + 1, end));
        if (end + 2 + length + 2 > bytes.length) break;
        this.#onBulk(bytes.toString('latin1', end + 2, end + 2 + length));
        at = end + 2 + length + 2;
      } else {
        const text = bytes.toString('latin1', at, end);
        this.#onFailed(new Error(kind === MINUS ? `redis answered ${text}` : `redis sent what is not understood: ${text}`));
        return;
      }
    }
    this.#rest = bytes.subarray(at);
  }
}

export function command(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;
}

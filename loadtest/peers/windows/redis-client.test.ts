import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RedisClient, command } from './redis-client.ts';

/** As redis-server tells its CPU time. */
const CPU = 'used_cpu_sys:1.500000\r\nused_cpu_user:0.250000\r\n';

describe('the Redis client of the comparison', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-resp-'));
  const path = join(folder, 'server.sock');
  let answer: (socket: Socket, heard: string) => void = () => undefined;
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('data', (data) => answer(socket, data.toString('latin1')));
  });

  beforeAll(() => new Promise<void>((resolve) => server.listen(path, resolve)));
  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true, force: true });
  });

  it('writes commands as the protocol has them, and reads replies wherever they are cut', async () => {
    let heard = '';
    answer = (socket, text) => {
      heard += text;
      const reply = text.includes('INFO') ? `$${CPU.length}\r\n${CPU}\r\n` : ':0\r\n:17\r\n:1234567\r\n';
      // Byte by byte, so that every reply is cut everywhere.
      void (async () => {
        for (const letter of reply) await new Promise<void>((resolve) => socket.write(letter, () => setImmediate(resolve)));
      })();
    };
    const client = await RedisClient.connect(path);
    try {
      const integers = await new Promise<number[]>((resolve, reject) => {
        const got: number[] = [];
        client.onFailed(reject);
        client.onInteger((integer) => {
          if (got.push(integer) === 3) resolve(got);
        });
        client.write(command(['ZCARD', 'a']));
      });
      expect(integers).toEqual([0, 17, 1_234_567]);
      expect(await client.serverCpuUs()).toBe(1_750_000);
      expect(heard).toBe('*2\r\n$5\r\nZCARD\r\n$1\r\na\r\n*2\r\n$4\r\nINFO\r\n$3\r\ncpu\r\n');
    } finally {
      client.close();
    }
  });

  it('fails on an error of the server and on a connection that ends', async () => {
    for (const [reply, message] of [['-ERR wrong\r\n', 'redis answered -ERR wrong'], ['', 'redis closed the connection']] as const) {
      answer = (socket) => (reply === '' ? socket.destroy() : void socket.write(reply));
      const client = await RedisClient.connect(path);
      const failed = new Promise<Error>((resolve) => client.onFailed(resolve));
      client.write(command(['PING']));
      expect((await failed).message).toBe(message);
      client.close();
    }
  });
});

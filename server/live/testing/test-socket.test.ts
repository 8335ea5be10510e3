import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { TestSocket } from './test-socket.ts';

const undo: (() => void)[] = [];
afterEach(() => void undo.splice(0).forEach((each) => each()));

/** The server's side of one connection, once it was upgraded, and what the client sends from then on. */
async function connected(): Promise<{ client: TestSocket; server: Socket; next(): Promise<Buffer> }> {
  const listener = createServer();
  undo.push(() => listener.close());
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const accepted = new Promise<Socket>((resolve) => listener.once('connection', resolve));
  const opening = TestSocket.open((listener.address() as AddressInfo).port);
  const server = await accepted;
  await new Promise((resolve) => server.once('data', resolve));
  server.write('HTTP/1.1 101 Switching Protocols\r\n\r\n');
  const client = await opening;
  undo.push(() => client.destroy(), () => server.destroy());
  return { client, server, next: () => new Promise((resolve) => server.once('data', resolve)) };
}

it('answers a ping with its own payload, masked, as every client must', async () => {
  const { server, next } = await connected();
  const answer = next();
  server.write(Buffer.from([0x89, 2, 0x68, 0x69]));
  const frame = await answer;
  expect(frame[0]).toBe(0x8a);
  expect(frame[1]).toBe(0x80 | 2);
  expect([frame[6]! ^ frame[2]!, frame[7]! ^ frame[3]!]).toEqual([0x68, 0x69]);
});

it('takes text that comes behind a ping', async () => {
  const { client, server, next } = await connected();
  const seen = new Promise<string>((resolve) => (client.onMessage = resolve));
  const answer = next();
  server.write(Buffer.from([0x89, 0, 0x81, 2, 0x6f, 0x6b]));
  expect(await seen).toBe('ok');
  expect((await answer)[0]).toBe(0x8a);
});

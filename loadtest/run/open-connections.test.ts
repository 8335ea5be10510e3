import { connect, createServer, type AddressInfo } from 'node:net';
import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { openConnections } from './open-connections.ts';

it.skipIf(!existsSync('/proc/net/tcp'))('counts what is connected to a port, each connection once', async () => {
  const server = createServer((socket) => void socket.on('error', () => undefined));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  expect(await openConnections(port)).toBe(0);
  const sockets = await Promise.all([1, 2, 3].map(() => new Promise<ReturnType<typeof connect>>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
  })));
  expect(await openConnections(port)).toBe(3);
  for (const socket of sockets) socket.destroy();
  server.close();
});

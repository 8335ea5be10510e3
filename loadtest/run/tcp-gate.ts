import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A port of loopback before another one, that can be shut and opened again: what stands behind it is then away, and back. */
export class TcpGate {
  port = 0;
  readonly #targetPort: number;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  constructor(targetPort: number) {
    this.#targetPort = targetPort;
  }

  async open(): Promise<void> {
    const server = createServer((inside) => {
      const outside = connect(this.#targetPort, '127.0.0.1');
      for (const [socket, other] of [[inside, outside], [outside, inside]] as const) {
        this.#sockets.add(socket);
        socket.setNoDelay(true);
        socket.on('error', () => other.destroy());
        socket.on('close', () => {
          this.#sockets.delete(socket);
          other.destroy();
        });
        socket.pipe(other);
      }
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.port, '127.0.0.1', resolve);
    });
    this.port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Cuts what is connected and refuses what comes. */
  async shut(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    const closed = server === undefined ? Promise.resolve() : new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

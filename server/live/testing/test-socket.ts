import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

/** A WebSocket client of a few lines: the runtime's own comes only with Node 22. Text messages below 64 KiB. */
export class TestSocket {
  readonly messages: string[] = [];
  /** Takes each text message instead of `messages`, which a long run would fill memory with. */
  onMessage: ((text: string) => void) | undefined;
  /** The server's close code, once it closed. */
  closeCode: number | undefined;
  closed = false;
  readonly #socket: Socket;
  #received = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Rejects with the first line of the answer when it is no upgrade. */
  static open(port: number, headers: Record<string, string> = {}): Promise<TestSocket> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => {
        const own = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('');
        socket.write(`GET /live HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n${own}\r\n`);
      });
      socket.once('error', reject);
      socket.once('data', (head) => {
        const end = head.indexOf('\r\n\r\n');
        const firstLine = head.subarray(0, head.indexOf('\r\n')).toString();
        if (!firstLine.includes(' 101 ')) {
          socket.destroy();
          reject(new Error(firstLine));
          return;
        }
        const client = new TestSocket(socket);
        socket.on('data', (data) => client.#read(data));
        socket.on('close', () => (client.closed = true));
        socket.on('error', () => undefined);
        client.#read(head.subarray(end + 4));
        resolve(client);
      });
    });
  }

  send(text: string): void {
    this.#write(TEXT, Buffer.from(text));
  }

  #write(opcode: number, payload: Buffer): void {
    const mask = randomBytes(4);
    const length = payload.length < 126 ? Buffer.from([0x80 | payload.length]) : Buffer.from([0x80 | 126, payload.length >> 8, payload.length & 0xff]);
    this.#socket.write(Buffer.concat([Buffer.from([0x80 | opcode]), length, mask, payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0))]));
  }

  /** Stops reading, as a client that hangs. */
  pause(): void {
    this.#socket.pause();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #read(data: Buffer): void {
    this.#received = Buffer.concat([this.#received, data]);
    for (;;) {
      const second = this.#received[1];
      if (second === undefined) return;
      const extended = second === 126 ? 2 : second === 127 ? 8 : 0;
      if (this.#received.length < 2 + extended) return;
      const length = extended === 0 ? second : extended === 2 ? this.#received.readUInt16BE(2) : Number(this.#received.readBigUInt64BE(2));
      const start = 2 + extended;
      if (this.#received.length < start + length) return;
      const payload = this.#received.subarray(start, start + length);
      const opcode = (this.#received[0] ?? 0) & 0x0f;
      if (opcode === TEXT) (this.onMessage ?? ((text) => void this.messages.push(text)))(payload.toString());
      // A client that answers no ping is cut off once it has been silent for a while.
      if (opcode === PING) this.#write(PONG, Buffer.from(payload));
      if (opcode === CLOSE) this.closeCode = payload.readUInt16BE(0);
      this.#received = this.#received.subarray(start + length);
    }
  }
}

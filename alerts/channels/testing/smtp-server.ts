import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { TLSSocket, createSecureContext } from 'node:tls';
import { SELF_SIGNED } from './self-signed.ts';

export interface ReceivedMail {
  from: string;
  to: string[];
  login: string | null;
  data: string;
}

/** What the server says in place of its usual reply, by the command. */
export type SmtpScript = Partial<Record<'greeting' | 'auth' | 'mail' | 'rcpt' | 'data' | 'body', string | ((argument: string) => string | null)>>;

/** A real SMTP server of the least kind (RFC 5321, STARTTLS, AUTH PLAIN) that keeps what it is sent. */
export class SmtpServer {
  readonly mails: ReceivedMail[] = [];
  readonly port: number;
  readonly #server: Server;
  readonly #sockets: Set<Socket>;

  private constructor(server: Server, sockets: Set<Socket>, mails: ReceivedMail[]) {
    this.#server = server;
    this.#sockets = sockets;
    this.mails = mails;
    this.port = (server.address() as AddressInfo).port;
  }

  static async start(script: SmtpScript = {}): Promise<SmtpServer> {
    const mails: ReceivedMail[] = [];
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      new Conversation(socket, script, mails).begin();
    });
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    return new SmtpServer(server, sockets, mails);
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => { this.#server.close(() => resolve()); });
  }
}

class Conversation {
  #socket: Socket;
  readonly #script: SmtpScript;
  readonly #mails: ReceivedMail[];
  #mail: ReceivedMail = { from: '', to: [], login: null, data: '' };
  #inData = false;
  #buffer = '';

  constructor(socket: Socket, script: SmtpScript, mails: ReceivedMail[]) {
    this.#socket = socket;
    this.#script = script;
    this.#mails = mails;
  }

  begin(): void {
    this.#listen();
    this.#say(this.#scripted('greeting', '') ?? '220 test ESMTP');
  }

  #listen(): void {
    this.#socket.on('data', (chunk: Buffer) => {
      this.#buffer += chunk.toString();
      for (let end = this.#end(); end >= 0; end = this.#end()) {
        const line = this.#buffer.slice(0, end);
        this.#buffer = this.#buffer.slice(end + (this.#inData ? 5 : 2));
        if (this.#inData) this.#takeBody(line);
        else this.#take(line);
      }
    });
  }

  #end(): number {
    return this.#buffer.indexOf(this.#inData ? '\r\n.\r\n' : '\r\n');
  }

  #take(line: string): void {
    const [command = '', ...rest] = line.split(' ');
    const argument = rest.join(' ');
    switch (command.toUpperCase()) {
      case 'EHLO':
        return this.#say('250-test\r\n250-AUTH PLAIN\r\n250-STARTTLS\r\n250 8BITMIME');
      case 'STARTTLS':
        this.#say('220 go on');
        return this.#encrypt();
      case 'AUTH': {
        const [, user = '', password = ''] = Buffer.from(argument.split(' ')[1] ?? '', 'base64').toString().split('\0');
        this.#mail.login = `${user}:${password}`;
        return this.#say(this.#scripted('auth', argument) ?? '235 welcome');
      }
      case 'MAIL':
        this.#mail.from = argument;
        return this.#say(this.#scripted('mail', argument) ?? '250 ok');
      case 'RCPT': {
        const refusal = this.#scripted('rcpt', argument);
        if (refusal === null) this.#mail.to.push(argument);
        return this.#say(refusal ?? '250 ok');
      }
      case 'DATA': {
        const refusal = this.#scripted('data', '');
        this.#inData = refusal === null;
        return this.#say(refusal ?? '354 go on');
      }
      case 'QUIT':
        this.#say('221 bye');
        return void this.#socket.end();
      default:
        return this.#say('250 ok');
    }
  }

  #takeBody(data: string): void {
    this.#inData = false;
    const refusal = this.#scripted('body', data);
    if (refusal === null) this.#mails.push({ ...this.#mail, data });
    this.#mail = { from: '', to: [], login: this.#mail.login, data: '' };
    this.#say(refusal ?? '250 queued');
  }

  #encrypt(): void {
    this.#socket.removeAllListeners('data');
    this.#socket = new TLSSocket(this.#socket, { isServer: true, secureContext: createSecureContext(SELF_SIGNED) });
    this.#socket.on('error', () => undefined);
    this.#listen();
  }

  #scripted(step: keyof SmtpScript, argument: string): string | null {
    const said = this.#script[step];
    return typeof said === 'function' ? said(argument) : said ?? null;
  }

  /** An empty line is never said: the server hangs. */
  #say(line: string): void {
    if (line !== '') this.#socket.write(`${line}\r\n`);
  }
}

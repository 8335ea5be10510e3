import { isIP } from 'node:net';
import { createTransport } from 'nodemailer';
import { composeCard } from '../cards/compose-card.ts';
import { digestCard } from '../cards/digest-card.ts';
import type { Card } from '../cards/card.ts';
import { PRIVATE_ADDRESS } from '../egress/egress.ts';
import type { Egress } from '../egress/egress.ts';
import type { Page } from '../notify/page.ts';
import type { PageLanguage } from '../notify/summarize.ts';
import type { ZonedTime } from '../notify/time-text.ts';
import type { Channel, SendOutcome } from './channel.ts';
import { faultOf, faultWords } from './fault-words.ts';
import { judgeSmtp } from './judge-smtp.ts';
import { mailOf } from './kinds/email.ts';

export interface EmailChannelOptions {
  id: string;
  language: PageLanguage;
  times: ZonedTime;
  egress: Egress;
  to: readonly string[];
  from: string;
  host: string;
  port: number;
  /** From the first byte on; after the server's greeting; never (for a relay on the same host). */
  tls: 'always' | 'starttls' | 'none';
  login?: { user: string; password: string };
  /** Of one attempt; 20 s when absent. */
  timeoutMs?: number;
}

const EMAIL_TIMEOUT_MS = 20_000;

/** Mails pages over SMTP as text and HTML; the mails of one alert are one thread. */
export class EmailChannel implements Channel {
  readonly id: string;
  readonly kind = 'email';
  readonly language: PageLanguage;
  readonly #options: EmailChannelOptions;

  constructor(options: EmailChannelOptions) {
    this.id = options.id;
    this.language = options.language;
    this.#options = options;
  }

  send(page: Page, idempotencyKey: string, signal: AbortSignal): Promise<SendOutcome> {
    const thread = messageId(`alert:${page.alertId}`);
    return this.#mail(composeCard(page, this.#options.language, this.#options.times), { id: messageId(idempotencyKey), thread }, signal);
  }

  sendDigest(pages: readonly Page[], idempotencyKey: string, signal: AbortSignal): Promise<SendOutcome> {
    return this.#mail(digestCard(pages, this.#options.language), { id: messageId(idempotencyKey) }, signal);
  }

  async #mail(card: Card, { id, thread }: { id: string; thread?: string }, signal: AbortSignal): Promise<SendOutcome> {
    const { host, egress, from, to, login, timeoutMs = EMAIL_TIMEOUT_MS } = this.#options;
    let address: string;
    try {
      address = (await egress.addressesOf(host))[0]?.address ?? '';
    } catch (error) {
      return { kind: 'retry', fault: (error as { code?: unknown }).code === PRIVATE_ADDRESS ? 'setup' : 'channel', detail: faultWords(error), why: faultOf(error) };
    }
    const transport = createTransport({ ...this.#connection(address), ...(login === undefined ? {} : { auth: { user: login.user, pass: login.password } }), disableFileAccess: true, disableUrlAccess: true });
    try {
      const sent = transport.sendMail({ from, to: [...to], ...mailOf(card), messageId: id, ...(thread === undefined ? {} : { references: [thread], inReplyTo: thread }), headers: { 'Auto-Submitted': 'auto-generated' } });
      const { accepted, rejected } = await withinTime(sent, timeoutMs, signal);
      const detail = `${accepted.length} of ${accepted.length + rejected.length} recipients`;
      return rejected.length === 0 ? { kind: 'delivered', detail } : { kind: 'delivered', detail: `${detail}; the server refuses the others` };
    } catch (error) {
      return judgeSmtp(error, login === undefined ? [] : [login.password, login.user]);
    } finally {
      transport.close();
    }
  }

  /** The address that was judged is called; the certificate is held against the name. */
  #connection(address: string): object {
    const { host, port, tls, timeoutMs = EMAIL_TIMEOUT_MS } = this.#options;
    return {
      host: address, port, name: 'tocsin', secure: tls === 'always', requireTLS: tls === 'starttls', ignoreTLS: tls === 'none',
      ...(isIP(host) === 0 ? { tls: { servername: host } } : {}), connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs,
    };
  }
}

/** Letters that an id may hold; the same key gives the same id, by which a mail program drops a repeat. */
function messageId(key: string): string {
  return `<${Buffer.from(key).toString('base64url').slice(0, 200)}@tocsin>`;
}

function withinTime<T>(work: Promise<T>, timeoutMs: number, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (reason: string): void => reject(Object.assign(new Error(reason), { code: reason }));
    const timer = setTimeout(() => end('ETIMEDOUT'), timeoutMs);
    const stopped = (): void => end('ESTOPPED');
    signal.addEventListener('abort', stopped, { once: true });
    if (signal.aborted) stopped();
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stopped);
    });
  });
}

import { connect } from '@nats-io/transport-node';
import type { ConnectionOptions, NatsConnection } from '@nats-io/transport-node';
import { BehaviorSubject, filter, firstValueFrom, map, merge, timer } from 'rxjs';
import type { Observable } from 'rxjs';
import { TocsinError } from '../../core/errors.ts';
import type { BusState } from '../ports.ts';
import type { BusLogger } from './logger.ts';

const RECONNECT_WAIT_MS = 100;
const RECONNECT_JITTER_MS = 100;
/** A server that does not answer two pings is taken for gone. */
const PING_MS = 10_000;
const PINGS_OUT_MAX = 2;

/** Thrown out of `untilCut` when the connection breaks: what was sent may or may not have arrived. */
export class LinkCut extends Error {
  constructor() {
    super('the connection to NATS broke');
    this.name = 'LinkCut';
  }
}

export interface LinkOptions {
  /** One or more `nats://user:password@host:port`, separated by commas; `tls://` encrypts. */
  servers: string;
  /** How this client is called on the server. */
  name: string;
  connectMs: number;
  logger: BusLogger;
}

/** The one NATS connection, with its state. It reconnects for ever. */
export class NatsLink {
  readonly connection: NatsConnection;
  readonly #logger: BusLogger;
  readonly #state = new BehaviorSubject<BusState>('connected');
  readonly #waiting = new Set<(cut: LinkCut) => void>();

  private constructor(connection: NatsConnection, logger: BusLogger) {
    this.connection = connection;
    this.#logger = logger;
  }

  /** @throws TocsinError `log_unavailable` when no server answers, `invalid_setting` when it refuses the credentials */
  static async open(options: LinkOptions): Promise<NatsLink> {
    const addresses = parseServers(options.servers);
    try {
      const connection = await connect({
        ...addresses.options,
        name: options.name,
        timeout: options.connectMs,
        maxReconnectAttempts: -1,
        reconnectTimeWait: RECONNECT_WAIT_MS,
        reconnectJitter: RECONNECT_JITTER_MS,
        ignoreAuthErrorAbort: true,
        pingInterval: PING_MS,
        maxPingOut: PINGS_OUT_MAX,
        noAsyncTraces: true,
      });
      const link = new NatsLink(connection, options.logger);
      void link.#follow();
      return link;
    } catch (cause) {
      const refused = cause instanceof Error && cause.name === 'AuthorizationError';
      const what = refused ? 'refuses the user and password that were given' : 'cannot be reached';
      throw new TocsinError(refused ? 'invalid_setting' : 'log_unavailable', `NATS at ${addresses.shown} ${what}.`, { retryable: !refused, cause });
    }
  }

  get isUp(): boolean {
    return this.#state.value === 'connected';
  }

  get isClosed(): boolean {
    return this.#state.value === 'closed';
  }

  state(): Observable<BusState> {
    return this.#state.asObservable();
  }

  /** The promise's outcome, or a LinkCut as soon as the connection breaks. */
  async untilCut<T>(promise: Promise<T>): Promise<T> {
    return await new Promise<T>((resolve, reject) => {
      this.#waiting.add(reject);
      promise.then(resolve, reject).finally(() => this.#waiting.delete(reject));
    });
  }

  /** Resolves when the connection stands, with `false` when it does not within the time or is closed. */
  async upWithin(timeoutMs: number): Promise<boolean> {
    if (this.isUp) return true;
    return await firstValueFrom(merge(
      this.#state.pipe(filter((state) => state !== 'reconnecting'), map((state) => state === 'connected')),
      timer(timeoutMs).pipe(map(() => false)),
    ));
  }

  /** Sends what is buffered, then closes; cuts off after `timeoutMs`. */
  async close(timeoutMs: number): Promise<void> {
    if (this.#state.value === 'closed') return;
    const drained = this.isUp ? this.connection.drain().catch(() => undefined) : Promise.resolve();
    let limit: NodeJS.Timeout | undefined;
    await Promise.race([drained, new Promise((resolve) => { limit = setTimeout(resolve, timeoutMs); })]);
    clearTimeout(limit);
    await this.connection.close();
    this.#become('closed');
  }

  async #follow(): Promise<void> {
    for await (const status of this.connection.status()) {
      switch (status.type) {
        case 'disconnect':
          this.#become('reconnecting');
          break;
        case 'reconnect':
          this.#become('connected');
          break;
        case 'error':
          this.#logger.warn({ reason: status.error.message }, 'NATS reports an error');
          break;
        case 'slowConsumer':
          this.#logger.warn({ pending: status.pending }, 'NATS messages wait too long here');
          break;
        default:
      }
    }
    this.#become('closed');
  }

  #become(state: BusState): void {
    if (this.#state.value === state || this.#state.value === 'closed') return;
    this.#logger.info({ state }, 'the bus changed its state');
    this.#state.next(state);
    if (state === 'connected') return;
    for (const reject of this.#waiting) reject(new LinkCut());
    this.#waiting.clear();
  }
}

/** Credentials may stand in each URL; NATS takes one pair for all servers, so the first one counts. */
function parseServers(servers: string): { options: ConnectionOptions; shown: string } {
  const urls = servers.split(',').map((text) => text.trim()).filter(Boolean).map(parseServer);
  const [first] = urls;
  if (first === undefined) throw new TocsinError('invalid_setting', 'No NATS server is named.');
  const user = decodeURIComponent(first.username);
  const pass = decodeURIComponent(first.password);
  const credentials = pass !== '' ? { user, pass } : user !== '' ? { token: user } : {};
  const tls = first.protocol === 'tls:' ? { tls: {} } : {};
  const hosts = urls.map((url) => url.host);
  return { options: { servers: hosts, ...credentials, ...tls }, shown: hosts.join(', ') };
}

function parseServer(text: string): URL {
  try {
    const url = new URL(text.includes('://') ? text : `nats://${text}`);
    if (['nats:', 'tls:'].includes(url.protocol) && url.host !== '') return url;
  } catch {
    // told below, without the text, which may hold a password
  }
  throw new TocsinError('invalid_setting', 'A NATS server must be given as nats://host:port or tls://host:port.');
}

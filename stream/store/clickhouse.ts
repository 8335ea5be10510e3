import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';
import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { TocsinError } from '../../core/errors.ts';
import { folderAdvice, folderReason } from '../folder-trouble.ts';
import { makeFolder } from '../make-folder.ts';
import { EngineProcess, type EngineChange, type EngineClients } from './engine/engine-process.ts';
import type { ReadPort } from './engine/messages.ts';
import { READ_LIMITS } from './engine/serve-reader.ts';
import { cluster, singleServer, type Placement } from './migrations/placement.ts';
import { toStoreError } from './store-errors.ts';

export interface StoreOptions {
  /**
   * A ClickHouse server over HTTP(S), such as `http://user:password@host:8123`; a path is that of a proxy in front.
   * Absent: the embedded engine, its files in `dataDir`/clickhouse.
   */
  url?: string;
  dataDir: string;
  /** Default `tocsin`. */
  database?: string;
  /** Server only: a cluster of its `system.clusters`, over which the tables are spread. Absent: one server. */
  cluster?: string;
  /** Zone whose midnight begins a day of the daily roll-ups; default Asia/Shanghai. */
  timeZone?: string;
  /** Embedded only: others read it here over ClickHouse's HTTP interface, on loopback. 0: a free port; absent: nowhere. */
  readPort?: number;
  /** Embedded only: folder that BACKUP and RESTORE may use. */
  backupFolder?: string;
  /** Embedded only: kills the engine at once when aborted. */
  abandoned?: AbortSignal | undefined;
  /** Embedded only: when aborted, a start of the engine that is under way is given up. */
  interrupted?: AbortSignal | undefined;
  /** Embedded only: told when the engine's process ended by itself, and when it is there again. */
  onEngineChange?(change: EngineChange): void;
  /** Server only: one insert or query may take this long. Default 60 s. */
  requestTimeoutMs?: number;
}

/** Values for `{name:Type}` in a statement; nothing is ever joined into its text. */
export type Parameters = Record<string, string | number | boolean | readonly string[]>;

/** The open store. Every method rejects with a TocsinError. */
export interface Store {
  readonly kind: 'embedded' | 'server';
  /** Where it is, without user and password. */
  readonly place: string;
  readonly database: string;
  /** How the tables are laid out there. */
  readonly layout: Placement;
  /** Rows of a query as arrays of values. `overloaded` when QUERIES_MAX already run or wait. */
  select(query: string, parameters?: Parameters): Promise<unknown[][]>;
  /** The same as one array per column: the quickest way to read many rows. */
  selectColumns(query: string, parameters?: Parameters): Promise<unknown[][]>;
  /** A query with its FORMAT, as its answer comes. */
  stream(query: string, parameters?: Parameters): Promise<Readable>;
  /** A statement that answers nothing. */
  run(statement: string): Promise<void>;
  /** The same with values bound. */
  runWith(statement: string, parameters: Parameters): Promise<void>;
  /** An INSERT that ends with its FORMAT, and the data in it. */
  insert(statement: string, data: Buffer): Promise<void>;
  /** Embedded only: where others can read it. Null: nowhere. */
  readPort(): Promise<ReadPort | null>;
  /** Process of the embedded engine while it runs. */
  readonly enginePid: number | undefined;
  /**
   * Waits for running statements, at most CLOSE_WAIT_MS_MAX. Idempotent. Ends the embedded engine.
   */
  close(): Promise<void>;
}

const READ_HOST = '127.0.0.1';
const DEFAULT_REQUEST_TIMEOUT_MS = 60_000;
/** Below the keep-alive of every supported server (3 s before 23.11, 10 s since), so that no request meets a closing socket. */
const IDLE_SOCKET_TTL_MS = 2_500;
/** Queries that run or wait. The embedded engine holds one of libuv's threads for each. */
const QUERIES_MAX = 32;
const CLOSE_WAIT_MS_MAX = 10_000;
const CLUSTER_NAME = /^[A-Za-z0-9_.-]{1,64}$/;
const DATABASE_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/**
 * Opens the store without asking it anything: a server may be away at the start, see `untilReady`.
 * Throws `invalid_setting` (URL or database name) or `data_dir_unusable` (embedded: the folder cannot be made). That another
 * program has the folder open is what the first statement rejects with.
 */
export function openStore(options: StoreOptions): Store {
  const database = options.database ?? 'tocsin';
  if (!DATABASE_NAME.test(database)) {
    throw new TocsinError('invalid_setting', `The ClickHouse database name must be letters, digits and underscores, not ${JSON.stringify(database)}.`);
  }
  if (options.cluster !== undefined && !CLUSTER_NAME.test(options.cluster)) {
    throw new TocsinError('invalid_setting', `The ClickHouse cluster name must be letters, digits, dots, hyphens and underscores, not ${JSON.stringify(options.cluster)}.`);
  }
  const layout = options.cluster === undefined ? singleServer(database, options.timeZone) : cluster(database, options.cluster, options.timeZone);
  return options.url === undefined ? openEmbedded(layout, options) : openServer(options.url, layout, options);
}

function openEmbedded(layout: Placement, { dataDir, readPort, backupFolder, abandoned, interrupted, onEngineChange }: StoreOptions): Store {
  const place = join(resolve(dataDir), 'clickhouse');
  try {
    makeFolder(place);
  } catch (error) {
    throw new TocsinError('data_dir_unusable', `The embedded ClickHouse cannot use ${place}: ${folderReason(error)}. ${folderAdvice(error)}`, { cause: error });
  }
  const engine = new EngineProcess({
    path: place, database: layout.database, read: readPort === undefined ? null : { host: READ_HOST, port: readPort, limits: READ_LIMITS },
    ...(backupFolder === undefined ? {} : { backupFolder }), abandoned, interrupted,
    ...(onEngineChange === undefined ? {} : { onChange: onEngineChange }),
  });
  return new ClickHouseStore({ kind: 'embedded', place, layout, connection: engine });
}

function openServer(url: string, layout: Placement, options: StoreOptions): Store {
  const address = parseUrl(url);
  const client = createClient({
    url: address.origin,
    pathname: address.pathname,
    username: decodeURIComponent(address.username) || 'default',
    password: decodeURIComponent(address.password),
    request_timeout: options.requestTimeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS,
    keep_alive: { enabled: true, idle_socket_ttl: IDLE_SOCKET_TTL_MS },
    log: { level: ClickHouseLogLevel.OFF },
  });
  return new ClickHouseStore({ kind: 'server', place: address.origin, layout, connection: fixedConnection({ writer: client, reader: client }) });
}

/** The URL may hold a password: no sentence repeats it. */
function parseUrl(url: string): URL {
  if (URL.canParse(url)) {
    const address = new URL(url);
    if (address.protocol === 'http:' || address.protocol === 'https:') return address;
  }
  throw new TocsinError('invalid_setting', 'CLICKHOUSE_URL must look like http://user:password@host:8123.');
}

/** What the store needs of a way to ClickHouse. */
export interface Connection {
  clients(): Promise<EngineClients>;
  readPort(): Promise<ReadPort | null>;
  readonly pid: number | undefined;
  stop(): Promise<void>;
}

/** Clients that stay the same. */
export function fixedConnection(clients: EngineClients): Connection {
  return {
    clients: () => Promise.resolve(clients),
    readPort: () => Promise.resolve(null),
    pid: undefined,
    stop: async () => void (await Promise.all([clients.writer.close(), clients.reader.close()])),
  };
}

interface Opened {
  kind: Store['kind'];
  place: string;
  layout: Placement;
  connection: Connection;
}

export class ClickHouseStore implements Store {
  readonly kind: Store['kind'];
  readonly place: string;
  readonly database: string;
  readonly layout: Placement;
  readonly #connection: Connection;
  readonly #running = new Set<Promise<unknown>>();
  #queries = 0;
  #closing: Promise<void> | undefined;

  constructor({ kind, place, layout, connection }: Opened) {
    this.kind = kind;
    this.place = place;
    this.database = layout.database;
    this.layout = layout;
    this.#connection = connection;
  }

  get enginePid(): number | undefined {
    return this.#connection.pid;
  }

  readPort(): Promise<ReadPort | null> {
    return this.#connection.readPort();
  }

  select(query: string, parameters: Parameters = {}): Promise<unknown[][]> {
    // A line break stands between rows only, values have theirs escaped: one parse instead of one a row.
    return this.#ask(`${query} FORMAT JSONCompactEachRow`, parameters, (lines) => `[${lines.trimEnd().replaceAll('\n', ',')}]`);
  }

  selectColumns(query: string, parameters: Parameters = {}): Promise<unknown[][]> {
    return this.#ask(`${query} FORMAT JSONCompactColumns`, parameters, (json) => json);
  }

  async #ask(query: string, parameters: Parameters, toJson: (answer: string) => string): Promise<unknown[][]> {
    if (this.#queries >= QUERIES_MAX) {
      throw new TocsinError('overloaded', 'Too many searches at once; try again in a moment.', { retryable: true });
    }
    this.#queries += 1;
    try {
      return await this.#track(async () => {
        const { reader } = await this.#connection.clients();
        const { stream } = await reader.exec({ query, query_params: parameters });
        return JSON.parse(toJson(await text(stream))) as unknown[][];
      });
    } finally {
      this.#queries -= 1;
    }
  }

  stream(query: string, parameters: Parameters = {}): Promise<Readable> {
    return this.#track(async () => (await (await this.#connection.clients()).reader.exec({ query, query_params: parameters })).stream);
  }

  run(statement: string): Promise<void> {
    return this.runWith(statement, {});
  }

  async runWith(statement: string, parameters: Parameters): Promise<void> {
    await this.#track(async () => (await this.#connection.clients()).writer.command({ query: statement, query_params: parameters }));
  }

  insert(statement: string, data: Buffer): Promise<void> {
    return this.#track(async () => {
      // In one piece: a connection that decodes each piece by itself would break a character between two.
      const { writer } = await this.#connection.clients();
      const { stream } = await writer.exec({ query: statement, values: Readable.from([data], { objectMode: false }) });
      await finished(stream.resume());
    });
  }

  async #track<T>(action: () => Promise<T>): Promise<T> {
    const running = action();
    this.#running.add(running);
    try {
      return await running;
    } catch (error) {
      throw toStoreError(error, this.place);
    } finally {
      this.#running.delete(running);
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const limit = new AbortController();
    const drained = Promise.allSettled(this.#running);
    await Promise.race([drained, setTimeout(CLOSE_WAIT_MS_MAX, undefined, { signal: limit.signal }).catch(() => undefined)]);
    limit.abort();
    await this.#connection.stop();
  }
}

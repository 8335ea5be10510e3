import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ClickHouseLogLevel, createClient, type ClickHouseClient, type ClickHouseClientConfigOptions } from '@clickhouse/client';
import { createChdbConnection } from 'chdb/connection';
import { TocsinError } from '../../core/errors.ts';
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
  /** Server only: one insert or query may take this long. Default 60 s. */
  requestTimeoutMs?: number;
}

/** The open store. Nothing outside stream/store/ uses the clients. */
export interface Store {
  kind: 'embedded' | 'server';
  /** Where it is, without user and password. */
  place: string;
  database: string;
  /** The embedded engine runs one statement at a time per client, so a long search must not stand before the inserts. */
  writer: ClickHouseClient;
  reader: ClickHouseClient;
  /** Waits for running statements. Idempotent. The embedded engine crashes a process that exits without it. */
  close(): Promise<void>;
}

const DEFAULT_REQUEST_TIMEOUT_MS = 60_000;
/** Below the keep-alive of every supported server (3 s before 23.11, 10 s since), so that no request meets a closing socket. */
const IDLE_SOCKET_TTL_MS = 2_500;
const DATABASE_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/**
 * Opens the store without asking it anything: a server may be away at the start, see `untilReady`.
 * Throws `invalid_setting` (URL or database name) or `data_dir_unusable` (embedded: not writable, or locked).
 */
export function openStore(options: StoreOptions): Store {
  const database = options.database ?? 'tocsin';
  if (!DATABASE_NAME.test(database)) {
    throw new TocsinError('invalid_setting', `The ClickHouse database name must be letters, digits and underscores, not ${JSON.stringify(database)}.`);
  }
  return options.url === undefined ? openEmbedded(options.dataDir, database) : openServer(options.url, database, options);
}

function openEmbedded(dataDir: string, database: string): Store {
  const place = join(resolve(dataDir), 'clickhouse');
  try {
    mkdirSync(place, { recursive: true });
    const [writer, reader] = [embeddedClient(place), embeddedClient(place)];
    return { kind: 'embedded', place, database, writer, reader, close: closeOnce([writer, reader]) };
  } catch (error) {
    throw new TocsinError(
      'data_dir_unusable',
      `The embedded ClickHouse cannot use ${place}: another program has it open, or it is not writable.`,
      { cause: error },
    );
  }
}

function embeddedClient(path: string): ClickHouseClient {
  // The two packages name the same shape from two copies of its declaration, which TypeScript keeps apart.
  const connection = createChdbConnection({ path }) as unknown as ClickHouseClientConfigOptions['connection'];
  return createClient({ connection, log: { level: ClickHouseLogLevel.OFF } });
}

function openServer(url: string, database: string, options: StoreOptions): Store {
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
  return { kind: 'server', place: address.origin, database, writer: client, reader: client, close: closeOnce([client]) };
}

/** The URL may hold a password: no sentence repeats it. */
function parseUrl(url: string): URL {
  if (URL.canParse(url)) {
    const address = new URL(url);
    if (address.protocol === 'http:' || address.protocol === 'https:') return address;
  }
  throw new TocsinError('invalid_setting', 'CLICKHOUSE_URL must look like http://user:password@host:8123.');
}

function closeOnce(clients: readonly ClickHouseClient[]): () => Promise<void> {
  let closing: Promise<void> | undefined;
  return () => {
    closing ??= Promise.all(clients.map((client) => client.close())).then(() => undefined);
    return closing;
  };
}

/** Values for `{name:Type}` in a statement; nothing is ever joined into its text. */
export type Parameters = Record<string, string | number | boolean | readonly string[]>;

/** Rows of a statement as arrays of values. Throws a TocsinError. */
export async function selectRows(store: Store, query: string, parameters: Parameters = {}): Promise<unknown[][]> {
  try {
    const result = await store.reader.query({ query, query_params: parameters, format: 'JSONCompactEachRow' });
    return await result.json<unknown[]>();
  } catch (error) {
    throw toStoreError(error, store.place);
  }
}

/** Runs a statement that answers nothing. Throws a TocsinError. */
export async function runStatement(store: Store, query: string): Promise<void> {
  try {
    await store.writer.command({ query });
  } catch (error) {
    throw toStoreError(error, store.place);
  }
}

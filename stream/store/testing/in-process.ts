import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { ClickHouseLogLevel, createClient, type ClickHouseClient, type ClickHouseClientConfigOptions } from '@clickhouse/client';
import { ClickHouseStore, fixedConnection, type Store } from '../clickhouse.ts';
import { singleServer } from '../migrations/placement.ts';

/** The engine in this very process: quicker to open than one of its own, and as good for what statements do. One folder at a time. */
export function openInProcess(dataDir: string, timeZone?: string): Store {
  const place = join(resolve(dataDir), 'clickhouse');
  mkdirSync(place, { recursive: true });
  // The engine runs one statement at a time per connection.
  return new ClickHouseStore({ kind: 'embedded', place, layout: singleServer('tocsin', timeZone), connection: fixedConnection({ writer: embeddedClient(place), reader: embeddedClient(place) }) });
}

/** One connection of the engine on this folder; several of one process share the engine. */
export function embeddedClient(path: string): ClickHouseClient {
  const { createChdbConnection } = createRequire(import.meta.url)('chdb/connection') as typeof import('chdb/connection');
  // The two packages name the same shape from two copies of its declaration, which TypeScript keeps apart.
  const connection = createChdbConnection({ path }) as unknown as ClickHouseClientConfigOptions['connection'];
  return createClient({ connection, log: { level: ClickHouseLogLevel.OFF } });
}

import { openStore, type Store, type StoreOptions } from '../../stream/store/clickhouse.ts';
import type { Retention } from '../../stream/store/retention.ts';
import type { Settings } from '../config/settings.ts';
import type { AppContext } from './app-context.ts';

/** The store of the settings, as a command opens it. */
export function storeOptions(settings: Settings): StoreOptions {
  return {
    dataDir: settings.TOCSIN_DATA_DIR,
    database: settings.TOCSIN_CLICKHOUSE_DATABASE,
    timeZone: settings.TOCSIN_TIME_ZONE,
    ...(settings.CLICKHOUSE_URL === undefined ? {} : { url: settings.CLICKHOUSE_URL }),
    ...(settings.TOCSIN_CLICKHOUSE_CLUSTER === undefined ? {} : { cluster: settings.TOCSIN_CLICKHOUSE_CLUSTER }),
  };
}

/** For how long the settings keep what. */
export function retentionOf(settings: Settings): Retention {
  return {
    days: settings.TOCSIN_RETENTION_DAYS,
    ...(settings.TOCSIN_COLD_AFTER_DAYS === undefined ? {} : { coldAfterDays: settings.TOCSIN_COLD_AFTER_DAYS }),
    ...(settings.TOCSIN_CLICKHOUSE_STORAGE_POLICY === undefined ? {} : { storagePolicy: settings.TOCSIN_CLICKHOUSE_STORAGE_POLICY }),
  };
}

/** The same for a server, with the port on which others read the embedded engine; says when that engine ends and comes back. */
export function openServerStore({ settings, logger, health, abandoned, interrupted }: AppContext): Store {
  const port = settings.TOCSIN_CLICKHOUSE_HTTP_PORT;
  return openStore({
    ...storeOptions(settings), abandoned, interrupted,
    ...(port === 'off' ? {} : { readPort: port }),
    onEngineChange(change) {
      if (change.kind === 'ended') {
        health.notOk('store', 'the embedded ClickHouse ended and is started again');
        logger.error({ part: 'store', reason: change.reason }, 'the embedded ClickHouse ended and is started again; nothing is lost');
      } else {
        health.ok('store');
        logger.info({ part: 'store', pid: change.pid }, 'the embedded ClickHouse is ready again');
      }
    },
  });
}

/** Says where the store can be read; a port that is taken is said and no reason to stop. */
export async function announceReadPort({ settings, logger }: AppContext, store: Store): Promise<void> {
  if (store.kind === 'server' || settings.TOCSIN_CLICKHOUSE_HTTP_PORT === 'off') return;
  const open = await store.readPort();
  if (open === null) {
    logger.warn({ part: 'store', wanted: settings.TOCSIN_CLICKHOUSE_HTTP_PORT }, 'the port of TOCSIN_CLICKHOUSE_HTTP_PORT cannot be opened; nobody else can read the embedded store');
  } else if (open.instead !== null) {
    logger.warn({ part: 'store', wanted: settings.TOCSIN_CLICKHOUSE_HTTP_PORT, port: open.port },
      `port ${settings.TOCSIN_CLICKHOUSE_HTTP_PORT} is taken by another program: the embedded store is read on port ${open.port} this time; set TOCSIN_CLICKHOUSE_HTTP_PORT to a free one, or to off`);
  } else {
    logger.info({ part: 'store', port: open.port }, 'the embedded store can be read over ClickHouse\'s HTTP interface');
  }
}

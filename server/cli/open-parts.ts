import { readFileSync } from 'node:fs';
import { createZoneOffset } from '../../core/zone-offset.ts';
import { parseTime } from '../../core/parse-time.ts';
import { InvalidArgumentError } from 'commander';
import { TocsinError } from '../../core/errors.ts';
import type { Bus } from '../../stream/ports.ts';
import { openStore, type Store } from '../../stream/store/clickhouse.ts';
import { migrate } from '../../stream/store/migrate.ts';
import { openBus } from '../app/open-bus.ts';
import { storeOptions } from '../app/open-store.ts';
import { withSecretFiles } from '../config/secret-files.ts';
import { readSettings, type Settings } from '../config/settings.ts';
import { HealthBoard } from '../health/health-board.ts';
import { createLogger } from '../telemetry/logger.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { systemClock } from '../telemetry/system-clock.ts';

/** The settings of a command that looks at what a server keeps; its own log lines stay off the command's output. */
export function commandSettings(): Settings {
  return readSettings({ ...withSecretFiles(process.env, (path) => readFileSync(path, 'utf8')), TOCSIN_LOG_LEVEL: 'error', TOCSIN_LOG_FORMAT: 'json' });
}

/** The store of the settings while `use` runs: a ClickHouse server, or the data folder where no server has it open. */
export async function withStore<T>(settings: Settings, use: (store: Store) => Promise<T>): Promise<T> {
  const store = await orAskTheServer(async () => openStore(storeOptions(settings)));
  try {
    await orAskTheServer(() => migrate(store));
    return await use(store);
  } finally {
    await store.close();
  }
}

/** The logs of the settings while `use` runs: NATS_URL, or a nats-server of its own on the data folder where no server runs. */
export async function withBus<T>(settings: Settings, use: (bus: Bus) => Promise<T>): Promise<T> {
  const context = {
    settings, logger: createLogger(settings), clock: systemClock, metrics: createMetrics(), health: new HealthBoard(systemClock),
    publicUrl: () => '', fail: () => undefined,
  };
  const { bus, close } = await orAskTheServer(() => openBus(context));
  try {
    return await use(bus);
  } finally {
    await close(settings.TOCSIN_DRAIN_MS_MAX);
  }
}

async function orAskTheServer<T>(open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof TocsinError) || error.code !== 'data_dir_unusable') throw error;
    throw new TocsinError('data_dir_unusable', `${error.message} While a server runs on it, ask that server: --url http://127.0.0.1:8080`, { cause: error });
  }
}

/** A time given on the command line: RFC 3339, or wall time or a day in TOCSIN_TIME_ZONE. */
export function readTime(text: string): number {
  const zone = createZoneOffset(process.env['TOCSIN_TIME_ZONE'] ?? 'Asia/Shanghai');
  const ms = parseTime(text, zone) ?? parseTime(`${text} 00:00:00`, zone);
  if (ms === null) throw new InvalidArgumentError('It must be a time such as 2026-03-01T09:30:00Z, "2026-03-01 09:30:00" or 2026-03-01.');
  return ms;
}

/** Asks a running server. @throws TocsinError `server_unreachable`, or with the code and sentence of its answer */
export async function askServer<T>(url: string, path: string, body?: unknown): Promise<T> {
  const token = process.env['TOCSIN_AUTH_TOKEN'];
  const headers = { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
  let response: Response;
  try {
    response = await fetch(new URL(path, url), { method: body === undefined ? 'GET' : 'POST', headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  } catch (cause) {
    throw new TocsinError('server_unreachable', `No server answers at ${url}.`, { cause });
  }
  const text = await response.text();
  const answer = (text === '' ? {} : JSON.parse(text)) as { code?: TocsinError['code']; detail?: string };
  if (!response.ok) throw new TocsinError(answer.code ?? 'internal', answer.detail ?? `The server answers ${response.status}.`);
  return answer as T;
}

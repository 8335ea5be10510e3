import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastValueFrom, Observable, toArray } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ClickHouseWriter } from '../clickhouse-writer.ts';
import { openStore, type Store } from '../clickhouse.ts';
import { migrate } from '../migrate.ts';
import { storeRows, type CountedEntry } from '../store-rows.ts';
import { crashLog, ENTRIES_PER_BATCH, LOG_ID, rowsOf } from '../testing/crash-log.ts';
import type { EngineChange } from './engine-process.ts';
import { copyTables } from '../testing/laid-tables.ts';

/** `TOCSIN_TEST_KILLS=20` for the long version. */
const KILLS = Number(process.env['TOCSIN_TEST_KILLS'] ?? 2);
const BATCHES_BETWEEN_KILLS = 4;
/** Ten minutes. */
const LONG_QUERY = 'SELECT sleepEachRow(1) FROM numbers(600) SETTINGS max_block_size = 1, function_sleep_max_microseconds_per_block = 0';

describe('the process of the embedded engine', () => {
  let dataDir: string;
  let store: Store;
  let changes: EngineChange[];
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'tocsin-engine-'));
    changes = [];
    copyTables(dataDir);
    store = openStore({ dataDir, readPort: 0, onEngineChange: (change) => changes.push(change) });
  });
  afterEach(async () => {
    await store.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  function isAlive(pid: number): boolean {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  }

  it('is not this one, looks for merged parts every few seconds, has small caches, and ends with the store', async () => {
    await store.select('SELECT 1');
    const pid = store.enginePid ?? 0;
    expect(pid).not.toBe(process.pid);
    expect(isAlive(pid)).toBe(true);
    const [row] = await store.select("SELECT toUInt64(value) FROM system.merge_tree_settings WHERE name = 'max_cleanup_delay_period'");
    expect(Number(row?.[0])).toBe(20);
    const caches = await store.select("SELECT name, toUInt64(value) FROM system.server_settings WHERE name IN ('mark_cache_size', 'primary_index_cache_size', 'index_mark_cache_size', 'query_condition_cache_size')");
    expect(caches).toHaveLength(4);
    for (const [name, bytes] of caches) expect(Number(bytes), String(name)).toBeLessThanOrEqual(128 * 1024 ** 2);
    await store.close();
    await store.close();
    expect(isAlive(pid)).toBe(false);
    expect(changes).toEqual([]);
  });

  it('ends a statement under way before it ends itself', async () => {
    await migrate(store);
    const query = store.select('SELECT sleep(0.5), 7');
    await store.select('SELECT 1');
    await store.close();
    expect(await query).toEqual([[0, 7]]);
  });

  it('is started again when it is killed; what was under way can be tried again, later statements wait for it', async () => {
    await migrate(store);
    const first = store.enginePid ?? 0;
    const underWay = store.select(LONG_QUERY).catch((error: unknown) => error);
    await store.select('SELECT 1');
    process.kill(first, 'SIGKILL');
    expect(await underWay).toMatchObject({ code: 'store_unavailable', retryable: true });
    // Refused while its end is not noticed yet; then it waits.
    await expect.poll(() => store.select('SELECT count() > 0 FROM tocsin.migrations').catch(() => null), { timeout: 120_000 }).toEqual([[1]]);
    expect(store.enginePid).not.toBe(first);
    expect(changes.map(({ kind }) => kind)).toEqual(['ended', 'ready-again']);
    expect((await store.readPort())?.port).toBeGreaterThan(0);
  });

  it('leaves the folder soon when the process that started it is killed', { timeout: 300_000 }, async () => {
    await store.close();
    const { startChild } = await import('../testing/child.ts');
    const parent = startChild(new URL('../testing/crash-child.ts', import.meta.url), [dataDir, '200']);
    expect(await parent.nextLine()).toMatch(/^inserted/);
    parent.process.kill('SIGKILL');
    await parent.ended;
    const next = openStore({ dataDir });
    const [row] = await next.select('SELECT count() > 0 FROM tocsin.feedback');
    await next.close();
    expect(row).toEqual([1]);
  });

  it('is gone soon when that process is killed while a statement takes long', { timeout: 300_000 }, async () => {
    await store.close();
    const { startChild } = await import('../testing/child.ts');
    const parent = startChild(new URL('../testing/statement-child.ts', import.meta.url), [dataDir, LONG_QUERY]);
    const pid = Number(await parent.nextLine());
    expect(isAlive(pid)).toBe(true);
    parent.process.kill('SIGKILL');
    await parent.ended;
    await expect.poll(() => isAlive(pid), { timeout: 120_000 }).toBe(false);
  });

  it(`killed ${KILLS} times while it inserts and is asked, it has each row once and its roll-ups count each once`, { timeout: 300_000 + KILLS * 60_000 }, async () => {
    const entries = (KILLS * BATCHES_BETWEEN_KILLS + 4) * ENTRIES_PER_BATCH;
    await migrate(store);
    let stored = 0;
    let reading = true;
    const readers = [1, 2].map(async () => {
      while (reading) await store.select('SELECT count(), uniqExact(id) FROM tocsin.feedback').catch(() => undefined);
    });
    const source = new Observable<CountedEntry>((subscriber) => {
      for (const entry of crashLog(entries)) subscriber.next(entry);
      subscriber.complete();
    });
    const kills: Promise<unknown>[] = [];
    await lastValueFrom(source.pipe(
      storeRows({
        writer: new ClickHouseWriter(store), clock: { nowMs: Date.now }, logId: LOG_ID, deadLetter: () => Promise.reject(new Error('No row here is bad.')),
        telemetry: (event) => {
          if (event.kind !== 'rows-stored') return;
          stored += 1;
          // In the middle of the next insert, wherever that is.
          if (stored % BATCHES_BETWEEN_KILLS === 0 && kills.length < KILLS) kills.push(new Promise((resolve) => setTimeout(() => resolve(kill(store)), stored % 50)));
        },
      }),
      toArray(),
    ));
    await Promise.all(kills);
    reading = false;
    await Promise.all(readers);
    expect(kills.length).toBe(KILLS);
    expect(changes.filter(({ kind }) => kind === 'ready-again').length).toBeGreaterThan(0);
    const [row] = await store.select('SELECT count(), uniqExact(id) FROM tocsin.feedback');
    expect(row?.map(Number)).toEqual([rowsOf(entries), rowsOf(entries)]);
    for (const table of ['rollup_hour', 'rollup_day']) {
      expect((await store.select(`SELECT sum(items) FROM tocsin.${table} WHERE dimension = 'all'`))[0]?.map(Number), table).toEqual([rowsOf(entries)]);
    }
    expect((await store.select("SELECT sum(items) FROM tocsin.rollup_cross_day WHERE category = ''"))[0]?.map(Number)).toEqual([rowsOf(entries)]);
  });
});

function kill(store: Store): void {
  const pid = store.enginePid;
  if (pid !== undefined) process.kill(pid, 'SIGKILL');
}

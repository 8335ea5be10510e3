import { TocsinError } from '../../core/errors.ts';
import type { Store } from './clickhouse.ts';
import { createView, dropView, markBackfill, rollups } from './migrations/0002-rollups.ts';
import { MINUTES_KEPT_DAYS, rollupSelect, VIEWS } from './migrations/rollup-views.ts';

export interface RebuildOptions {
  nowMs: number;
  /** Told after each month, `YYYYMM`. */
  onProgress?(progress: { month: string; done: number; total: number }): void;
}

const DAY_MS = 86_400_000;
const KEPT_DAYS: Readonly<Record<string, number>> = { rollup_minute: MINUTES_KEPT_DAYS };
const SETTINGS = 'SETTINGS async_insert = 0, insert_deduplicate = 0, max_partitions_per_insert_block = 0';

/** Zone in which hours and days of the roll-ups begin: the one that the store's views were made with. Empty: there are no views. */
export async function rollupTimeZone(store: Store): Promise<string> {
  const [row] = await store.select("SELECT extract(as_select, 'toStartOfHour\\\\(created_at, \\'([^\\']+)\\'') FROM system.tables WHERE database = {database:String} AND name = 'rollup_hour_view'", { database: store.database });
  return String(row?.[0] ?? '');
}

/**
 * Makes the roll-ups again from the stored items, a month at a time, in the store's own zone. Days that are older than the
 * oldest item stay as they are: nothing is left to make them from. Nothing else may write meanwhile. Stopped half-way, it is done
 * at the next start by the migration that made the roll-ups, which then forgets those older days. Answers the number of months.
 * @throws TocsinError `invalid_request` on a cluster; `store_unavailable`
 */
export async function rebuildRollups(store: Store, { nowMs, onProgress }: RebuildOptions): Promise<number> {
  const { layout, database } = store;
  if (layout.onCluster !== '') throw new TocsinError('invalid_request', 'Roll-ups are rebuilt on a single server or the embedded engine, not on a cluster.');
  await store.run(`ALTER TABLE ${layout.local('migrations')} DELETE WHERE version = ${rollups.version} SETTINGS mutations_sync = 2`);
  for (const { target } of VIEWS) await store.run(dropView(layout, target));
  const months = (await store.select(`SELECT toString(toYYYYMM(created_at)) AS month, toUnixTimestamp64Milli(min(created_at)) FROM ${database}.feedback GROUP BY month ORDER BY month`))
    .map(([month, firstMs]) => ({ month: String(month), firstMs: Number(firstMs) }));
  for (const { target } of VIEWS) await empty(store, target, months[0]?.firstMs ?? 0);
  for (const [at, { month, firstMs }] of months.entries()) {
    for (const { target } of VIEWS) {
      const keptDays = KEPT_DAYS[target];
      if (keptDays !== undefined && firstMs < nowMs - (keptDays + 31) * DAY_MS) continue;
      await store.run(`INSERT INTO ${database}.${target} ${rollupSelect(target, layout, `(SELECT * FROM ${database}.feedback WHERE toYYYYMM(created_at) = ${month})`)} ${SETTINGS}`);
    }
    onProgress?.({ month, done: at + 1, total: months.length });
  }
  await store.run(markBackfill(layout));
  for (const { target, view } of VIEWS) await store.run(createView(layout, target, view(layout)));
  await store.run(`INSERT INTO ${layout.local('migrations')} (version, name) SETTINGS async_insert = 0 VALUES (${rollups.version}, '${rollups.name}')`);
  return months.length;
}

/** Rows that items from `firstMs` on can be in. */
async function empty(store: Store, target: string, firstMs: number): Promise<void> {
  const table = store.layout.local(target);
  const remade = `time > toDateTime(${Math.floor((firstMs - DAY_MS) / 1_000)})`;
  const [older] = await store.select(`SELECT count() FROM ${table} WHERE NOT (${remade})`);
  await store.run(Number(older?.[0]) === 0 ? `TRUNCATE TABLE ${table}` : `ALTER TABLE ${table} DELETE WHERE ${remade} SETTINGS mutations_sync = 2`);
}

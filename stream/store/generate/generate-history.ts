import { CATEGORY_IDS } from '../../../core/category.ts';
import { TocsinError } from '../../../core/errors.ts';
import { SENTIMENTS } from '../../../core/score.ts';
import type { Parameters, Store } from '../clickhouse.ts';
import { CROSS_HOURS_KEPT_DAYS, MINUTES_KEPT_DAYS, rollupSelect } from '../migrations/0002-rollups.ts';
import { insertSlice, PALETTE_COLUMNS, SLICE_COLUMNS } from './history-sql.ts';
import type { HistoryPalette, HistorySlice } from './palette.ts';

export interface GenerateOptions {
  store: Store;
  workspace: string;
  palette: HistoryPalette;
  slices: readonly HistorySlice[];
  seed: number;
  /** Different customers, about. */
  customers?: number;
  onProgress?(progress: GenerateProgress): void;
  signal?: AbortSignal;
}

export interface GenerateProgress {
  rows: number;
  rowsTotal: number;
  atMs: number;
}

const CUSTOMERS = 200_000;
const DAY_MS = 86_400_000;
const ROLLUP_SETTINGS = 'SETTINGS async_insert = 0, insert_deduplicate = 0, max_partitions_per_insert_block = 0, max_threads = 4';

/**
 * Fills the store with made-up history, in the engine itself: rows go into a table beside `feedback`, the roll-ups are
 * computed from them a slice at a time, and each month is then attached as a whole. The same options give the same rows.
 * Rows carry a log of their own, `generated-SEED`, so that nothing takes them for what came over the real one.
 * @throws TocsinError `conflict` when this seed's history is there already; `store_unavailable`
 */
export async function generateHistory(options: GenerateOptions): Promise<number> {
  const { store, slices, signal } = options;
  if (store.layout.onCluster !== '') throw new TocsinError('invalid_request', 'History is generated on a single server or the embedded engine, not on a cluster.');
  const logId = `generated-${options.seed}`;
  const [present] = await store.select(`SELECT count() FROM ${store.database}.feedback WHERE log_id = {logId:String}`, { logId });
  if (Number(present?.[0]) > 0) throw new TocsinError('conflict', `History of seed ${options.seed} is in this store already. Take another --seed, or another data folder.`);
  const tables = { staging: `${store.database}.generated_items`, palette: `${store.database}.generated_palette`, slice: `${store.database}.generated_slice` };
  const rowsTotal = slices.reduce((sum, { rows }) => sum + rows, 0);
  let rows = 0;
  try {
    await prepare(options, tables);
    for (const [index, slice] of slices.entries()) {
      if (signal?.aborted === true) break;
      await fillSlice(options, tables, { slice, first: rows, logId });
      rows += slice.rows;
      const next = slices[index + 1];
      if (next === undefined || monthOf(next.fromMs) !== monthOf(slice.fromMs)) await attachMonth(store, tables.staging, monthOf(slice.fromMs));
      options.onProgress?.({ rows, rowsTotal, atMs: slice.toMs });
    }
    if (signal?.aborted === true) await attachRest(store, tables.staging);
  } finally {
    for (const table of Object.values(tables)) await store.run(`DROP TABLE IF EXISTS ${table} SYNC`).catch(() => undefined);
  }
  return rows;
}

type Tables = Record<'staging' | 'palette' | 'slice', string>;

async function prepare({ store, palette }: GenerateOptions, { staging, palette: paletteTable, slice }: Tables): Promise<void> {
  for (const table of [staging, paletteTable, slice]) await store.run(`DROP TABLE IF EXISTS ${table} SYNC`);
  await store.run(`CREATE TABLE ${staging} AS ${store.layout.local('feedback')}`);
  await store.run(`ALTER TABLE ${staging} MODIFY SETTING fsync_after_insert = 0, fsync_part_directory = 0, min_rows_to_fsync_after_merge = 0`);
  const columnsOf = (columns: Record<string, string>): string => Object.entries(columns).map(([name, type]) => `${name} ${type}`).join(', ');
  await store.run(`CREATE TABLE ${paletteTable} (${columnsOf(PALETTE_COLUMNS)}) ENGINE = Memory`);
  await store.run(`CREATE TABLE ${slice} (${columnsOf(SLICE_COLUMNS)}) ENGINE = Memory`);
  await store.insert(`INSERT INTO ${paletteTable} FORMAT JSONEachRow`, jsonLine(paletteRow(palette)));
}

function paletteRow({ items, endings }: HistoryPalette): Record<keyof typeof PALETTE_COLUMNS, readonly (string | number)[]> {
  const counts = CATEGORY_IDS.map((id) => items.filter(({ category }) => category === id).length);
  const column = <T extends string | number>(of: (item: HistoryPalette['items'][number]) => T): T[] => items.map(of);
  return {
    text: column(({ text }) => text), category: column(({ category }) => category), sentiment: column(({ sentiment }) => SENTIMENTS.indexOf(sentiment)), channel: column(({ channel }) => channel),
    language: column(({ language }) => (language === 'zh' ? 0 : 1)), product: column(({ product }) => product), store: column(({ store }) => store), region: column(({ region }) => region),
    agent: column(({ agent }) => agent), orders: column(({ order }) => order), ticket: column(({ ticket }) => ticket), customer: column(({ customer }) => customer), tier: column(({ tier }) => tier),
    groups: column(({ group }) => group), rating: column(({ rating }) => rating), nps: column(({ nps }) => nps), wait: column(({ waitSeconds }) => waitSeconds), resolved: column(({ resolved }) => resolved),
    endings: (['zh', 'en'] as const).flatMap((language) => SENTIMENTS.flatMap((sentiment) => endings[language][sentiment])),
    first: counts.map((_, at) => counts.slice(0, at).reduce((sum, count) => sum + count, 0)), items: counts,
  };
}

async function fillSlice({ store, palette, seed, workspace, slices, customers = CUSTOMERS }: GenerateOptions, tables: Tables, { slice, first, logId }: { slice: HistorySlice; first: number; logId: string }): Promise<void> {
  await store.run(`TRUNCATE TABLE ${tables.slice}`);
  await store.insert(`INSERT INTO ${tables.slice} FORMAT JSONEachRow`, jsonLine({ categories: slice.categories, hours: slice.hours.flat() }));
  const [begin = slice, end = slice] = [slices[0], slices.at(-1)];
  await store.runWith(insertSlice({ target: tables.staging, ...tables }), {
    workspace, logId, idPrefix: `g${seed}-`, seed, first, rows: slice.rows, fromMs: slice.fromMs, middleMs: Math.round((begin.fromMs + end.toMs) / 2), customers,
    endings: palette.endings.zh.neutral.length, hoursDrawn: slice.hours[0]?.length ?? 0,
  } satisfies Parameters);
  await fillRollups(store, tables.staging, slice);
}

async function fillRollups(store: Store, staging: string, { fromMs, toMs }: HistorySlice): Promise<void> {
  const nowMs = Date.now();
  const fill = (target: string, sinceMs: number): Promise<void> => {
    const items = `(SELECT * FROM ${staging} WHERE created_at >= fromUnixTimestamp64Milli(${Math.max(fromMs, sinceMs)}) AND created_at < fromUnixTimestamp64Milli(${toMs}))`;
    return store.run(`INSERT INTO ${store.database}.${target} ${rollupSelect(target, store.layout, items)} ${ROLLUP_SETTINGS}`);
  };
  const minutesSinceMs = nowMs - MINUTES_KEPT_DAYS * DAY_MS;
  if (toMs > minutesSinceMs) await fill('rollup_minute', minutesSinceMs);
  await fill('rollup_hour', fromMs);
  // Hours of crosses that are too old to be kept would be the most of the work.
  await fill(toMs > nowMs - CROSS_HOURS_KEPT_DAYS * DAY_MS ? 'rollup_cross_hour' : 'rollup_cross_day', fromMs);
  await fill('rollup_issue_day', fromMs);
}

function monthOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 7).replace('-', '');
}

/** The month's parts become parts of `feedback`, as they are. */
async function attachMonth(store: Store, staging: string, month: string): Promise<void> {
  await store.run(`ALTER TABLE ${store.layout.local('feedback')} ATTACH PARTITION ${month} FROM ${staging}`);
  await store.run(`ALTER TABLE ${staging} DROP PARTITION ${month}`);
}

async function attachRest(store: Store, staging: string): Promise<void> {
  const months = await store.select(`SELECT DISTINCT toString(toYYYYMM(created_at)) FROM ${staging}`);
  for (const [month] of months) await attachMonth(store, staging, String(month));
}

function jsonLine(row: object): Buffer {
  return Buffer.from(`${JSON.stringify(row)}\n`);
}

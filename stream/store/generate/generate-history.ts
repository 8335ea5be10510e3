import { CATEGORY_IDS } from '../../../core/category.ts';
import { TocsinError } from '../../../core/errors.ts';
import { SENTIMENTS } from '../../../core/score.ts';
import type { Parameters, Store } from '../clickhouse.ts';
import { MINUTES_KEPT_DAYS, ROLLUPS, rollupSelect } from '../migrations/rollup-views.ts';
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
const PALETTE_BLOCK_ROWS = 500;
/** One in so many items of the palette names what second categories are drawn from. */
const SECOND_EVERY = 16;
const LANGUAGES = ['zh', 'en'] as const;
const ROLLUP_SETTINGS = 'SETTINGS async_insert = 0, insert_deduplicate = 0, max_partitions_per_insert_block = 0, optimize_on_insert = 0, max_threads = 4';

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
    await merges(store, 'STOP', tables.staging);
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
    await merges(store, 'START', tables.staging).catch(() => undefined);
    for (const table of Object.values(tables)) await store.run(`DROP TABLE IF EXISTS ${table} SYNC`).catch(() => undefined);
  }
  return rows;
}

/**
 * Merging what was just written would take half of the time. It is left for later, when the engine does it in the background;
 * nothing of this outlives the engine's process.
 */
async function merges(store: Store, change: 'STOP' | 'START', staging: string): Promise<void> {
  for (const table of [staging, ...['feedback', ...ROLLUPS].map(store.layout.local)]) await store.run(`SYSTEM ${change} MERGES ${table}`);
}

type Tables = Record<'staging' | 'palette' | 'slice', string>;

async function prepare({ store, palette }: GenerateOptions, { staging, palette: paletteTable, slice }: Tables): Promise<void> {
  for (const table of [staging, paletteTable, slice]) await store.run(`DROP TABLE IF EXISTS ${table} SYNC`);
  await store.run(`CREATE TABLE ${staging} AS ${store.layout.local('feedback')}`);
  await store.run(`ALTER TABLE ${staging} MODIFY SETTING fsync_after_insert = 0, fsync_part_directory = 0, min_rows_to_fsync_after_merge = 0`);
  const columnsOf = (columns: Record<string, string>): string => Object.entries(columns).map(([name, type]) => `${name} ${type}`).join(', ');
  await store.run(`CREATE TABLE ${paletteTable} (${columnsOf(PALETTE_COLUMNS)}) ENGINE = Memory`);
  await store.run(`CREATE TABLE ${slice} (${columnsOf(SLICE_COLUMNS)}) ENGINE = Memory`);
  const rows = paletteRows(palette);
  // Blocks of a table in memory stay as they were inserted: from several of them several threads can read.
  for (let at = 0; at < rows.length; at += PALETTE_BLOCK_ROWS) {
    await store.insert(`INSERT INTO ${paletteTable} FORMAT JSONEachRow`, jsonLines(rows.slice(at, at + PALETTE_BLOCK_ROWS)));
  }
}

type PaletteRow = Record<keyof typeof PALETTE_COLUMNS, string | number | boolean | null>;

function paletteRows({ items, endings }: HistoryPalette): PaletteRow[] {
  const placed = new Map<string, number>();
  const places = new Map(CATEGORY_IDS.map((id) => [id, items.filter(({ category }) => category === id).length]));
  const endingsEach = endings.zh.neutral.length;
  return items.map((item) => {
    const mood = SENTIMENTS.indexOf(item.sentiment);
    const place = placed.get(item.category) ?? 0;
    placed.set(item.category, place + 1);
    return {
      text: item.text, category: item.category, category_index: CATEGORY_IDS.indexOf(item.category), place, places: places.get(item.category) ?? 0, sentiment: item.sentiment, mood,
      channel: item.channel, language: item.language, ending_first: (LANGUAGES.indexOf(item.language) * SENTIMENTS.length + mood) * endingsEach + 1, product: item.product, store: item.store, region: item.region,
      agent: item.agent, ordered: item.order !== '', ticketed: item.ticket !== '', known: item.customer !== '', customer_tier: item.tier, customer_group: item.group,
      customer_region: item.customer === '' ? '' : item.region, rating: item.rating === 0 ? null : item.rating, nps: notNegative(item.nps), wait: notNegative(item.waitSeconds),
      resolved: item.resolved < 0 ? null : item.resolved === 1,
    };
  });
}

function notNegative(value: number): number | null {
  return value < 0 ? null : value;
}

function sliceRow({ rowsByCategory, hours }: HistorySlice, { items, endings }: HistoryPalette): Record<keyof typeof SLICE_COLUMNS, readonly (string | number)[]> {
  return {
    rows: rowsByCategory,
    first: rowsByCategory.map((_, at) => rowsByCategory.slice(0, at).reduce((sum, count) => sum + count, 0)),
    hours: hours.flat(),
    endings: LANGUAGES.flatMap((language) => SENTIMENTS.flatMap((sentiment) => endings[language][sentiment])),
    second: items.filter((_, at) => at % SECOND_EVERY === 0).map(({ category }) => category),
  };
}

async function fillSlice({ store, palette, seed, workspace, slices, customers = CUSTOMERS }: GenerateOptions, tables: Tables, { slice, first, logId }: { slice: HistorySlice; first: number; logId: string }): Promise<void> {
  await store.run(`TRUNCATE TABLE ${tables.slice}`);
  await store.insert(`INSERT INTO ${tables.slice} FORMAT JSONEachRow`, jsonLines([sliceRow(slice, palette)]));
  const [begin = slice, end = slice] = [slices[0], slices.at(-1)];
  await store.runWith(insertSlice({ target: tables.staging, ...tables }), {
    workspace, logId, idPrefix: `g${seed}-`, seed, first, fromMs: slice.fromMs, middleMs: Math.round((begin.fromMs + end.toMs) / 2), customers,
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
  // Beside each other: the end of each, when a part is sorted and written, keeps one core busy only.
  await Promise.all([
    ...(toMs > minutesSinceMs ? [fill('rollup_minute', minutesSinceMs)] : []),
    fill('rollup_hour', fromMs),
    fill('rollup_cross_day', fromMs),
    fill('rollup_issue_day', fromMs),
  ]);
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

function jsonLines(rows: readonly object[]): Buffer {
  return Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

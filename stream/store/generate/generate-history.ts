import { CATEGORY_IDS } from '../../../core/category.ts';
import { TocsinError } from '../../../core/errors.ts';
import { SENTIMENTS } from '../../../core/score.ts';
import type { Parameters, Store } from '../clickhouse.ts';
import { MINUTES_KEPT_DAYS, ROLLUPS, rollupSelect } from '../migrations/rollup-views.ts';
import { insertSlice, PALETTE_COLUMNS, SLICE_COLUMNS } from './history-sql.ts';
import type { HistoryPalette, HistorySlice } from './palette.ts';
import { HISTORY_ROLLUPS, numberNames, type NumberedNames } from './rollups-sql.ts';

export interface GenerateOptions {
  store: Store;
  workspace: string;
  palette: HistoryPalette;
  slices: readonly HistorySlice[];
  seed: number;
  /** Different customers, about. */
  customers?: number;
  /** Roll-ups are made of so many rows at once, about; 2,000,000 when absent. */
  rowsPerSpan?: number;
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
/**
 * Slices that are filled beside each other, each by one thread: two cores have work while a third slice waits for the disk, and no
 * statement has to bring together what several threads have grouped. Some 270 MB of memory each.
 */
const LANES = 3;
const ROWS_PER_SPAN = 2_000_000;
/** One in so many items of the palette names what second categories are drawn from. */
const SECOND_EVERY = 16;
const LANGUAGES = ['zh', 'en'] as const;
const ROLLUP_SETTINGS = 'SETTINGS async_insert = 0, insert_deduplicate = 0, max_partitions_per_insert_block = 0, optimize_on_insert = 0, max_threads = 1';

/**
 * Fills the store with made-up history, in the engine itself: rows go into a table beside `feedback`, the roll-ups are
 * computed from some slices at once, and each month is then attached as a whole. The same options give the same rows.
 * Where it fails, slices are filled only in part: those of whole spans are kept with their roll-ups, and the error says how many rows these are.
 * Rows carry a log of their own, `generated-SEED`, so that nothing takes them for what came over the real one.
 * @throws TocsinError `conflict` when this seed's history is there already; `store_unavailable`
 */
export async function generateHistory(options: GenerateOptions): Promise<number> {
  const { store } = options;
  if (store.layout.onCluster !== '') throw new TocsinError('invalid_request', 'History is generated on a single server or the embedded engine, not on a cluster.');
  const logId = `generated-${options.seed}`;
  const [present] = await store.select(`SELECT count() FROM ${store.database}.feedback WHERE log_id = {logId:String}`, { logId });
  if (Number(present?.[0]) > 0) throw new TocsinError('conflict', `History of seed ${options.seed} is in this store already. Take another --seed, or another data folder.`);
  const tables: Tables = {
    staging: `${store.database}.generated_items`, palette: `${store.database}.generated_palette`,
    slices: Array.from({ length: LANES }, (_, lane) => `${store.database}.generated_slice_${lane}`),
  };
  try {
    await prepare(options, tables);
    await merges(store, 'STOP', tables.staging);
    const rows = await fillLanes(options, tables, logId);
    await attachRest(store, tables.staging);
    return rows;
  } finally {
    await merges(store, 'START', tables.staging).catch(() => undefined);
    for (const table of namesOf(tables)) await store.run(`DROP TABLE IF EXISTS ${table} SYNC`).catch(() => undefined);
  }
}

/** Slices one after the other of one month whose roll-ups are made at once: to begin costs as much as 60,000 rows. */
interface Span {
  month: string;
  slices: readonly HistorySlice[];
}

/**
 * Each lane takes the next slice when its last one is filled. The lane that fills the last slice of a span makes its roll-ups, and attaches the month where that
 * was its last span. A lane that fails lets the others end theirs. @returns rows that were filled: all, or those of the slices that were begun before `signal`
 */
async function fillLanes(options: GenerateOptions, tables: Tables, logId: string): Promise<number> {
  const { store, slices, signal } = options;
  const names = numberNames(options.palette);
  const rowsTotal = sumOfRows(slices);
  const spans = spansOf(slices, options.rowsPerSpan ?? ROWS_PER_SPAN);
  const spanOf = new Map(spans.flatMap((span) => span.slices.map((slice) => [slice, span])));
  const unfilled = new Map(spans.map((span) => [span, span.slices.length]));
  /** How far the roll-ups of spans are whose months are not attached yet. */
  const rollups = new Map<Span, 'begun' | 'whole'>();
  const stopping = new AbortController();
  const ended = signal === undefined ? stopping.signal : AbortSignal.any([stopping.signal, signal]);
  let [next, first, rows] = [0, 0, 0];
  const fillLane = async (own: string): Promise<void> => {
    for (let slice = slices[next]; slice !== undefined && !ended.aborted; slice = slices[next]) {
      const begin = first;
      next += 1;
      first += slice.rows;
      await fillSlice(options, { ...tables, slice: own }, { slice, first: begin, logId });
      rows += slice.rows;
      options.onProgress?.({ rows, rowsTotal, atMs: slice.toMs });
      const span = spanOf.get(slice)!;
      const left = unfilled.get(span)! - 1;
      unfilled.set(span, left);
      if (left > 0) continue;
      rollups.set(span, 'begun');
      await fillRollups(options, tables.staging, { slices: span.slices, names });
      rollups.set(span, 'whole');
      unfilled.delete(span);
      if ([...unfilled.keys()].some(({ month }) => month === span.month)) continue;
      await attachMonth(store, tables.staging, span.month);
      for (const each of rollups.keys()) if (each.month === span.month) rollups.delete(each);
      await dropMonth(store, tables.staging, span.month);
    }
  };
  const outcomes = await Promise.allSettled(tables.slices.map((own) => fillLane(own).catch((error: unknown) => {
    stopping.abort();
    throw error;
  })));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw await keepWhole(options, tables.staging, { rollups, cause: outcome.reason });
  // Of a span that was broken off, what is there: slices are begun in order, and each that was begun is filled.
  for (const [span, left] of unfilled) if (left < span.slices.length) await fillRollups(options, tables.staging, { slices: span.slices.slice(0, span.slices.length - left), names });
  return rows;
}

/**
 * After a failure: rows whose roll-ups are made, or were begun, become part of `feedback`, so that no roll-up counts what is not there; the rest goes with the tables.
 * @returns the failure, with what is left of it
 */
async function keepWhole({ store, slices }: GenerateOptions, staging: string, { rollups, cause }: { rollups: ReadonlyMap<Span, 'begun' | 'whole'>; cause: unknown }): Promise<Error> {
  const kept = [...rollups.keys()];
  const failure = cause instanceof TocsinError ? cause : new TocsinError('internal', cause instanceof Error ? cause.message : String(cause), { cause });
  const withWords = (words: string): TocsinError => new TocsinError(failure.code, `${failure.message} ${words}`, { cause: failure });
  const table = `${staging}_kept`;
  let isPutRight = ![...rollups.values()].includes('begun');
  try {
    if (kept.length > 0) {
      const isKept = kept.map((span) => `(created_at >= fromUnixTimestamp64Milli(${span.slices[0]!.fromMs}) AND created_at < fromUnixTimestamp64Milli(${span.slices.at(-1)!.toMs}))`).join(' OR ');
      await store.run(`DROP TABLE IF EXISTS ${table} SYNC`);
      await store.run(`CREATE TABLE ${table} AS ${staging}`);
      await store.run(`INSERT INTO ${table} SELECT * FROM ${staging} WHERE ${isKept}`);
      await attachRest(store, table);
    }
  } catch {
    isPutRight = false;
  } finally {
    await store.run(`DROP TABLE IF EXISTS ${table} SYNC`).catch(() => undefined);
  }
  if (!isPutRight) return withWords('Roll-ups may count items that are not there: run tocsin rebuild-rollups before boards are read.');
  return withWords(`What was whole by then is kept, with its roll-ups; another --seed fills the rest of ${new Date(slices[0]!.fromMs).toISOString().slice(0, 10)} to ${new Date(slices.at(-1)!.toMs).toISOString().slice(0, 10)}.`);
}

function spansOf(slices: readonly HistorySlice[], rowsMax: number): Span[] {
  const spans: { month: string; slices: HistorySlice[] }[] = [];
  for (const slice of slices) {
    const month = monthOf(slice.fromMs);
    const last = spans.at(-1);
    if (last?.month === month && sumOfRows(last.slices) + slice.rows <= rowsMax) last.slices.push(slice);
    else spans.push({ month, slices: [slice] });
  }
  return spans;
}

function sumOfRows(slices: readonly HistorySlice[]): number {
  return slices.reduce((sum, { rows }) => sum + rows, 0);
}

/**
 * Merging what was just written would take half of the time. It is left for later, when the engine does it in the background;
 * nothing of this outlives the engine's process.
 */
async function merges(store: Store, change: 'STOP' | 'START', staging: string): Promise<void> {
  for (const table of [staging, ...['feedback', ...ROLLUPS].map(store.layout.local)]) await store.run(`SYSTEM ${change} MERGES ${table}`);
}

/** `slices`: one for each lane. */
interface Tables {
  staging: string;
  palette: string;
  slices: readonly string[];
}

function namesOf({ staging, palette, slices }: Tables): string[] {
  return [staging, palette, ...slices];
}

async function prepare({ store, palette }: GenerateOptions, tables: Tables): Promise<void> {
  const { staging, palette: paletteTable, slices } = tables;
  for (const table of namesOf(tables)) await store.run(`DROP TABLE IF EXISTS ${table} SYNC`);
  await store.run(`CREATE TABLE ${staging} AS ${store.layout.local('feedback')}`);
  await store.run(`ALTER TABLE ${staging} MODIFY SETTING fsync_after_insert = 0, fsync_part_directory = 0, min_rows_to_fsync_after_merge = 0`);
  const columnsOf = (columns: Record<string, string>): string => Object.entries(columns).map(([name, type]) => `${name} ${type}`).join(', ');
  await store.run(`CREATE TABLE ${paletteTable} (${columnsOf(PALETTE_COLUMNS)}) ENGINE = Memory`);
  for (const slice of slices) await store.run(`CREATE TABLE ${slice} (${columnsOf(SLICE_COLUMNS)}) ENGINE = Memory`);
  // In one block, as tables in memory keep them: what is made of one block is sorted before its columns are copied (`insertSlice`).
  await store.insert(`INSERT INTO ${paletteTable} SETTINGS input_format_parallel_parsing = 0, max_insert_block_size = ${palette.items.length} FORMAT JSONEachRow`, jsonLines(paletteRows(palette)));
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

async function fillSlice({ store, palette, seed, workspace, slices, customers = CUSTOMERS }: GenerateOptions, tables: Tables & { slice: string }, { slice, first, logId }: { slice: HistorySlice; first: number; logId: string }): Promise<void> {
  await store.run(`TRUNCATE TABLE ${tables.slice}`);
  await store.insert(`INSERT INTO ${tables.slice} FORMAT JSONEachRow`, jsonLines([sliceRow(slice, palette)]));
  const [begin = slice, end = slice] = [slices[0], slices.at(-1)];
  await store.runWith(insertSlice({ target: tables.staging, ...tables }), {
    workspace, logId, idPrefix: `g${seed}-`, seed, first, fromMs: slice.fromMs, middleMs: Math.round((begin.fromMs + end.toMs) / 2), customers,
    endings: palette.endings.zh.neutral.length, hoursDrawn: slice.hours[0]?.length ?? 0,
  } satisfies Parameters);
}

/** Of slices that follow on each other. */
async function fillRollups({ store, workspace }: GenerateOptions, staging: string, { slices, names }: { slices: readonly HistorySlice[]; names: NumberedNames }): Promise<void> {
  const [{ fromMs }, { toMs }] = [slices[0]!, slices.at(-1)!];
  const itemsSince = (sinceMs: number): string => `(SELECT * FROM ${staging} WHERE created_at >= fromUnixTimestamp64Milli(${sinceMs}) AND created_at < fromUnixTimestamp64Milli(${toMs}))`;
  const minutesSinceMs = Date.now() - MINUTES_KEPT_DAYS * DAY_MS;
  if (toMs > minutesSinceMs) await store.run(`INSERT INTO ${store.database}.rollup_minute ${rollupSelect('rollup_minute', store.layout, itemsSince(Math.max(fromMs, minutesSinceMs)))} ${ROLLUP_SETTINGS}`);
  for (const [target, select] of Object.entries(HISTORY_ROLLUPS)) {
    await store.runWith(`INSERT INTO ${store.database}.${target} ${select(store.layout, names, itemsSince(fromMs))} ${ROLLUP_SETTINGS}`, { workspace, ...names });
  }
}

function monthOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 7).replace('-', '');
}

/** The month's parts become parts of `feedback`, as they are. */
async function attachMonth(store: Store, staging: string, month: string): Promise<void> {
  await store.run(`ALTER TABLE ${store.layout.local('feedback')} ATTACH PARTITION ${month} FROM ${staging}`);
}

async function dropMonth(store: Store, staging: string, month: string): Promise<void> {
  await store.run(`ALTER TABLE ${staging} DROP PARTITION ${month}`);
}

async function attachRest(store: Store, staging: string): Promise<void> {
  const months = await store.select(`SELECT DISTINCT toString(toYYYYMM(created_at)) FROM ${staging}`);
  for (const [month] of months) {
    await attachMonth(store, staging, String(month));
    await dropMonth(store, staging, String(month));
  }
}

function jsonLines(rows: readonly object[]): Buffer {
  return Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHistoryPalette } from '../../../server/play/history-palette.ts';
import { planHistory } from '../../../server/play/plan-history.ts';
import { loadSampleData, type SampleData } from '../../../server/play/sample-data.ts';
import { samplesFolder } from '../../../server/play/samples-folder.ts';
import { TocsinError } from '../../../core/errors.ts';
import type { Store } from '../clickhouse.ts';
import { migrate } from '../migrate.ts';
import { ROLLUPS, rollupSelect } from '../migrations/rollup-views.ts';
import { rebuildRollups } from '../rebuild-rollups.ts';
import { searchFeedback } from '../search.ts';
import { temporaryStore, type TemporaryStore } from '../testing/embedded-store.ts';
import { generateHistory, type GenerateProgress } from './generate-history.ts';
import type { HistoryPalette } from './palette.ts';

const ITEMS = 20_000;
const HOUR_MS = 3_600_000;
const toMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;

describe('generated history', () => {
  let temporary: TemporaryStore;
  let store: Store;
  let data: SampleData;
  let palette: HistoryPalette;
  beforeAll(async () => {
    temporary = await temporaryStore();
    store = temporary.store;
    data = await loadSampleData(samplesFolder());
    palette = createHistoryPalette(data, 7);
  });
  afterAll(() => temporary.dispose());

  async function generate(seed: number, onProgress?: (progress: GenerateProgress) => void, signal?: AbortSignal): Promise<number> {
    const slices = planHistory({ items: ITEMS, seed, fromMs: toMs - 40 * 24 * HOUR_MS, toMs, utcOffsetMs: 8 * HOUR_MS, mix: data.catalogue.mix });
    return generateHistory({ store, workspace: 'default', palette, slices, seed, ...(onProgress === undefined ? {} : { onProgress }), ...(signal === undefined ? {} : { signal }) });
  }
  const number = async (sql: string): Promise<number> => Number((await store.select(sql))[0]?.[0]);

  it('is as many whole items as were asked for, and the roll-ups count each once', { timeout: 300_000 }, async () => {
    const told: GenerateProgress[] = [];
    expect(await generate(7, (progress) => told.push(progress))).toBe(ITEMS);
    expect(told.at(-1)).toMatchObject({ rows: ITEMS, rowsTotal: ITEMS });
    expect(await number('SELECT count() FROM tocsin.feedback')).toBe(ITEMS);
    const originals = await number("SELECT countIf(duplicate_of = '') FROM tocsin.feedback");
    expect(originals).toBeLessThan(ITEMS);
    for (const table of ['rollup_hour', 'rollup_day']) {
      expect(await number(`SELECT sum(items) FROM tocsin.${table} WHERE dimension = 'all'`), table).toBe(originals);
      expect(await number(`SELECT sum(complaints) FROM tocsin.${table} WHERE dimension = 'category'`), table)
        .toBe(await number("SELECT sum(length(arrayDistinct(categories))) FROM tocsin.feedback WHERE complaint AND duplicate_of = ''"));
    }
    expect(await number("SELECT sum(items) FROM tocsin.rollup_cross_day WHERE category = ''")).toBe(originals);
    expect(await number("SELECT sum(items) FROM tocsin.rollup_issue_day WHERE category = '' AND dimension = 'product'")).toBe(await number("SELECT countIf(product != '' AND duplicate_of = '') FROM tocsin.feedback"));
    expect(await number("SELECT count() FROM tocsin.rollup_minute WHERE dimension = 'all'")).toBeGreaterThan(0);
    expect(await number('SELECT countIf(created_at >= received_at OR empty(text) OR empty(categories)) FROM tocsin.feedback')).toBe(0);
    expect((await searchFeedback(store, { workspace: 'default', limit: 20 })).items).toHaveLength(20);
    expect(await store.select("SELECT name FROM system.tables WHERE database = 'tocsin' AND name LIKE 'generated%'")).toEqual([]);
  });

  it('fills every roll-up with what the items themselves add up to', { timeout: 300_000 }, async () => {
    for (const target of ROLLUPS) {
      // Sums of probabilities depend on their order in the last digits.
      const columns = await store.select("SELECT name, type FROM system.columns WHERE database = 'tocsin' AND table = {target:String}", { target });
      const summed = (column: unknown[]): boolean => /^(SimpleAggregateFunction|UInt64)/.test(String(column[1]));
      const keys = columns.filter((column) => !summed(column) && column[0] !== 'customers').map(([name]) => name);
      const sums = [...columns.filter(summed).map(([name]) => `round(sum(${String(name)}), 3)`), ...(columns.some(([name]) => name === 'customers') ? ['uniqCombinedMerge(12)(customers)'] : [])];
      const recent = target === 'rollup_minute' ? `WHERE time >= fromUnixTimestamp(${toMs / 1_000 - 48 * 3_600})` : '';
      const fingerprint = (rows: string): string => `SELECT count(), ${sums.map((_, at) => `groupBitXor(cityHash64(key, sum_${at}))`).join(', ')} FROM (SELECT (${keys.join(', ')}) AS key, ${sums.map((sql, at) => `${sql} AS sum_${at}`).join(', ')} FROM ${rows} ${recent} GROUP BY key)`;
      expect(await store.select(fingerprint(`tocsin.${target}`)), target).toEqual(await store.select(fingerprint(`(${rollupSelect(target, store.layout, 'tocsin.feedback')})`)));
    }
  });

  it('is whole as far as it came when it is stopped', { timeout: 300_000 }, async () => {
    const stopping = new AbortController();
    const rows = await generate(8, () => stopping.abort(), stopping.signal);
    expect(rows).toBeGreaterThan(0);
    expect(await number("SELECT count() FROM tocsin.feedback WHERE log_id = 'generated-8'")).toBe(rows);
    const originals = await number("SELECT countIf(duplicate_of = '') FROM tocsin.feedback");
    for (const sum of ["rollup_hour WHERE dimension = 'all'", "rollup_day WHERE dimension = 'all'", "rollup_cross_day WHERE category = ''"]) expect(await number(`SELECT sum(items) FROM tocsin.${sum}`), sum).toBe(originals);
  });

  it.each([
    ['a slice', 'INSERT INTO tocsin.generated_items', 3, 'What was whole by then is kept'],
    ['roll-ups', 'INSERT INTO tocsin.rollup_cross_day', 2, 'run tocsin rebuild-rollups before boards are read'],
  ])('leaves no roll-up of items that are not there when the filling of %s fails in a month', { timeout: 300_000 }, async (_, statement, at, words) => {
    const seed = 20 + at;
    let met = 0;
    const fails = async (sql: string, run: () => Promise<void>): Promise<void> => {
      if (sql.includes(statement) && (met += 1) === at) throw new TocsinError('store_unavailable', 'The disk is full.');
      return run();
    };
    const broken: Store = {
      database: store.database, layout: store.layout, kind: store.kind, place: store.place,
      select: (sql: string, parameters?: Parameters<Store['select']>[1]) => store.select(sql, parameters), insert: (sql: string, body: Parameters<Store['insert']>[1]) => store.insert(sql, body),
      run: (sql: string) => fails(sql, () => store.run(sql)), runWith: (sql: string, parameters: Parameters<Store['runWith']>[1]) => fails(sql, () => store.runWith(sql, parameters)),
    } as Store;
    const month = Date.UTC(2025, at, 1);
    const slices = Array.from({ length: 6 }, (__, day) => planHistory({ items: 600, seed, fromMs: month + day * 24 * HOUR_MS, toMs: month + (day + 1) * 24 * HOUR_MS, utcOffsetMs: 8 * HOUR_MS, mix: data.catalogue.mix })).flat();
    await expect(generateHistory({ store: broken, workspace: 'default', palette, slices, seed, rowsPerSpan: 600 })).rejects.toMatchObject({ code: 'store_unavailable', message: expect.stringContaining(words) as string });
    if (words.includes('rebuild')) await rebuildRollups(store, { nowMs: toMs });
    const originals = await number(`SELECT countIf(duplicate_of = '') FROM tocsin.feedback WHERE toYYYYMM(created_at) = toYYYYMM(fromUnixTimestamp64Milli(${month}))`);
    expect(originals).toBeGreaterThan(0);
    const all = await number("SELECT countIf(duplicate_of = '') FROM tocsin.feedback");
    for (const sum of ["rollup_hour WHERE dimension = 'all'", "rollup_day WHERE dimension = 'all'", "rollup_cross_day WHERE category = ''"]) expect(await number(`SELECT sum(items) FROM tocsin.${sum}`), sum).toBe(all);
    expect(await store.select("SELECT name FROM system.tables WHERE database = 'tocsin' AND name LIKE 'generated%'")).toEqual([]);
  });

  it('is refused a second time under the same seed, and is the same in another store', { timeout: 300_000 }, async () => {
    await expect(generate(7)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('--seed') });
    const fingerprint = 'SELECT groupBitXor(cityHash64(id, text, created_at, categories, customer_id, complaint_probability, duplicate_of)) FROM tocsin.feedback';
    await store.run("ALTER TABLE tocsin.feedback DELETE WHERE log_id != 'generated-7' SETTINGS mutations_sync = 2");
    const before = await store.select(fingerprint);
    await store.run('DROP DATABASE tocsin SYNC');
    await migrate(store);
    await generate(7);
    expect(await store.select(fingerprint)).toEqual(before);
  });
});

describe('the plan of a history', () => {
  it('adds up, keeps within months and is the same for the same seed', async () => {
    const { catalogue: { mix } } = await loadSampleData(samplesFolder());
    const options = { items: 3_000_001, seed: 3, fromMs: Date.UTC(2026, 0, 10), toMs: Date.UTC(2026, 6, 3), utcOffsetMs: 8 * HOUR_MS, mix };
    const slices = planHistory(options);
    expect(slices.reduce((sum, { rows }) => sum + rows, 0)).toBe(options.items);
    expect(slices.at(-1)?.toMs).toBe(options.toMs);
    for (const [at, { fromMs, toMs: endMs, rows, hours, rowsByCategory }] of slices.entries()) {
      expect(fromMs).toBe(at === 0 ? options.fromMs : slices[at - 1]?.toMs);
      expect(new Date(fromMs).getUTCMonth()).toBe(new Date(endMs - 1).getUTCMonth());
      expect(hours).toHaveLength(rowsByCategory.length);
      expect(rowsByCategory.reduce((sum, count) => sum + count, 0)).toBe(rows);
      expect(Math.max(...hours.flat())).toBeLessThan((endMs - fromMs) / HOUR_MS);
    }
    expect(planHistory(options)).toEqual(slices);
    expect(planHistory({ ...options, seed: 4 })).not.toEqual(slices);
  });
});

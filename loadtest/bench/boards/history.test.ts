import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CATEGORY_IDS } from '../../../core/category.ts';
import { expandQuery } from '../../../dashboards/grafana/testing/expand-query.ts';
import { pipeline } from '../../../dashboards/queries/pipeline.ts';
import { createHistoryPalette } from '../../../server/play/history-palette.ts';
import { planHistory } from '../../../server/play/plan-history.ts';
import { loadSampleData } from '../../../server/play/sample-data.ts';
import { samplesFolder } from '../../../server/play/samples-folder.ts';
import { openStore, type Store } from '../../../stream/store/clickhouse.ts';
import { exportFeedback } from '../../../stream/store/export-feedback.ts';
import { generateHistory } from '../../../stream/store/generate/generate-history.ts';
import type { HistorySlice } from '../../../stream/store/generate/palette.ts';
import { migrate } from '../../../stream/store/migrate.ts';
import { ROLLUPS } from '../../../stream/store/migrations/rollup-views.ts';
import { askedPanels, comparable, type AskedPanel } from './asked-panels.ts';
import { fillRecords } from './fill-records.ts';

/** `TOCSIN_TEST_ITEMS` for fewer or more. */
const ITEMS = Number(process.env['TOCSIN_TEST_ITEMS'] ?? 10_000_000);
const SEED = 5;
const HOUR_MS = 3_600_000;
const YEAR_MS = 365 * 24 * HOUR_MS;
const TO_MS = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
/** Asked of the items too over all twelve months; the others over their board's own span only, which reads fewer. */
const SAMPLE = ['live/items', 'live/complaints-by-category', 'live/top-products', 'top-issues/top-categories', 'dimensions/by-week', 'channels/channel-summary', 'model/by-model', 'pipeline/rows', 'pipeline/late', 'pipeline/logs', 'pipeline/newest-age'];

const EXPORTED = 1_000_000;
const NEW_LINE = 10;

function residentBytes(pid: number): number {
  return 1_024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

describe(`boards over ${ITEMS.toLocaleString('en')} generated items`, () => {
  let folder: string;
  let store: Store;
  let slices: HistorySlice[];
  let panels: AskedPanel[];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tocsin-history-'));
    store = openStore({ dataDir: folder });
    await migrate(store);
    const data = await loadSampleData(samplesFolder());
    slices = planHistory({ items: ITEMS, seed: SEED, fromMs: TO_MS - YEAR_MS, toMs: TO_MS, utcOffsetMs: 8 * HOUR_MS, mix: data.catalogue.mix });
    await generateHistory({ store, workspace: 'default', palette: createHistoryPalette(data, SEED), slices, seed: SEED });
    // What is asked is the same in many parts and in few, and merging would take longer than all questions.
    for (const table of ['feedback', ...ROLLUPS]) await store.run(`SYSTEM STOP MERGES tocsin.${table}`);
    const [[newest] = []] = await store.select('SELECT toUnixTimestamp64Milli(max(created_at)) FROM tocsin.feedback');
    await fillRecords(store, Number(newest));
    panels = askedPanels(Number(newest), store.layout.timeZone);
  }, 1_800_000);

  afterAll(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const ask = async (sql: string): Promise<unknown> => comparable(await store.select(sql.replaceAll('now64(3)', `fromUnixTimestamp64Milli(${TO_MS}, 'UTC')`)));

  it('hold as many of each category as were planned', { timeout: 300_000 }, async () => {
    const planned = CATEGORY_IDS.map((id, at) => [id, slices.reduce((sum, { rowsByCategory }) => sum + rowsByCategory[at]!, 0)] as const).filter(([, rows]) => rows > 0);
    const stored = await store.select('SELECT toString(categories[1]) AS category, count() FROM tocsin.feedback GROUP BY category');
    expect(new Map(stored.map(([id, rows]) => [id, Number(rows)]))).toEqual(new Map(planned));
  });

  it('sum up to all of them over the whole history, from hours and from days', { timeout: 300_000 }, async () => {
    const panel = pipeline.sections.flatMap((section) => section.panels).find(({ id }) => id === 'rows')!;
    for (const intervalMs of [12 * HOUR_MS - 1_000, 12 * HOUR_MS]) {
      const sql = expandQuery(panel.sql('en'), { fromMs: TO_MS - YEAR_MS - 24 * HOUR_MS, toMs: TO_MS, intervalMs, variables: { workspace: 'default' } });
      expect(await ask(sql)).toEqual(comparable([[ITEMS]]));
    }
  });

  it('answer every panel over its own span, and say what the items themselves say', { timeout: 900_000 }, async () => {
    for (const { name, sql, fromItems } of panels.filter(({ span }) => span === 'default')) {
      const answer = await ask(sql);
      expect(answer, name).not.toEqual([]);
      if (fromItems !== null) expect(answer, name).toEqual(await ask(fromItems));
    }
  });

  it('export a million items as CSV without holding them', { timeout: 900_000 }, async () => {
    const [[fromMs] = []] = await store.select(`SELECT toUnixTimestamp64Milli(created_at) FROM tocsin.feedback ORDER BY workspace DESC, created_at DESC LIMIT 1 OFFSET ${Math.min(ITEMS, EXPORTED) - 1}`);
    const expected = Number((await store.select(`SELECT count(), sum(length(text)) FROM tocsin.feedback WHERE created_at >= fromUnixTimestamp64Milli(${Number(fromMs)})`))[0]![0]);
    const before = { own: process.memoryUsage().rss, engine: residentBytes(store.enginePid!) };
    const grown = { own: 0, engine: 0 };
    let [bytes, lines] = [0, 0];
    const looking = setInterval(() => (grown.engine = Math.max(grown.engine, residentBytes(store.enginePid!) - before.engine)), 50);
    for await (const piece of exportFeedback(store, { workspace: 'default', format: 'csv', fromMs: Number(fromMs) })) {
      bytes += piece.length;
      for (let at = piece.indexOf(NEW_LINE); at !== -1; at = piece.indexOf(NEW_LINE, at + 1)) lines += 1;
      grown.own = Math.max(grown.own, process.memoryUsage().rss - before.own);
    }
    clearInterval(looking);
    expect(lines).toBe(expected + 1);
    expect(expected).toBeGreaterThanOrEqual(Math.min(ITEMS, EXPORTED));
    // Of what is sent, no more than a small part is ever held.
    expect(grown.own).toBeLessThan(bytes / 3);
    expect(grown.engine).toBeLessThan(bytes);
  });

  it('answer every panel over twelve months, and those that are tried say what the items say', { timeout: 900_000 }, async () => {
    const tried = new Set<string>();
    for (const { name, sql, fromItems, board, panel } of panels.filter(({ span }) => span === '12 months')) {
      const answer = await ask(sql);
      expect(answer, name).not.toEqual([]);
      if (fromItems === null || !SAMPLE.includes(`${board.id}/${panel.id}`)) continue;
      expect(answer, name).toEqual(await ask(fromItems));
      tried.add(`${board.id}/${panel.id}`);
    }
    expect([...tried].sort()).toEqual([...SAMPLE].sort());
  });
});

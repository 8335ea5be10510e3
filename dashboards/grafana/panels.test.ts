import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClickHouseWriter } from '../../stream/store/clickhouse-writer.ts';
import { keepScores } from '../../stream/store/keep-scores.ts';
import { temporaryStore, type TemporaryStore } from '../../stream/store/testing/embedded-store.ts';
import { alertAnnotation } from '../queries/annotations.ts';
import { BOARDS } from '../queries/boards.ts';
import type { Board, PanelQuery } from '../queries/panel.ts';
import { statSql } from '../queries/stat-sql.ts';
import { VARIABLES } from '../queries/variables.ts';
import { EXPECTED } from './testing/expected.ts';
import { ALL, expandQuery, type Fill } from './testing/expand-query.ts';
import { knownItems } from './testing/known-items.ts';
import { knownReadings } from './testing/known-readings.ts';
import { groups, Oracle, type Row } from './testing/oracle.ts';
import { plain } from './testing/plain.ts';

const ITEMS = 4_000;
/** Two: what a panel sums up lies in several parts, and each part costs every one of its 500 queries. */
const ROWS_A_BATCH = 2_000;
const SEED = Number(process.env['TOCSIN_TEST_SEED'] ?? Date.now() % 1_000_000);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW_MS = Math.floor(Date.now() / 1000) * 1000;
const LOG_ID = 'scored.test';

const everything = { workspace: 'default', channel: ALL, region: ALL, customer_group: ALL } as const;
const chosen = { workspace: 'default', channel: ['app', 'chat', 'web'], region: ['华东', '西南'], customer_group: ['个人'] } as const;
const span = (lengthMs: number, intervalMs: number, variables: Fill['variables'] = everything): Fill => ({ fromMs: NOW_MS - lengthMs, toMs: NOW_MS, intervalMs, variables });
/** As Grafana asks: the span and the interval that it makes of it and of the panel's width. */
const SPANS: [string, Fill][] = [
  ['six hours of a wide panel', span(6 * HOUR_MS, 5_000)],
  ['a week', span(7 * DAY_MS, 10 * 60_000)],
  ['a month of a narrow panel', span(30 * DAY_MS, 2 * HOUR_MS)],
  ['90 days with filters', span(90 * DAY_MS, 2 * HOUR_MS, chosen)],
  ['a year', span(365 * DAY_MS, 12 * HOUR_MS)],
  ['a span without anything', { ...span(HOUR_MS, 5_000), fromMs: NOW_MS - 3_000 * DAY_MS, toMs: NOW_MS - 2_999 * DAY_MS }],
];

const items = knownItems(ITEMS, NOW_MS, SEED);
const readings = knownReadings(items, SEED);
const panels = BOARDS.flatMap((board) => board.sections.flatMap((section) => section.panels.map((panel) => ({ name: `${board.id}/${panel.id}`, board, panel }))));

let temporary: TemporaryStore;

beforeAll(async () => {
  temporary = await temporaryStore();
  const writer = new ClickHouseWriter(temporary.store);
  for (let from = 0; from < items.length; from += ROWS_A_BATCH) {
    await writer.insert(items.slice(from, from + ROWS_A_BATCH), LOG_ID, `batch-${from}`);
  }
  for (const [model, kept] of groups(readings, (reading) => reading.model)) await keepScores(temporary.store, { model, scoredAtMs: NOW_MS, readings: kept });
});

afterAll(() => temporary.dispose());

/** Asked as if it were NOW_MS. */
const ask = async (sql: string, fill: Fill): Promise<Row[]> =>
  (await temporary.store.select(expandQuery(sql, fill).replaceAll('now64(3)', `fromUnixTimestamp64Milli(${NOW_MS}, 'UTC')`))).map((row) => row.map(plain));

describe.each(SPANS)(`panels over %s (seed ${SEED})`, (_name, fill) => {
  const tried = panels.filter(({ board }) => board.id !== 'alerts');

  it.each(tried.map(({ name, board, panel }) => [name, board, panel] as [string, Board, PanelQuery]))('%s answers what the items say', async (name, board, panel) => {
    const language = name.length % 2 === 0 ? 'zh' : 'en';
    const expected = EXPECTED[board.id]?.[panel.id];
    expect(expected, `${name} has no expectation`).toBeDefined();
    const rows = expected!(new Oracle(items, fill, { language, nowMs: NOW_MS, logId: LOG_ID, readings })).map((row) => row.map(plain));
    expect(await ask(panel.sql(language), fill)).toEqual(rows);
  });

  it.each(panels.filter(({ panel }) => panel.kind === 'stat').map(({ name, panel }) => [name, panel] as [string, PanelQuery]))('%s says its level in words', async (_panelName, panel) => {
    const [row] = await ask(statSql(panel, 'zh'), fill);
    if (row === undefined || !panel.levels) return;
    const [value, word] = row;
    const level = panel.levels.findLast(({ from }) => from === undefined || Number(value ?? 0) >= from)!;
    expect(word).toBe(level.word.zh);
  });
});

describe('arrivals', () => {
  it.each(['live/newest-age', 'pipeline/newest-age', 'pipeline/late', 'pipeline/logs'])('%s reads the projection and no items', async (name) => {
    await temporary.store.run('OPTIMIZE TABLE tocsin.feedback FINAL');
    const sql = expandQuery(panels.find((panel) => panel.name === name)!.panel.sql('en'), span(365 * DAY_MS, 12 * HOUR_MS));
    const plan = (await temporary.store.select(`EXPLAIN ${sql}`)).map(([line]) => String(line)).join('\n');
    expect(plan).toContain('ReadFromMergeTree (arrivals)');
    expect(plan).not.toContain('ReadFromMergeTree (tocsin.feedback)');
  });
});

describe('what stands around the panels', () => {
  it('the variables offer the values that there are, with their names', async () => {
    const fill = span(DAY_MS, 60_000);
    expect(await ask(VARIABLES['workspace']!.sql('zh'), fill)).toEqual([['default'], ['other']]);
    expect((await ask(VARIABLES['region']!.sql('zh'), fill)).map(([, value]) => value).sort()).toEqual(['华东', '华北', '西南'].sort());
    expect(await ask(VARIABLES['channel']!.sql('en'), fill)).toContainEqual(['Mini program', 'mini-program']);
  });

  it('the marks of alerts are asked without an error where there are none', async () => {
    for (const language of ['zh', 'en'] as const) expect(await ask(alertAnnotation(language), span(DAY_MS, 60_000))).toEqual([]);
  });
});

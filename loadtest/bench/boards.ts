// How fast every query of every board answers, beside the same answer without the roll-ups: over a store that `tocsin generate` filled.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { ALL, expandQuery, type Fill } from '../../dashboards/grafana/testing/expand-query.ts';
import { BOARDS } from '../../dashboards/queries/boards.ts';
import type { Board, PanelQuery } from '../../dashboards/queries/panel.ts';
import { statSql } from '../../dashboards/queries/stat-sql.ts';
import { packageRoot } from '../../server/app/package-root.ts';
import { openStore, type Store } from '../../stream/store/clickhouse.ts';
import { migrate } from '../../stream/store/migrate.ts';
import { spread } from '../peers/windows/report.ts';
import { withoutRollups } from './boards/without-rollups.ts';

const HELP = `npm run bench -- boards [options]

  --items N           items to fill a temporary store with first (default 50000000: some ten minutes and 5 GB of disk)
  --data-dir FOLDER   instead, a data folder that \`tocsin generate --items N\` filled and that no server has open
  --repeats N         times that each query is asked (default 7); the first answer is not counted
  --raw               also ask each query over the items themselves, without the roll-ups
  --json              one object a line
`;

const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;
/** Points that a panel over the whole width draws. */
const POINTS = 1_000;
const DEFAULT_TARGET_MS = 300;
const YEAR_TARGET_MS = 1_500;
const SPANS: Record<string, number> = { 'now-6h': DAY_MS / 4, 'now-7d': 7 * DAY_MS, 'now-30d': 30 * DAY_MS, 'now-90d': 90 * DAY_MS };

interface Line {
  name: string;
  value: number;
  unit: 'ms';
  p50Ms: number;
  maxMs: number;
  rows: number;
  target: number;
  met: boolean;
  peer?: string;
  ratio?: number;
}

const { values } = parseArgs({
  options: { items: { type: 'string', default: '50000000' }, 'data-dir': { type: 'string' }, repeats: { type: 'string', default: '7' }, raw: { type: 'boolean', default: false }, json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
});
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const repeats = Number(values.repeats);
const temporary = values['data-dir'] === undefined ? filled(values.items) : undefined;
const store = openStore({ dataDir: values['data-dir'] ?? temporary! });
try {
  await migrate(store);
  await measure(store);
} finally {
  await store.close();
  if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true });
}

/** A new data folder with that many items of a year; the command says how it gets on. */
function filled(items: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-boards-'));
  const command = [join(packageRoot(), 'bin', 'tocsin.cjs'), 'generate', '--items', items, '--data-dir', folder, ...(values.json ? ['--json'] : [])];
  const { status } = spawnSync(process.execPath, command, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status === 0) return folder;
  rmSync(folder, { recursive: true, force: true });
  process.exit(status ?? 1);
}

async function measure(from: Store): Promise<void> {
  const [[items, newest] = []] = await from.select('SELECT count(), toUnixTimestamp64Milli(max(created_at)) FROM tocsin.feedback');
  const endMs = Number(newest);
  say(`${Number(items).toLocaleString('en')} items; the newest of ${new Date(endMs).toISOString()}`);
  await settled(from);
  await tellSizes(from, Number(items));
  const lines: Line[] = [];
  for (const board of BOARDS) {
    for (const panel of board.sections.flatMap((section) => section.panels)) {
      for (const [span, lengthMs, targetMs] of [['default', SPANS[board.from]!, DEFAULT_TARGET_MS], ['12 months', YEAR_MS, YEAR_TARGET_MS]] as const) {
        const line = await measurePanel(from, { board, panel, span, fill: fillOf(endMs, lengthMs), targetMs });
        lines.push(line);
        tell(line);
      }
    }
  }
  const missed = lines.filter(({ met }) => !met);
  say(`${lines.length} queries, ${lines.length - missed.length} within their target; slowest p95 ${Math.max(...lines.map(({ value }) => value))} ms`);
  process.exitCode = missed.length === 0 ? 0 : 1;
}

interface Asked {
  board: Board;
  panel: PanelQuery;
  span: string;
  fill: Fill;
  targetMs: number;
}

async function measurePanel(from: Store, { board, panel, span, fill, targetMs }: Asked): Promise<Line> {
  const sql = expandQuery(panel.kind === 'stat' ? statSql(panel, 'zh') : panel.sql('zh'), fill);
  const timesMs: number[] = [];
  let rows: unknown[][] = [];
  for (let turn = 0; turn <= repeats; turn += 1) {
    const startedMs = performance.now();
    rows = await from.select(sql);
    if (turn > 0) timesMs.push(performance.now() - startedMs);
  }
  timesMs.sort((a, b) => a - b);
  const p95Ms = timesMs[Math.ceil(timesMs.length * 0.95) - 1]!;
  const line: Line = { name: `${board.id}/${panel.id}, ${span}`, value: rounded(p95Ms), unit: 'ms', p50Ms: rounded(spread(timesMs).median), maxMs: rounded(timesMs.at(-1)!), rows: rows.length, target: targetMs, met: p95Ms <= targetMs };
  const spanBefore = board.id === 'top-issues' ? fill.toMs - fill.fromMs : 0;
  const raw = values.raw ? withoutRollups(sql, { fromMs: fill.fromMs - spanBefore, toMs: fill.toMs, timeZone: from.layout.timeZone }) : null;
  if (raw === null) return line;
  const startedMs = performance.now();
  const answer = await from.select(raw).catch((error: unknown) => error);
  const rawMs = performance.now() - startedMs;
  if (!Array.isArray(answer)) return { ...line, peer: `without roll-ups not answered after ${rounded(rawMs)} ms: ${answer instanceof Error ? answer.message : String(answer)}` };
  const same = isDeepStrictEqual(plain(answer), plain(rows)) ? '' : ' (another answer)';
  return { ...line, peer: `without roll-ups ${rounded(rawMs)} ms${same}`, ratio: rounded(rawMs / spread(timesMs).median) };
}

/** Sums of fractions differ in their last digits with the order in which they are added. */
function plain(rows: readonly unknown[]): unknown {
  return JSON.parse(JSON.stringify(rows), (_, value: unknown) => (typeof value === 'number' ? value.toPrecision(6) : value));
}

/** Waits until the engine has merged what was filled a moment ago: no merge for five looks in a row. */
async function settled(from: Store): Promise<void> {
  const startedMs = performance.now();
  for (let looks = 0; looks < 5;) {
    const [row] = await from.select("SELECT count() FROM system.merges WHERE database = 'tocsin'");
    looks = Number(row?.[0]) === 0 ? looks + 1 : 0;
    await setTimeout(1_000);
  }
  say(`merged for ${Math.round((performance.now() - startedMs) / 1_000)} s before the first question`);
}

async function tellSizes(from: Store, items: number): Promise<void> {
  const rows = await from.select("SELECT table = 'feedback' ? 'items' : 'roll-ups' AS what, sum(bytes_on_disk), count() FROM system.parts WHERE active AND database = 'tocsin' AND (table = 'feedback' OR table LIKE 'rollup_%') GROUP BY what ORDER BY what");
  for (const [what, bytes, parts] of rows) {
    const line = { name: `bytes an item on disk, ${String(what)}`, value: rounded(Number(bytes) / items), unit: 'bytes', bytes: Number(bytes), parts: Number(parts) };
    if (values.json) process.stdout.write(`${JSON.stringify(line)}\n`);
    else say(`${line.name}: ${line.value} (${line.bytes.toLocaleString('en')} in ${line.parts} parts)`);
  }
}

function fillOf(endMs: number, lengthMs: number): Fill {
  return { fromMs: endMs - lengthMs, toMs: endMs, intervalMs: Math.max(1_000, Math.round(lengthMs / POINTS)), variables: { workspace: 'default', channel: ALL, region: ALL, customer_group: ALL } };
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

function say(text: string): void {
  if (!values.json) process.stdout.write(`${text}\n`);
}

function tell(line: Line): void {
  if (values.json) process.stdout.write(`${JSON.stringify(line)}\n`);
  else say(`${line.met ? 'met   ' : 'MISSED'} ${line.name.padEnd(46)} p50 ${line.p50Ms} ms, p95 ${line.value} ms, max ${line.maxMs} ms, ${line.rows} rows${line.peer === undefined ? '' : `; ${line.peer}, ${line.ratio}x`}`);
}

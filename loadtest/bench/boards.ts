// How fast every query of every board answers, beside the same answer without what is kept ready: over a store that `tocsin generate` filled.
import { rmSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { openStore, type Store } from '../../stream/store/clickhouse.ts';
import { migrate } from '../../stream/store/migrate.ts';
import { answeredType } from '../../stream/store/store-errors.ts';
import { spread } from '../peers/windows/report.ts';
import { askedPanels, bounded, comparable, type AskedPanel } from './boards/asked-panels.ts';
import { fillRecords } from './boards/fill-records.ts';
import { filledFolder } from './boards/filled-folder.ts';
import { benchmark, wholeNumber } from './command/benchmark.ts';

interface Line {
  name: string;
  value: number;
  unit: 'ms';
  p50Ms: number;
  maxMs: number;
  rows: number;
  target: number;
  met: boolean;
  /** What was asked of the items themselves; absent where nothing else could be asked. */
  peer?: string;
  /** Its time, or the time after which it was ended, over this one's median. */
  ratio?: number;
  ratioIsAtLeast?: boolean;
}

const values = benchmark('boards')
  .option('--items <n>', 'items to fill a temporary store with first: 10 million take two minutes and 1.5 GB of disk in all; 50 million seven minutes with --raw-seconds 3, and 7 GB', wholeNumber, 10_000_000)
  .option('--data-dir <folder>', 'instead, a data folder that `tocsin generate --items N` filled and that no server has open; alerts, incidents and readings of another model are there only if they were put there')
  .option('--repeats <n>', 'times that each query is asked; the first answer is not counted', wholeNumber, 7)
  .option('--no-raw', 'do not ask the same of the items themselves')
  .option('--raw-seconds <n>', 'end such a question after so long', wholeNumber, 10)
  .option('--board <id>', 'only this board, such as pipeline')
  .parse().opts<{ items: number; dataDir?: string; repeats: number; raw: boolean; rawSeconds: number; board?: string; json: boolean }>();
const { repeats, rawSeconds } = values;
const temporary = values.dataDir === undefined ? filledFolder(values.items, values.json) : undefined;
const store = openStore({ dataDir: values.dataDir ?? temporary! });
try {
  await migrate(store);
  await measure(store);
} finally {
  await store.close();
  if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true });
}

async function measure(from: Store): Promise<void> {
  const [[items, newest] = []] = await from.select('SELECT count(), toUnixTimestamp64Milli(max(created_at)) FROM tocsin.feedback');
  const endMs = Number(newest);
  say(`${Number(items).toLocaleString('en')} items; the newest of ${new Date(endMs).toISOString()}`);
  if (temporary !== undefined) await fillRecords(from, endMs);
  await settled(from);
  await tellSizes(from, Number(items));
  const asked = askedPanels(endMs, from.layout.timeZone).filter(({ board }) => values.board === undefined || board.id === values.board);
  const lines: Line[] = [];
  for (const [at, panel] of asked.entries()) {
    const line = await measurePanel(from, panel);
    lines.push(line);
    tell(line, `${at + 1}/${asked.length}`);
  }
  const missed = lines.filter(({ met }) => !met);
  const compared = lines.map(({ ratio }) => ratio).filter((ratio) => ratio !== undefined).sort((a, b) => a - b);
  say(`${lines.length} queries, ${lines.length - missed.length} within their target; slowest p95 ${Math.max(...lines.map(({ value }) => value))} ms.`);
  if (compared.length > 0) say(`From the items themselves ${compared.length} of them took ${rounded(spread(compared).median)} times as long (median; ${compared[0]} to ${compared.at(-1)}).`);
  process.exitCode = missed.length === 0 ? 0 : 1;
}

async function measurePanel(from: Store, { name, sql, fromItems, targetMs }: AskedPanel): Promise<Line> {
  const timesMs: number[] = [];
  let rows: unknown[][] = [];
  for (let turn = 0; turn <= repeats; turn += 1) {
    const startedMs = performance.now();
    rows = await from.select(sql);
    if (turn > 0) timesMs.push(performance.now() - startedMs);
  }
  timesMs.sort((a, b) => a - b);
  const p95Ms = timesMs[Math.ceil(timesMs.length * 0.95) - 1]!;
  const medianMs = spread(timesMs).median;
  const line: Line = { name, value: rounded(p95Ms), unit: 'ms', p50Ms: rounded(medianMs), maxMs: rounded(timesMs.at(-1)!), rows: rows.length, target: targetMs, met: p95Ms <= targetMs };
  if (fromItems === null || !values.raw) return line;
  const startedMs = performance.now();
  const answer = await from.select(bounded(fromItems, rawSeconds)).catch((error: unknown) => error);
  const rawMs = performance.now() - startedMs;
  const ratio = rounded(rawMs / medianMs);
  if (Array.isArray(answer)) return { ...line, peer: `from the items ${rounded(rawMs)} ms${isDeepStrictEqual(comparable(answer), comparable(rows)) ? '' : ' (another answer)'}`, ratio };
  if (answer instanceof Error && answeredType(answer.cause) === 'TIMEOUT_EXCEEDED') return { ...line, peer: `from the items > ${rawSeconds} s`, ratio, ratioIsAtLeast: true };
  return { ...line, peer: `from the items not answered: ${answer instanceof Error ? answer.message : String(answer)}` };
}

/** Waits until the engine has merged what was filled a moment ago: no merge for five looks in a row. */
async function settled(from: Store): Promise<void> {
  const startedMs = performance.now();
  for (let looks = 0, turn = 1; looks < 5; turn += 1) {
    const [row] = await from.select("SELECT count(), sum(progress) FROM system.merges WHERE database = 'tocsin'");
    looks = Number(row?.[0]) === 0 ? looks + 1 : 0;
    if (turn % 15 === 0) say(`merging for ${Math.round((performance.now() - startedMs) / 1_000)} s, ${String(row?.[0])} merges under way`);
    await setTimeout(1_000);
  }
  say(`merged for ${Math.round((performance.now() - startedMs) / 1_000)} s before the first question`);
}

async function tellSizes(from: Store, items: number): Promise<void> {
  const active = "active AND database = 'tocsin'";
  const rows = await from.select(`
SELECT table = 'feedback' ? 'items' : 'roll-ups' AS what, sum(bytes_on_disk), count() FROM system.parts WHERE ${active} AND (table = 'feedback' OR table LIKE 'rollup_%') GROUP BY what
UNION ALL
SELECT concat('projection ', name), sum(bytes_on_disk), count() FROM system.projection_parts WHERE ${active} AND table = 'feedback' GROUP BY name`);
  for (const [what, bytes, parts] of rows) {
    const line = { name: `bytes an item on disk, ${String(what)}`, value: rounded(Number(bytes) / items), unit: 'bytes', bytes: Number(bytes), parts: Number(parts) };
    if (values.json) process.stdout.write(`${JSON.stringify(line)}\n`);
    else say(`${line.name}: ${line.value} (${line.bytes.toLocaleString('en')} in ${line.parts} parts)`);
  }
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

function say(text: string): void {
  if (!values.json) process.stdout.write(`${text}\n`);
}

function tell(line: Line, place: string): void {
  if (values.json) process.stdout.write(`${JSON.stringify(line)}\n`);
  else {
    const beside = line.peer === undefined ? '' : `; ${line.peer}${line.ratio === undefined ? '' : `, ${line.ratioIsAtLeast === true ? 'more than ' : ''}${line.ratio}x`}`;
    say(`${place.padStart(7)} ${line.met ? 'met   ' : 'MISSED'} ${line.name.padEnd(46)} p50 ${line.p50Ms} ms, p95 ${line.value} ms, max ${line.maxMs} ms, ${line.rows} rows${beside}`);
  }
}

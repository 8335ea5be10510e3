// Bytes, reading and writing of each column under the codec that it has and under the others that its type allows.
import { readFileSync, rmSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Store } from '../../stream/store/clickhouse.ts';
import { migrate } from '../../stream/store/migrate.ts';
import { openInProcess } from '../../stream/store/testing/in-process.ts';
import { filledFolder } from './boards/filled-folder.ts';
import { candidatesOf, clearlyBetter, type Candidate, type StoredColumn, type Tried } from './codecs/candidates.ts';
import { benchmark, tableName, wholeNumber } from './command/benchmark.ts';

const ITEMS_MAX = 2_000_000;

const values = benchmark('codecs')
  .option('--items <n>', 'items to fill a temporary store with first', wholeNumber, 1_000_000)
  .option('--data-dir <folder>', 'instead, a data folder that no server has open, such as one of real feedback')
  .option('--table <name>', 'feedback, rollup_hour and the like', tableName, 'feedback')
  .option('--column <name>', 'only this one')
  .option('--texts <file>', 'texts of items are taken from here: one JSON object with a "text" a line, gzipped (the generator\'s repeat themselves more than people\'s)')
  .option('--repeats <n>', 'reads of each; the median counts', wholeNumber, 5)
  .parse().opts<{ items: number; dataDir?: string; table: string; column?: string; texts?: string; repeats: number; json: boolean }>();
const { repeats } = values;
const temporary = values.dataDir === undefined ? filledFolder(values.items, values.json) : undefined;
const store = openInProcess(values.dataDir ?? temporary!);
let isMissed = false;
try {
  await migrate(store);
  const rows = await prepare(store);
  for (const column of await columnsOf(store)) {
    if (values.column !== undefined && column.name !== values.column) continue;
    tell(column, await tryAll(store, column, rows));
  }
} finally {
  await store.run('DROP DATABASE IF EXISTS codecs SYNC');
  await store.close();
  if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true });
}
process.exitCode = isMissed ? 1 : 0;

/** The rows in memory, in the order in which the table keeps them. */
async function prepare(from: Store): Promise<number> {
  const [[key] = []] = await from.select('SELECT sorting_key FROM system.tables WHERE database = {database:String} AND name = {table:String}', { database: from.database, table: values.table });
  await from.run('DROP DATABASE IF EXISTS codecs SYNC');
  await from.run('CREATE DATABASE codecs');
  let select = '*';
  if (values.table === 'feedback') {
    const drawn = (name: string): string => `toFloat32(${name} * (1 - (cityHash64(id, '${name}') % 65536) / 6553600)) AS ${name}`;
    const single = ['sentiment_probability', 'negative_probability', 'neutral_probability', 'positive_probability', 'complaint_probability'].map(drawn);
    const arrays = ['star_probabilities', 'category_probabilities'].map((name) => `arrayMap((p, at) -> toFloat32(p * (1 - (cityHash64(id, at, '${name}') % 65536) / 6553600)), ${name}, arrayEnumerate(${name})) AS ${name}`);
    select = `* REPLACE (${[...single, ...arrays, ...(await textOf(from))].join(', ')})`;
  }
  await from.run(`CREATE TABLE codecs.rows ENGINE = Memory AS SELECT ${select} FROM ${from.database}.${values.table} ORDER BY ${String(key)} LIMIT ${ITEMS_MAX}`);
  const [[rows] = []] = await from.select('SELECT count() FROM codecs.rows');
  if (!values.json) process.stdout.write(`${Number(rows).toLocaleString('en')} rows of ${values.table}\n`);
  return Number(rows);
}

/** Texts of the file, drawn by the item's id. */
async function textOf(from: Store): Promise<string[]> {
  if (values.texts === undefined) return [];
  const lines = gunzipSync(readFileSync(values.texts)).toString('utf8').trim().split('\n');
  const data = Buffer.from(lines.map((line, place) => `${JSON.stringify({ place, text: (JSON.parse(line) as { text: string }).text })}\n`).join(''));
  await from.run('CREATE TABLE codecs.texts (place UInt64, text String) ENGINE = Memory');
  await from.insert('INSERT INTO codecs.texts FORMAT JSONEachRow', data);
  await from.run(`CREATE DICTIONARY codecs.text_by_place (place UInt64, text String) PRIMARY KEY place SOURCE(CLICKHOUSE(DB 'codecs' TABLE 'texts')) LAYOUT(FLAT(MAX_ARRAY_SIZE 10000000)) LIFETIME(0)`);
  return [`dictGet('codecs.text_by_place', 'text', cityHash64(id) % ${lines.length}) AS text`];
}

async function columnsOf(from: Store): Promise<StoredColumn[]> {
  const rows = await from.select("SELECT name, type, compression_codec FROM system.columns WHERE database = {database:String} AND table = {table:String} AND NOT startsWith(type, 'AggregateFunction') ORDER BY position", { database: from.database, table: values.table });
  return rows.map(([name, type, codec]) => ({ name: String(name), type: String(type), codec: /^CODEC\((.*)\)$/.exec(String(codec))?.[1]?.replace(/Delta\(\d\)/, 'Delta') ?? 'LZ4' }));
}

async function tryAll(from: Store, column: StoredColumn, rows: number): Promise<Tried[]> {
  const tried: Tried[] = [];
  for (const candidate of candidatesOf(column)) {
    try {
      tried.push(await tryOne(from, column.name, candidate, rows));
    } catch (error) {
      // A codec that does not take the type is no candidate; the one that is there must work.
      if (tried.length === 0) throw error;
    }
  }
  return tried;
}

async function tryOne(from: Store, name: string, { type, codec }: Candidate, rows: number): Promise<Tried> {
  const settings = 'max_threads = 1, max_insert_threads = 1';
  await from.run('DROP TABLE IF EXISTS codecs.tried SYNC');
  await from.run(`CREATE TABLE codecs.tried (v ${type} CODEC(${codec})) ENGINE = MergeTree ORDER BY tuple() SETTINGS min_bytes_for_wide_part = 0, min_rows_for_wide_part = 0`);
  const writeNs = await timedNs(() => from.run(`INSERT INTO codecs.tried SELECT \`${name}\` FROM codecs.rows SETTINGS ${settings}, max_insert_block_size = 10000000, min_insert_block_size_rows = 10000000, min_insert_block_size_bytes = 0`));
  const [[bytes] = []] = await from.select("SELECT sum(column_data_compressed_bytes) FROM system.parts_columns WHERE database = 'codecs' AND table = 'tried' AND active");
  const reads: number[] = [];
  for (let turn = 0; turn <= repeats; turn += 1) {
    const ns = await timedNs(() => from.select(`SELECT count() FROM codecs.tried WHERE NOT ignore(v) SETTINGS ${settings}`));
    if (turn > 0) reads.push(ns);
  }
  reads.sort((a, b) => a - b);
  return { type, codec, bytesAnItem: rounded(Number(bytes) / rows), readNsAnItem: rounded(reads[reads.length >> 1]! / rows), writeNsAnItem: rounded(writeNs / rows) };
}

async function timedNs(action: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await action();
  return (performance.now() - startedMs) * 1e6;
}

function tell({ name, type }: StoredColumn, tried: readonly Tried[]): void {
  const [adopted] = tried as [Tried];
  const better = clearlyBetter(tried);
  isMissed ||= better !== null;
  if (values.json) {
    process.stdout.write(`${JSON.stringify({ name: `codec of ${values.table}.${name}`, value: adopted.bytesAnItem, unit: 'bytes/item', codec: adopted.codec, type, met: better === null, ...(better === null ? {} : { better }), tried })}\n`);
    return;
  }
  process.stdout.write(`${better === null ? 'met   ' : 'MISSED'} ${name}\n`);
  for (const each of tried) {
    const mark = each === adopted ? 'has' : each === better ? 'better' : '';
    process.stdout.write(`  ${mark.padEnd(7)}${(each.type === type ? each.codec : `${each.type} ${each.codec}`).padEnd(40)} ${String(each.bytesAnItem).padStart(8)} bytes, read ${each.readNsAnItem} ns, write ${each.writeNsAnItem} ns an item\n`);
  }
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

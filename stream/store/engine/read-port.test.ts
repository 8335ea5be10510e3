import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createClient, type ClickHouseClient } from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClickHouseWriter } from '../clickhouse-writer.ts';
import { openStore, type Store } from '../clickhouse.ts';
import { migrate } from '../migrate.ts';
import { entryRows } from '../testing/items.ts';
import { copyTables } from '../testing/laid-tables.ts';

describe('the port on which others read the embedded store', () => {
  let dataDir: string;
  let store: Store;
  let url: string;
  let client: ClickHouseClient;
  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'tocsin-read-port-'));
    copyTables(dataDir);
    store = openStore({ dataDir, readPort: 0 });
    await migrate(store);
    await new ClickHouseWriter(store).insert(entryRows(1, 50, { item: { text: '快递\n太慢\t了' } }), 'scored.0', 'scored.0:1-1');
    url = `http://127.0.0.1:${(await store.readPort())?.port ?? 0}`;
    client = createClient({ url, database: 'tocsin' });
  });
  afterAll(async () => {
    await client.close();
    await store.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function ask(query: string, { search = '', headers = {}, body }: { search?: string; headers?: Record<string, string>; body?: Buffer | string } = {}): Promise<{ status: number; text: string; headers: Headers; bytes: Buffer }> {
    const answer = await fetch(`${url}/?${query === '' ? '' : `query=${encodeURIComponent(query)}`}${search}`, { headers, ...(body === undefined ? {} : { method: 'POST', body }) });
    const bytes = Buffer.from(await answer.arrayBuffer());
    return { status: answer.status, text: bytes.toString('utf8'), headers: answer.headers, bytes };
  }

  it('answers @clickhouse/client with the rows that the program itself reads', async () => {
    const columns = 'id, created_at, text, categories, complaint_probability, rating';
    const rows = await (await client.query({ query: `SELECT ${columns} FROM feedback ORDER BY id`, format: 'JSONCompactEachRow' })).json();
    expect(rows).toEqual(await store.select(`SELECT ${columns} FROM tocsin.feedback ORDER BY id`));
    expect(rows).toHaveLength(50);
  });

  it('binds parameters, takes settings and refuses settings that it does not know', async () => {
    const bound = await client.query({ query: 'SELECT {text:String} AS text, {list:Array(String)} AS list, getSetting(\'max_threads\') AS threads', query_params: { text: "a\t'b\\\n", list: ["x'", 'y'] }, clickhouse_settings: { max_threads: 1 } });
    expect((await bound.json()).data).toEqual([{ text: "a\t'b\\\n", list: ["x'", 'y'], threads: 1 }]);
    expect(await ask('SELECT 1', { search: '&no_such_setting=1' })).toMatchObject({ status: 400, text: expect.stringContaining('UNKNOWN_SETTING') });
  });

  it.each([
    ['JSON', '"data"'], ['JSONEachRow', '{"n":1}'], ['JSONCompact', '[1]'], ['CSV', '1\n'], ['CSVWithNames', '"n"\n1\n'], ['TSV', '1\n'], ['TabSeparatedWithNames', 'n\n1\n'], ['Vertical', 'Row 1:'],
  ])('answers in %s, by FORMAT and by default_format', async (format, part) => {
    const inText = await ask(`SELECT toUInt8(1) AS n FORMAT ${format}`);
    expect(inText.text).toContain(part);
    expect(inText.headers.get('x-clickhouse-format')).toBe(format);
    const withoutTimes = (text: string): string => text.replace(/"elapsed": [\d.e-]+/, '');
    expect(withoutTimes((await ask('SELECT toUInt8(1) AS n', { search: `&default_format=${format}` })).text)).toBe(withoutTimes(inText.text));
  });

  it('answers in RowBinary, Native, Parquet and Arrow, byte for byte as the engine writes them', async () => {
    expect([...(await ask('SELECT toUInt32(258) AS n FORMAT RowBinary')).bytes]).toEqual([2, 1, 0, 0]);
    expect([...(await ask('SELECT toUInt8(7) AS n FORMAT Native')).bytes]).toEqual([1, 1, 1, 110, 5, ...Buffer.from('UInt8'), 7]);
    expect((await ask('SELECT 1 AS n FORMAT Parquet')).bytes.subarray(0, 4).toString()).toBe('PAR1');
    expect((await ask('SELECT 1 AS n FORMAT Arrow')).bytes.subarray(0, 6).toString()).toBe('ARROW1');
  });

  it('tells a client that asks for revisions of Native blocks that it writes revision 0', async () => {
    const { bytes } = await ask('SELECT displayName(), version(), revision(), timezone()', { search: '&default_format=Native&client_protocol_version=54460' });
    expect([...bytes.subarray(0, 10)]).toEqual([1, 0, 2, 255, 255, 255, 255, 0, 4, 1]);
    const at = bytes.indexOf('UInt32');
    expect([...bytes.subarray(at + 6, at + 11)]).toEqual([0, 0, 0, 0, 0]);
  });

  it('has the headers of a ClickHouse server, and gzip where it is asked for', async () => {
    const { headers } = await ask('SELECT 1', { search: '&query_id=mine-1' });
    expect(Object.fromEntries(headers)).toMatchObject({ 'x-clickhouse-query-id': 'mine-1', 'x-clickhouse-server-display-name': 'tocsin', 'x-clickhouse-timezone': expect.any(String), 'x-clickhouse-summary': expect.stringContaining('read_rows') });
    const http = await import('node:http');
    const raw = await new Promise<Buffer>((resolve, reject) => {
      http.get(`${url}/?query=${encodeURIComponent('SELECT number FROM numbers(1000)')}&enable_http_compression=1`, { headers: { 'Accept-Encoding': 'lz4, gzip' } }, async (response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
        resolve(Buffer.concat(chunks));
      }).on('error', reject);
    });
    expect(gunzipSync(raw).toString().split('\n')).toHaveLength(1_001);
    expect(await (await fetch(`${url}/ping`)).text()).toBe('Ok.\n');
  });

  it.each([
    ['INSERT INTO tocsin.feedback (id) VALUES (1)'], ['DROP TABLE tocsin.feedback'], ['ALTER TABLE tocsin.feedback DELETE WHERE 1'], ['TRUNCATE TABLE tocsin.feedback'],
    ['CREATE TABLE tocsin.x (a UInt8) ENGINE = Memory'], ['OPTIMIZE TABLE tocsin.feedback'], ['SYSTEM STOP MERGES'], ['KILL QUERY WHERE 1'], ['SET max_threads = 1'], ['USE system'],
    ['BACKUP TABLE tocsin.feedback TO File(\'x\')'], ['GRANT ALL ON *.* TO default'], ['SELECT 1; DROP TABLE tocsin.feedback'], ['EXPLAIN AST DROP TABLE tocsin.feedback'],
    ["SELECT file('/etc/passwd')"], ["SELECT `file`('/etc/passwd')"], ["SELECT * FROM file('/etc/passwd', LineAsString)"], ["SELECT * FROM url('http://127.0.0.1:1/', CSV)"], ["SELECT FILE('/etc/passwd')"],
    ["SELECT * FROM remote('127.0.0.1', system.one)"], ["SELECT * FROM executable('id', CSV, 'a String')"], ["SELECT * FROM s3('http://x/y', CSV)"], ["SELECT * FROM mysql('h', 'd', 't', 'u', 'p')"],
    ["SELECT 1 INTO OUTFILE '/tmp/tocsin-outfile'"], ["SELECT 1 INTO OUTFILE '/tmp/tocsin-outfile' FORMAT CSV"], ["DESCRIBE TABLE url('http://127.0.0.1:1/', CSV)"],
    ["SELECT 1 FROM tocsin.feedback SETTINGS readonly = 0"], ["SELECT 1 FROM (SELECT 1 SETTINGS max_memory_usage = 0)"],
    ["SELECT count() FROM tocsin.feedback SETTINGS additional_table_filters = {'tocsin.feedback': 'file(\\'/etc/passwd\\') != \\'\\''}"],
    ["WITH (SELECT file('/etc/passwd')) AS a SELECT a"], ["SELECT 1 /* ; */ UNION ALL SELECT * FROM file('/etc/passwd', RawBLOB)"],
  ])('refuses %s, in the URL, in the body and split over both', async (sql) => {
    for (const answer of [await ask(sql), await ask('', { body: sql }), await ask(sql.slice(0, 9), { body: sql.slice(9) })]) {
      expect(answer.status, answer.text).toBeGreaterThanOrEqual(400);
      expect(answer.text).toMatch(/^Code: \d+\. DB::Exception: /);
      expect(answer.headers.get('x-clickhouse-exception-code')).toMatch(/^\d+$/);
      expect(answer.text).not.toContain('root:');
    }
    expect(await store.select('SELECT count() FROM tocsin.feedback')).toEqual([[50]]);
  });

  it.each(['readonly', 'allow_ddl', 'log_comment', 'additional_result_filter'])('does not take the setting %s', async (name) => {
    expect(await ask('SELECT 1', { search: `&${name}=1` })).toMatchObject({ status: 403, text: expect.stringContaining('READONLY') });
  });

  it('does not take expressions that read files in the filters of tables, and takes others as Grafana sends them', async () => {
    const filter = encodeURIComponent("{'tocsin.feedback': 'file(\\'/etc/passwd\\') = \\'\\''}");
    expect(await ask('SELECT count() FROM feedback', { search: `&additional_table_filters=${filter}` })).toMatchObject({ status: 403, text: expect.stringContaining('FUNCTION_NOT_ALLOWED') });
    expect((await ask("SELECT count() FROM feedback SETTINGS additional_table_filters = {'tocsin.feedback': 'log_index < 7'}")).text).toBe('7\n');
    expect((await ask("SELECT count() FROM feedback SETTINGS additional_table_filters = {'tocsin.feedback': 'text = \\'x\\''}, max_threads = 1 FORMAT CSV")).text).toBe('0\n');
  });

  it('ends a query of ten minutes and one whose answer would have ten gigabytes, and goes on', async () => {
    const long = await ask('SELECT sleepEachRow(1) FROM numbers(600) SETTINGS max_block_size = 1, function_sleep_max_microseconds_per_block = 0', { search: '&max_execution_time=1' });
    expect(long).toMatchObject({ status: 408, text: expect.stringContaining('TIMEOUT_EXCEEDED') });
    const large = await ask("SELECT repeat('x', 1000000) FROM numbers(10000)");
    expect(large.status).toBeGreaterThanOrEqual(400);
    expect(large.text).toMatch(/TOO_MANY_ROWS_OR_BYTES|MEMORY_LIMIT_EXCEEDED/);
    expect(await ask('SELECT 1', { search: '&max_result_rows=0&max_memory_usage=0&max_execution_time=0' })).toMatchObject({ status: 200, text: '1\n' });
    const limits = await ask("SELECT value FROM system.settings WHERE name IN ('max_execution_time', 'max_memory_usage', 'max_result_bytes', 'max_result_rows', 'readonly') ORDER BY name", { search: '&max_execution_time=600&max_memory_usage=0' });
    expect(limits.text.trim().split('\n')).toEqual(['60', '1073741824', '134217728', '5000000', '1']);
  });

  it('says what it does not understand: encodings, blocks of LZ4, paths, syntax, tables', async () => {
    expect(await ask('', { body: 'SELECT 1', headers: { 'content-encoding': 'zstd' } })).toMatchObject({ status: 501, text: expect.stringContaining('content encoding') });
    expect(await ask('SELECT 1', { search: '&compress=1' })).toMatchObject({ status: 501 });
    expect((await fetch(`${url}/no/such`)).status).toBe(400);
    expect(await ask('SELEC 1')).toMatchObject({ status: 400, text: expect.stringMatching(/^Code: 62\. DB::Exception: .*\(SYNTAX_ERROR\) \(version 2/s) });
    expect(await ask('SELECT * FROM no_such')).toMatchObject({ status: 404, text: expect.stringContaining('(UNKNOWN_TABLE)') });
    expect(await ask('SELECT 1 FORMAT Template')).toMatchObject({ status: 400, text: expect.stringContaining('UNKNOWN_FORMAT') });
    await expect(client.query({ query: 'SELECT * FROM no_such' })).rejects.toMatchObject({ type: 'UNKNOWN_TABLE', code: '60' });
  });

  it('tells more readers than it takes to come back, and answers the others', async () => {
    let turnedAway: { status: number; text: string }[] = [];
    // On a busy machine they come one after the other, unless each stays for longer.
    for (const seconds of [0.2, 0.7, 2.5]) {
      const answers = await Promise.all(Array.from({ length: 80 }, (_, n) => ask(`SELECT ${n}, sleep(${seconds})`)));
      turnedAway = answers.filter(({ status }) => status !== 200);
      if (turnedAway.length > 0) break;
    }
    expect(turnedAway.length).toBeGreaterThan(0);
    expect(turnedAway.length).toBeLessThanOrEqual(80 - 66);
    expect(turnedAway.every(({ status, text }) => status === 429 && text.includes('TOO_MANY_SIMULTANEOUS_QUERIES'))).toBe(true);
  });
});

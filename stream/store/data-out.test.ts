import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backupStore, restoreStore } from './backup.ts';
import { ClickHouseWriter } from './clickhouse-writer.ts';
import { openStore, type Store } from './clickhouse.ts';
import { eraseCustomer } from './erase-customer.ts';
import { exportFeedback, type FeedbackExport } from './export-feedback.ts';
import { migrate } from './migrate.ts';
import { applyRetention } from './retention.ts';
import { findFeedback } from './search.ts';
import { entryRows, SOME_TIME_MS, storedItem } from './testing/items.ts';
import { copyTables } from './testing/laid-tables.ts';

const LOG_ID = 'scored.0';
const workspace = 'default';

describe('data out of the embedded store', () => {
  let folder: string;
  let dataDir: string;
  let store: Store;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tocsin-data-out-'));
    dataDir = join(folder, 'data');
    copyTables(dataDir);
    store = openStore({ dataDir });
    await migrate(store);
    const writer = new ClickHouseWriter(store);
    await writer.insert(entryRows(1, 300), LOG_ID, `${LOG_ID}:1-1`);
    await writer.insert([
      storedItem({ sequence: 2, index: 0, item: { id: 'formula', text: '=HYPERLINK("http://x")', product: 'P1', customer: { id: 'c-f', group: '=1+1', tier: '@SUM(A1)', region: '-2' }, createdAtMs: SOME_TIME_MS + 1 } }),
      storedItem({ sequence: 2, index: 1, item: { id: 'quoted', text: '多行\n"引号",逗号', product: 'P1', customer: { id: 'c-7', name: '王**', phoneHash: 'h-7', group: 'vip' }, order: 'T1', createdAtMs: SOME_TIME_MS + 2 } }),
      storedItem({ sequence: 2, index: 2, item: { id: 'same-phone', text: '还是我', customer: { phoneHash: 'h-7' }, createdAtMs: SOME_TIME_MS + 3 } }),
      storedItem({ sequence: 2, index: 3, item: { id: 'another', text: '别人', customer: { id: 'c-8' }, createdAtMs: SOME_TIME_MS + 4 } }),
    ], LOG_ID, `${LOG_ID}:2-2`);
  });
  afterAll(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function bytesOf(search: FeedbackExport): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for await (const piece of exportFeedback(store, search)) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  it('a search is a CSV file with every row of it, oldest first; what would be a formula is text', async () => {
    const rows = parse(await bytesOf({ workspace, format: 'csv', product: 'P1' }), { columns: true }) as Record<string, string>[];
    expect(rows.map(({ id, text }) => [id, text])).toEqual([['formula', '\'=HYPERLINK("http://x")'], ['quoted', '多行\n"引号",逗号']]);
    expect(rows[0]).toMatchObject({ customer_group: "'=1+1", customer_tier: "'@SUM(A1)", customer_region: "'-2" });
    expect(Object.keys(rows[0] ?? {})).not.toContain('customer_phone_hash');
    expect(parse(await bytesOf({ workspace, format: 'csv' }), { columns: true })).toHaveLength(304);
    expect(parse(await bytesOf({ workspace, format: 'csv', fromMs: SOME_TIME_MS + 2, toMs: SOME_TIME_MS + 4 }), { columns: true })).toHaveLength(2);
  });

  it('or a Parquet file, and nothing is left of it in the data folder, nor when the reader went away', async () => {
    const bytes = await bytesOf({ workspace, format: 'parquet' });
    expect([bytes.subarray(0, 4).toString(), bytes.subarray(-4).toString()]).toEqual(['PAR1', 'PAR1']);
    for await (const _ of exportFeedback(store, { workspace, format: 'csv' })) break;
    expect(readdirSync(join(dataDir, 'exports'))).toEqual([]);
  });

  it('a value that holds SQL exports nothing else', async () => {
    for (const evil of ["' OR 1=1 --", "P1') OR (1=1", '{x:String}', "\\' UNION ALL SELECT 1 --"]) {
      for (const field of ['product', 'region', 'category', 'text'] as const) expect(parse(await bytesOf({ workspace, format: 'csv', [field]: evil }), { columns: true }), `${field} ${evil}`).toEqual([]);
      expect(parse(await bytesOf({ workspace: evil, format: 'csv' }), { columns: true })).toEqual([]);
    }
  });

  it('a customer is erased: words and names go, counts stay, and the audit names a hash', { timeout: 300_000 }, async () => {
    const counts = (): Promise<unknown> => store.select("SELECT dimension, value, sum(items) FROM tocsin.rollup_day GROUP BY dimension, value ORDER BY dimension, value");
    const before = await counts();
    const quoting = { quotes: [{ id: 'quoted', text: '多行' }] };
    await store.run(`INSERT INTO tocsin.alert_events (workspace, alert_id, event_id, record) VALUES ('default', 'a', 'e1', '${JSON.stringify(quoting)}'), ('default', 'a', 'e2', '{"quotes":[{"id":"another"}]}')`);
    await store.run(`INSERT INTO tocsin.case_events (workspace, case_id, log_sequence, record) VALUES ('default', 'a', 1, '${JSON.stringify({ event: quoting })}'), ('default', 'a', 2, '{"event":{"quotes":[{"id":"another"}]}}')`);
    await store.run("INSERT INTO tocsin.labels (workspace, feedback_id, label_id, text, record) VALUES ('default', 'quoted', 'l1', '多行', '{}'), ('default', 'another', 'l2', '别人', '{}')");
    const ofCustomer = (id: string): string => JSON.stringify({ group: { category: 'logistics', customer: id } });
    await store.run(`INSERT INTO tocsin.alert_events (workspace, alert_id, event_id, group, record) VALUES ('default', 'b', 'e3', map('customer', 'c-7', 'category', 'logistics'), '${ofCustomer('c-7')}'), ('default', 'b', 'e4', map('customer', 'c-77'), '${ofCustomer('c-77')}')`);
    await store.run(`INSERT INTO tocsin.case_events (workspace, case_id, log_sequence, record) VALUES ('default', 'b', 3, '${ofCustomer('c-7')}')`);
    await store.run(`INSERT INTO tocsin.incidents (workspace, incident_id, record) VALUES ('default', 'b', '{"members":[${ofCustomer('c-7')},${ofCustomer('c-77')}]}')`);
    expect(await eraseCustomer(store, { workspace, customerId: "c-7' OR '1'='1", actor: 'u1', atMs: SOME_TIME_MS })).toEqual({ items: 0, alertEvents: 0, pages: 0 });
    expect(await eraseCustomer(store, { workspace, customerId: 'c-7', actor: 'u1', atMs: SOME_TIME_MS })).toEqual({ items: 2, alertEvents: 1, pages: 1 });
    for (const id of ['quoted', 'same-phone']) {
      const found = await findFeedback(store, workspace, id);
      expect(found?.item).toMatchObject({ text: '[erased]', createdAtMs: expect.any(Number), channel: 'app' });
      expect(found?.item.customer ?? {}).not.toHaveProperty('id');
      expect(found?.item).not.toHaveProperty('order');
      expect(found?.score).toMatchObject({ complaint: true, keywords: [] });
    }
    expect((await findFeedback(store, workspace, 'another'))?.item).toMatchObject({ text: '别人', customer: { id: 'c-8' } });
    expect(await counts()).toEqual(before);
    expect(await store.select("SELECT event_id, empty(record) FROM tocsin.alert_events ORDER BY event_id")).toEqual([['e1', 0], ['e2', 0], ['e3', 0], ['e4', 0]]);
    // What it counted stays; what they said goes.
    expect(await store.select("SELECT record FROM tocsin.alert_events WHERE event_id = 'e1'")).toEqual([['{"quotes":[]}']]);
    expect(await store.select('SELECT log_sequence, empty(record) FROM tocsin.case_events ORDER BY log_sequence')).toEqual([[1, 1], [2, 0], [3, 0]]);
    expect(await store.select("SELECT record, group FROM tocsin.alert_events WHERE alert_id = 'b' ORDER BY event_id")).toEqual([
      [ofCustomer('[erased]'), { customer: '[erased]', category: 'logistics' }], [ofCustomer('c-77'), { customer: 'c-77' }],
    ]);
    expect(await store.select("SELECT record FROM tocsin.case_events WHERE case_id = 'b'")).toEqual([[ofCustomer('[erased]')]]);
    expect(await store.select('SELECT record FROM tocsin.incidents')).toEqual([[`{"members":[${ofCustomer('[erased]')},${ofCustomer('c-77')}]}`]]);
    const tables = await store.select("SELECT table, groupArray(name) FROM system.columns WHERE database = 'tocsin' AND table NOT LIKE '%_view' AND type LIKE '%String%' AND table IN (SELECT name FROM system.tables WHERE database = 'tocsin' AND engine LIKE '%MergeTree') GROUP BY table");
    for (const [table, columns] of tables) {
      for (const word of ['c-7', '多行', '还是我', 'h-7', '王**']) {
        const holds = (columns as string[]).map((column) => `position(concat('"', toString(\`${column}\`), '"'), {word:String}) > 0`).join(' OR ');
        const pattern = word === 'c-7' ? '"c-7"' : word;
        expect(await store.select(`SELECT count() FROM tocsin.${String(table)} WHERE ${holds}`, { word: pattern }), `${String(table)} holds ${word}`).toEqual([[0]]);
      }
    }
    expect(await store.select('SELECT feedback_id, text, record FROM tocsin.labels ORDER BY feedback_id')).toEqual([['another', '别人', '{}'], ['quoted', '[erased]', '']]);
    const audit = await store.select("SELECT actor, action, target, detail FROM tocsin.audit ORDER BY detail DESC");
    expect(audit[0]).toEqual(['u1', 'erase-customer', expect.stringMatching(/^sha256:[0-9a-f]{16}$/), '2 items, 1 alert events, 1 pages']);
    expect(JSON.stringify(audit)).not.toContain('c-7');
    expect(await eraseCustomer(store, { workspace, customerId: 'c-7', actor: 'u1', atMs: SOME_TIME_MS })).toEqual({ items: 0, alertEvents: 0, pages: 0 });
  });

  it('rows are kept as long as the settings say, and tiers are for a server', async () => {
    expect(await applyRetention(store, { days: 1_096 })).toEqual(['feedback', 'scores', 'rollup_hour']);
    expect(await applyRetention(store, { days: 1_096 })).toEqual([]);
    expect(await applyRetention(store, { days: 2_000 })).toEqual(['feedback', 'scores', 'rollup_hour']);
    expect((await store.select("SELECT engine_full FROM system.tables WHERE database = 'tocsin' AND name = 'feedback'"))[0]?.[0]).toContain('toIntervalDay(2000)');
    await expect(applyRetention(store, { days: 10, coldAfterDays: 5 })).rejects.toMatchObject({ code: 'invalid_setting', message: expect.stringContaining('CLICKHOUSE_URL') });
  });

  it('a backup restores into a new folder and equals it; the sink goes on there and stores nothing twice', { timeout: 300_000 }, async () => {
    const total = 304;
    // Merges would leave one of them.
    for (const sequence of [1, 2, 3]) await store.run(`INSERT INTO tocsin.incidents (workspace, incident_id, log_sequence) VALUES ('default', 'i1', ${sequence})`);
    await store.close();
    const backup = join(folder, 'backup');
    const made = await backupStore({ dataDir, folder: backup, database: 'tocsin' }, SOME_TIME_MS);
    expect(made.tables['feedback']).toMatchObject({ rows: total });
    await expect(backupStore({ dataDir, folder: backup, database: 'tocsin' }, SOME_TIME_MS)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('not empty') });
    await expect(backupStore({ dataDir: join(folder, 'nowhere'), folder: join(folder, 'b2'), database: 'tocsin' }, SOME_TIME_MS)).rejects.toMatchObject({ code: 'not_found' });
    const restored = join(folder, 'restored');
    expect(await restoreStore({ dataDir: restored, folder: backup, database: 'tocsin' })).toEqual(made);
    await expect(restoreStore({ dataDir: restored, folder: backup, database: 'tocsin' })).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('holds a store already') });
    store = openStore({ dataDir: restored });
    expect(await migrate(store)).toEqual([]);
    const writer = new ClickHouseWriter(store);
    expect(await writer.storedThrough(LOG_ID)).toBe(2);
    // The batch that holds the last stored entry is sent again, and the next one; tokens were not part of the backup.
    await writer.insert([...entryRows(1, 300), storedItem({ sequence: 2, index: 9, item: { id: 'missing' } })], LOG_ID, `${LOG_ID}:1-2`);
    await writer.insert(entryRows(3, 10), LOG_ID, `${LOG_ID}:3-3`);
    expect(await store.select('SELECT count(), uniqExact(id) FROM tocsin.feedback')).toEqual([[total + 11, total + 11]]);
    expect((await store.select("SELECT sum(items) FROM tocsin.rollup_day WHERE dimension = 'all'"))[0]?.map(Number)).toEqual([total + 11]);
  });

  it('a folder that is no whole backup, or of a newer program, is refused in words', async () => {
    const target = { dataDir: join(folder, 'never'), database: 'tocsin' };
    await expect(restoreStore({ ...target, folder: join(folder, 'no-backup') })).rejects.toMatchObject({ code: 'input_unreadable', message: expect.stringContaining('no whole backup') });
    const manifest = JSON.parse(readFileSync(join(folder, 'backup', 'manifest.json'), 'utf8')) as { schemaVersion: number };
    writeFileSync(join(folder, 'backup', 'manifest.json'), JSON.stringify({ ...manifest, schemaVersion: 999 }));
    await expect(restoreStore({ ...target, folder: join(folder, 'backup') })).rejects.toMatchObject({ code: 'migration_failed', message: expect.stringContaining('newer Tocsin') });
    writeFileSync(join(folder, 'backup', 'manifest.json'), '{"format":1}');
    await expect(restoreStore({ ...target, folder: join(folder, 'backup') })).rejects.toMatchObject({ code: 'input_unreadable' });
  });
});

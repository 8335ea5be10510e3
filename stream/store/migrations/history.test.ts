import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ClickHouseWriter } from '../clickhouse-writer.ts';
import type { Store } from '../clickhouse.ts';
import { FEEDBACK_COLUMNS } from '../feedback-row.ts';
import { migrate } from '../migrate.ts';
import { temporaryStore, type TemporaryStore } from '../testing/embedded-store.ts';
import { entryRows } from '../testing/items.ts';
import { layErased } from '../testing/lay-erased.ts';
import { MIGRATIONS } from './index.ts';

const LOG_ID = 'scored.0';
const ITEMS = 40;
const ARRIVALS = `SELECT count(), countIf(log_index = 0), max(log_sequence) FROM tocsin.feedback WHERE toStartOfMinute(created_at) > toDateTime(0)`;

describe('a store with a history from before a migration', () => {
  let temporary: TemporaryStore;
  let store: Store;
  beforeEach(async () => {
    temporary = await temporaryStore('none');
    store = temporary.store;
    await migrate(store, { migrations: MIGRATIONS.filter(({ version }) => version <= 6) });
    await layErased(store);
    await new ClickHouseWriter(store).insert(entryRows(1, ITEMS), LOG_ID, `${LOG_ID}:1-1`);
  });
  afterEach(() => temporary.dispose());

  it('is given the projection of arrivals, which later inserts and their repeats count in once', { timeout: 300_000 }, async () => {
    expect(await migrate(store)).toContain(7);
    await vi.waitFor(async () => expect(await store.select("SELECT count() FROM system.mutations WHERE database = 'tocsin' AND NOT is_done")).toEqual([[0]]), { timeout: 120_000, interval: 100 });
    const plan = (await store.select(`EXPLAIN ${ARRIVALS}`)).map(([line]) => String(line)).join('\n');
    expect(plan).toContain('ReadFromMergeTree (arrivals)');
    expect(plan).not.toContain('ReadFromMergeTree (tocsin.feedback)');
    expect(await store.select(ARRIVALS)).toEqual([[ITEMS, 1, 1]]);
    const writer = new ClickHouseWriter(store);
    for (let time = 0; time < 3; time += 1) await writer.insert(entryRows(2, ITEMS), LOG_ID, `${LOG_ID}:2-2`);
    expect(await store.select(ARRIVALS)).toEqual([[2 * ITEMS, 2, 2]]);
    expect(await store.select(`${ARRIVALS} SETTINGS optimize_use_projections = 0`)).toEqual([[2 * ITEMS, 2, 2]]);
  });

  it('has what was counted beside the readings that were kept, however often the migration is run', { timeout: 300_000 }, async () => {
    await store.run(`INSERT INTO tocsin.scores (workspace, id, created_at, model, scored_at, sentiment, complaint, complaint_probability, categories)
      SELECT workspace, id, created_at, 'other-1', created_at, 'positive', false, 0.25, ['other'] FROM tocsin.feedback WHERE log_index < 10`);
    await store.run("INSERT INTO tocsin.scores (workspace, id, model) VALUES ('default', 'erased-since', 'other-1')");
    expect(await migrate(store)).toContain(8);
    const readings = `SELECT id LIKE 'item-1-%' AS known, count(), any(model), groupUniqArray(counted_model), countIf(counted_complaint), groupUniqArray(counted_categories), any(sentiment), max(complaint_probability), max(counted_complaint_probability)
      FROM tocsin.scores FINAL GROUP BY known ORDER BY known`;
    const expected = [[0, 1, 'other-1', [''], 0, [[]], '', 0, 0], [1, 10, 'other-1', ['test-1'], 10, [['logistics']], 'positive', 0.25, 0.875]];
    expect(await store.select(readings)).toEqual(expected);
    await store.run('ALTER TABLE tocsin.migrations DELETE WHERE version = 8 SETTINGS mutations_sync = 1');
    expect(await migrate(store)).toEqual([8]);
    expect(await store.select(readings)).toEqual(expected);
  });

  it('keeps its rows as they are when columns are given another codec, in parts from before and after and in what they are merged to', { timeout: 300_000 }, async () => {
    const all = 'SELECT * FROM tocsin.feedback ORDER BY log_sequence, log_index';
    const before = await store.select(all);
    expect(await migrate(store)).toContain(11);
    const codecs = await store.select("SELECT countIf(compression_codec = ''), countIf(compression_codec LIKE '%ZSTD%') FROM system.columns WHERE database = 'tocsin' AND table = 'feedback'");
    expect(codecs.flat().map(Number)).toEqual([1, FEEDBACK_COLUMNS.length - 1]);
    expect(await store.select(all)).toEqual(before);
    await new ClickHouseWriter(store).insert(entryRows(2, ITEMS), LOG_ID, `${LOG_ID}:2-2`);
    const both = await store.select(all);
    expect(both).toHaveLength(2 * ITEMS);
    await store.run('OPTIMIZE TABLE tocsin.feedback FINAL');
    expect(await store.select(all)).toEqual(both);
  });
});

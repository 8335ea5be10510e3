import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Store } from '../clickhouse.ts';
import { temporaryStore, type TemporaryStore } from '../testing/embedded-store.ts';
import { retentionStatements } from '../retention.ts';
import { MIGRATIONS } from './index.ts';
import { cluster, singleServer } from './placement.ts';

describe('the tables on a cluster', () => {
  let temporary: TemporaryStore;
  let store: Store;
  beforeAll(async () => {
    temporary = await temporaryStore();
    store = temporary.store;
  });
  afterAll(() => temporary.dispose());

  const placement = cluster('tocsin', 'main');
  const statements = MIGRATIONS.flatMap((migration) => migration.statements(placement).map((statement) => ({ name: migration.name, statement })));

  it('are made by statements whose syntax ClickHouse itself accepts', async () => {
    for (const { name, statement } of statements) {
      const [row] = await store.select('SELECT formatQuerySingleLine({statement:String})', { statement });
      expect(row?.[0], `a statement of ${name}`).toMatch(/^(CREATE|ALTER|DROP|TRUNCATE|INSERT)/);
    }
  });

  it('say ON CLUSTER in each statement that changes the schema', () => {
    const changes = statements.filter(({ statement }) => !/^\s*INSERT/.test(statement));
    expect(changes.filter(({ statement }) => !statement.includes("ON CLUSTER 'main'"))).toEqual([]);
  });

  it('are replicated where they hold rows, with a table over all shards above each that is in parts, and every view reads and writes local ones', () => {
    const text = statements.map(({ statement }) => statement).join('\n');
    const held = [...text.matchAll(/CREATE TABLE IF NOT EXISTS tocsin\.(\w+)_local[^;]*?ENGINE = (\w+)\('([^']+)'/g)].map(([, table, engine, path]) => ({ table, engine, path }));
    expect(held.length).toBeGreaterThan(10);
    expect(held.filter(({ engine }) => !engine?.startsWith('Replicated'))).toEqual([]);
    const above = [...text.matchAll(/CREATE TABLE IF NOT EXISTS tocsin\.(\w+) ON CLUSTER 'main' AS tocsin\.\1_local\s+ENGINE = Distributed/g)].map(([, table]) => table);
    // Who was erased is known to every server whole.
    const [parts, whole] = [held.filter(({ path }) => path?.includes('/{shard}/')), held.filter(({ path }) => !path?.includes('/{shard}/'))];
    expect(above.sort()).toEqual(parts.map(({ table }) => table).sort());
    expect(whole.map(({ table }) => table)).toEqual(['erased']);
    for (const [view] of text.matchAll(/CREATE MATERIALIZED VIEW[^;]*?GROUP BY/g)) {
      expect(view).toMatch(/ TO tocsin\.\w+_local AS/);
      expect(view).toMatch(/FROM tocsin\.\w+_local/);
    }
  });

  it('have the columns of those on a single server', () => {
    const columnsOf = (statement: string): string => statement.slice(statement.indexOf('\n('), statement.indexOf('\n)'));
    const tables = (all: readonly string[]): string[] => all.filter((statement) => /^\s*CREATE TABLE IF NOT EXISTS [\w.]+\s*(ON CLUSTER 'main')?\s*\n\(/.test(statement)).map(columnsOf);
    for (const migration of MIGRATIONS) expect(tables(migration.statements(placement))).toEqual(tables(migration.statements(singleServer('tocsin'))));
  });

  it('tiers of a storage policy are set by statements whose syntax ClickHouse accepts, the policy before what names its volume', async () => {
    const statements = retentionStatements({ target: placement.local('feedback'), time: 'created_at', onCluster: placement.onCluster, days: 1_095, coldAfterDays: 90, storagePolicy: 'hot_and_cold' });
    expect(statements).toHaveLength(2);
    for (const statement of statements) expect(await store.select('SELECT formatQuerySingleLine({statement:String})', { statement })).toEqual([[expect.stringContaining("ON CLUSTER main")]]);
    expect(statements[0]).toContain("storage_policy = 'hot_and_cold'");
    expect(statements[1]).toMatch(/toIntervalDay\(90\) TO VOLUME 'cold', toDateTime\(created_at\) \+ toIntervalDay\(1095\)$/);
  });

  it('a change goes to the local table and to the one above it, which knows no codecs', () => {
    expect(placement.altered('feedback', "ADD COLUMN IF NOT EXISTS a String DEFAULT '' CODEC(Delta(8), ZSTD(1)) AFTER id")).toEqual([
      "ALTER TABLE tocsin.feedback_local ON CLUSTER 'main' ADD COLUMN IF NOT EXISTS a String DEFAULT '' CODEC(Delta(8), ZSTD(1)) AFTER id",
      "ALTER TABLE tocsin.feedback ON CLUSTER 'main' ADD COLUMN IF NOT EXISTS a String DEFAULT '' AFTER id",
    ]);
  });
});

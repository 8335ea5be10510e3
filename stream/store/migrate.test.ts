import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from './clickhouse.ts';
import { FEEDBACK_COLUMNS } from './feedback-row.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';
import type { Migration } from './migrations/migration.ts';
import { temporaryStore, type TemporaryStore } from './testing/embedded-store.ts';
import { openInProcess } from './testing/in-process.ts';

const nextVersion = MIGRATIONS.length + 1;

function migration(version: number, ...statements: string[]): Migration {
  return { version, name: `test-${version}`, statements: () => statements };
}

async function appliedVersions(store: Store): Promise<number[]> {
  return (await store.select('SELECT version FROM tocsin.migrations ORDER BY version')).map((row) => Number(row[0]));
}

describe('the migrations of this program', () => {
  let temporary: TemporaryStore;
  let store: Store;
  beforeAll(async () => {
    temporary = await temporaryStore();
    store = temporary.store;
  });
  afterAll(() => temporary.dispose());

  it('are numbered 1, 2, 3 … without gaps', () => {
    expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, at) => at + 1));
  });

  it('run once: a second start applies nothing', async () => {
    expect(await migrate(store)).toEqual([]);
    expect(await appliedVersions(store)).toEqual(MIGRATIONS.map(({ version }) => version));
  });

  it('make every column that the sink writes', async () => {
    const rows = await store.select("SELECT name FROM system.columns WHERE database = 'tocsin' AND table = 'feedback'");
    expect(new Set(rows.map((row) => row[0]))).toEqual(new Set(FEEDBACK_COLUMNS));
  });

  it('make a table that keeps its deduplication tokens and its parts through a power loss', async () => {
    const [row] = await store.select("SELECT create_table_query FROM system.tables WHERE database = 'tocsin' AND name = 'feedback'");
    expect(row?.[0]).toMatch(/non_replicated_deduplication_window = 10000.*fsync_after_insert = 1/);
  });
});

describe('migrations', () => {
  let temporary: TemporaryStore;
  let store: Store;
  beforeEach(async () => {
    temporary = await temporaryStore();
    store = temporary.store;
  });
  afterEach(() => temporary.dispose());

  it('a migration that stopped half-way is run again from its first statement, and those after it do not run before', async () => {
    const halves = [`CREATE TABLE IF NOT EXISTS tocsin.halves (a UInt8) ENGINE = MergeTree ORDER BY a`, 'ALTER TABLE tocsin.absent ADD COLUMN IF NOT EXISTS b UInt8'];
    const migrations = [...MIGRATIONS, migration(nextVersion, ...halves), migration(nextVersion + 1, 'SELECT 1')];
    await expect(migrate(store, { migrations })).rejects.toMatchObject({
      code: 'migration_failed',
      retryable: false,
      message: expect.stringMatching(new RegExp(`Migration ${nextVersion} \\(test-${nextVersion}\\) stopped at statement 2 of 2: .*UNKNOWN_TABLE`)),
    });
    expect(await appliedVersions(store)).toEqual(MIGRATIONS.map(({ version }) => version));
    await store.run('CREATE TABLE tocsin.absent (a UInt8) ENGINE = MergeTree ORDER BY a');
    expect(await migrate(store, { migrations })).toEqual([nextVersion, nextVersion + 1]);
    expect(await migrate(store, { migrations })).toEqual([]);
  });

  it('two programs that start together both come up', async () => {
    await store.run('DROP DATABASE tocsin');
    const other = openInProcess(temporary.dataDir);
    await Promise.all([migrate(store), migrate(other)]);
    await other.close();
    expect(await migrate(store)).toEqual([]);
  });

  it('a schema newer than the program is refused and said in words', async () => {
    await migrate(store, { migrations: [...MIGRATIONS, migration(nextVersion, 'SELECT 1')] });
    await expect(migrate(store)).rejects.toMatchObject({
      code: 'migration_failed',
      message: expect.stringMatching(new RegExp(`version ${nextVersion}, this program knows ${MIGRATIONS.length}`)),
    });
  });
});

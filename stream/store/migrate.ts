import { TocsinError } from '../../core/errors.ts';
import type { Store } from './clickhouse.ts';
import { MIGRATIONS } from './migrations/index.ts';
import type { Migration } from './migrations/migration.ts';
import type { Placement } from './migrations/placement.ts';
import { answeredType } from './store-errors.ts';

export interface MigrateOptions {
  migrations?: readonly Migration[];
  placement?: Placement;
}

/**
 * Brings the schema up to this program and returns the versions that it applied. Safe to run again after any failure,
 * and by several programs at once: each statement is harmless when repeated, and a version is noted after its last one.
 *
 * Throws `store_unavailable` (retryable), or `migration_failed`: a statement was refused, or the schema is newer than
 * this program, which then must not write to it.
 */
export async function migrate(store: Store, options: MigrateOptions = {}): Promise<number[]> {
  const migrations = options.migrations ?? MIGRATIONS;
  const placement = options.placement ?? store.layout;
  const applied = await appliedVersions(store, placement);
  refuseNewerSchema(store, applied, migrations);
  const done: number[] = [];
  for (const migration of migrations) {
    if (applied.has(migration.version)) continue;
    await apply(store, placement, migration);
    done.push(migration.version);
  }
  return done;
}

async function appliedVersions(store: Store, { database, onCluster, local, engine }: Placement): Promise<Set<number>> {
  await store.run(`CREATE DATABASE IF NOT EXISTS ${database} ${onCluster}`);
  await store.run(`
CREATE TABLE IF NOT EXISTS ${local('migrations')} ${onCluster}
(version UInt32, name String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3))
ENGINE = ${engine('MergeTree', { table: 'migrations', spread: 'everywhere' })} ORDER BY version`);
  await store.run(`
CREATE TABLE IF NOT EXISTS ${local('backfills')} ${onCluster} (log_id String, through UInt64)
ENGINE = ${engine('MergeTree', { table: 'backfills', spread: 'everywhere' })} ORDER BY log_id`);
  const rows = await store.select(`SELECT DISTINCT version FROM ${local('migrations')}`);
  return new Set(rows.map((row) => Number(row[0])));
}

function refuseNewerSchema(store: Store, applied: ReadonlySet<number>, migrations: readonly Migration[]): void {
  const newest = Math.max(0, ...applied);
  const known = Math.max(0, ...migrations.map((migration) => migration.version));
  if (newest <= known) return;
  throw new TocsinError(
    'migration_failed',
    `The tables in ${store.place} are of version ${newest}, this program knows ${known}. Start a newer Tocsin, or use another database.`,
  );
}

async function apply(store: Store, placement: Placement, migration: Migration): Promise<void> {
  const statements = migration.statements(placement);
  for (const [index, statement] of statements.entries()) {
    try {
      await store.run(statement);
    } catch (error) {
      throw migrationError(migration, `statement ${index + 1} of ${statements.length}`, error);
    }
  }
  await store.run(`INSERT INTO ${placement.local('migrations')} (version, name) SETTINGS async_insert = 0 VALUES (${migration.version}, '${migration.name}')`);
}

/** A server that cannot be reached is worth another try; one that answers "no" to a statement is not. */
function migrationError(migration: Migration, where: string, error: unknown): TocsinError {
  if (error instanceof TocsinError && answeredType(error.cause) === undefined) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new TocsinError('migration_failed', `Migration ${migration.version} (${migration.name}) stopped at ${where}: ${reason}`, { cause: error });
}

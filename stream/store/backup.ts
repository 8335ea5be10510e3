import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { TocsinError } from '../../core/errors.ts';
import { makeFolder } from '../make-folder.ts';
import { openStore, type Store } from './clickhouse.ts';
import { quote } from './engine/engine.ts';
import { MIGRATIONS } from './migrations/index.ts';

export interface BackupOptions {
  dataDir: string;
  /** Folder of the backup; for a backup it must not exist or be empty. */
  folder: string;
  database: string;
}

/** What was backed up: a restore is compared with it. */
const manifestSchema = z.object({
  format: z.literal(1),
  madeAt: z.string(),
  schemaVersion: z.int(),
  tables: z.record(z.string(), z.object({ rows: z.number(), fingerprint: z.string() })),
});
export type BackupManifest = z.infer<typeof manifestSchema>;

const MERGE_LOOK_MS = 50;
const MANIFEST = 'manifest.json';
const PARTS = 'clickhouse';

/**
 * Copies the embedded store into a folder, which then holds all that is needed. No server may have the data folder open.
 * @throws TocsinError `conflict` when the folder is not empty; `data_dir_unusable`, `store_unavailable`
 */
export async function backupStore(options: BackupOptions, nowMs: number): Promise<BackupManifest> {
  const folder = resolve(options.folder);
  if (existsSync(folder) && readdirSync(folder).length > 0) throw new TocsinError('conflict', `${folder} is not empty: a backup goes into a folder of its own.`);
  if (!existsSync(join(resolve(options.dataDir), 'clickhouse'))) throw new TocsinError('not_found', `${resolve(options.dataDir)} holds no embedded store.`);
  makeBackupFolder(folder);
  return withStore(options, folder, async (store) => {
    await stopMerges(store);
    const manifest: BackupManifest = { format: 1, madeAt: new Date(nowMs).toISOString(), schemaVersion: await schemaVersion(store), tables: await describeTables(store) };
    await store.run(`BACKUP DATABASE ${store.database} TO File(${quote(join(folder, PARTS))})`);
    // Last: a backup without it is not whole.
    writeFileSync(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
    return manifest;
  });
}

/**
 * Brings a backup into a data folder that has no store yet, and compares every table with what was backed up. The sink
 * goes on from there: tokens of earlier inserts are not part of a backup, so of the batch that it sends again only what
 * is missing is inserted.
 * @throws TocsinError `input_unreadable` for a folder that is no whole backup, `migration_failed` for one of a newer
 *   program, `conflict` when there is a store already or the result differs
 */
export async function restoreStore(options: BackupOptions): Promise<BackupManifest> {
  const folder = resolve(options.folder);
  const manifest = readManifest(folder);
  const known = Math.max(...MIGRATIONS.map(({ version }) => version));
  if (manifest.schemaVersion > known) throw new TocsinError('migration_failed', `The backup is of version ${manifest.schemaVersion}, this program knows ${known}. Restore it with a newer Tocsin.`);
  return withStore(options, folder, async (store) => {
    const [tables] = await store.select('SELECT count() FROM system.tables WHERE database = {database:String}', { database: store.database });
    if (Number(tables?.[0]) > 0) throw new TocsinError('conflict', `${store.place} holds a store already. Restore into another data folder.`);
    const from = `RESTORE DATABASE ${store.database} FROM File(${quote(join(folder, PARTS))})`;
    await store.run(`${from} SETTINGS structure_only = 1`);
    await stopMerges(store);
    await store.run(from);
    const found = await describeTables(store);
    const differing = Object.entries(manifest.tables).filter(([name, { rows, fingerprint }]) => found[name]?.rows !== rows || found[name]?.fingerprint !== fingerprint);
    if (differing.length > 0) throw new TocsinError('conflict', `The restored store differs from what was backed up in ${differing.map(([name]) => name).join(', ')}.`);
    await store.run(`INSERT INTO ${store.layout.local('backfills')} SELECT log_id, max(log_sequence) FROM ${store.database}.feedback GROUP BY log_id`);
    return manifest;
  });
}

function readManifest(folder: string): BackupManifest {
  let text: string;
  try {
    text = readFileSync(join(folder, MANIFEST), 'utf8');
  } catch (cause) {
    throw new TocsinError('input_unreadable', `${folder} is no whole backup: it has no ${MANIFEST}.`, { cause });
  }
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new TocsinError('input_unreadable', `${join(folder, MANIFEST)} is not what a backup writes.`, { cause });
  }
}

async function withStore<T>({ dataDir, database }: BackupOptions, folder: string, use: (store: Store) => Promise<T>): Promise<T> {
  const store = openStore({ dataDir, database, backupFolder: folder });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

function makeBackupFolder(folder: string): void {
  try {
    makeFolder(folder, 0o700);
  } catch (cause) {
    throw new TocsinError('data_dir_unusable', `${folder} cannot be made.`, { cause });
  }
}

/**
 * While this program has the store open: of what merges replace, sum up or find too old, other rows would be counted than were copied.
 * What is being merged is broken off, or just ends.
 */
async function stopMerges(store: Store): Promise<void> {
  await store.run('SYSTEM STOP MERGES');
  const merging = async (): Promise<number> => Number((await store.select('SELECT count() FROM system.merges WHERE database = {database:String}', { database: store.database }))[0]?.[0]);
  while (await merging() > 0) await setTimeout(MERGE_LOOK_MS);
}

async function schemaVersion(store: Store): Promise<number> {
  return Number((await store.select(`SELECT max(version) FROM ${store.database}.migrations`))[0]?.[0] ?? 0);
}

/** Rows and fingerprint of each table with rows. Of roll-ups the states, which the engine may have merged as it wrote them. */
async function describeTables(store: Store): Promise<BackupManifest['tables']> {
  const names = await store.select("SELECT name FROM system.tables WHERE database = {database:String} AND engine LIKE '%MergeTree' ORDER BY name", { database: store.database });
  const tables: BackupManifest['tables'] = {};
  for (const [name] of names) {
    const table = String(name);
    const [row] = await store.select(`SELECT count(), toString(sum(cityHash64(${await comparedColumns(store, table)}))) FROM ${store.database}.${table}${table.startsWith('rollup_') ? ' FINAL' : ''}`);
    tables[table] = { rows: Number(row?.[0]), fingerprint: String(row?.[1]) };
  }
  return tables;
}

/** Aggregate states cannot be hashed; what they hold is compared by its result. */
async function comparedColumns(store: Store, table: string): Promise<string> {
  const columns = await store.select('SELECT name, type FROM system.columns WHERE database = {database:String} AND table = {table:String} ORDER BY position', { database: store.database, table });
  return columns.map(([name, type]) => (String(type).startsWith('AggregateFunction') ? `finalizeAggregation(\`${String(name)}\`)` : `toString(\`${String(name)}\`)`)).join(', ');
}

import { TocsinError } from '../../core/errors.ts';
import type { Store } from './clickhouse.ts';

export interface Retention {
  /** Items, their scores and hours of roll-ups older than this go, a month's parts at a time. */
  days: number;
  /** Server only: months older than this move to the volume `cold` of the storage policy. */
  coldAfterDays?: number;
  storagePolicy?: string;
}

const TABLES = [
  { table: 'feedback', time: 'created_at' },
  { table: 'scores', time: 'created_at' },
  { table: 'rollup_hour', time: 'time' },
];

/**
 * Sets for how long rows are kept, where that differs from what the tables say. Days of roll-ups have no end: they are
 * counts and name nobody.
 * @throws TocsinError `invalid_setting` for tiers of an embedded store
 */
export async function applyRetention(store: Store, { days, coldAfterDays, storagePolicy }: Retention): Promise<string[]> {
  if (store.kind === 'embedded' && (coldAfterDays !== undefined || storagePolicy !== undefined)) {
    throw new TocsinError('invalid_setting', 'TOCSIN_COLD_AFTER_DAYS and TOCSIN_CLICKHOUSE_STORAGE_POLICY need a ClickHouse server with that policy (CLICKHOUSE_URL); the embedded store has one disk.');
  }
  const changed: string[] = [];
  for (const { table, time } of TABLES) {
    const target = store.layout.local(table);
    const kept = await engineText(store, target);
    const statements = retentionStatements({ target, time, onCluster: store.layout.onCluster, days, ...(coldAfterDays === undefined ? {} : { coldAfterDays }), ...(storagePolicy === undefined ? {} : { storagePolicy }) });
    if (kept.includes(`TTL ${ttlText(time, days, coldAfterDays)}`)) continue;
    for (const statement of statements) await store.run(statement);
    changed.push(table);
  }
  return changed;
}

/** The policy first: a TTL may only name a volume that the table has. */
export function retentionStatements({ target, time, onCluster, days, coldAfterDays, storagePolicy }: Retention & { target: string; time: string; onCluster: string }): string[] {
  const settings = ['ttl_only_drop_parts = 1', ...(storagePolicy === undefined ? [] : [`storage_policy = '${storagePolicy}'`])];
  return [
    `ALTER TABLE ${target} ${onCluster} MODIFY SETTING ${settings.join(', ')}`,
    `ALTER TABLE ${target} ${onCluster} MODIFY TTL ${ttlText(time, days, coldAfterDays)}`,
  ];
}

/** As ClickHouse itself writes it. */
function ttlText(time: string, days: number, coldAfterDays?: number): string {
  const after = (count: number): string => `toDateTime(${time}) + toIntervalDay(${count})`;
  return coldAfterDays === undefined ? after(days) : `${after(coldAfterDays)} TO VOLUME 'cold', ${after(days)}`;
}

async function engineText(store: Store, target: string): Promise<string> {
  const [database, table] = target.split('.');
  const [row] = await store.select('SELECT engine_full FROM system.tables WHERE database = {database:String} AND name = {table:String}', { database: database ?? '', table: table ?? '' });
  return String(row?.[0] ?? '');
}

import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StoredItem } from '../../../core/stored-item.ts';
import { ClickHouseWriter } from '../clickhouse-writer.ts';
import type { Store } from '../clickhouse.ts';
import { migrate } from '../migrate.ts';
import { temporaryStore, type TemporaryStore } from '../testing/embedded-store.ts';
import { storedItem } from '../testing/items.ts';
import { layErased } from '../testing/lay-erased.ts';
import { MIGRATIONS } from './index.ts';
import type { Migration } from './migration.ts';

const LOG_ID = 'scored.0';
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SHANGHAI_MS = 8 * HOUR_MS;
const nowMs = Date.now();
const OLDEST_MS = nowMs - 9 * DAY_MS;

/** Migration 2 as stores that are there were made by it. */
const older: Migration = {
  version: 2,
  name: 'rollups',
  statements: () => readFileSync(new URL('../testing/rollups-with-cross-hours.sql', import.meta.url), 'utf8').replace(/^--.*$/m, '').split(/;\n/).map((statement) => statement.trim()).filter((statement) => statement !== ''),
};
const OLDER = MIGRATIONS.filter(({ version }) => version <= 8).map((migration) => (migration.version === 2 ? older : migration));

/** Over nine days, some of them repeats, some with two categories. */
function batchOf(sequence: number): StoredItem[] {
  return Array.from({ length: 50 }, (_, index) => storedItem({
    sequence, index,
    ...(index % 7 === 3 ? { duplicateOf: 'item-0-0' } : {}),
    item: { createdAtMs: sequence === 1 && index === 0 ? OLDEST_MS : OLDEST_MS + ((sequence * 977 + index * 7_919) % (9 * 24)) * HOUR_MS, receivedAtMs: nowMs, channel: index % 2 === 0 ? 'app' : 'phone', region: `R${index % 3}`, customer: { id: `c${index}`, group: `g${index % 2}` } },
    score: { categories: [{ id: `k${index % 3}`, probability: 0.5, decidedBy: 'model' }, ...(index % 5 === 0 ? [{ id: 'k9', probability: 0.25, decidedBy: 'model' as const }] : [])] },
  }));
}

const dayOf = (ms: number): number => (Math.floor((ms + SHANGHAI_MS) / DAY_MS) * DAY_MS - SHANGHAI_MS) / 1_000;

/** Items and repeats by category, channel, region, customer group and day, counted here. */
function expected(items: readonly StoredItem[]): string[] {
  const counts = new Map<string, [number, number]>();
  for (const { item, score, createdAtMs, duplicateOf } of items) {
    for (const category of ['', ...score.categories.map(({ id }) => id)]) {
      const key = [category, item.channel, item.region, item.customer?.group, dayOf(createdAtMs)].join('|');
      const count = counts.get(key) ?? [0, 0];
      count[duplicateOf === undefined ? 0 : 1] += 1;
      counts.set(key, count);
    }
  }
  return [...counts].map(([key, count]) => `${key}|${count.join('|')}`).sort();
}

async function stored(store: Store): Promise<string[]> {
  const rows = await store.select("SELECT category, channel, region, customer_group, toUnixTimestamp(time), sum(items), sum(repeats) FROM tocsin.rollup_cross_day WHERE category != 'long ago' GROUP BY ALL");
  return rows.map((row) => row.join('|')).sort();
}

describe('a store with hours of category × channel × region × customer group', () => {
  let temporary: TemporaryStore;
  let store: Store;
  const batches = [1, 2, 3].map(batchOf);
  const send = async (batch: readonly StoredItem[]): Promise<void> => new ClickHouseWriter(store).insert(batch, LOG_ID, `${LOG_ID}:${batch[0]!.sequence}-${batch[0]!.sequence}`);

  beforeEach(async () => {
    temporary = await temporaryStore('none');
    store = temporary.store;
    await migrate(store, { migrations: OLDER });
    await layErased(store);
    for (const batch of batches) await send(batch);
    await store.run(`INSERT INTO tocsin.rollup_cross_day (category, time, items) VALUES ('long ago', ${dayOf(OLDEST_MS - 500 * DAY_MS)}, 7)`);
  });
  afterEach(() => temporary.dispose());

  const tables = async (): Promise<unknown[]> => (await store.select("SELECT name FROM system.tables WHERE database = 'tocsin' AND name LIKE 'rollup_cross%' ORDER BY name")).flat();

  it('has the same days without the hours, keeps what is older than its items and counts on once', { timeout: 300_000 }, async () => {
    // As it was made: the hours are counted, and the days from them.
    expect(await tables()).toEqual(['rollup_cross_day', 'rollup_cross_day_view', 'rollup_cross_hour', 'rollup_cross_hour_view']);
    expect(await store.select("SELECT sum(items) + sum(repeats) FROM tocsin.rollup_cross_hour WHERE category = ''")).toEqual([[batches.flat().length]]);
    expect(await stored(store)).toEqual(expected(batches.flat()));
    expect(await migrate(store)).toContain(9);
    expect(await tables()).toEqual(['rollup_cross_day', 'rollup_cross_day_view']);
    expect(await stored(store)).toEqual(expected(batches.flat()));
    // As the sink does after a start: the last batch again.
    for (let time = 0; time < 3; time += 1) await send(batches.at(-1)!);
    expect(await stored(store)).toEqual(expected(batches.flat()));
    const more = batchOf(4);
    for (let time = 0; time < 3; time += 1) await send(more);
    expect(await stored(store)).toEqual(expected([...batches.flat(), ...more]));
    expect(await store.select("SELECT sum(items) FROM tocsin.rollup_cross_day WHERE category = 'long ago'")).toEqual([[7]]);
  });

  it('is brought up by the next start when it stopped at any statement', { timeout: 300_000 }, async () => {
    const last = MIGRATIONS.find(({ version }) => version === 9)!;
    const count = last.statements(store.layout).length;
    for (let at = 1; at <= count; at += 1) {
      const broken: Migration = { ...last, statements: (placement) => [...last.statements(placement).slice(0, at), 'SELECT nonsense'] };
      await expect(migrate(store, { migrations: [...OLDER, broken] })).rejects.toMatchObject({ code: 'migration_failed' });
    }
    expect(await migrate(store)).toContain(9);
    expect(await stored(store)).toEqual(expected(batches.flat()));
    expect(await store.select("SELECT sum(items) FROM tocsin.rollup_cross_day WHERE category = 'long ago'")).toEqual([[7]]);
  });
});

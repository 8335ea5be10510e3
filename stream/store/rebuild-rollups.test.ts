import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StoredItem } from '../../core/stored-item.ts';
import { ClickHouseWriter } from './clickhouse-writer.ts';
import type { Store } from './clickhouse.ts';
import { migrate } from './migrate.ts';
import { rebuildRollups, rollupTimeZone } from './rebuild-rollups.ts';
import { temporaryStore, type TemporaryStore } from './testing/embedded-store.ts';
import { openInProcess } from './testing/in-process.ts';
import { storedItem } from './testing/items.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const nowMs = Date.now();
const ITEMS = 300;

/** One every 11 hours, the last one now: over several months. */
const items: StoredItem[] = Array.from({ length: ITEMS }, (_, at) => {
  const createdAtMs = nowMs - (ITEMS - 1 - at) * 11 * HOUR_MS;
  return storedItem({ sequence: 1 + Math.floor(at / 50), index: at % 50, item: { createdAtMs, receivedAtMs: createdAtMs + 1_000, channel: at % 2 === 0 ? 'app' : 'phone', region: 'north', product: 'P1', customer: { id: `c${at}`, group: 'g' } } });
});

/** Items by start of the day, in seconds; `offsetMs` is local time minus UTC. */
function byDay(offsetMs: number): Map<number, number> {
  const days = new Map<number, number>();
  for (const { createdAtMs } of items) {
    const day = (Math.floor((createdAtMs + offsetMs) / DAY_MS) * DAY_MS - offsetMs) / 1_000;
    days.set(day, (days.get(day) ?? 0) + 1);
  }
  return days;
}

describe('roll-ups that are made again', () => {
  let temporary: TemporaryStore;
  let elsewhere: Store;
  beforeEach(async () => {
    temporary = await temporaryStore();
    await new ClickHouseWriter(temporary.store).insert(items, 'scored.0', 'scored.0:1-6');
    elsewhere = openInProcess(temporary.dataDir, 'UTC');
  });
  afterEach(async () => {
    await elsewhere.close();
    await temporary.dispose();
  });

  async function stored(table: string, where: string): Promise<Map<number, number>> {
    const rows = await elsewhere.select(`SELECT toUnixTimestamp(time), sum(items) FROM tocsin.${table} WHERE ${where} GROUP BY time ORDER BY time`);
    return new Map(rows.map(([time, count]) => [Number(time), Number(count)]));
  }

  it('begin their days in the zone that the store is opened with, keep what is older than the items, and count on once', { timeout: 300_000 }, async () => {
    const older = Math.floor((nowMs - 900 * DAY_MS) / DAY_MS) * 86_400;
    await elsewhere.run(`INSERT INTO tocsin.rollup_day (workspace, dimension, time, items) VALUES ('default', 'all', ${older}, 7)`);
    expect(await rollupTimeZone(elsewhere)).toBe('Asia/Shanghai');
    expect(await stored('rollup_day', `dimension = 'all' AND time != ${older}`)).toEqual(byDay(8 * HOUR_MS));
    const told: string[] = [];
    const months = await rebuildRollups(elsewhere, { nowMs, onProgress: ({ month }) => told.push(month) });
    expect(told).toHaveLength(months);
    expect(months).toBeGreaterThan(4);
    expect(await rollupTimeZone(elsewhere)).toBe('UTC');
    expect(await migrate(elsewhere)).toEqual([]);
    const writer = new ClickHouseWriter(elsewhere);
    await writer.insert(items, 'scored.0', 'scored.0:1-6');
    expect(await stored('rollup_day', "dimension = 'all'")).toEqual(new Map([[older, 7], ...byDay(0)]));
    expect(await stored('rollup_day', "dimension = 'product' AND value = 'P1'")).toEqual(byDay(0));
    expect(await stored('rollup_cross_day', "category = ''")).toEqual(byDay(0));
    expect(await stored('rollup_issue_day', "category = '' AND dimension = 'product'")).toEqual(byDay(0));
    expect([...(await stored('rollup_hour', "dimension = 'all'")).values()].reduce((sum, count) => sum + count, 0)).toBe(ITEMS);
    await writer.insert([storedItem({ sequence: 7, index: 0, item: { id: 'one-more', createdAtMs: nowMs, receivedAtMs: nowMs } })], 'scored.0', 'scored.0:7-7');
    expect([...(await stored('rollup_day', "dimension = 'all'")).values()].reduce((sum, count) => sum + count, 0)).toBe(ITEMS + 8);
  });

  it('are made by the next start when it was stopped half-way', { timeout: 300_000 }, async () => {
    await expect(rebuildRollups(elsewhere, { nowMs, onProgress: () => { throw new Error('stopped'); } })).rejects.toThrow('stopped');
    expect(await migrate(elsewhere)).toEqual([2]);
    expect(await stored('rollup_day', "dimension = 'all'")).toEqual(byDay(0));
    expect(await rollupTimeZone(elsewhere)).toBe('UTC');
  });
});

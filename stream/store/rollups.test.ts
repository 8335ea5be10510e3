import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TocsinError } from '../../core/errors.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import { ClickHouseWriter } from './clickhouse-writer.ts';
import type { Store } from './clickhouse.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { temporaryStore, type TemporaryStore } from './testing/embedded-store.ts';
import { storedItem } from './testing/items.ts';

const LOG_ID = 'scored.0';
const HOUR_MS = 3_600_000;
/** Migrations that make roll-ups. */
const ROLLUP_VERSIONS = [2, 9];
const SHANGHAI_MS = 8 * HOUR_MS;
/** Items are of the last two days, so that minutes are kept. */
const nowMs = Date.now();

/** Items with every dimension, repeats among them, some days old, some imported long after their time. */
function batchOf(sequence: number, count = 60): StoredItem[] {
  return Array.from({ length: count }, (_, index) => {
    const createdAtMs = nowMs - ((sequence * 977 + index * 7_919) % (48 * 3_600)) * 1_000;
    const imported = index % 10 === 9;
    return storedItem({
      sequence, index,
      ...(index % 7 === 3 ? { duplicateOf: 'item-0-0' } : {}),
      item: {
        createdAtMs: imported ? createdAtMs - 400 * 24 * HOUR_MS : createdAtMs, receivedAtMs: createdAtMs + 1_500,
        channel: index % 2 === 0 ? 'app' : 'phone', product: `P${index % 5}`, store: `S${index % 3}`, agent: index % 4 === 0 ? '' : `A${index % 4}`, region: `R${index % 6}`,
        customer: { id: `c${index % 11}`, group: `g${index % 2}`, tier: 'gold' }, rating: 1 + (index % 5), nps: index % 11, waitSeconds: index, resolved: index % 3 === 0,
      },
      score: {
        complaint: index % 3 !== 1, severity: (['none', 'mild', 'moderate', 'severe'] as const)[index % 4] ?? 'none', sentiment: (['negative', 'neutral', 'positive'] as const)[index % 3] ?? 'neutral',
        categories: [{ id: `k${index % 4}`, probability: 0.5, decidedBy: 'model' }, ...(index % 5 === 0 ? [{ id: 'k9', probability: 0.25, decidedBy: 'model' as const }] : [])],
      },
    });
  });
}

/** `items repeats complaints severe` by key, as a roll-up must have them; computed here from the items. */
function expected(items: readonly StoredItem[], keysOf: (item: StoredItem) => readonly string[]): Map<string, string> {
  const counts = new Map<string, [number, number, number, number]>();
  for (const item of items) {
    for (const key of new Set(keysOf(item))) {
      const row = counts.get(key) ?? [0, 0, 0, 0];
      if (item.duplicateOf !== undefined) row[1] += 1;
      else {
        row[0] += 1;
        if (item.score.complaint) row[2] += 1;
        if (item.score.severity === 'severe') row[3] += 1;
      }
      counts.set(key, row);
    }
  }
  return new Map([...counts].sort().map(([key, row]) => [key, row.join(' ')]));
}

function dimensionsOf({ item, score, model }: StoredItem): string[] {
  const values = {
    channel: item.channel, region: item.region, product: item.product, store: item.store, agent: item.agent, customer_group: item.customer?.group,
    customer_tier: item.customer?.tier, sentiment: score.sentiment, severity: score.severity, language: score.language, model,
  };
  return ['all|', ...score.categories.map(({ id }) => `category|${id}`), ...Object.entries(values).filter(([, value]) => value).map(([name, value]) => `${name}|${value}`)];
}

const startOf = (ms: number, stepMs: number, offsetMs = 0): number => (Math.floor((ms + offsetMs) / stepMs) * stepMs - offsetMs) / 1_000;
const dayOf = ({ createdAtMs }: StoredItem): number => startOf(createdAtMs, 24 * HOUR_MS, SHANGHAI_MS);
const hourOf = ({ createdAtMs }: StoredItem): number => startOf(createdAtMs, HOUR_MS);
const crossOf = ({ item, score }: StoredItem): string[] => ['', ...score.categories.map(({ id }) => id)].map((id) => `${id}|${item.channel}|${item.region}|${item.customer?.group}`);

async function stored(store: Store, table: string, key: string): Promise<Map<string, string>> {
  const rows = await store.select(
    `SELECT concat(${key}, '|', toString(toUnixTimestamp(time))) AS k, concat(toString(sum(items)), ' ', toString(sum(repeats)), ' ', toString(sum(complaints)), ' ', toString(sum(severe)))
     FROM ${store.database}.${table} GROUP BY k ORDER BY k`,
  );
  return new Map(rows.map(([k, counts]) => [String(k), String(counts)] as const).sort());
}

async function expectRollups(store: Store, items: readonly StoredItem[]): Promise<void> {
  const recent = items.filter(({ item, createdAtMs }) => item.receivedAtMs - createdAtMs <= 3 * 24 * HOUR_MS);
  const byDimension = "dimension, '|', value";
  const cross = "category, '|', channel, '|', region, '|', customer_group";
  expect(await stored(store, 'rollup_minute', byDimension)).toEqual(expected(recent, (item) => dimensionsOf(item).map((key) => `${key}|${startOf(item.createdAtMs, 60_000)}`)));
  expect(await stored(store, 'rollup_hour', byDimension)).toEqual(expected(items, (item) => dimensionsOf(item).map((key) => `${key}|${hourOf(item)}`)));
  expect(await stored(store, 'rollup_day', byDimension)).toEqual(expected(items, (item) => dimensionsOf(item).map((key) => `${key}|${dayOf(item)}`)));
  expect(await stored(store, 'rollup_cross_day', cross)).toEqual(expected(items, (item) => crossOf(item).map((key) => `${key}|${dayOf(item)}`)));
  expect(await stored(store, 'rollup_issue_day', "dimension, '|', category, '|', value")).toEqual(expected(items, (stored) =>
    (['product', 'store', 'agent'] as const).flatMap((name) => ['', ...stored.score.categories.map(({ id }) => id)].filter(() => stored.item[name]).map((id) => `${name}|${id}|${stored.item[name]}|${dayOf(stored)}`))));
}

describe('roll-ups', () => {
  let temporary: TemporaryStore;
  let store: Store;
  let writer: ClickHouseWriter;
  beforeEach(async () => {
    temporary = await temporaryStore();
    store = temporary.store;
    writer = new ClickHouseWriter(store);
  });
  afterEach(() => temporary.dispose());

  const batches = [1, 2, 3, 4].map((sequence) => batchOf(sequence));
  const tokenOf = (batch: readonly StoredItem[]): string => `${LOG_ID}:${batch[0]?.sequence ?? 0}-${batch[0]?.sequence ?? 0}`;

  it('count each item once when every insert is sent three times, in and out of order', { timeout: 300_000 }, async () => {
    for (const batch of batches) await writer.insert(batch, LOG_ID, tokenOf(batch));
    for (const batch of batches.toReversed()) await writer.insert(batch, LOG_ID, tokenOf(batch));
    for (const batch of [...batches.slice(2), ...batches.slice(0, 2)]) await writer.insert(batch, LOG_ID, tokenOf(batch));
    expect(await store.select('SELECT count() FROM tocsin.feedback')).toEqual([[batches.flat().length]]);
    await expectRollups(store, batches.flat());
  });

  it('count each item once when every answer is lost after the commit: each insert three times, in and out of order', { timeout: 300_000 }, async () => {
    const losing = new Proxy(store, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        if (name !== 'insert') return value.bind(target) as unknown;
        return async (statement: string, data: Buffer) => {
          await target.insert(statement, data);
          throw new TocsinError('store_unavailable', 'The answer came too late.', { retryable: true });
        };
      },
    });
    const [first = [], second = [], third = [], fourth = []] = batches;
    for (const batch of [first, second, first, fourth, third, third, second, first, fourth, second, third, fourth]) {
      await expect(new ClickHouseWriter(losing).insert(batch, LOG_ID, tokenOf(batch))).rejects.toMatchObject({ retryable: true });
    }
    expect(await store.select('SELECT count() FROM tocsin.feedback')).toEqual([[batches.flat().length]]);
    await expectRollups(store, batches.flat());
  });

  it('are completed by a repeat when a view failed after the items were stored', { timeout: 300_000 }, async () => {
    const [batch = []] = batches;
    await store.run('ALTER TABLE tocsin.rollup_day ADD CONSTRAINT no_row CHECK time < toDateTime(0)');
    await expect(writer.insert(batch, LOG_ID, tokenOf(batch))).rejects.toMatchObject({ retryable: true });
    await store.run('ALTER TABLE tocsin.rollup_day DROP CONSTRAINT no_row');
    await writer.insert(batch, LOG_ID, tokenOf(batch));
    await writer.insert(batch, LOG_ID, tokenOf(batch));
    await expectRollups(store, batch);
  });

  it('sum ratings, waits, answers and different customers beside their counts', async () => {
    const items = batches.flat();
    for (const batch of batches) await writer.insert(batch, LOG_ID, tokenOf(batch));
    const originals = items.filter(({ duplicateOf }) => duplicateOf === undefined);
    const sumOf = (value: (item: StoredItem) => number): number => originals.reduce((sum, item) => sum + value(item), 0);
    for (const table of ['rollup_hour', 'rollup_day']) {
      const [row] = await store.select(`SELECT sum(ratings), sum(rating_sum), sum(satisfied), sum(nps_answers), sum(nps_promoters), sum(nps_detractors), sum(waits), sum(wait_seconds_sum),
        sum(resolutions), sum(resolved_items), sum(stars_sum), sum(complaint_probability_sum), sum(arrival_delay_ms_sum), uniqCombinedMerge(12)(customers) FROM tocsin.${table} WHERE dimension = 'all'`);
      expect(row?.map(Number)).toEqual([
        originals.length, sumOf(({ item }) => item.rating ?? 0), sumOf(({ item }) => Number((item.rating ?? 0) >= 4)), originals.length, sumOf(({ item }) => Number((item.nps ?? 0) >= 9)),
        sumOf(({ item }) => Number((item.nps ?? 0) <= 6)), originals.length, sumOf(({ item }) => item.waitSeconds ?? 0), originals.length, sumOf(({ item }) => Number(item.resolved)),
        sumOf(({ score }) => score.stars), sumOf(({ score }) => score.complaintProbability), sumOf(({ item, createdAtMs }) => item.receivedAtMs - createdAtMs), 11,
      ]);
    }
  });

  it('hold what was stored before they existed, however often the migration is run', { timeout: 300_000 }, async () => {
    await store.run('DROP DATABASE tocsin SYNC');
    await migrate(store, { migrations: MIGRATIONS.filter(({ version }) => !ROLLUP_VERSIONS.includes(version)) });
    const items = batches.flat();
    for (const batch of batches) await writer.insert(batch, LOG_ID, tokenOf(batch));
    expect(await migrate(store)).toEqual(ROLLUP_VERSIONS);
    await expectRollups(store, items);
    await store.run('ALTER TABLE tocsin.migrations DELETE WHERE version = 2 SETTINGS mutations_sync = 1');
    expect(await migrate(store)).toEqual([2]);
    // As the sink does after a restart: the last batch again, here with an entry that was not yet stored.
    const again = [...(batches.at(-1) ?? []), ...batchOf(5, 20)];
    for (let time = 0; time < 3; time += 1) await new ClickHouseWriter(store).insert(again, LOG_ID, `${LOG_ID}:4-5`);
    await expectRollups(store, [...items, ...batchOf(5, 20)]);
  });

  it('count each item once when the last batch comes again with another end than before', { timeout: 300_000 }, async () => {
    const [first = [], second = [], third = []] = batches;
    for (const batch of [first, second]) await writer.insert(batch, LOG_ID, tokenOf(batch));
    await store.run('ALTER TABLE tocsin.migrations DELETE WHERE version = 12 SETTINGS mutations_sync = 1');
    expect(await migrate(store)).toEqual([12]);
    for (let time = 0; time < 3; time += 1) await new ClickHouseWriter(store).insert([...second, ...third], LOG_ID, `${LOG_ID}:2-3`);
    expect(await store.select('SELECT count() FROM tocsin.feedback')).toEqual([[3 * first.length]]);
    await expectRollups(store, [...first, ...second, ...third]);
  });
});

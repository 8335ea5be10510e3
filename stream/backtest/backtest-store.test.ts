import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileWhere } from '../../alerts/rules/compile-where.ts';
import type { Rule } from '../../core/rule.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import { makeRule } from '../counter/testing/entries.ts';
import { MemoryBus } from '../bus/memory-bus.ts';
import { encodeScoredEntry } from '../frames/scored-entry.ts';
import { ClickHouseWriter } from '../store/clickhouse-writer.ts';
import { scanColumns } from '../store/scan-history.ts';
import { SOME_TIME_MS, storedItem } from '../store/testing/items.ts';
import { temporaryStore, type TemporaryStore } from '../store/testing/embedded-store.ts';
import { backtestLog } from './backtest-log.ts';
import { backtestStore, type StoreBacktestOptions } from './backtest-store.ts';
import { ALWAYS_READ, itemsFromColumns } from './items-from-columns.ts';
import { neededFields } from './needed-fields.ts';

const HOUR_MS = 3_600_000;
const CATEGORIES = ['logistics', 'other', 'account.login'];
const rule = makeRule({ windowMs: HOUR_MS, fireAt: 5, resolveBelow: 4 });

/** Everything that a `where` can speak of takes several values, absent ones among them. */
const rows: StoredItem[] = Array.from({ length: 200 }, (_, at) => storedItem({
  sequence: 1 + Math.floor(at / 20), index: at % 20,
  item: {
    createdAtMs: SOME_TIME_MS + at * 60_000, receivedAtMs: SOME_TIME_MS + at * 60_000 + (at % 10 === 0 ? 20 * 60_000 : 500), text: at % 3 === 0 ? '闪退' : '很好',
    channel: at % 2 === 0 ? 'app' : 'web', tags: at % 4 === 0 ? ['vip'] : [],
    ...(at % 5 === 0 ? { product: 'P1', rating: 1 + (at % 5), nps: 3, waitSeconds: 12.5 } : {}),
    ...(at % 7 === 0 ? { store: 'S1', region: 'east', agent: 'A1', attributes: { level: at } } : {}),
    ...(at % 6 === 0 ? { customer: { id: `c${at}`, tier: 'gold', group: 'g', region: 'north' } } : {}),
  },
  score: {
    complaint: at % 2 === 0, complaintProbability: Math.fround(at / 200), stars: 1 + (at % 5), sentiment: at % 2 === 0 ? 'negative' : 'positive',
    severity: at % 9 === 0 ? 'severe' : 'none', implicit: at % 8 === 0, language: at % 11 === 0 ? 'en' : 'zh',
    categories: CATEGORIES.slice(at % 3).map((id) => ({ id, probability: 0.5, decidedBy: 'model' })),
  },
  ...(at % 50 === 49 ? { duplicateOf: 'item-1-0' } : {}),
}));

let temporary: TemporaryStore;
beforeAll(async () => {
  temporary = await temporaryStore();
  await new ClickHouseWriter(temporary.store).insert(rows, 'scored-1', 'scored-1:1-10');
});
afterAll(() => temporary.dispose());

const options = (over: Partial<StoreBacktestOptions> = {}): StoreBacktestOptions => ({
  rules: [rule], fromMs: SOME_TIME_MS, toMs: SOME_TIME_MS + 24 * HOUR_MS, latenessMaxMs: HOUR_MS, workspace: 'default', arrival: 'received', ...over,
});

describe('a run over the store', () => {
  it.each([
    'complaint', '!complaint && stars >= 4.0', 'complaintProbability > 0.5', 'sentiment == "negative"', 'severity == "severe" || implicit', '"logistics" in categories',
    'language == "en"', 'text.contains("闪退")', 'channel == "app"', 'product == "P1"', 'store == "S1" && region == "east" && agent == "A1"', 'rating <= 2.0', 'nps < 5.0', 'waitSeconds > 10.0',
    '"vip" in tags', 'workspace == "default"', 'customer.tier == "gold" && customer.group == "g" && customer.region == "north"', 'has(attributes.level) && attributes.level > 100',
  ])('matches as the live counter does, from nothing but the columns that it needs: %s', async (where) => {
    const fields = [...ALWAYS_READ, 'id' as const, ...neededFields([{ where, groupBy: [] }])];
    const matches = compileWhere(where);
    const found: string[] = [];
    await scanColumns(temporary.store, { workspace: 'default', fromMs: 0, toMs: SOME_TIME_MS * 2, fields }, (batch) => {
      for (const scored of itemsFromColumns('default', batch)) if (matches(scored)) found.push(scored.item.id);
    });
    const expected = rows.filter(({ item, score }) => matches({ item, score })).map(({ item }) => item.id);
    expect(found.length).toBeGreaterThan(0);
    expect(found.toSorted()).toEqual(expected.toSorted());
  });

  it('reads a column for each field that it groups by, and no more', () => {
    expect(neededFields([{ groupBy: ['category', 'customerTier'] }])).toEqual(['categories', 'customerTier']);
    expect(neededFields([{ groupBy: [] }])).toEqual([]);
    expect(neededFields([{ where: 'tags.exists(tag, tag == text)', groupBy: [] }])).toEqual(['tags', 'text']);
  });

  it('gives the same alerts whatever the size of a slice, and leaves repeats out', async () => {
    const whole = await backtestStore(temporary.store, options());
    expect(whole.items).toBe(rows.filter(({ duplicateOf }) => duplicateOf === undefined).length);
    expect(whole.alerts.length).toBeGreaterThan(0);
    expect(await backtestStore(temporary.store, options({ rowsPerSlice: 7 }))).toEqual(whole);
  });

  it('gives the same alerts as the log that the rows came from', async () => {
    let nowMs = 0;
    const bus = new MemoryBus({ clock: { nowMs: () => nowMs } });
    const arrived = rows.filter(({ duplicateOf }) => duplicateOf === undefined).toSorted((a, b) => a.item.receivedAtMs - b.item.receivedAtMs);
    for (const [at, { item, score }] of arrived.entries()) {
      nowMs = item.receivedAtMs;
      await bus.log('scored').append(encodeScoredEntry({ kind: 'scored', rawSequence: at + 1, gatheredAtMs: nowMs, scoredAtMs: nowMs, model: 'm', items: [{ item, score }] }), `raw-${at}`);
    }
    const fromLog = await backtestLog(bus.log('scored'), options());
    expect(fromLog).toEqual(await backtestStore(temporary.store, options()));
  });

  it('looks back over the windows: what came before the span counts in it', async () => {
    const fromMs = SOME_TIME_MS + 2 * HOUR_MS;
    const { alerts } = await backtestStore(temporary.store, options({ fromMs }));
    const whole = await backtestStore(temporary.store, options());
    expect(alerts).toEqual(whole.alerts.filter(({ resolvedAtMs }) => resolvedAtMs === null || resolvedAtMs >= fromMs));
  });

  it('ends with a sentence when the span holds too much, or when it is told to', async () => {
    await expect(backtestStore(temporary.store, options({ rowsPerSlice: 10, itemsMax: 50 }))).rejects.toMatchObject({ code: 'invalid_request', message: expect.stringContaining('more than 50 items') as string });
    await expect(backtestStore(temporary.store, options({ rowsPerSlice: 10, signal: AbortSignal.abort() }))).rejects.toMatchObject({ code: 'request_timeout' });
  });

  it('counts the items of its workspace alone', async () => {
    const rules: Rule[] = [makeRule({ where: 'workspace == "other"', fireAt: 1, resolveBelow: 1 })];
    expect(await backtestStore(temporary.store, options({ rules, workspace: 'other' }))).toMatchObject({ items: 0, alerts: [] });
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Score } from '../../core/score.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import { makeRule } from '../counter/testing/entries.ts';
import { keepScores } from '../store/keep-scores.ts';
import { ClickHouseWriter } from '../store/clickhouse-writer.ts';
import { SOME_TIME_MS, storedItem } from '../store/testing/items.ts';
import { temporaryStore, type TemporaryStore } from '../store/testing/embedded-store.ts';
import { compareHistory, type CompareOptions } from './compare-history.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const rule = makeRule({ where: 'complaint', groupBy: ['category'], windowMs: HOUR_MS, fireAt: 5, resolveBelow: 4 });

/** One item a minute for three hours: in the second hour each is a complaint about logistics. */
const rows: StoredItem[] = Array.from({ length: 180 }, (_, at) => storedItem({
  sequence: 1, index: at,
  item: { createdAtMs: SOME_TIME_MS + at * MINUTE_MS, receivedAtMs: SOME_TIME_MS + at * MINUTE_MS + 500, text: `text ${at}` },
  score: { complaint: at >= 60 && at < 120, complaintProbability: at >= 60 && at < 120 ? 0.9 : 0.1, sentiment: 'neutral', severity: 'none', categories: [{ id: 'logistics', probability: 1, decidedBy: 'model' }] },
  ...(at === 130 ? { duplicateOf: 'item-1-0' } : {}),
}));

let temporary: TemporaryStore;
beforeAll(async () => {
  temporary = await temporaryStore();
  await new ClickHouseWriter(temporary.store).insert(rows, 'scored-1', 'scored-1:1-1');
});
afterAll(() => temporary.dispose());

const run = (decide: (at: number, stored: Score) => Partial<Score>, over: Partial<CompareOptions> = {}): ReturnType<typeof compareHistory> => compareHistory(temporary.store, {
  rules: [rule], fromMs: SOME_TIME_MS + 30 * MINUTE_MS, toMs: SOME_TIME_MS + 24 * HOUR_MS, latenessMaxMs: HOUR_MS, workspace: 'default',
  rescore: async (items) => items.map(({ text }) => {
    const at = Number(text.split(' ')[1]);
    const { score } = rows[at]!;
    return { ...score, ...decide(at, score) };
  }),
  ...over,
});

describe('a comparison over the store', () => {
  it('finds no change between a model and itself, and the alert that there was', async () => {
    const same = await run(() => ({}));
    expect(same).toMatchObject({ texts: 149, changed: { sentiment: 0, complaint: 0, severity: 0, categories: 0 }, complaintsBefore: 60, complaintsAfter: 60, alertsBefore: 1, alertsAfter: 1 });
    expect(same.alerts).toMatchObject({ silenced: [], added: [], shifted: [], same: 1 });
    expect(same.models).toEqual([rows[0]!.model]);
  });

  it('says which alert would not have rung', async () => {
    const quiet = await run(() => ({ complaint: false }));
    expect(quiet).toMatchObject({ complaintsBefore: 60, complaintsAfter: 0, alertsBefore: 1, alertsAfter: 0, categories: [{ category: 'logistics', complaintsBefore: 60, complaintsAfter: 0 }] });
    expect(quiet.alerts.silenced).toMatchObject([{ ruleId: rule.id, group: { category: 'logistics' }, openedAtMs: SOME_TIME_MS + 64 * MINUTE_MS + 500 }]);
    expect(quiet.examples).toHaveLength(20);
  });

  it('says which would have rung in addition, and which at another time', async () => {
    const louder = await run((at, { categories }) => ({ complaint: at >= 62 && at < 120, categories: at % 2 === 0 ? categories : [...categories, { id: 'service.speed', probability: 1, decidedBy: 'model' }] }));
    expect(louder.alerts.added).toMatchObject([{ group: { category: 'service.speed' } }]);
    expect(louder.alerts.shifted).toMatchObject([{ before: { openedAtMs: SOME_TIME_MS + 64 * MINUTE_MS + 500 }, after: { openedAtMs: SOME_TIME_MS + 66 * MINUTE_MS + 500 } }]);
  });

  it('scores what the windows of the span reach back to as well', async () => {
    // Complaints of the first half hour, before the span, complete a window in it.
    const early = await run((at) => ({ complaint: at >= 27 && at < 32 }));
    expect(early.alerts.shifted).toMatchObject([{ after: { openedAtMs: SOME_TIME_MS + 31 * MINUTE_MS + 500, count: 5 } }]);
  });

  it('keeps the other model\'s scores of the span when it is asked to, one row an item however often', async () => {
    for (const probability of [0.3, 0.7]) {
      const scoredAtMs = SOME_TIME_MS + 48 * HOUR_MS + probability * 1_000;
      await run(() => ({ complaintProbability: probability, sentiment: 'positive' }), { keep: (readings) => keepScores(temporary.store, { model: 'other-2', scoredAtMs, readings }) });
    }
    expect(await temporary.store.select("SELECT count(), uniqExact(id), round(min(complaint_probability), 3) FROM tocsin.scores_by_model WHERE model = 'other-2' AND sentiment = 'positive'")).toEqual([[149, 149, 0.7]]);
    await run(() => ({}), { keep: (readings) => keepScores(temporary.store, { model: rows[0]!.model, scoredAtMs: SOME_TIME_MS, readings }) });
    expect(await temporary.store.select('SELECT model, count() FROM tocsin.scores_by_model GROUP BY model ORDER BY model')).toEqual([[rows[0]!.model, 180], ['other-2', 149]].sort());
    expect(await temporary.store.select('SELECT count() FROM tocsin.feedback WHERE sentiment = \'positive\'')).toEqual([[0]]);
  });

  it('ends with a clear sentence when it may not go on', async () => {
    await expect(run(() => ({}), { itemsMax: 100 })).rejects.toMatchObject({ code: 'invalid_request', message: expect.stringContaining('more than 100 items') });
    const signal = AbortSignal.abort();
    await expect(run(() => ({}), { signal })).rejects.toMatchObject({ code: 'request_timeout' });
  });

  it('finds nothing in an empty span', async () => {
    expect(await run(() => ({}), { workspace: 'other' })).toMatchObject({ texts: 0, models: [], alertsBefore: 0, alertsAfter: 0 });
  });
});

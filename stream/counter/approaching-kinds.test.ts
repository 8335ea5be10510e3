import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRule } from '../../alerts/rules/parse-rule.ts';
import type { ShareRule, SpikeRule } from '../../core/rule.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import { approaching } from './approaching.ts';
import { createState } from './state.ts';
import { step } from './step.ts';
import { HOUR_MS, LogScript, makeItem, MINUTE_MS, START_MS } from './testing/entries.ts';
import { naiveBaseline, naiveItems, naiveShare, naiveSpikeLimit, middleOf } from './watch/testing/naive-reading.ts';
import { WatchRun } from './watch/testing/watch-run.ts';

const TITLE = { zh: '标题', en: 'Title' };
const DAY_MS = 24 * HOUR_MS;
const SHARE = parseRule({ id: 'share', title: TITLE, kind: 'share', where: 'complaint', groupBy: ['channel'], window: '2h', atLeast: '20%', minVolume: 20, minCount: 5 }) as ShareRule;
const LARGE_SHARE = parseRule({ id: 'share', title: TITLE, kind: 'share', where: 'complaint', groupBy: ['channel'], window: '2h', atLeast: '40%', minVolume: 20, minCount: 5 }) as ShareRule;
const SPIKE = parseRule({ id: 'spike', title: TITLE, kind: 'spike', where: 'complaint', groupBy: ['channel'], window: '1h', against: '5 days', calendar: 'none', atLeast: 10, times: 2, sensitivity: 4 }) as SpikeRule;
const TOPIC = parseRule({ id: 'topic', title: TITLE, kind: 'newTopic', where: 'complaint', window: '6h', atLeast: 10, times: 5, memory: '3d' });

describe('a share on its way', () => {
  it('is told with its share, its limit and its volume, and fires about when it was said', () => {
    const run = new WatchRun([SHARE]);
    for (let minute = 0; minute < 100; minute++) run.item(START_MS + minute * MINUTE_MS, { score: { complaint: false } });
    for (let minute = 100; minute < 116; minute++) run.item(START_MS + minute * MINUTE_MS, { score: { complaint: true } });
    const [one] = approaching(run.state, 'shop');
    expect(one).toMatchObject({ ruleId: 'share', count: 16, measure: { kind: 'share', volume: 116, shareAtLeast: 0.2, per: 100 } });
    for (let minute = 116; run.events.length === 0; minute++) run.item(START_MS + minute * MINUTE_MS, { score: { complaint: true } });
    expect(Math.abs(run.events[0]!.atMs - one!.reachesAtMs)).toBeLessThanOrEqual(10 * MINUTE_MS);
    expect(approaching(run.state, 'shop')).toEqual([]);
  });

  it('that stays where it is, is not on its way, however close', () => {
    const run = new WatchRun([SHARE]);
    for (let minute = 0; minute < 120; minute++) run.item(START_MS + minute * MINUTE_MS, { score: { complaint: minute % 6 === 0 } });
    expect(approaching(run.state, 'shop')).toEqual([]);
  });
});

/** Five days of four complaints an hour. */
function usualDays(): WatchRun {
  const run = new WatchRun([SPIKE]);
  for (let quarter = 0; quarter < 6 * 24 * 4; quarter++) run.item(START_MS + quarter * 15 * MINUTE_MS);
  return run;
}

describe('a spike on its way', () => {
  it('is told with what fires at these hours and what is usual, and fires about when it was said', () => {
    const run = usualDays();
    const fromMs = START_MS + 6 * DAY_MS;
    run.many(8, fromMs, MINUTE_MS);
    const [one] = approaching(run.state, 'shop');
    expect(one).toMatchObject({ ruleId: 'spike', measure: { kind: 'spike', expected: 4 } });
    for (let minute = 8; run.events.length === 0; minute++) run.item(fromMs + minute * MINUTE_MS);
    expect(run.events[0]).toMatchObject({ kind: 'opened', count: one!.fireAt });
    expect(Math.abs(run.events[0]!.atMs - one!.reachesAtMs)).toBeLessThanOrEqual(10 * MINUTE_MS);
  });

  it('is none on an ordinary day, or before anything is usual', () => {
    const run = usualDays();
    expect(approaching(run.state, 'shop')).toEqual([]);
    const young = new WatchRun([SPIKE]);
    young.many(9, START_MS, MINUTE_MS);
    expect(approaching(young.state, 'shop')).toEqual([]);
  });
});

describe('a new topic on its way', () => {
  const run = new WatchRun([TOPIC]);
  for (let index = 0; index < 300; index++) run.item(START_MS + index * 10 * MINUTE_MS, { text: '快递太慢了一直没到', customer: { id: `c${index % 90}` } });
  const afterMs = START_MS + 300 * 10 * MINUTE_MS;

  it('is told once for all of its parts, by the customers who say it; what is usual is none', () => {
    for (let index = 0; index < 6; index++) run.item(afterMs + index * 5 * MINUTE_MS, { text: `${['', '新买', '早上', '吓人', '孩子', '桌面'][index]}充电器漏液`, customer: { id: `n${index}` } });
    const before = JSON.stringify(run.state.plan.topics[0]!.watch!.save());
    const told = approaching(run.state, 'shop');
    expect(told).toMatchObject([{ ruleId: 'topic', group: { term: '充电器漏液' }, count: 6, fireAt: 10, measure: { kind: 'newTopic', items: 6, expected: 0 } }]);
    expect(JSON.stringify(run.state.plan.topics[0]!.watch!.save())).toBe(before);
    for (let index = 6; run.events.length === 0; index++) run.item(afterMs + index * 5 * MINUTE_MS, { text: '充电器漏液', customer: { id: `n${index}` } });
    expect(Math.abs(run.events[0]!.atMs - told[0]!.reachesAtMs)).toBeLessThanOrEqual(10 * MINUTE_MS);
    expect(approaching(run.state, 'shop')).toEqual([]);
  });
});

describe('the numbers of an early notice', () => {
  const said = fc.array(fc.record({ gapMs: fc.integer({ min: 1_000, max: 3 * MINUTE_MS }), channel: fc.constantFrom('app' as const, 'web' as const), lot: fc.nat(99) }), { minLength: 60, maxLength: 140 });

  it('are those that going through every item gives, and none is told of what fires or could not be reached', () => {
    let told = 0;
    fc.assert(fc.property(said, fc.integer({ min: 0, max: 8 }), (coming, usualPerHour) => {
      const state = createState({ awayAfterMs: Infinity, boards: 'none' });
      const log = new LogScript();
      const rows: StoredItem[] = [];
      const opened = new Set<string>();
      const take = (entry: Parameters<typeof step>[1]): void => {
        const { rows: counted, events } = step(state, entry);
        rows.push(...counted);
        for (const { kind, ruleId, group } of events) opened[kind === 'resolved' ? 'delete' : 'add'](`${ruleId} ${group['channel']}`);
      };
      take(log.rules(START_MS, [LARGE_SHARE, SPIKE]));
      let number = 0;
      const item = (atMs: number, channel: 'app' | 'web', complaint: boolean): void => take(log.frame(atMs, [makeItem({ id: `i${number++}`, workspace: 'shop', channel, createdAtMs: atMs, receivedAtMs: atMs, score: { complaint } })]));
      for (let hour = 0; hour < 6 * 24; hour++) for (let at = 0; at < usualPerHour; at++) item(START_MS + hour * HOUR_MS + at * 5 * MINUTE_MS, 'app', true);
      let nowMs = START_MS + 6 * DAY_MS;
      take(log.tick(nowMs));
      for (const [index, { gapMs, channel, lot }] of coming.entries()) {
        nowMs += gapMs;
        // Ever more of them are complaints.
        item(nowMs, channel, lot < 10 + index / 3);
        for (const { ruleId, group, count, fireAt, measure } of approaching(state, 'shop')) {
          told++;
          const place = { rows, workspace: 'shop', group, nowMs };
          expect(opened.has(`${ruleId} ${group['channel']}`)).toBe(false);
          expect(count).toBeLessThan(fireAt);
          if (measure?.kind === 'share') {
            const naive = naiveShare(LARGE_SHARE, place);
            expect({ count, volume: measure.volume, fires: naive.fires }).toEqual({ count: naive.count, volume: naive.volume, fires: false });
            expect(fireAt).toBe(Math.max(LARGE_SHARE.fireAt, Math.ceil(0.4 * Math.max(naive.volume, LARGE_SHARE.volumeMin) - 1e-9)));
          } else {
            const spike = measure?.kind === 'spike' ? measure : null;
            expect(count).toBe(naiveItems(SPIKE, place, nowMs, SPIKE.windowMs).length);
            // The earlier windows are those of the minute in which the group's latest item came.
            const latestMs = Math.max(...naiveItems(SPIKE, place, nowMs, SPIKE.windowMs).map(({ createdAtMs }) => createdAtMs));
            const minuteMs = Math.floor(latestMs / MINUTE_MS) * MINUTE_MS;
            const asOf = naiveItems(SPIKE, place, nowMs, SPIKE.windowMs).map(({ createdAtMs }) => createdAtMs).filter((ms) => ms >= minuteMs).sort((a, b) => a - b)[0]!;
            const baseline = naiveBaseline(SPIKE, place, asOf);
            expect({ expected: spike?.expected, fireAt }).toEqual({ expected: middleOf(baseline), fireAt: naiveSpikeLimit(SPIKE, baseline) });
          }
        }
      }
    }), { numRuns: 40 });
    expect(told).toBeGreaterThan(20);
  });
});

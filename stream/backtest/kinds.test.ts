import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KINDS_RULES, playKinds } from '../../alerts/evidence/testing/kinds-history.ts';
import { withMembers } from '../../alerts/rules/check-composites.ts';
import type { AlertOpened } from '../../core/alert.ts';
import type { Rule } from '../../core/rule.ts';
import { MemoryBus } from '../bus/memory-bus.ts';
import { encodeScoredEntry } from '../frames/scored-entry.ts';
import { ClickHouseWriter } from '../store/clickhouse-writer.ts';
import { temporaryStore, type TemporaryStore } from '../store/testing/embedded-store.ts';
import { backtestLog } from './backtest-log.ts';
import { backtestStore, type StoreBacktestOptions } from './backtest-store.ts';
import type { BacktestAlert } from './summarize.ts';

const HOUR_MS = 3_600_000;

const { entries, rows, events, endMs } = playKinds();
const opened = events.filter((event): event is AlertOpened => event.kind === 'opened');
const START_MS = entries[0]!.timeMs;
let temporary: TemporaryStore;
let nowMs = 0;
const bus = new MemoryBus({ clock: { nowMs: () => nowMs } });
beforeAll(async () => {
  temporary = await temporaryStore();
  await new ClickHouseWriter(temporary.store).insert(rows, 'log-1', 'all');
  for (const { timeMs, sequence, value } of entries) {
    nowMs = timeMs;
    await bus.log('scored').append(encodeScoredEntry(value), `e-${sequence}`);
  }
});
afterAll(() => temporary.dispose());

const options = (rule: Rule): StoreBacktestOptions => ({
  rules: withMembers(rule, KINDS_RULES), toldIds: [rule.id], fromMs: LEARNED_MS, toMs: endMs, latenessMaxMs: 48 * HOUR_MS, workspace: 'shop', arrival: 'received',
});

/** Before this the live counter still learns, and a run over history takes what it does not see for nothing. */
const LEARNED_MS = START_MS + 6 * 24 * HOUR_MS;
const plain = ({ ruleId, group, count }: Pick<BacktestAlert, 'ruleId' | 'group' | 'count'>, atMs: number): string => `${ruleId} ${Object.values(group).join()} ${count} @${new Date(atMs).toISOString()}`;

describe('a backtest of every kind of rule', () => {
  it.each(KINDS_RULES.map((rule) => [rule.kind, rule.id, rule] as const))('opens over the store and over the log where the live counter opened: %s %s', async (_, id, rule) => {
    const live = opened.filter(({ ruleId, atMs }) => ruleId === id && atMs >= LEARNED_MS);
    expect(live.length).toBeGreaterThan(0);
    for (const result of [await backtestStore(temporary.store, options(rule)), await backtestLog(bus.log('scored'), options(rule))]) {
      const { alerts, summary } = result;
      expect(alerts.filter(({ openedAtMs }) => openedAtMs >= LEARNED_MS).map((alert) => plain(alert, alert.openedAtMs)).sort()).toEqual(live.map((event) => plain(event, event.atMs)).sort());
      const weeks = (endMs - LEARNED_MS) / (7 * 24 * HOUR_MS);
      expect(summary).toMatchObject({ alerts: live.length, byRule: { [id]: live.length }, alertsPerWeek: Number((live.length / weeks).toFixed(2)) });
      expect(summary.mostAlertsInOneHour).toBeGreaterThan(0);
    }
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALERT_SEVERITIES } from '../../core/rule.ts';
import { temporaryStore, type TemporaryStore } from '../../stream/store/testing/embedded-store.ts';
import { alerts as board } from '../queries/alerts.ts';
import { alertAnnotation } from '../queries/annotations.ts';
import { expandQuery, type Fill } from './testing/expand-query.ts';
import { auditRows, deliveryRows, eventRows, knownAlerts, knownDeliveries, utc, type KnownAlert } from './testing/known-alerts.ts';
import { caseEventRows, incidentRows, knownCases, type KnownCase } from './testing/known-cases.ts';
import { byBytes, clickHouseTime, floor, groups, ratio, type Row } from './testing/oracle.ts';
import { plain } from './testing/plain.ts';

const SEED = Number(process.env['TOCSIN_TEST_SEED'] ?? Date.now() % 1_000_000);
const DAY_MS = 86_400_000;
const NOW_MS = Math.floor(Date.now() / 1000) * 1000;
const SEVERITY_NAMES: Record<string, string> = { notice: 'Notice', warning: 'Warning', critical: 'Critical' };

const known = knownAlerts(150, NOW_MS, SEED);
const sent = knownDeliveries(200, NOW_MS, SEED + 1);
const incidents = knownCases(120, NOW_MS, SEED + 2);
const panels = new Map(board.sections.flatMap((section) => section.panels).map((panel) => [panel.id, panel]));

const secondsTo = (alert: KnownAlert, atMs: number | null): number | null => (atMs === null ? null : (atMs - alert.openedAtMs) / 1000);
const isNoise = (alert: KnownAlert): boolean => alert.resolvedAtMs !== null && alert.acknowledgedAtMs === null && secondsTo(alert, alert.resolvedAtMs)! <= 300;

type KnownEnd = KnownCase & { endedAtMs: number };
const WAYS: Record<string, string> = { resolved: 'by itself', 'resolved-by-hand': 'by hand', merged: 'merged' };

function lastEnd(incident: KnownCase): KnownEnd | null {
  if (incident.endedAtMs !== null) return { ...incident, endedAtMs: incident.endedAtMs };
  return incident.reopened === 0 ? null : { ...incident, endedAtMs: incident.openedAtMs + 1_000, reopened: 0 };
}

/** Seconds as the engine counts them: how often the second changed. */
const secondsOpen = ({ openedAtMs, endedAtMs }: KnownEnd): number => Math.floor(endedAtMs / 1000) - Math.floor(openedAtMs / 1000);

/** The element at half of the length, as `quantileExact` takes it. */
function median(values: (number | null)[]): number | null {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  return sorted.length === 0 ? null : sorted[Math.floor(sorted.length / 2)]!;
}

let temporary: TemporaryStore;

beforeAll(async () => {
  temporary = await temporaryStore();
  const insert = (table: string, rows: object[]): Promise<void> =>
    temporary.store.insert(`INSERT INTO tocsin.${table} FORMAT JSONEachRow`, Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n')));
  await insert('alert_events', eventRows(known));
  await insert('audit', auditRows(known));
  await insert('deliveries', deliveryRows(sent));
  await insert('case_events', caseEventRows(incidents));
  await insert('incidents', incidentRows(incidents));
});

afterAll(() => temporary.dispose());

describe.each([['a week', 7, 600_000], ['a month', 30, 7_200_000], ['years ago', -1, 60_000]])(`alerts over %s (seed ${SEED})`, (_name, days, intervalMs) => {
  const toMs = days < 0 ? NOW_MS - 900 * DAY_MS : NOW_MS;
  const fill: Fill = { fromMs: toMs - Math.abs(days) * DAY_MS, toMs, intervalMs, variables: { workspace: 'default' } };
  const within = (ms: number): boolean => ms >= fill.fromMs && ms <= fill.toMs;
  const opened = known.filter(({ openedAtMs }) => within(openedAtMs));
  const tries = sent.filter(({ atMs }) => within(atMs));
  /** As the store has them: of an incident that is open again, its end before that. */
  const ends = incidents.map(lastEnd).filter((end) => end !== null).filter(({ endedAtMs }) => within(endedAtMs));
  const ask = async (panel: string): Promise<Row[]> => (await temporary.store.select(expandQuery(panels.get(panel)!.sql('en'), fill))).map((row) => row.map(plain));

  it.each<[string, number | null]>([
    ['opened', opened.length],
    ['firing', known.filter(({ resolvedAtMs }) => resolvedAtMs === null).length],
    ['time-to-acknowledge', median(opened.map((alert) => secondsTo(alert, alert.acknowledgedAtMs)))],
    ['time-to-resolve', median(opened.map((alert) => secondsTo(alert, alert.resolvedAtMs)))],
    ['noise', ratio(opened.filter(isNoise).length, opened.length)],
    ['cases-open', incidents.filter(({ endedAtMs }) => endedAtMs === null).length],
    ['cases-ended', ends.length],
    ['time-to-close', median(ends.map(secondsOpen))],
    ['cases-reopened', ratio(ends.filter(({ reopened }) => reopened > 0).length, ends.length)],
    ['undelivered', tries.filter(({ outcome }) => outcome === 'retrying' || outcome === 'failed').length],
  ])('%s', async (panel, value) => {
    expect(await ask(panel)).toEqual([[plain(value)]]);
  });

  it('by severity over time', async () => {
    const expected = [...groups(opened, ({ openedAtMs, highest }) => `${floor(openedAtMs, intervalMs)}\0${highest}`)]
      .map(([key, group]): Row => [clickHouseTime(Number(key.split('\0')[0])), SEVERITY_NAMES[key.split('\0')[1]!]!, group.length])
      .sort((a, b) => byBytes(String(a[0]), String(b[0])) || byBytes(String(a[1]), String(b[1])));
    expect(await ask('opened-over-time')).toEqual(expected);
    expect(ALERT_SEVERITIES.map((severity) => SEVERITY_NAMES[severity])).not.toContain(undefined);
  });

  it('rule by rule', async () => {
    const expected = [...groups(opened, ({ ruleId }) => ruleId)]
      .map(([rule, group]): Row => [
        rule, `Rule ${rule}`, group.length, ratio(group.filter(({ acknowledgedAtMs }) => acknowledgedAtMs !== null).length, group.length),
        median(group.map((alert) => secondsTo(alert, alert.acknowledgedAtMs))), median(group.map((alert) => secondsTo(alert, alert.resolvedAtMs))), ratio(group.filter(isNoise).length, group.length),
      ])
      .sort((a, b) => Number(b[2]) - Number(a[2]) || byBytes(String(a[0]), String(b[0])))
      .map((row) => row.map(plain));
    expect(await ask('rules')).toEqual(expected);
  });

  it('the latest, newest first', async () => {
    const expected = [...opened].sort((a, b) => b.openedAtMs - a.openedAtMs || byBytes(b.id, a.id)).slice(0, 50).map((alert): Row => [
      utc(alert.openedAtMs), `Rule ${alert.ruleId}`, alert.category, SEVERITY_NAMES[alert.highest]!, alert.resolvedAtMs === null ? '▲ firing' : '● resolved', alert.peak,
      secondsTo(alert, alert.acknowledgedAtMs), secondsTo(alert, alert.resolvedAtMs), alert.id,
    ]);
    expect((await ask('latest')).map((row) => [...row.slice(0, 3), ...row.slice(3)])).toEqual(expected.map((row) => row.map(plain)));
  });

  it('channel by channel', async () => {
    const expected = [...groups(tries.filter(({ outcome }) => outcome !== 'skipped'), ({ channel }) => channel)]
      .map(([channel, group]): Row => [
        channel, 'webhook', group.length, ratio(group.filter(({ outcome }) => outcome === 'delivered').length, group.length), median(group.map(({ durationMs }) => durationMs)), Math.max(...group.map(({ durationMs }) => durationMs)),
      ])
      .sort((a, b) => Number(b[2]) - Number(a[2]) || byBytes(String(a[0]), String(b[0])))
      .map((row) => row.map(plain));
    expect(await ask('channels')).toEqual(expected);
  });

  it('ways in which incidents ended', async () => {
    const expected = [...groups(ends, ({ severity, because }) => `${severity}\0${because}`)]
      .map(([key, group]): Row => [
        SEVERITY_NAMES[key.split('\0')[0]!]!, WAYS[key.split('\0')[1]!]!, group.length, group.reduce((sum, { alerts }) => sum + alerts, 0), median(group.map(secondsOpen)),
        Math.max(...group.map(secondsOpen)), group.filter(({ reopened }) => reopened > 0).length,
      ])
      .sort((a, b) => Number(b[2]) - Number(a[2]) || byBytes(String(a[0]), String(b[0])) || byBytes(String(a[1]), String(b[1])))
      .map((row) => row.map(plain));
    expect(await ask('case-ends')).toEqual(expected);
  });

  it('as marks on other boards', async () => {
    const rows = await temporary.store.select(expandQuery(alertAnnotation('en'), fill));
    expect(rows.length).toBe(Math.min(500, opened.length));
    for (const [time, , title, text, tags] of rows.slice(0, 20)) {
      const alert = opened.find(({ openedAtMs, ruleId }) => utc(openedAtMs) === time && title === `Rule ${ruleId}`)!;
      expect([text, tags]).toEqual([`${SEVERITY_NAMES[alert.highest]} · ${alert.category}`, [alert.ruleId]]);
    }
  });
});

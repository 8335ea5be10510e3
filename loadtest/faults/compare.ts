import { troubleOf } from '../../core/trouble.ts';
import { openStore, type Store } from '../../stream/store/clickhouse.ts';
import { getJson } from '../../test/support/http.ts';
import { eventually } from '../../test/support/poll.ts';
import { countQuery, FAULT_RULES, GROUPINGS, type Grouping } from './fault-rules.ts';
import { compareAlerts, compareCounts, compareIds, type Opening } from './find-differences.ts';
import type { Ledger } from './ledger.ts';
import { exactly, told, type Measure } from './report.ts';
import type { TocsinUnderFault } from './tocsin-under-fault.ts';

const SETTLED_WITHIN_MS = 180_000;
const PAGED_WITHIN_MS = 120_000;
const ALERTS_MAX = 1_000;

type Counts = Map<string, number>;

interface CountsBody {
  exact: boolean;
  groups: { key: Record<string, string>; count: number }[];
}

interface AlertsBody {
  alerts: { alertId: string; ruleId: string; group: Record<string, string> }[];
}

export interface Compared {
  measures: Measure[];
  /** What is wrong, a few sentences of each kind. */
  sentences: string[];
}

/**
 * Waits until everything accepted is stored, asks the server what it shows, stops it, and compares that with the rows in
 * the data folder and with the clients' own book.
 */
export async function compareEverything(tocsin: TocsinUnderFault, ledger: Ledger): Promise<Compared> {
  await tocsin.server.settled(SETTLED_WITHIN_MS);
  const { body: status } = await getJson<{ deadLetters: number }>(`${tocsin.url}/v1/status`);
  const counted = await Promise.all(GROUPINGS.map((grouping) => liveCounts(tocsin.url, grouping)));
  const { body: { alerts } } = await getJson<AlertsBody>(`${tocsin.url}/v1/alerts?limit=${ALERTS_MAX}`);
  const openings = alerts.filter(({ ruleId }) => troubleOf(ruleId) === undefined).map(({ alertId, ruleId, group }): Opening => ({ ruleId, group: JSON.stringify(Object.values(group)), eventId: alertId }));
  await pagesOf(tocsin, openings);
  await tocsin.server.stop();

  const store = openStore(tocsin.store);
  try {
    const ids = compareIds({ sent: ledger.sent, acknowledged: ledger.acknowledged, stored: await rowsPerId(store) });
    const stored = await Promise.all(GROUPINGS.map((grouping) => storedCounts(store, grouping)));
    const countDifferences = GROUPINGS.flatMap((grouping, index) => compareCounts(counted[index]!, stored[index]!).map((each) => `${grouping.groupBy.join(',')} ${grouping.where} ${each}`));
    const due = await dueAlerts(store);
    const alertDifferences = compareAlerts(due, openings);
    const pages = comparePages(tocsin, openings);
    const measures: Measure[] = [
      told('ids sent', ledger.sent.size, 'ids'),
      told('ids answered 202', ledger.acknowledged.size, 'ids'),
      told('requests that repeat earlier ids', ledger.repeatRequests, 'requests'),
      told('ids stored without a 202 that arrived', ids.unacknowledged, 'ids'),
      exactly('answered 202 but not stored', ids.lost.length, 'ids', 0),
      exactly('stored twice', ids.twice.length, 'ids', 0),
      exactly('stored but never sent', ids.invented.length, 'ids', 0),
      told('groups compared', counted.reduce((sum, groups) => sum + groups.size, 0), 'groups'),
      exactly('counted differently from the stored rows', countDifferences.length, 'groups', 0),
      exactly('dead letters', status.deadLetters, 'entries', 0),
      told('alerts that must have opened', due.size, 'alerts'),
      exactly('alerts that did not open', alertDifferences.missing.length, 'alerts', 0),
      exactly('alerts opened twice', alertDifferences.repeated.length, 'alerts', 0),
      exactly('alerts opened without cause', alertDifferences.unfounded.length, 'alerts', 0),
      exactly('alerts never paged', pages.unpaged.length, 'alerts', 0),
      exactly('alerts paged with more than one idempotency key', pages.manyKeys.length, 'alerts', 0),
      told('alerts about Tocsin itself', alerts.length - openings.length, 'alerts'),
      told('pages sent again after a crash', pages.repeats, 'pages'),
      exactly('answers that the API does not promise', ledger.unexpectedAnswers, 'answers', 0),
    ];
    const few = (title: string, all: readonly string[]): string[] => all.slice(0, 5).map((each) => `${title}: ${each}`);
    const sentences = [
      ...few('lost', ids.lost), ...few('stored twice', ids.twice), ...few('never sent', ids.invented), ...few('counted differently', countDifferences),
      ...few('did not open', alertDifferences.missing), ...few('opened twice', alertDifferences.repeated), ...few('opened without cause', alertDifferences.unfounded),
      ...few('never paged', pages.unpaged), ...few('more than one key', pages.manyKeys), ...few('unexpected answer', ledger.unexpected),
    ];
    return { measures, sentences };
  } finally {
    await store.close();
  }
}

async function liveCounts(url: string, { groupBy, where }: Grouping): Promise<Counts> {
  const query = new URLSearchParams({ groupBy: groupBy.join(','), window: '24h', ...(where === '' ? {} : { where }) });
  const groups = await eventually(async () => {
    const { body } = await getJson<CountsBody>(`${url}/v1/counts?${query}`);
    return body.exact && body.groups;
  }, { what: `exact counts by ${groupBy.join(',')}`, limitMs: 30_000 });
  return new Map(groups.map(({ key, count }) => [JSON.stringify(groupBy.map((field) => key[field])), count]));
}

async function storedCounts(store: Store, grouping: Grouping): Promise<Counts> {
  const rows = await store.select(countQuery(grouping, store.database));
  return new Map(rows.map((row) => [JSON.stringify(row.slice(0, -1)), Number(row.at(-1))]));
}

async function rowsPerId(store: Store): Promise<Counts> {
  const [ids = [], rows = []] = await store.selectColumns(`SELECT id, count() FROM ${store.database}.feedback GROUP BY id`);
  return new Map(ids.map((id, index) => [String(id), Number(rows[index])]));
}

/** Nothing leaves the windows during a run, so a group has an alert exactly when it has come to the threshold. */
async function dueAlerts(store: Store): Promise<Set<string>> {
  const due = await Promise.all(FAULT_RULES.map(async (rule) => [...await storedCounts(store, rule)].filter(([, count]) => count >= rule.atLeast).map(([group]) => `${rule.id} ${group}`)));
  return new Set(due.flat());
}

/** Waits until each alert was paged; a page that does not come shows in the comparison. */
async function pagesOf(tocsin: TocsinUnderFault, openings: readonly Opening[]): Promise<void> {
  await eventually(() => comparePages(tocsin, openings).unpaged.length === 0, { what: 'every alert to be paged', limitMs: PAGED_WITHIN_MS, everyMs: 200 }).catch(() => undefined);
}

function comparePages({ webhook }: TocsinUnderFault, openings: readonly Opening[]): { unpaged: string[]; manyKeys: string[]; repeats: number } {
  const keys = new Map<string, Set<string>>();
  for (const { headers, body } of webhook.pages) {
    const event = String(body['eventId']);
    keys.set(event, (keys.get(event) ?? new Set()).add(String(headers['idempotency-key'])));
  }
  const distinct = [...keys.values()].reduce((sum, each) => sum + each.size, 0);
  return {
    unpaged: openings.filter(({ eventId }) => !keys.has(eventId)).map(({ ruleId, group }) => `${ruleId} ${group}`),
    manyKeys: [...keys].filter(([, each]) => each.size > 1).map(([event]) => event),
    repeats: webhook.pages.length - distinct,
  };
}

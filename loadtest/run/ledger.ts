import { getJson } from '../../test/support/http.ts';
import { eventually } from '../../test/support/poll.ts';
import { openStore, type StoreOptions } from '../../stream/store/clickhouse.ts';
import { judge, told, type Figure } from './figures.ts';
import type { Marker } from './marker.ts';
import type { K6Run } from './run-k6.ts';
import type { Subject } from './subject.ts';

const SETTLED_WITHIN_MS = 240_000;

interface Entry {
  scenario: string;
  /** What stands between the run's prefix and the next `-` in the ids of these items. */
  names: readonly string[];
  acceptedItems: number;
  uncertain: readonly { id: string; items: number }[];
}

/** What the clients were told, over the whole run. */
export class Ledger {
  unexpectedAnswers = 0;
  readonly complaints: string[] = [];
  readonly entries: Entry[] = [];

  get acceptedItems(): number {
    return this.entries.reduce((sum, { acceptedItems }) => sum + acceptedItems, 0);
  }

  /** Requests that nobody knows the fate of. */
  get uncertain(): { id: string; items: number }[] {
    return this.entries.flatMap(({ uncertain }) => uncertain);
  }

  /** @param names of its arrivals, which stand in the ids */
  add(run: Pick<K6Run, 'acceptedItems' | 'unexpectedAnswers' | 'uncertain' | 'complaints'>, scenario: string, names: readonly string[]): void {
    this.unexpectedAnswers += run.unexpectedAnswers;
    this.complaints.push(...run.complaints);
    this.entries.push({ scenario, names, acceptedItems: run.acceptedItems, uncertain: run.uncertain });
  }

  /** @param name what stands behind the run's prefix in their ids */
  addMarkers(markers: readonly Marker[], scenario: string, name: string): void {
    const answered = markers.filter(({ seenAtMs }) => seenAtMs.answered !== undefined);
    const uncertain = markers.filter(({ seenAtMs, isRefused }) => seenAtMs.answered === undefined && isRefused === undefined).map(({ id }) => ({ id, items: 1 }));
    this.entries.push({ scenario, names: [name], acceptedItems: answered.length, uncertain });
  }
}

/** What the store holds of the ids with one name. */
export interface StoredUnder {
  name: string;
  rows: number;
  /** Different ids. */
  ids: number;
  /** Different ids of requests that nobody knows the fate of. */
  uncertainIds: number;
}

export interface Difference {
  lost: number;
  unsent: number;
  twice: number;
}

/** Of each scenario: accepted and not there, there and not accepted, there more than once. Pure. */
export function compareWithStored(entries: readonly Entry[], stored: readonly StoredUnder[]): Map<string, Difference> {
  const byName = new Map(stored.map((each) => [each.name, each]));
  const sums = new Map<string, { accepted: number; names: Set<string> }>();
  for (const { scenario, names, acceptedItems } of entries) {
    const sum = sums.get(scenario) ?? { accepted: 0, names: new Set() };
    sum.accepted += acceptedItems;
    for (const name of names) sum.names.add(name);
    sums.set(scenario, sum);
  }
  return new Map([...sums].map(([scenario, { accepted, names }]) => {
    const found = [...names].map((name) => byName.get(name) ?? { rows: 0, ids: 0, uncertainIds: 0 });
    const known = found.reduce((sum, { ids, uncertainIds }) => sum + ids - uncertainIds, 0);
    return [scenario, { lost: Math.max(0, accepted - known), unsent: Math.max(0, known - accepted), twice: found.reduce((sum, { rows, ids }) => sum + rows - ids, 0) }];
  }));
}

/**
 * Waits until everything accepted is stored, asks the server for its counts, stops it and compares both with the rows.
 * `where`: the store, by default the one in the server's own folder. Each accepted item is exactly one row; a row that was not accepted must belong to a request of uncertain fate.
 */
export async function checkLedger(subject: Pick<Subject, 'server' | 'url'>, ledger: Ledger, idPrefix: string, where: StoreOptions = { dataDir: subject.server.dataDir }): Promise<Figure[]> {
  await subject.server.settled(SETTLED_WITHIN_MS);
  const { body: status } = await getJson<{ deadLetters: number }>(`${subject.url}/v1/status`);
  const counted = await liveTotal(subject.url);
  await subject.server.stop();
  const store = openStore(where);
  try {
    const table = `${store.database}.feedback`;
    // The ids of a batch are its own with the item's number behind.
    const uncertain = ledger.uncertain.map(({ id, items }) => (items === 1 ? `id = '${id}'` : `startsWith(id, '${id}')`));
    const rows = await store.select(
      `SELECT splitByChar('-', id)[2] AS name, count(), uniqExact(id), uniqExactIf(id, ${uncertain.length === 0 ? '0' : uncertain.join(' OR ')}) FROM ${table} WHERE startsWith(id, '${idPrefix}-') GROUP BY name`,
    );
    const [[originals] = []] = await store.select(`SELECT countIf(duplicate_of = '') FROM ${table}`);
    const differences = compareWithStored(ledger.entries, rows.map(([name, all, ids, uncertainIds]) => ({ name: String(name), rows: Number(all), ids: Number(ids), uncertainIds: Number(uncertainIds) })));
    const total = (read: (difference: Difference) => number): number => [...differences.values()].reduce((sum, each) => sum + read(each), 0);
    return [
      ...[...differences].map(([scenario, { lost, unsent, twice }]): Figure => ({ ...judge(told(`${scenario}: lost, stored twice or never sent`, lost + unsent + twice, 'items'), 'exactly', 0), scenario })),
      told('items answered 202', ledger.acceptedItems, 'items'),
      judge(told('answered 202 and not stored', total(({ lost }) => lost), 'items'), 'exactly', 0),
      judge(told('stored without being sent', total(({ unsent }) => unsent), 'items'), 'exactly', 0),
      judge(told('stored twice', total(({ twice }) => twice), 'items'), 'exactly', 0),
      told('items of uncertain fate', ledger.uncertain.reduce((sum, { items }) => sum + items, 0), 'items'),
      judge(told('counted otherwise than stored', Math.abs(counted - Number(originals)), 'items'), 'exactly', 0),
      judge(told('dead letters', status.deadLetters, 'entries'), 'exactly', 0),
      judge(told('answers that the API does not promise', ledger.unexpectedAnswers, 'answers'), 'exactly', 0),
    ];
  } finally {
    await store.close();
  }
}

/** Of the board's own counts, once they are exact. */
async function liveTotal(url: string): Promise<number> {
  const groups = await eventually(async () => {
    const { body } = await getJson<{ exact: boolean; groups: { count: number }[] }>(`${url}/v1/counts?groupBy=channel&window=24h`);
    return body.exact && body.groups;
  }, { what: 'exact counts', limitMs: 30_000 });
  return groups.reduce((sum, { count }) => sum + count, 0);
}

import { getJson } from '../../test/support/http.ts';
import { eventually } from '../../test/support/poll.ts';
import { openStore, type StoreOptions } from '../../stream/store/clickhouse.ts';
import { judge, told, type Figure } from './figures.ts';
import type { Marker } from './markers.ts';
import type { K6Run } from './run-k6.ts';
import type { Subject } from './subject.ts';

const SETTLED_WITHIN_MS = 240_000;

/** What the clients were told, over the whole run. */
export class Ledger {
  acceptedItems = 0;
  unexpectedAnswers = 0;
  readonly complaints: string[] = [];
  /** Ids of requests that nobody knows the fate of. */
  readonly uncertain: { id: string; items: number }[] = [];

  add(run: K6Run): void {
    this.acceptedItems += run.acceptedItems;
    this.unexpectedAnswers += run.unexpectedAnswers;
    this.uncertain.push(...run.uncertain);
    this.complaints.push(...run.complaints);
  }

  addMarkers(markers: readonly Marker[]): void {
    for (const { id, seenAtMs } of markers) {
      if (seenAtMs.answered === undefined) this.uncertain.push({ id, items: 1 });
      else this.acceptedItems += 1;
    }
  }
}

/**
 * Waits until everything accepted is stored, asks the server for its counts, stops it and compares both with the rows.
 * `where`: the store, by default the one in the server's own folder. Each accepted item is exactly one row; a row that was not accepted must belong to a request of uncertain fate.
 */
export async function checkLedger(subject: Subject, ledger: Ledger, idPrefix: string, where: StoreOptions = { dataDir: subject.server.dataDir }): Promise<Figure[]> {
  await subject.server.settled(SETTLED_WITHIN_MS);
  const { body: status } = await getJson<{ deadLetters: number }>(`${subject.url}/v1/status`);
  const counted = await liveTotal(subject.url);
  await subject.server.stop();
  const store = openStore(where);
  try {
    const table = `${store.database}.feedback`;
    const own = `startsWith(id, '${idPrefix}-')`;
    // The ids of a batch are its own with the item's number behind.
    const uncertain = ledger.uncertain.map(({ id, items }) => (items === 1 ? `id = '${id}'` : `startsWith(id, '${id}')`));
    const [[rows, ids, uncertainIds, originals] = []] = await store.select(
      `SELECT countIf(${own}), uniqExactIf(id, ${own}), uniqExactIf(id, ${own} AND (${uncertain.length === 0 ? '0' : uncertain.join(' OR ')})), countIf(duplicate_of = '') FROM ${table}`,
    );
    const known = Number(ids) - Number(uncertainIds);
    return [
      told('items answered 202', ledger.acceptedItems, 'items'),
      judge(told('answered 202 and not stored', Math.max(0, ledger.acceptedItems - known), 'items'), 'exactly', 0),
      judge(told('stored without being sent', Math.max(0, known - ledger.acceptedItems), 'items'), 'exactly', 0),
      judge(told('stored twice', Number(rows) - Number(ids), 'items'), 'exactly', 0),
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

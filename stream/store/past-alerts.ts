import { foldAlert, type AlertWithTimeline } from '../../alerts/list/alert-record.ts';
import type { AlertEvent, AlertOpened } from '../../core/alert.ts';
import type { Store } from './clickhouse.ts';

const SECONDS_MAX = 10;

export interface PastAlert {
  alert: AlertWithTimeline;
  /** Null where it is not known any more. */
  opened: AlertOpened | null;
}

/** An alert from its stored events, however long ago it was; null when none of them is stored. Throws `store_unavailable`. */
export async function findPastAlert(store: Store, alertId: string): Promise<PastAlert | null> {
  const rows = await store.select(
    `SELECT record FROM ${store.database}.alert_events FINAL WHERE alert_id = {alertId:String} AND record != ''
     ORDER BY at, indexOf(['opened', 'escalated', 'resolved'], kind), event_id SETTINGS max_execution_time = ${SECONDS_MAX}`,
    { alertId },
  );
  const events = rows.map(([record]) => JSON.parse(String(record)) as AlertEvent);
  let alert: AlertWithTimeline | undefined;
  for (const event of events) alert = foldAlert(alert, event) ?? alert;
  return alert === undefined ? null : { alert, opened: events.find((event) => event.kind === 'opened') ?? null };
}

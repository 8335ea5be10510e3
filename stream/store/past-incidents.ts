import type { EndedIncident } from '../../alerts/incidents/ended-incident.ts';
import type { Store } from './clickhouse.ts';
import { utcText } from './to-row.ts';

const SECONDS_MAX = 10;

/** An incident that is over, by its id or that of an alert in it; null when none is stored. Throws `store_unavailable`. */
export async function findPastIncident(store: Store, id: string): Promise<EndedIncident | null> {
  const [row] = await store.select(
    `SELECT record FROM ${store.database}.incidents FINAL WHERE incident_id = {id:String} OR has(alert_ids, {id:String})
     ORDER BY incident_id = {id:String} DESC, log_sequence DESC LIMIT 1 SETTINGS max_execution_time = ${SECONDS_MAX}`,
    { id },
  );
  return row === undefined ? null : toIncident(row);
}

/** Those that ended before a time, the latest end first. Throws `store_unavailable`. */
export async function listPastIncidents(store: Store, { workspace, endedBeforeMs, limit }: { workspace: string; endedBeforeMs: number; limit: number }): Promise<EndedIncident[]> {
  const rows = await store.select(
    `SELECT record FROM ${store.database}.incidents FINAL WHERE workspace = {workspace:String} AND ended_at < {before:DateTime64(3, 'UTC')}
     ORDER BY ended_at DESC, incident_id LIMIT {limit:UInt32} SETTINGS max_execution_time = ${SECONDS_MAX}`,
    { workspace, before: utcText(endedBeforeMs), limit },
  );
  return rows.map(toIncident);
}

function toIncident([record]: unknown[]): EndedIncident {
  return JSON.parse(String(record)) as EndedIncident;
}

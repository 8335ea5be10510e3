import { evidenceQuestion, levelQuestion, type EvidenceQuestion } from '../../alerts/evidence/evidence-question.ts';
import { foldAlert } from '../../alerts/list/alert-record.ts';
import type { AlertEvent } from '../../core/alert.ts';
import type { Store } from './clickhouse.ts';
import type { RecordRow } from './record-row.ts';
import { utcText } from './to-row.ts';

/** Which items one number of an alert is made of. */
export interface AlertWindow {
  alertId: string;
  question: WindowQuestion;
}
export type WindowQuestion = Pick<EvidenceQuestion, 'where' | 'group' | 'afterMs' | 'upToMs' | 'topic'>;

/** A place among the windows of a workspace; the first when null. */
export type WindowPlace = { untilMs: number; alertId: string } | null;

const WINDOWS_PER_READ = 2_000;
const SECONDS_MAX = 30;
/** Longer than any rule's window, and a severe alert's cool-down. */
const WINDOW_MS_MAX = 400 * 86_400_000;
/** Rows that name other alerts, and no items; and of events that count nothing, so that the highest entry says up to where the log was copied. */
const MEMBERS = 'members';
const NOTHING = 'nothing';
/** Windows that a spike, or an absence, was held against. */
const EARLIER = 'earlier-';

/** What an opening or a level counted: a row for the count, one for what it is a share of, and one for each window that a spike or an absence was held against; of a composite one that names its members. Other events have one that only says that they were seen. Pure. */
export function alertWindowRows(event: AlertEvent): RecordRow[] {
  const { workspace, alertId, atMs } = event;
  const nothing = { workspace, alert_id: alertId, part: `${NOTHING}-${event.kind}`, after: utcText(atMs), until: utcText(atMs), members: [], record: '' };
  const alert = foldAlert(undefined, event);
  if (event.kind === 'escalated') {
    const level = alert === null ? null : levelQuestion(alert);
    return level === null ? [nothing] : [rowOf(event, level)];
  }
  if (event.kind !== 'opened' || alert === null) return [nothing];
  if (event.measure?.kind === 'composite') {
    return [{ ...nothing, part: MEMBERS, members: event.measure.members.map((member) => member.alertId) }];
  }
  const answer = evidenceQuestion(alert);
  if (!answer.ok) return [nothing];
  const isDecisive = ({ part }: EvidenceQuestion): boolean => part === 'count' || part === 'volume' || part.startsWith(EARLIER);
  return [answer.question, ...answer.others].filter(isDecisive).map((question) => rowOf(event, question));
}

function rowOf({ workspace, alertId }: AlertEvent, { part, where, group, afterMs, upToMs, topic }: EvidenceQuestion): RecordRow {
  const question: WindowQuestion = { where, group, afterMs, upToMs, ...(topic === undefined ? {} : { topic }) };
  return { workspace, alert_id: alertId, part, after: utcText(afterMs), until: utcText(upToMs), members: [], record: JSON.stringify(question) };
}

/** Up to which entry of the log of alerts their windows are stored. Throws `store_unavailable`. */
export async function windowsStoredThrough(store: Store, logId: string): Promise<number> {
  const [row] = await store.select(`SELECT toFloat64(max(log_sequence)) FROM ${store.database}.alert_windows WHERE log_id = {logId:String}`, { logId });
  return Number(row?.[0] ?? 0);
}

/** Windows that hold a time from `fromMs` to `toMs`, by their end; `next` is null after the last ones. Throws `store_unavailable`. */
export async function windowsOver(store: Store, { workspace, fromMs, toMs, after }: { workspace: string; fromMs: number; toMs: number; after: WindowPlace }): Promise<{ windows: AlertWindow[]; next: WindowPlace }> {
  const rows = await store.select(
    `SELECT alert_id, toFloat64(toUnixTimestamp64Milli(until)), record FROM ${store.database}.alert_windows FINAL
     WHERE workspace = {workspace:String} AND until >= fromUnixTimestamp64Milli({fromMs:Int64}) AND until <= fromUnixTimestamp64Milli({lastMs:Int64}) AND after < fromUnixTimestamp64Milli({toMs:Int64})
       AND (part IN ('count', 'level', 'volume') OR startsWith(part, '${EARLIER}')) AND (until, alert_id) > (fromUnixTimestamp64Milli({placeMs:Int64}), {placeId:String})
     ORDER BY until, alert_id, part LIMIT ${WINDOWS_PER_READ} SETTINGS max_execution_time = ${SECONDS_MAX}`,
    { workspace, fromMs: Math.trunc(fromMs), toMs: Math.trunc(toMs), lastMs: Math.trunc(toMs) + WINDOW_MS_MAX, placeMs: after?.untilMs ?? Math.trunc(fromMs) - 1, placeId: after?.alertId ?? '' },
  );
  const windows = rows.map(([alertId, , record]): AlertWindow => ({ alertId: String(alertId), question: JSON.parse(String(record)) as WindowQuestion }));
  const last = rows.at(-1);
  if (rows.length < WINDOWS_PER_READ || last === undefined) return { windows, next: null };
  // The last alert's other part may be on the next page: it is read again with it.
  const complete = rows.findLast(([alertId]) => alertId !== last[0]) ?? last;
  return { windows, next: { untilMs: Number(complete[1]), alertId: String(complete[0]) } };
}

/** Composites that name one of these alerts. Throws `store_unavailable`. */
export async function compositesOver(store: Store, { workspace, alertIds, sinceMs }: { workspace: string; alertIds: readonly string[]; sinceMs: number }): Promise<string[]> {
  const rows = await store.select(
    `SELECT DISTINCT alert_id FROM ${store.database}.alert_windows
     WHERE workspace = {workspace:String} AND until >= fromUnixTimestamp64Milli({sinceMs:Int64}) AND part = '${MEMBERS}' AND hasAny(members, {alertIds:Array(String)}) SETTINGS max_execution_time = ${SECONDS_MAX}`,
    { workspace, sinceMs: Math.trunc(sinceMs), alertIds: [...alertIds] },
  );
  return rows.map(([alertId]) => String(alertId));
}

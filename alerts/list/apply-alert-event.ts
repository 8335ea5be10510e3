import type { AlertEvent } from '../../core/alert.ts';
import { foldAlert } from './alert-record.ts';
import type { AlertWithTimeline } from './alert-record.ts';

export interface AlertListLimits {
  /** Alerts that are over, newest end first kept. Open ones are all kept: the counter bounds them by its keys. */
  closedMax: number;
  /** Events kept for those who resume. */
  eventsMax: number;
}

export const ALERT_LIST_LIMITS: AlertListLimits = { closedMax: 5_000, eventsMax: 5_000 };

/** All alerts known, in the order in which they opened (open) and ended (closed). */
export interface AlertListState {
  readonly limits: AlertListLimits;
  readonly open: Map<string, AlertWithTimeline>;
  readonly closed: Map<string, AlertWithTimeline>;
  /** The latest events by id, oldest first. */
  readonly events: Map<string, AlertEvent>;
}

export function emptyAlertList(limits: AlertListLimits = ALERT_LIST_LIMITS): AlertListState {
  return { limits, open: new Map(), closed: new Map(), events: new Map() };
}

/**
 * Takes one event into the list, in place: a list is read back event by event, and a copy a step would make that
 * quadratic. Deterministic: the same events in the same order give the same list.
 * @returns false for an event that tells nothing new; the list is then unchanged.
 */
export function applyAlertEvent(list: AlertListState, event: AlertEvent): boolean {
  if (list.events.has(event.id)) return false;
  const alert = foldAlert(list.open.get(event.alertId) ?? list.closed.get(event.alertId), event);
  if (alert === null) return false;
  if (alert.state === 'firing') {
    list.open.set(alert.alertId, alert);
  } else {
    list.open.delete(alert.alertId);
    list.closed.set(alert.alertId, alert);
    dropOldest(list.closed, list.limits.closedMax);
  }
  list.events.set(event.id, event);
  dropOldest(list.events, list.limits.eventsMax);
  return true;
}

function dropOldest(map: Map<string, unknown>, sizeMax: number): void {
  for (const key of map.keys()) {
    if (map.size <= sizeMax) return;
    map.delete(key);
  }
}

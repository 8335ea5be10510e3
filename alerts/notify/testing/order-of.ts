import type { AlertEvent } from '../../../core/alert.ts';
import type { PageOrder } from '../../../core/page-order.ts';
import { encodeJson } from '../../../stream/frames/record.ts';

let number = 0;

/** The order that the desk makes of an event where an incident is one alert and its rule says who is told. */
export function orderOf(event: AlertEvent): PageOrder {
  number += 1;
  return {
    id: event.id, incidentId: event.alertId, episodeId: event.alertId, workspace: event.workspace, kind: event.kind,
    reason: event.kind === 'opened' ? 'fired' : event.kind === 'escalated' ? 'level-reached' : 'resolved',
    detail: { zh: '', en: '' }, severity: event.severity, previousSeverity: event.kind === 'escalated' ? event.from : null, event,
    incident: {
      id: event.alertId, state: event.kind === 'resolved' ? 'resolved' : 'firing', severity: event.severity, openedAtMs: event.atMs, alerts: 1,
      alertsFiring: event.kind === 'resolved' ? 0 : 1, totalCount: event.count, causes: [], reopened: 0, assignee: null, acknowledgedBy: null, resolvedBy: null, route: null,
    },
    notify: event.notify.length > 0 ? event.notify : ['default'], people: [], number, atMs: event.atMs, openedAtMs: event.kind === 'opened' ? event.atMs : event.openedAtMs ?? event.atMs,
  };
}

/** The entry of the incidents log that carries it; none for a level at which nobody is told. */
export function encodeOrder(event: AlertEvent): Uint8Array {
  const isTold = event.kind !== 'escalated' || event.notify.length > 0;
  return encodeJson('journal', { number: number + 1, writer: 'test', inputs: [], pages: isTold ? [orderOf(event)] : [] });
}

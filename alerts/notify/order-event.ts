import type { AlertEvent } from '../../core/alert.ts';
import type { PageOrder } from '../../core/page-order.ts';

/**
 * The alert event that a page order tells, in the form in which pages are delivered and rendered: under the order's id,
 * its episode as the alert, its kind and severity. Pure.
 */
export function orderEvent(order: PageOrder): AlertEvent {
  const { event } = order;
  const base = { ...event, id: order.id, alertId: order.episodeId, severity: order.severity, sequence: order.number, index: 0, notify: order.notify };
  const quotes = event.kind === 'resolved' ? [] : event.quotes;
  const endsAtMs = event.kind === 'resolved' ? null : event.endsAtMs;
  switch (order.kind) {
    case 'opened':
      return { ...base, kind: 'opened', quotes, endsAtMs, late: event.kind === 'opened' && event.late };
    case 'escalated':
      return { ...base, kind: 'escalated', from: order.previousSeverity ?? order.severity, openedAtMs: order.openedAtMs, quotes, endsAtMs };
    case 'resolved':
      return {
        ...base, kind: 'resolved', openedAtMs: order.openedAtMs,
        reason: event.kind === 'resolved' ? event.reason : 'below-threshold',
        peak: event.kind === 'resolved' ? event.peak : Math.max(event.count, ...order.incident.causes.map(({ peak }) => peak)),
      };
  }
}

import type { AlertEvent } from '../../core/alert.ts';
import type { PageReason } from '../../core/page-order.ts';
import type { LocalText } from '../../core/rule.ts';
import { askPage } from './ask-page.ts';
import type { DeskState, DeskStep } from './desk-state.ts';
import { NOTHING } from './incident.ts';
import type { Incident } from './incident.ts';
import { routeOf, targetsTold } from './settle-wish.ts';

/** Pages again those who were told, and those of the route; people as people, so that their quiet hours count. */
export function remind(state: DeskState, step: DeskStep, incident: Incident, reason: PageReason, event: AlertEvent = incident.lead, detail: LocalText = NOTHING): void {
  const targets = [...targetsTold(state, incident), ...(routeOf(state, incident)?.notify ?? [])];
  askPage(state, step, incident, {
    kind: 'escalated', reason, severity: incident.severity, event, pageId: null, detail, dueMs: state.nowMs, targets: targets.length > 0 ? targets : event.notify, named: 'by-route',
  });
}

import type { RecalledRecord } from '../../core/operation.ts';
import type { PageReason } from '../../core/page-order.ts';
import { file } from './desk-state.ts';
import type { DeskState } from './desk-state.ts';
import type { EndedIncident } from './ended-incident.ts';
import { memberOf } from './incident.ts';
import type { Incident } from './incident.ts';

/** An incident that the desk has forgotten, as the store has it, and the opening of one of its alerts. */
export interface RecalledIncident extends RecalledRecord {
  incident: EndedIncident;
}

/** Takes back an incident that is over and forgotten, so that something can still be said of it. It stays over, and nothing that fires later joins it. */
export function recall(state: DeskState, { incident: record, lead }: RecalledRecord): Incident {
  const stored = record as EndedIncident;
  const known = state.open.get(stored.id) ?? state.closed.get(stored.id);
  if (known !== undefined) return known;
  const members = new Map(stored.members.map((member) => [member.alertId, { ...member }]));
  if (!members.has(lead.alertId)) members.set(lead.alertId, { ...memberOf(lead), state: 'resolved', endedAtMs: stored.resolvedAtMs });
  const pagedAtMs = stored.timeline.findLast(({ kind, reason }) => kind === 'paged' && reason === 'correction')?.atMs;
  const incident: Incident = {
    id: stored.id, workspace: stored.workspace, groupKey: JSON.stringify(['recalled', stored.id]), route: stored.route, state: 'resolved', severity: stored.severity,
    members, gone: { alerts: Math.max(0, stored.alerts - members.size), peaks: 0 }, firing: 0, openedAtMs: stored.openedAtMs,
    resolved: { by: stored.resolvedBy, atMs: stored.resolvedAtMs ?? stored.openedAtMs, reason: (stored.resolvedBecause ?? 'resolved') as PageReason },
    acknowledged: null, assignee: stored.assignee, episode: { id: stored.id, openedAtMs: stored.openedAtMs, pagedSeverity: stored.severity, told: [...stored.told], people: [] }, episodeIds: [stored.id],
    reopenedAtMs: [], reopened: stored.reopened, flapping: null, endsAtMs: null, lead, wish: null, chain: null, delayed: null, dueMs: Infinity,
    ...(pagedAtMs === undefined ? {} : { corrections: { pagedAtMs, waiting: null } }),
    // Ids of pages are made of it: none of those that went out before has this one.
    pages: state.nowMs, timeline: [...stored.timeline],
  };
  for (const alertId of members.keys()) if (!state.incidentOfAlert.has(alertId)) state.incidentOfAlert.set(alertId, incident.id);
  file(state, incident);
  return incident;
}

import type { OpenAlert } from '../../core/live.ts';
import type { DeskState } from '../incidents/desk-state.ts';

/**
 * Which live counts say something new to the desk: those of incidents that somebody has acknowledged and that have grown
 * by the policy's factor since. All others would only lengthen the journal.
 */
export function grownAlerts(state: DeskState, openAlerts: readonly Pick<OpenAlert, 'alertId' | 'count'>[]): { alertId: string; count: number }[] {
  if (![...state.open.values()].some(({ acknowledged }) => acknowledged !== null)) return [];
  const live = new Map(openAlerts.map(({ alertId, count }) => [alertId, count]));
  const ids = new Set([...live.keys()].flatMap((alertId) => state.incidentOfAlert.get(alertId) ?? []));
  return [...ids].flatMap((id) => {
    const incident = state.open.get(id);
    if (incident === undefined || incident.acknowledged === null) return [];
    const firing = [...incident.members.values()].filter((member) => member.state === 'firing');
    const total = firing.reduce((sum, { alertId, count }) => sum + (live.get(alertId) ?? count), 0);
    if (total < incident.acknowledged.count * state.book.policy.growthFactor) return [];
    return firing.flatMap(({ alertId, count }) => {
      const now = live.get(alertId);
      return now === undefined || now <= count ? [] : [{ alertId, count: now }];
    });
  });
}

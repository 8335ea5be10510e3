import type { OpenAlert } from '../../core/live.ts';
import type { DeskState } from '../incidents/desk-state.ts';
import type { Incident } from '../incidents/incident.ts';

/** A page that is due within this says how many there are then; a first page, which waits for its group, says what made it fire. */
const DUE_WITHIN_MS = 1_500;
/**
 * An incident that nobody has acknowledged is told of whenever it has grown by this: who acknowledges it knows about as many as there are,
 * and is not paged at once for what came before.
 */
const UNTOLD_FACTOR = 1.2;
/** Alerts of one incident that are told of for a page that is due. */
const OF_ONE_MAX = 20;

/**
 * Which live counts say something new to the desk: those of incidents that somebody has acknowledged and that have grown
 * by the policy's factor since, those that nobody has and that have outgrown what was told, and those that may page within a moment. All others would only lengthen the journal.
 */
export function grownAlerts(state: DeskState, openAlerts: readonly Pick<OpenAlert, 'alertId' | 'count'>[], nowMs: number): { alertId: string; count: number }[] {
  const isDue = (incident: Incident): boolean => incident.state !== 'pending' && incident.dueMs - nowMs < DUE_WITHIN_MS;
  if (state.open.size === 0) return [];
  const live = new Map(openAlerts.map(({ alertId, count }) => [alertId, count]));
  const ids = new Set([...live.keys()].flatMap((alertId) => state.incidentOfAlert.get(alertId) ?? []));
  return [...ids].flatMap((id) => {
    const incident = state.open.get(id);
    if (incident === undefined) return [];
    const firing = [...incident.members.values()].filter((member) => member.state === 'firing');
    const changed = firing.flatMap(({ alertId, count: told }) => {
      const count = live.get(alertId) ?? told;
      return count === told ? [] : [{ alertId, count, isMore: count > told }];
    });
    const [known, total] = [firing.reduce((sum, { count }) => sum + count, 0), firing.reduce((sum, { alertId, count }) => sum + (live.get(alertId) ?? count), 0)];
    const isOutgrown = incident.state !== 'pending' && incident.acknowledged === null && total >= known * UNTOLD_FACTOR;
    const isGrown = isOutgrown || hasGrown(incident, state.book.policy.growthFactor, total);
    const told = isGrown ? changed.filter(({ isMore }) => isMore) : isDue(incident) ? changed.slice(0, OF_ONE_MAX) : [];
    return told.map(({ alertId, count }) => ({ alertId, count }));
  });
}

function hasGrown({ acknowledged }: Incident, factor: number, total: number): boolean {
  return acknowledged !== null && total >= acknowledged.count * factor;
}

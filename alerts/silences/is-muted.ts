import type { Silence } from '../../core/operation.ts';
import type { Incident } from '../incidents/incident.ts';
import { silencedBy } from './silenced-by.ts';

/** Whether something fires in an incident, and silences hold now for all of it that does. Pure. */
export function isMuted({ members, firing }: Pick<Incident, 'members' | 'firing'>, silences: readonly Silence[], nowMs: number): boolean {
  if (silences.length === 0 || firing === 0) return false;
  for (const member of members.values()) if (member.state === 'firing' && silencedBy(silences, member, nowMs) === null) return false;
  return true;
}

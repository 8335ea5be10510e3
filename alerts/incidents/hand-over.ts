import { han } from '../../core/han.ts';
import type { LocalText } from '../../core/rule.ts';
import { askPage } from './ask-page.ts';
import type { DeskState, DeskStep } from './desk-state.ts';
import { note } from './incident.ts';
import type { Incident } from './incident.ts';
import { chooseFor } from './settle-wish.ts';

interface HandOver {
  incident: Incident;
  actor: string;
  /** A user's id, or `auto`. Somebody who is not in the book can be given it, and is not paged. */
  to: string;
  detail: { detail?: LocalText };
}

/** Gives an incident to somebody, and tells them where the book knows how. */
export function handOver(state: DeskState, step: DeskStep, { incident, actor, to, detail }: HandOver): { incidentId: string } | { code: 'conflict'; message: string } {
  if (incident.state === 'resolved') return { code: 'conflict', message: `The incident ${incident.id} is over.` };
  const chosen = to !== 'auto' ? to : chooseFor(state, incident);
  if (chosen === null) return { code: 'conflict', message: 'Nobody can be chosen: the routing book has no users.' };
  incident.assignee = chosen;
  note(incident, { atMs: state.nowMs, kind: 'assigned', by: actor, detail: detail.detail ?? { zh: han`交给 ${chosen}`, en: `given to ${chosen}` } });
  const user = state.book.users.find(({ id }) => id === chosen);
  if (user !== undefined && user.notify.length > 0 && chosen !== actor) {
    askPage(state, step, incident, {
      kind: 'escalated', reason: 'handed-over', severity: incident.severity, event: incident.lead, pageId: null, dueMs: state.nowMs,
      targets: [`user:${chosen}`], named: 'by-route', detail: { zh: han`${actor} 交给 ${chosen}`, en: `${actor} gives it to ${chosen}` },
    });
  }
  return { incidentId: incident.id };
}

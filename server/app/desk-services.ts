import type { IncidentBook } from '../../alerts/desk/incident-book.ts';
import { createOperations, refuse } from '../../alerts/desk/submit-operation.ts';
import type { Bus } from '../../stream/ports.ts';
import { systemTimers } from '../../stream/system-timers.ts';
import type { Desk } from '../gateway/services.ts';

/** Incidents as this process reads them from the journal, and operations onto their log. */
export function deskOf(bus: Bus, book: IncidentBook, makeId: () => string): Desk {
  const operations = createOperations({ log: bus.log('operations'), book, timers: systemTimers });
  return {
    incidents({ workspace, state, limit }) {
      const { open, closed } = book.state;
      const asked = state === undefined ? [...open.values(), ...closed.values()] : [...(state === 'resolved' ? closed : open).values()];
      return asked
        .filter((incident) => incident.workspace === workspace && (state === undefined || incident.state === state))
        .sort((a, b) => b.openedAtMs - a.openedAtMs || (a.id < b.id ? -1 : 1))
        .slice(0, limit);
    },
    incident: (id) => book.get(id),
    async submit({ id = makeId(), ...operation }) {
      const outcome = await operations.submit({ id, ...operation });
      refuse(outcome);
      return { operationId: id, ...(outcome?.done === true ? { done: true, ...(outcome.incidentId === undefined ? {} : { incidentId: outcome.incidentId }) } : { done: false }) };
    },
  };
}

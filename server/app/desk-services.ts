import type { IncidentBook } from '../../alerts/desk/incident-book.ts';
import { createOperations, refuse } from '../../alerts/desk/submit-operation.ts';
import { previewMatchers } from '../../alerts/silences/preview.ts';
import { entryKey, mergeBooks } from '../../alerts/routing/apply-entry.ts';
import { checkBook } from '../../alerts/routing/check-book.ts';
import { TocsinError } from '../../core/errors.ts';
import type { OperationAct } from '../../core/operation.ts';
import type { Bus } from '../../stream/ports.ts';
import { systemTimers } from '../../stream/system-timers.ts';
import type { Desk } from '../gateway/services.ts';

/** Incidents as this process reads them from the journal, and operations onto their log. */
export interface DeskParts {
  bus: Pick<Bus, 'log'>;
  /** Incidents that are over and that the desk may have forgotten. */
  past: Pick<Desk, 'past' | 'pastList'>;
  book: IncidentBook;
  makeId: () => string;
  /** Names of channels there are. */
  names(): Promise<ReadonlySet<string>>;
}

export function deskOf({ bus, past, book, makeId, names }: DeskParts): Desk {
  /** The desk itself does not know which channels there are. */
  const refuseUnknownChannels = async ({ section, entryId, json }: Extract<OperationAct, { kind: 'put-entry' }>): Promise<void> => {
    const { fileBook, apiEntries } = book.state;
    const merged = mergeBooks(fileBook, new Map([...apiEntries, [entryKey(section, entryId), json]]));
    const fault = checkBook(merged, await names()).find((each) => each.section === section && each.id === entryId);
    if (fault !== undefined) throw new TocsinError('invalid_request', `${fault.key} ${fault.message}.`);
  };
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
    ...past,
    silences: () => [...book.state.silences.values()],
    preview: (matchers) => previewMatchers(book.state.open.values(), matchers),
    book: () => book.state.book,
    isOfFile: (section, id) => book.state.fileBook[section].some((entry) => entry.id === id),
    newId: makeId,
    async submit({ id = makeId(), ...operation }) {
      if (operation.act.kind === 'put-entry') await refuseUnknownChannels(operation.act);
      const outcome = await operations.submit({ id, ...operation });
      refuse(outcome);
      return { operationId: id, ...(outcome?.done === true ? { done: true, ...(outcome.incidentId === undefined ? {} : { incidentId: outcome.incidentId }) } : { done: false }) };
    },
  };
}

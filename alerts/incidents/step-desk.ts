import { mergeBooks } from '../routing/apply-entry.ts';
import { advance, lookAtAll, lookAtIncidentOf, takeCount } from './advance.ts';
import { emptyStep, noteEnded } from './desk-state.ts';
import type { DeskInput, DeskState, DeskStep } from './desk-state.ts';
import { pairKey } from './decide-inhibition.ts';
import { takeAlert } from './take-alert.ts';
import { takeOperation } from './take-operation.ts';

/**
 * One input into the desk: a pure function of state, input and time, but that the state is changed in place.
 *
 *   input ─► what was due before it ─► the incident it belongs to ─► a page asked for ─► ordered, held back or dropped, with its reason
 *
 * Time never goes back: an input of an earlier time happens at the latest time seen.
 */
export function stepDesk(state: DeskState, input: DeskInput, atMs: number): DeskStep {
  state.nowMs = Math.max(state.nowMs, Math.floor(atMs));
  const step = emptyStep();
  advance(state, step);
  switch (input.kind) {
    case 'alert':
      takeAlert(state, step, input.event);
      break;
    case 'operation':
      takeOperation(state, step, input.operation);
      break;
    case 'tick':
      break;
    case 'book':
      state.fileBook = input.book;
      state.book = mergeBooks(state.fileBook, state.apiEntries);
      lookAtAll(state, step);
      break;
    case 'count':
      takeCount(state, step, input.alertId, input.count);
      break;
    case 'overlap':
      takeOverlap(state, input);
      lookAtIncidentOf(state, step, input.targetAlertId);
      break;
  }
  noteEnded(state, step);
  return step;
}

function takeOverlap({ overlaps, limits }: DeskState, { sourceAlertId, targetAlertId, shared, ofTarget }: Extract<DeskInput, { kind: 'overlap' }>): void {
  overlaps.set(pairKey(sourceAlertId, targetAlertId), ofTarget === 0 ? 0 : shared / ofTarget);
  const [oldest] = overlaps.keys();
  if (overlaps.size > limits.overlapsMax && oldest !== undefined) overlaps.delete(oldest);
}

import { han } from '../../core/han.ts';
import type { Operation, OperationAct, OperationOutcome } from '../../core/operation.ts';
import { applyEntry } from '../routing/apply-entry.ts';
import { patternFault } from '../silences/match-alert.ts';
import { lookAtAll, restartChain } from './advance.ts';
import { escalate } from './climb-chain.ts';
import { incidentOf, remindAt } from './desk-state.ts';
import type { DeskState, DeskStep } from './desk-state.ts';
import { note, totalCount } from './incident.ts';
import type { Incident } from './incident.ts';
import { handOver } from './hand-over.ts';
import { merge, split } from './merge-and-split.ts';
import { noteSilence, noteSilenceRemoved } from './note-silence.ts';
import { orderAcknowledgement } from './order-page.ts';
import { recall } from './recall.ts';
import { remind } from './remind.ts';
import { end } from './take-alert.ts';
import { takeCorrection } from './take-correction.ts';

/** A silence that is over can be looked up for so long. */
const SILENCE_KEPT_MS = 7 * 86_400_000;

type Refusal = Extract<OperationOutcome, { done: false }>;
type Result = { incidentId?: string } | Omit<Refusal, 'operationId' | 'done'>;

/** Does what somebody asked for, once. What cannot be done says why, and changes nothing. */
export function takeOperation(state: DeskState, step: DeskStep, operation: Operation): void {
  const known = state.outcomes.get(operation.id);
  if (known !== undefined) {
    step.outcomes.push(known.done ? { ...known, repeated: true } : known);
    return;
  }
  const result = act(state, step, operation);
  const outcome: OperationOutcome = 'code' in result ? { operationId: operation.id, done: false, ...result } : { operationId: operation.id, done: true, ...result };
  state.outcomes.set(operation.id, outcome);
  const [oldest] = state.outcomes.keys();
  if (state.outcomes.size > state.limits.outcomesMax && oldest !== undefined) state.outcomes.delete(oldest);
  step.outcomes.push(outcome);
}

function act(state: DeskState, step: DeskStep, { actor, act: asked, id }: Operation): Result {
  switch (asked.kind) {
    case 'acknowledge':
    case 'unacknowledge':
    case 'escalate':
    case 'assign':
    case 'resolve':
    case 'comment':
    case 'merge':
    case 'correct':
    case 'split': {
      const incident = incidentOf(state, asked.target) ?? (asked.kind === 'correct' && asked.recalled !== undefined ? recall(state, asked.recalled) : undefined);
      if (incident === undefined) return { code: 'not_found', message: `There is no incident or alert ${asked.target}.` };
      step.changed.add(incident.id);
      return onIncident(state, step, { incident, actor, operationId: id, asked });
    }
    case 'silence': {
      const { silence } = asked;
      if (!state.silences.has(silence.id) && state.silences.size >= state.limits.silencesMax) return { code: 'conflict', message: `There are ${state.limits.silencesMax} silences already: remove one first.` };
      if (silence.matchers.some((matcher) => patternFault(matcher) !== null)) return { code: 'invalid_request', message: 'A matcher has an expression that cannot be read.' };
      for (const [id, { endsAtMs }] of state.silences) if (endsAtMs !== null && endsAtMs < state.nowMs - SILENCE_KEPT_MS) state.silences.delete(id);
      if (JSON.stringify(state.silences.get(silence.id)) !== JSON.stringify(silence)) noteSilence(state, step, silence);
      state.silences.set(silence.id, silence);
      lookAtAll(state, step);
      return {};
    }
    case 'remove-silence': {
      const silence = state.silences.get(asked.silenceId);
      if (silence === undefined) return { code: 'not_found', message: `There is no silence ${asked.silenceId}.` };
      noteSilenceRemoved(state, step, silence, actor);
      state.silences.delete(asked.silenceId);
      lookAtAll(state, step);
      return {};
    }
    case 'put-entry':
    case 'remove-entry': {
      const refusal = applyEntry(state, asked);
      if (refusal !== null) return refusal;
      lookAtAll(state, step);
      return {};
    }
    default:
      // Written by a newer program: refused, so that the log goes on.
      return { code: 'invalid_request', message: `This program does not know "${String((asked as { kind: unknown }).kind)}".` };
  }
}

interface OnIncident {
  incident: Incident;
  actor: string;
  operationId: string;
  asked: Exclude<OperationAct, { kind: 'silence' | 'remove-silence' | 'put-entry' | 'remove-entry' }>;
}

function onIncident(state: DeskState, step: DeskStep, { incident, actor, operationId, asked }: OnIncident): Result {
  const isOver = incident.state === 'resolved';
  const said = (text: string | undefined) => (text === undefined || text === '' ? {} : { detail: { zh: text, en: text } });
  switch (asked.kind) {
    case 'acknowledge': {
      if (isOver) return { code: 'conflict', message: `The incident ${incident.id} is over.` };
      const untilMs = state.nowMs + (asked.forMs ?? state.book.policy.acknowledgedForMs);
      incident.acknowledged = { by: actor, atMs: state.nowMs, untilMs, count: totalCount(incident) };
      incident.state = 'acknowledged';
      incident.assignee ??= actor;
      incident.chain = null;
      dropQueued(state, incident, actor);
      note(incident, { atMs: state.nowMs, kind: 'acknowledged', by: actor, ...said(asked.comment) });
      orderAcknowledgement(state, step, incident, said(asked.comment).detail ?? { zh: han`${actor} 已确认`, en: `acknowledged by ${actor}` });
      remindAt(state, incident, untilMs);
      return { incidentId: incident.id };
    }
    case 'unacknowledge':
      if (incident.acknowledged === null) return { code: 'conflict', message: `The incident ${incident.id} is not acknowledged.` };
      incident.acknowledged = null;
      incident.state = 'firing';
      note(incident, { atMs: state.nowMs, kind: 'acknowledgement-withdrawn', by: actor, ...said(asked.comment) });
      remind(state, step, incident, 'acknowledgement-expired');
      restartChain(state, incident);
      return { incidentId: incident.id };
    case 'escalate':
      return escalate(state, step, { incident, actor, wanted: asked.step, detail: said(asked.comment) });
    case 'assign':
      return handOver(state, step, { incident, actor, to: asked.to, detail: said(asked.comment) });
    case 'resolve':
      if (isOver) return { code: 'conflict', message: `The incident ${incident.id} is over.` };
      end(state, step, incident, { by: actor, reason: 'resolved-by-hand', event: incident.lead, ...said(asked.comment) });
      return { incidentId: incident.id };
    case 'comment':
      note(incident, { atMs: state.nowMs, kind: 'commented', by: actor, ...said(asked.text) });
      return { incidentId: incident.id };
    case 'correct':
      takeCorrection(state, step, incident, asked);
      return { incidentId: incident.id };
    case 'merge':
      return merge(state, step, { incident, actor, intoId: asked.into, detail: said(asked.comment) });
    case 'split':
      return split(state, step, { incident, actor, operationId, alertIds: asked.alertIds, detail: said(asked.comment) });
  }
}

/** Pages that wait, and those for people in quiet hours, are needless once somebody has it. */
function dropQueued(state: DeskState, incident: Incident, actor: string): void {
  const detail = { zh: han`${actor} 已确认`, en: `acknowledged by ${actor}` };
  if (incident.wish !== null) note(incident, { atMs: state.nowMs, kind: 'page-withheld', reason: 'already-acknowledged', detail, alertId: incident.wish.event.alertId });
  else if (incident.delayed !== null) note(incident, { atMs: state.nowMs, kind: 'page-withheld', reason: 'already-acknowledged', detail });
  incident.wish = null;
  incident.delayed = null;
}


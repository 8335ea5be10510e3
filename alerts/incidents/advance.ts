import { han } from '../../core/han.ts';
import { agreeInNumber } from '../../core/agree-in-number.ts';
import { nextStepOf, takeStep } from './climb-chain.ts';
import { isMeant, remindAt } from './desk-state.ts';
import type { DeskState, DeskStep } from './desk-state.ts';
import { note, totalCount } from './incident.ts';
import type { Incident } from './incident.ts';
import { orderDelayed } from './order-page.ts';
import { remind } from './remind.ts';
import { heldBack, routeOf, settleWish } from './settle-wish.ts';
import { end } from './take-alert.ts';
import { settleCorrection } from './take-correction.ts';

/** Does what is due by `state.nowMs`: looks at the incidents that asked for it, and at no other. */
export function advance(state: DeskState, step: DeskStep): void {
  if (state.looksAtAll) return lookAtAll(state, step);
  for (let due = state.due.take(state.nowMs); due !== undefined; due = state.due.take(state.nowMs)) {
    if (!isMeant(state, due)) continue;
    const incident = (state.open.get(due.id) ?? state.closed.get(due.id))!;
    incident.dueMs = Infinity;
    lookAt(state, step, incident);
  }
}

/** Looks at every open incident, whatever is due: something changed that may hold pages back or let them go. */
export function lookAtAll(state: DeskState, step: DeskStep): void {
  state.looksAtAll = false;
  state.due.clear();
  const owing = [...state.owing].flatMap((id) => state.closed.get(id) ?? []);
  for (const incident of [...state.open.values(), ...owing]) incident.dueMs = Infinity;
  for (const incident of [...state.open.values(), ...owing]) lookAt(state, step, incident);
}

/** Looks at the open incident of an alert: something that is known of the alert may hold its page back, or let it go. */
export function lookAtIncidentOf(state: DeskState, step: DeskStep, alertId: string): void {
  const incident = state.open.get(state.incidentOfAlert.get(alertId) ?? '');
  if (incident === undefined) return;
  incident.dueMs = Infinity;
  lookAt(state, step, incident);
}

function lookAt(state: DeskState, step: DeskStep, incident: Incident): void {
  settleCorrection(state, step, incident);
  if (incident.state === 'resolved') orderDelayed(state, step, incident);
  else look(state, step, incident);
}

function look(state: DeskState, step: DeskStep, incident: Incident): void {
  endSteady(state, step, incident);
  if (incident.state === 'resolved') return;
  expireAcknowledgement(state, step, incident);
  if (incident.wish !== null) settleWish(state, step, incident);
  if (incident.delayed !== null) tellDelayed(state, step, incident, incident.delayed.untilMs);
  climb(state, step, incident);
}

/** A silence that holds when quiet hours end holds these pages too. */
function tellDelayed(state: DeskState, step: DeskStep, incident: Incident, dueMs: number): void {
  const held = state.nowMs < dueMs ? null : heldBack(state, incident);
  if (held === null) return orderDelayed(state, step, incident);
  remindAt(state, incident, held.untilMs);
}

/** Flapping is over when nothing has changed for a while: the incident ends, or fires on by name. */
function endSteady(state: DeskState, step: DeskStep, incident: Incident): void {
  const { flapping, endsAtMs } = incident;
  if (endsAtMs !== null) {
    if (state.nowMs < endsAtMs) return remindAt(state, incident, endsAtMs);
    end(state, step, incident, { by: null, reason: 'resolved', event: incident.ended ?? incident.lead, detail: { zh: '反复波动后已稳定', en: 'steady again after flapping' } });
    return;
  }
  if (flapping === null) return;
  const latestMs = Math.max(flapping.sinceMs, ...[...incident.members.values()].map(({ openedAtMs, endedAtMs }) => Math.max(openedAtMs, endedAtMs ?? 0)));
  const steadyMs = latestMs + state.book.policy.flapping.quietMs;
  if (state.nowMs < steadyMs) return remindAt(state, incident, steadyMs);
  incident.flapping = null;
  note(incident, { atMs: state.nowMs, kind: 'flapping-ended' });
  step.changed.add(incident.id);
}

function expireAcknowledgement(state: DeskState, step: DeskStep, incident: Incident): void {
  const { acknowledged } = incident;
  if (acknowledged === null) return;
  if (state.nowMs < acknowledged.untilMs) return remindAt(state, incident, acknowledged.untilMs);
  incident.acknowledged = null;
  incident.state = 'firing';
  note(incident, { atMs: state.nowMs, kind: 'acknowledgement-expired', detail: { zh: han`${acknowledged.by} 的确认已到期`, en: `the acknowledgement of ${acknowledged.by} has run out` } });
  step.changed.add(incident.id);
  remind(state, step, incident, 'acknowledgement-expired');
  restartChain(state, incident);
}

export function restartChain(state: DeskState, incident: Incident): void {
  const chain = state.book.chains.find(({ id }) => id === routeOf(state, incident)?.chain);
  const [first] = chain?.steps ?? [];
  if (chain === undefined || first === undefined) return;
  incident.chain = { chainId: chain.id, step: 0, round: 0, dueMs: state.nowMs + first.waitMs };
  remindAt(state, incident, incident.chain.dueMs);
}

/** Takes the steps of the escalation chain that are due; nobody climbs while somebody has it, or while pages are held back. */
function climb(state: DeskState, step: DeskStep, incident: Incident): void {
  for (let place = incident.chain; place !== null && incident.acknowledged === null && incident.wish === null; place = incident.chain) {
    if (state.nowMs < place.dueMs) return remindAt(state, incident, place.dueMs);
    const next = nextStepOf(state, incident);
    if (next === null) {
      incident.chain = null;
      return;
    }
    takeStep(state, step, incident, next, { detail: { zh: `无人确认，第 ${next.number} 步：${next.who.join('、')}`, en: `nobody has acknowledged, step ${next.number}: ${next.who.join(', ')}` }, by: null });
  }
}

/** A count that is new: an acknowledged incident that has grown enough pages again. */
export function takeCount(state: DeskState, step: DeskStep, alertId: string, count: number): void {
  const incident = state.open.get(state.incidentOfAlert.get(alertId) ?? '');
  const member = incident?.members.get(alertId);
  if (incident === undefined || member === undefined || member.state !== 'firing') return;
  member.count = count;
  member.peak = Math.max(member.peak, count);
  step.changed.add(incident.id);
  const { acknowledged } = incident;
  if (acknowledged === null || totalCount(incident) < acknowledged.count * state.book.policy.growthFactor) return;
  const total = totalCount(incident);
  const detail = { zh: `确认时 ${acknowledged.count} 条，现在 ${total} 条`, en: agreeInNumber(`${acknowledged.count} items when it was acknowledged, ${total} now`) };
  note(incident, { atMs: state.nowMs, kind: 'grew', alertId, detail });
  acknowledged.count = total;
  remind(state, step, incident, 'grew', incident.lead, detail);
}

import { isSameUsual, severityRank } from '../../core/operation.ts';
import type { OperationAct } from '../../core/operation.ts';
import type { AlertSeverity, LocalText } from '../../core/rule.ts';
import { sayCorrection, sayLevelCorrection } from './correction-words.ts';
import { decideCorrection } from './decide-correction.ts';
import type { DeskState, DeskStep } from './desk-state.ts';
import { remindAt } from './desk-state.ts';
import { note } from './incident.ts';
import type { Incident } from './incident.ts';
import { orderPage } from './order-page.ts';
import { remind } from './remind.ts';

/**
 * What was told turned out otherwise: it stands on the timeline, once for each number, and is told to whom the fire was told: at once where the alert would
 * not have opened or the incident is over, else with the next page. An incident that is over stays so.
 */
export function takeCorrection(state: DeskState, step: DeskStep, incident: Incident, asked: Extract<OperationAct, { kind: 'correct' }>): void {
  const { countThen, countNow, volume, usual } = asked;
  const alertId = incident.members.has(asked.target) ? asked.target : incident.lead.alertId;
  const member = incident.members.get(alertId);
  if (asked.level !== undefined) return takeLevelCorrection(state, step, incident, { ...asked, level: asked.level, alertId });
  const last = member?.corrected;
  const volumeNow = volume?.now ?? null;
  const isAsUsual = usual === undefined || isSameUsual(usual.now, last?.usual ?? usual.then);
  if (countNow === (last?.count ?? countThen) && volumeNow === (last === undefined ? (volume?.then ?? null) : last.volume) && isAsUsual) return;
  const firedByLast = last?.stillFires ?? true;
  const firesByNow = asked.stillFires ?? countNow >= (member?.fireAt ?? incident.lead.fireAt);
  if (member !== undefined) member.corrected = { count: countNow, volume: volumeNow, ...(usual === undefined ? {} : { usual: usual.now }), stillFires: firesByNow, atMs: state.nowMs };
  tellCorrection(state, step, incident, { alertId, wasTold: incident.episode.told.length > 0, firedByLast, firesByNow, isErasure: asked.erased === true, detail: sayCorrection(asked, { firedByLast, firesByNow }) });
}

/** As that of an opening, but that only those who were told of the level are told that it was not reached. */
function takeLevelCorrection(state: DeskState, step: DeskStep, incident: Incident, asked: Extract<OperationAct, { kind: 'correct' }> & { level: AlertSeverity; alertId: string }): void {
  const { level, alertId, countThen, countNow, stillFires: firesByNow = true } = asked;
  const member = incident.members.get(alertId);
  const last = member?.correctedLevel?.severity === level ? member.correctedLevel : undefined;
  if (member === undefined || countNow === (last?.count ?? countThen)) return;
  const firedByLast = last?.stillFires ?? true;
  member.correctedLevel = { severity: level, count: countNow, stillFires: firesByNow, atMs: state.nowMs };
  const { told, pagedSeverity } = incident.episode;
  const wasTold = told.length > 0 && pagedSeverity !== null && severityRank(pagedSeverity) >= severityRank(level);
  tellCorrection(state, step, incident, { alertId, wasTold, firedByLast, firesByNow, isErasure: asked.erased === true, detail: sayLevelCorrection(asked, { firedByLast, firesByNow }) });
}

interface Told {
  alertId: string;
  wasTold: boolean;
  firedByLast: boolean;
  firesByNow: boolean;
  isErasure: boolean;
  detail: LocalText;
}

function tellCorrection(state: DeskState, step: DeskStep, incident: Incident, { alertId, wasTold, firedByLast, firesByNow, isErasure, detail }: Told): void {
  note(incident, { atMs: state.nowMs, kind: 'corrected', alertId, detail });
  step.changed.add(incident.id);
  const decision = decideCorrection({
    wasTold, isOver: incident.state === 'resolved', firedByLast, firesByNow, pagedAtMs: incident.corrections?.pagedAtMs ?? null, isErasure, nowMs: state.nowMs,
  });
  switch (decision.action) {
    case 'page':
      return pageCorrection(state, step, incident, detail);
    case 'wait':
      incident.corrections = { pagedAtMs: incident.corrections?.pagedAtMs ?? state.nowMs, waiting: { dueMs: decision.untilMs, detail } };
      if (incident.state === 'resolved') state.owing.add(incident.id);
      return remindAt(state, incident, decision.untilMs);
    case 'with-next-page':
    case 'note':
      return;
  }
}

/** The latest of those that had to wait, once it is due. */
export function settleCorrection(state: DeskState, step: DeskStep, incident: Incident): void {
  const waiting = incident.corrections?.waiting ?? null;
  if (waiting === null) return;
  if (state.nowMs < waiting.dueMs) return remindAt(state, incident, waiting.dueMs);
  if (incident.delayed === null) state.owing.delete(incident.id);
  // It came again meanwhile, and nobody has been told of that yet: its first page says it.
  if (incident.episode.told.length === 0) incident.corrections = { pagedAtMs: incident.corrections?.pagedAtMs ?? state.nowMs, waiting: null };
  else pageCorrection(state, step, incident, waiting.detail);
}

function pageCorrection(state: DeskState, step: DeskStep, incident: Incident, detail: LocalText): void {
  incident.corrections = { pagedAtMs: state.nowMs, waiting: null };
  step.changed.add(incident.id);
  if (incident.state !== 'resolved') return remind(state, step, incident, 'correction', incident.lead, detail);
  const { told, people } = incident.episode;
  orderPage(state, step, incident, { kind: 'resolved', reason: 'correction', severity: incident.severity, event: incident.lead, pageId: null, notify: told, people, detail });
}

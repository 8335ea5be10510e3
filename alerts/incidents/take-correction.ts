import { remind } from './advance.ts';
import type { LocalText } from '../../core/rule.ts';
import type { DeskState, DeskStep } from './desk-state.ts';
import { incidentOf } from './desk-state.ts';
import { note } from './incident.ts';

/** What was told turned out otherwise: said on the timeline, and, where the alert would not have fired, to whom it was told. */
export function takeCorrection(state: DeskState, step: DeskStep, { alertId, countThen, countNow, why }: { alertId: string; countThen: number; countNow: number; why: LocalText }): void {
  const incident = incidentOf(state, alertId);
  if (incident === undefined) return;
  const detail = {
    zh: `更正:当时 ${countThen} 条,重新计算为 ${countNow} 条(${why.zh})`,
    en: `correction: ${countThen} items then, ${countNow} when counted again (${why.en})`,
  };
  note(incident, { atMs: state.nowMs, kind: 'corrected', alertId, detail });
  step.changed.add(incident.id);
  if (incident.state === 'resolved' || incident.episode.told.length === 0 || countNow >= incident.lead.fireAt) return;
  remind(state, step, incident, 'correction', incident.lead, detail);
}

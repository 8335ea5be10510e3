import type { LocalText } from '../../core/rule.ts';
import { severityRank } from '../../core/operation.ts';
import { hexId } from '../../stream/windows/hash.ts';
import type { AlertEvent } from '../../core/alert.ts';
import { askPage } from './ask-page.ts';
import { file, incidentOf, remindAt } from './desk-state.ts';
import type { DeskState, DeskStep } from './desk-state.ts';
import { note, NOTHING, totalCount } from './incident.ts';
import type { Incident, Member } from './incident.ts';
import { delay, settleWish, targetsTold } from './settle-wish.ts';
import { end } from './take-alert.ts';

type Result = { incidentId: string } | { code: 'not_found' | 'conflict' | 'invalid_request'; message: string };
interface Said { detail?: LocalText }

/** Everything of one incident goes into another; who was told of the first is told that it ended there. */
export function merge(state: DeskState, step: DeskStep, { incident, actor, intoId, detail }: { incident: Incident; actor: string; intoId: string; detail: Said }): Result {
  const into = incidentOf(state, intoId);
  if (into === undefined) return { code: 'not_found', message: `There is no incident or alert ${intoId}.` };
  if (into === incident) return { code: 'invalid_request', message: 'An incident cannot be merged into itself.' };
  if (into.workspace !== incident.workspace) return { code: 'conflict', message: 'The two incidents are of different workspaces.' };
  if (into.state === 'resolved' || incident.state === 'resolved') return { code: 'conflict', message: 'One of the two incidents is over.' };
  if (into.members.size + incident.members.size > state.limits.membersMax) return { code: 'conflict', message: `Together they have more than ${state.limits.membersMax} alerts.` };
  const { wish: waiting, delayed } = incident;
  incident.delayed = null;
  const words = { zh: `并入 ${into.id}`, en: `merged into ${into.id}` };
  const event = incident.lead;
  end(state, step, incident, { by: actor, reason: 'merged', event, detail: detail.detail ?? words });
  move(state, incident, into, [...incident.members.keys()]);
  incident.mergedInto = into.id;
  if (into.firing > 0) into.endsAtMs = null;
  if (delayed !== null) delay(state, into, delayed);
  note(into, { atMs: state.nowMs, kind: 'merged', by: actor, detail: detail.detail ?? { zh: `并入了 ${incident.id}`, en: `${incident.id} was merged in` } });
  step.changed.add(into.id);
  // A page that waited in the one waits in the other, and what held back all alerts of that one may not hold back these.
  if (waiting !== null) askPage(state, step, into, waiting);
  else if (into.wish !== null) settleWish(state, step, into);
  return { incidentId: into.id };
}

/** Some alerts of an incident become one of their own. Where the whole was paged, the part is too, to the same people. */
export function split(state: DeskState, step: DeskStep, { incident, actor, operationId, alertIds, detail }: { incident: Incident; actor: string; operationId: string; alertIds: readonly string[]; detail: Said }): Result {
  const missing = alertIds.find((alertId) => incident.members.get(alertId)?.state !== 'firing');
  if (missing !== undefined) return { code: 'invalid_request', message: `The alert ${missing} is not one that fires in ${incident.id}.` };
  const parts = [...new Set(alertIds)];
  if (parts.length === 0) return { code: 'invalid_request', message: 'No alerts are named.' };
  if (parts.length >= incident.firing) return { code: 'invalid_request', message: 'At least one firing alert must stay.' };
  const id = hexId(['split', incident.id, operationId]);
  const first = incident.members.get(parts[0]!)!;
  const lead = eventOf(first, incident.lead);
  const part: Incident = {
    id, workspace: incident.workspace, groupKey: JSON.stringify(['split', id]), route: incident.route, state: 'firing', severity: first.severity,
    members: new Map(), gone: { alerts: 0, peaks: 0 }, firing: 0, openedAtMs: state.nowMs, resolved: null, acknowledged: null, assignee: incident.assignee,
    episode: { id, openedAtMs: state.nowMs, pagedSeverity: null, told: [], people: [] }, episodeIds: [id],
    reopenedAtMs: [], reopened: 0, flapping: null, endsAtMs: null, lead, wish: null, chain: null, delayed: null, dueMs: Infinity, pages: 0, timeline: [],
  };
  move(state, incident, part, parts);
  state.incidentOfGroup.set(part.groupKey, id);
  file(state, part);
  note(part, { atMs: state.nowMs, kind: 'split', by: actor, detail: detail.detail ?? { zh: `从 ${incident.id} 拆出`, en: `split from ${incident.id}` } });
  note(incident, { atMs: state.nowMs, kind: 'split', by: actor, detail: detail.detail ?? { zh: `拆出了 ${id}`, en: `${id} was split off` } });
  step.changed.add(id);
  leaveLead(incident);
  pagePart(state, step, { whole: incident, part, lead });
  return { incidentId: id };
}

/** Where the whole was paged the part is, to the same people; where its page waits the part's does; where somebody has it unpaged, they have both. */
function pagePart(state: DeskState, step: DeskStep, { whole, part, lead }: { whole: Incident; part: Incident; lead: AlertEvent }): void {
  const wish = { kind: 'opened', reason: 'split', severity: part.severity, event: lead, pageId: null, named: 'by-route', detail: NOTHING } as const;
  if (whole.episode.told.length > 0) return askPage(state, step, part, { ...wish, targets: targetsTold(state, whole), dueMs: state.nowMs });
  if (whole.wish !== null) return askPage(state, step, part, { ...wish, targets: whole.wish.targets, dueMs: whole.wish.dueMs });
  if (whole.acknowledged === null) return;
  part.acknowledged = { ...whole.acknowledged, count: totalCount(part) };
  part.state = 'acknowledged';
  remindAt(state, part, part.acknowledged.untilMs);
}

/** The latest event of an incident, told of another of its alerts. What only the event of that alert would say is left out. */
function eventOf(member: Member, like: AlertEvent): AlertEvent {
  const { alertId, ruleId, title, group, severity, count, fireAt, resolveBelow, windowMs, notify } = member;
  const event = { ...like, alertId, ruleId, title, group, severity, count, fireAt, resolveBelow, windowMs, notify };
  if ('quotes' in event) event.quotes = [];
  if ('campaigns' in event) delete event.campaigns;
  if (ruleId === like.ruleId) return event;
  delete event.basis;
  delete event.measure;
  return event;
}

/** What an incident speaks of is one of its alerts, and as severe as they are. */
function leaveLead(incident: Incident): void {
  const members = [...incident.members.values()].filter(({ state }) => state === 'firing');
  const [worst] = members.toSorted((a, b) => severityRank(b.severity) - severityRank(a.severity) || b.count - a.count);
  if (worst === undefined) return;
  if (!incident.members.has(incident.lead.alertId)) incident.lead = eventOf(worst, incident.lead);
  incident.severity = worst.severity;
  const { wish } = incident;
  if (wish !== null && !incident.members.has(wish.event.alertId)) Object.assign(wish, { event: incident.lead, severity: worst.severity, pageId: null });
}

function move(state: DeskState, from: Incident, to: Incident, alertIds: readonly string[]): void {
  for (const alertId of alertIds) {
    const member = from.members.get(alertId);
    if (member === undefined) continue;
    from.members.delete(alertId);
    to.members.set(alertId, member);
    state.incidentOfAlert.set(alertId, to.id);
    if (member.state === 'firing') {
      from.firing -= 1;
      to.firing += 1;
    }
    if (severityRank(member.severity) > severityRank(to.severity)) Object.assign(to, { severity: member.severity, lead: from.lead.alertId === alertId ? from.lead : eventOf(member, from.lead) });
  }
}

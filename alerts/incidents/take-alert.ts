import { agreeInNumber } from '../../core/agree-in-number.ts';
import type { AlertEvent, AlertEscalated, AlertOpened, AlertResolved } from '../../core/alert.ts';
import type { PageReason } from '../../core/page-order.ts';
import { severityRank } from '../../core/operation.ts';
import { SEVERITY_WORDS } from '../notify/summarize.ts';
import { chooseRoute, groupKeyOf } from '../routing/choose-route.ts';
import type { Route } from '../routing/book.ts';
import { askPage } from './ask-page.ts';
import { inhibitionWaitMs, SOURCE_WITHIN_MS, waitingForFollowing } from './decide-inhibition.ts';
import { file, heirOf, remindAt } from './desk-state.ts';
import type { DeskState, DeskStep } from './desk-state.ts';
import { EPISODES_MAX, memberOf, note, NOTHING } from './incident.ts';
import type { Incident, Member, PageWish } from './incident.ts';
import { noteSource } from './inhibition-sources.ts';
import { orderEnd } from './order-page.ts';
import { routeOf, settleWish, unheardOf } from './settle-wish.ts';

/** Takes one alert event into the incident that it belongs to. An event that came before changes nothing. */
export function takeAlert(state: DeskState, step: DeskStep, event: AlertEvent): void {
  takeOne(state, step, event);
  for (const incident of waitingForFollowing(state, event)) {
    const { wish } = incident;
    if (wish === null) continue;
    wish.dueMs = Math.min(wish.dueMs, wish.sinceMs + Math.max(routeOf(state, incident)?.waitMs ?? 0, SOURCE_WITHIN_MS));
    settleWish(state, step, incident);
  }
}

function takeOne(state: DeskState, step: DeskStep, event: AlertEvent): void {
  switch (event.kind) {
    case 'opened':
      return takeOpened(state, step, event);
    case 'escalated':
      return takeLevel(state, step, event);
    case 'resolved':
      return takeEnd(state, step, event);
  }
}

function takeOpened(state: DeskState, step: DeskStep, event: AlertOpened): void {
  if (state.incidentOfAlert.has(event.alertId)) return;
  const member = memberOf(event);
  const route = chooseRoute(state.book, member, state.nowMs);
  const groupKey = keyWithin(state, groupKeyOf(route, member), member);
  const known = heirOf(state, state.incidentOfGroup.get(groupKey));
  const hasRoom = known !== undefined && known.members.size < state.limits.membersMax;
  if (hasRoom && known.state !== 'resolved') return join(state, step, known, member, event);
  if (hasRoom && known.resolved !== null && state.nowMs - known.resolved.atMs < state.book.policy.coolDownMs) return comeAgain(state, step, known, member, event);
  begin(state, step, { member, event, route, groupKey });
}

/** The alert's group; that of its rule where so many incidents are open already that another one would be too many. */
function keyWithin(state: DeskState, groupKey: string, { workspace, ruleId }: Member): string {
  if (state.open.size < state.limits.openMax || state.open.has(state.incidentOfGroup.get(groupKey) ?? '')) return groupKey;
  return JSON.stringify(['too-many-open', workspace, ruleId]);
}

function begin(state: DeskState, step: DeskStep, { member, event, route, groupKey }: { member: Member; event: AlertOpened; route: Route | null; groupKey: string }): void {
  const incident: Incident = {
    id: event.alertId, workspace: event.workspace, groupKey, route: route?.id ?? null, state: 'pending', severity: event.severity,
    members: new Map([[event.alertId, member]]), gone: { alerts: 0, peaks: 0 }, firing: 1, openedAtMs: state.nowMs, resolved: null, acknowledged: null, assignee: null,
    episode: { id: event.alertId, openedAtMs: event.atMs, pagedSeverity: null, told: [], people: [] }, episodeIds: [event.alertId],
    reopenedAtMs: [], reopened: 0, flapping: null, endsAtMs: null, lead: event, wish: null, chain: null, delayed: null, dueMs: Infinity, pages: 0, timeline: [],
  };
  state.incidentOfAlert.set(event.alertId, incident.id);
  state.incidentOfGroup.set(groupKey, incident.id);
  file(state, incident);
  noteSource(state, member);
  note(incident, { atMs: state.nowMs, kind: 'opened', alertId: event.alertId });
  ask(state, step, incident, { kind: 'opened', reason: 'fired', event, dueMs: state.nowMs + Math.max(route?.waitMs ?? 0, inhibitionWaitMs(state, member, event)) });
}

/** Another alert of an incident that is open. */
function join(state: DeskState, step: DeskStep, incident: Incident, member: Member, event: AlertOpened): void {
  add(state, incident, member, event);
  note(incident, { atMs: state.nowMs, kind: 'joined', alertId: event.alertId });
  step.changed.add(incident.id);
  incident.endsAtMs = null;
  const { wish, acknowledged, episode } = incident;
  const isMore = episode.pagedSeverity !== null && severityRank(event.severity) > severityRank(episode.pagedSeverity);
  if (wish === null && isMore) return ask(state, step, incident, { kind: 'escalated', reason: 'level-reached', event, dueMs: state.nowMs });
  if (wish === null && acknowledged !== null && incident.flapping === null) return ask(state, step, incident, { kind: 'escalated', reason: 'new-cause', event, dueMs: state.nowMs });
  if (wish === null && episode.pagedSeverity === null) return ask(state, step, incident, { kind: 'opened', reason: 'fired', event, dueMs: state.nowMs });
  // A route without targets leaves it to each rule: whom this one names and nobody told yet is told.
  const unheard = leavesItToRules(state, incident) && incident.flapping === null ? unheardOf(state, incident, event.notify) : [];
  if (wish === null && unheard.length > 0) return askPage(state, step, incident, { ...wishOf(event), kind: 'escalated', reason: 'new-cause', dueMs: state.nowMs, targets: unheard, named: 'by-rule' });
  member.page = { reason: incident.flapping !== null ? 'flapping' : 'grouped', atMs: state.nowMs };
  if (wish === null) return;
  if (severityRank(event.severity) > severityRank(wish.severity)) Object.assign(wish, { severity: event.severity, event });
  wish.targets = [...new Set([...wish.targets, ...unheard])];
  // What held back all the others may not hold back this one.
  if (wish.held !== 'group-wait') settleWish(state, step, incident);
}

/** It comes again soon after its end, so it is the same incident: another episode of it. */
function comeAgain(state: DeskState, step: DeskStep, incident: Incident, member: Member, event: AlertOpened): void {
  const { flapping } = state.book.policy;
  delete incident.ended;
  for (const [alertId, { state: was }] of incident.members) if (was === 'resolved') letGo(state, incident, alertId);
  Object.assign(incident, {
    state: 'pending', resolved: null, acknowledged: null, severity: event.severity, lead: event, gone: { alerts: 0, peaks: 0 }, reopened: incident.reopened + 1,
    reopenedAtMs: [...incident.reopenedAtMs.filter((atMs) => atMs > state.nowMs - flapping.withinMs), state.nowMs].slice(-flapping.reopenings),
    episode: { id: event.alertId, openedAtMs: event.atMs, pagedSeverity: null, told: [], people: [] },
    episodeIds: [...incident.episodeIds, event.alertId].slice(-EPISODES_MAX),
  } satisfies Partial<Incident>);
  add(state, incident, member, event);
  file(state, incident);
  note(incident, { atMs: state.nowMs, kind: 'reopened', alertId: event.alertId });
  let reason: PageReason = 'reopened';
  if (incident.flapping === null && incident.reopenedAtMs.length >= flapping.reopenings) {
    incident.flapping = { sinceMs: state.nowMs };
    remindAt(state, incident, state.nowMs + flapping.quietMs);
    note(incident, { atMs: state.nowMs, kind: 'flapping', detail: { zh: `${incident.reopenedAtMs.length} 次反复：稳定前不再通知`, en: `came again ${incident.reopenedAtMs.length} times: quiet until it is steady` } });
    reason = 'flapping';
  }
  ask(state, step, incident, { kind: 'opened', reason, event, dueMs: state.nowMs + Math.max(routeOf(state, incident)?.waitMs ?? 0, inhibitionWaitMs(state, member, event)) });
}

/** An alert of an earlier episode is over for good; it stays on the timeline. */
function letGo(state: DeskState, incident: Incident, alertId: string): void {
  if (incident.members.size <= MEMBERS_KEPT_OVER_EPISODES) return;
  incident.members.delete(alertId);
  if (state.incidentOfAlert.get(alertId) === incident.id) state.incidentOfAlert.delete(alertId);
}

const MEMBERS_KEPT_OVER_EPISODES = 100;

/** An incident that stays open may gather alerts for months: those that were over first are only numbers then. */
function letOldestGo(state: DeskState, incident: Incident): void {
  let over = incident.members.size - incident.firing;
  if (over <= 2 * OVER_KEPT) return;
  for (const [alertId, { state: was, peak }] of incident.members) {
    if (over <= OVER_KEPT) return;
    if (was === 'firing') continue;
    over -= 1;
    incident.members.delete(alertId);
    incident.gone.alerts += 1;
    incident.gone.peaks += peak;
    if (state.incidentOfAlert.get(alertId) === incident.id) state.incidentOfAlert.delete(alertId);
  }
}

/** Of the alerts of one open incident that are over. */
const OVER_KEPT = 50;

function add(state: DeskState, incident: Incident, member: Member, event: AlertOpened): void {
  incident.members.set(event.alertId, member);
  incident.firing += 1;
  state.incidentOfAlert.set(event.alertId, incident.id);
  noteSource(state, member);
  if (severityRank(event.severity) > severityRank(incident.severity)) Object.assign(incident, { severity: event.severity, lead: event });
}

function takeLevel(state: DeskState, step: DeskStep, event: AlertEscalated): void {
  const incident = stateOf(state, event);
  const member = incident?.members.get(event.alertId);
  if (incident === undefined || member === undefined || member.state === 'resolved') return;
  Object.assign(member, { severity: event.severity, count: event.count, peak: Math.max(member.peak, event.count), notify: [...new Set([...member.notify, ...event.notify])] });
  noteSource(state, member);
  if (severityRank(event.severity) >= severityRank(incident.severity)) Object.assign(incident, { severity: event.severity, lead: event });
  note(incident, { atMs: state.nowMs, kind: 'level-reached', alertId: event.alertId, detail: { zh: `${event.count} 条，${SEVERITY_WORDS[event.severity].zh}`, en: agreeInNumber(`${event.count} items, ${event.severity}`) } });
  step.changed.add(incident.id);
  if (incident.state === 'resolved') return;
  if (incident.wish?.kind !== 'opened' && event.notify.length === 0 && leavesItToRules(state, incident)) {
    note(incident, { atMs: state.nowMs, kind: 'page-withheld', reason: 'nobody-named-for-level', alertId: event.alertId });
    member.page = { reason: 'nobody-named-for-level', atMs: state.nowMs };
    return;
  }
  ask(state, step, incident, { kind: 'escalated', reason: 'level-reached', event, dueMs: state.nowMs });
}

function takeEnd(state: DeskState, step: DeskStep, event: AlertResolved): void {
  const incident = stateOf(state, event);
  const member = incident?.members.get(event.alertId);
  if (incident === undefined || member === undefined || member.state === 'resolved') return;
  Object.assign(member, { state: 'resolved', endedAtMs: event.atMs, count: event.count, peak: Math.max(member.peak, event.peak) } satisfies Partial<Member>);
  incident.firing -= 1;
  letOldestGo(state, incident);
  note(incident, { atMs: state.nowMs, kind: 'alert-ended', alertId: event.alertId });
  // What it explained is to be looked at again.
  if (noteSource(state, member)) state.looksAtAll = true;
  step.changed.add(incident.id);
  if (incident.state === 'resolved' || incident.firing > 0) return;
  incident.ended = event;
  if (incident.flapping !== null) {
    incident.endsAtMs = state.nowMs + state.book.policy.flapping.quietMs;
    note(incident, { atMs: state.nowMs, kind: 'page-withheld', reason: 'flapping', alertId: event.alertId });
    return remindAt(state, incident, incident.endsAtMs);
  }
  end(state, step, incident, { by: null, reason: 'resolved', event });
}

/** The incident is over: by itself, or by somebody's word. */
export function end(state: DeskState, step: DeskStep, incident: Incident, { by, reason, event, detail }: { by: string | null; reason: PageReason; event: AlertEvent; detail?: { zh: string; en: string } }): void {
  const { wish } = incident;
  if (wish !== null && wish.held !== 'quiet-hours') note(incident, { atMs: state.nowMs, kind: 'page-withheld', reason: 'ended-before', alertId: wish.event.alertId });
  incident.state = 'resolved';
  incident.resolved = { by, atMs: state.nowMs, reason };
  incident.flapping = null;
  incident.endsAtMs = null;
  incident.dueMs = Infinity;
  note(incident, { atMs: state.nowMs, kind: 'resolved', by, reason, ...(detail === undefined ? {} : { detail }), alertId: event.alertId });
  orderEnd(state, step, incident, { reason, event, pageId: event.kind === 'resolved' ? event.id : null, ...(detail === undefined ? {} : { detail }) });
  if (incident.delayed !== null) {
    state.owing.add(incident.id);
    remindAt(state, incident, incident.delayed.untilMs);
  }
  file(state, incident);
  step.changed.add(incident.id);
}

export interface Asked {
  kind: PageWish['kind'];
  reason: PageReason;
  event: AlertEvent;
  dueMs: number;
}

/** Asks for a page about an alert event and decides about it at once. */
function ask(state: DeskState, step: DeskStep, incident: Incident, asked: Asked): void {
  const byRoute = !leavesItToRules(state, incident);
  askPage(state, step, incident, {
    ...wishOf(asked.event), kind: asked.kind, reason: asked.reason, dueMs: asked.dueMs,
    targets: byRoute ? routeOf(state, incident)!.notify : asked.event.notify,
    named: !byRoute && asked.event.kind === 'escalated' ? 'by-rule' : 'by-route',
  });
}

function wishOf(event: AlertEvent): Pick<PageWish, 'severity' | 'event' | 'pageId' | 'detail'> {
  return { severity: event.severity, event, pageId: event.id, detail: NOTHING };
}

/** Without a route, or with one that names nobody, the rule's own `notify` decides. */
function leavesItToRules(state: DeskState, incident: Incident): boolean {
  return (routeOf(state, incident)?.notify ?? []).length === 0;
}

function stateOf(state: DeskState, event: AlertEvent): Incident | undefined {
  const id = state.incidentOfAlert.get(event.alertId);
  return id === undefined ? undefined : (state.open.get(id) ?? state.closed.get(id));
}

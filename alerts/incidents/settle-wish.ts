import { han } from '../../core/han.ts';
import type { LocalText } from '../../core/rule.ts';
import { assignBySkill } from '../routing/assign-by-skill.ts';
import type { Route } from '../routing/book.ts';
import { resolveTargets } from '../routing/resolve-targets.ts';
import { silencedBy } from '../silences/silenced-by.ts';
import { decidePage } from './decide-page.ts';
import type { HeldBack } from './decide-page.ts';
import { ANSWER_WITHIN_MS, inhibitedBy, SOURCE_WITHIN_MS } from './decide-inhibition.ts';
import { remindAt } from './desk-state.ts';
import type { DeskState, DeskStep } from './desk-state.ts';
import { note } from './incident.ts';
import type { Incident, Member, PageWish, TimelineEntry } from './incident.ts';
import { orderPage, union } from './order-page.ts';

/** What the notifier takes for its default channels. */
const DEFAULT_NAME = 'default';

/** Decides the page that an incident asks for, and orders, holds or drops it. */
export function settleWish(state: DeskState, step: DeskStep, incident: Incident): void {
  const { wish } = incident;
  if (wish === null) return;
  if (incident.state === 'pending' && state.nowMs >= wish.dueMs) incident.state = 'firing';
  const meant = resolveTargets(state.book, wish.targets, state.nowMs, wish.severity === 'critical' ? 'urgent' : 'may-wait');
  const isDue = state.nowMs >= wish.dueMs;
  // What a route waits for comes on top, with half a second for what fires at the end of that.
  const answerUntilMs = wish.sinceMs + Math.max(ANSWER_WITHIN_MS, (routeOf(state, incident)?.waitMs ?? 0) + SOURCE_WITHIN_MS);
  const decision = decidePage({
    wish,
    pagedSeverity: incident.episode.pagedSeverity,
    acknowledgedBy: incident.acknowledged?.by ?? null,
    silenced: isDue ? heldForAll(incident, (member) => silencedBy(state.silences.values(), member, state.nowMs)) : null,
    inhibited: isDue ? heldForAll(incident, (member) => inhibitedBy(state, member, answerUntilMs)) : null,
    quietHours: meant.notify.length === 0 && meant.later !== null ? { untilMs: meant.later.untilMs, detail: { zh: '对方处于免打扰时段', en: 'everybody meant is in their quiet hours' } } : null,
    nowMs: state.nowMs,
  });
  step.changed.add(incident.id);
  switch (decision.action) {
    case 'hold':
      if (wish.held !== decision.reason || isNews(incident, decision)) withheld(state, incident, wish, decision.reason, decision.detail, decision.reason === 'silenced' ? silenceOf(decision) : {});
      wish.held = decision.reason;
      if (decision.reason === 'quiet-hours' && meant.later !== null) {
        delay(state, incident, { ...meant.later, event: wish.event });
        // They are told when their quiet hours are over; meanwhile others may be told of other things.
        if (wish.kind === 'escalated' && incident.episode.pagedSeverity !== null) incident.wish = null;
      }
      return remindAt(state, incident, decision.untilMs);
    case 'drop':
      withheld(state, incident, wish, decision.reason, decision.detail);
      incident.wish = null;
      return;
    case 'page': {
      incident.wish = null;
      const isFirst = incident.episode.pagedSeverity === null;
      for (const detail of meant.remarks) note(incident, { atMs: state.nowMs, kind: 'schedule-gap', detail });
      if (meant.later !== null) delay(state, incident, { ...meant.later, event: wish.event });
      orderPage(state, step, incident, {
        ...wish, reason: reasonAfterHold(wish), notify: meant.notify.length > 0 ? meant.notify : [DEFAULT_NAME], people: meant.people,
        ...(wish.held === null ? {} : { heldMs: state.nowMs - wish.sinceMs }),
      });
      if (isFirst) startRoute(state, incident);
      // It did not climb while its page waited, and those who hear of it only now have their time before the next step.
      if (incident.chain !== null) {
        if (wish.held === 'inhibited' || wish.held === 'silenced') incident.chain.dueMs = Math.max(incident.chain.dueMs, state.nowMs + waitOf(state, incident.chain));
        remindAt(state, incident, incident.chain.dueMs);
      }
    }
  }
}

/** What holds back every page of an incident now: silences or inhibitions of all alerts that fire. */
export function heldBack(state: DeskState, incident: Incident): HeldBack | null {
  return heldForAll(incident, (member) => silencedBy(state.silences.values(), member, state.nowMs)) ?? heldForAll(incident, (member) => inhibitedBy(state, member, -Infinity));
}

/** Holds back where every alert that fires is held back, for as long as the first of them is. */
function heldForAll(incident: Incident, by: (member: Member) => HeldBack | null): HeldBack | null {
  let held: HeldBack | null = null;
  for (const member of incident.members.values()) {
    if (member.state !== 'firing') continue;
    const one = by(member);
    if (one === null) return null;
    if (held === null || one.untilMs < held.untilMs) held = one;
  }
  return held;
}

/** Held for the same reason, but by another silence or alert than the timeline says. */
function isNews({ timeline }: Incident, { reason, detail, silenceId }: { reason: string } & HeldBack): boolean {
  const latest = timeline.findLast(({ kind }) => kind === 'page-withheld');
  return latest?.reason === reason && (latest.detail.en !== detail.en || latest.silenceId !== silenceId);
}

function silenceOf({ silenceId, untilMs }: HeldBack): Pick<TimelineEntry, 'silenceId' | 'untilMs'> {
  return { ...(silenceId === undefined ? {} : { silenceId }), ...(untilMs === Infinity ? {} : { untilMs }) };
}

function withheld(state: DeskState, incident: Incident, wish: PageWish, reason: NonNullable<PageWish['held']>, detail: LocalText, silence: Pick<TimelineEntry, 'silenceId' | 'untilMs'> = {}): void {
  note(incident, { atMs: state.nowMs, kind: 'page-withheld', reason, detail, alertId: wish.event.alertId, ...silence });
  const member = incident.members.get(wish.event.alertId);
  if (member !== undefined) member.page = { reason, atMs: state.nowMs };
}

/** These people are told when their quiet hours are over. */
export function delay(state: DeskState, incident: Incident, { targets, untilMs, event }: NonNullable<Incident['delayed']>): void {
  const { delayed } = incident;
  incident.delayed = { targets: union(delayed?.targets ?? [], targets), untilMs: Math.min(delayed?.untilMs ?? Infinity, untilMs), event };
  remindAt(state, incident, incident.delayed.untilMs);
}

/** Those who were told, as targets: people by name, and the channels that are nobody's of them. */
export function targetsTold(state: DeskState, { episode }: Incident): string[] {
  const people = state.book.users.filter(({ id }) => episode.people.includes(id));
  const theirs = new Set(people.flatMap(({ notify }) => notify));
  return [...people.map(({ id }) => `user:${id}`), ...episode.told.filter((name) => !theirs.has(name))];
}

/** Of these targets, those that reach a channel that was not told of this episode. */
export function unheardOf(state: DeskState, incident: Incident, targets: readonly string[]): string[] {
  const { told } = incident.episode;
  return targets.filter((target) => resolveTargets(state.book, [target], state.nowMs, 'urgent').notify.some((name) => !told.includes(name)));
}

function reasonAfterHold({ held, reason }: PageWish): PageWish['reason'] {
  switch (held) {
    case 'silenced':
      return 'silence-ended';
    case 'inhibited':
      return 'inhibition-ended';
    case 'quiet-hours':
      return 'quiet-hours-ended';
    default:
      return reason;
  }
}

/** With the first page of an episode its escalation chain begins, and somebody is asked to look after it where the route or a rule says so. */
function startRoute(state: DeskState, incident: Incident): void {
  const route = routeOf(state, incident);
  const chain = state.book.chains.find(({ id }) => id === route?.chain);
  const [first] = chain?.steps ?? [];
  if (chain !== undefined && first !== undefined && incident.chain === null && incident.acknowledged === null) {
    incident.chain = { chainId: chain.id, step: 0, round: 0, dueMs: state.nowMs + first.waitMs };
    remindAt(state, incident, incident.chain.dueMs);
  }
  assignByItself(state, incident, route);
}

/** Before the step of its chain that comes next, milliseconds. */
function waitOf({ book }: DeskState, { chainId, step }: NonNullable<Incident['chain']>): number {
  return book.chains.find(({ id }) => id === chainId)?.steps[step]?.waitMs ?? 0;
}

function assignByItself(state: DeskState, incident: Incident, route: Route | null): void {
  const { lead } = incident;
  if (incident.assignee !== null || (route?.assign !== 'auto' && lead.assign === undefined)) return;
  const chosen = chooseFor(state, incident);
  if (chosen === null) return;
  incident.assignee = chosen;
  note(incident, { atMs: state.nowMs, kind: 'assigned', detail: { zh: han`按技能和负荷自动分派给 ${chosen}`, en: `given to ${chosen} by skill and load` } });
}

/** By skill and load: what the route and the rule ask for, among those whom they mean. */
export function chooseFor(state: DeskState, incident: Incident): string | null {
  const route = routeOf(state, incident);
  const { assign, notify } = incident.lead;
  return assignBySkill(state.book, {
    skills: union(route?.skills ?? [], assign?.skills ?? []), targets: (route?.notify ?? []).length > 0 ? route!.notify : notify, load: loadOf(state), nowMs: state.nowMs,
  });
}

export function routeOf(state: DeskState, incident: Incident): Route | null {
  return state.book.routes.find(({ id }) => id === incident.route) ?? null;
}

/** Open incidents by whom they are assigned to. */
function loadOf(state: DeskState): Map<string, number> {
  const load = new Map<string, number>();
  for (const { assignee } of state.open.values()) if (assignee !== null) load.set(assignee, (load.get(assignee) ?? 0) + 1);
  return load;
}

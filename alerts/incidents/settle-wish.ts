import type { LocalText } from '../../core/rule.ts';
import { assignBySkill } from '../routing/assign-by-skill.ts';
import type { Route } from '../routing/book.ts';
import { resolveTargets } from '../routing/resolve-targets.ts';
import { silencedBy } from '../silences/silenced-by.ts';
import { decidePage } from './decide-page.ts';
import type { HeldBack } from './decide-page.ts';
import { inhibitedBy } from './decide-inhibition.ts';
import { remindAt } from './desk-state.ts';
import type { DeskState, DeskStep } from './desk-state.ts';
import { note } from './incident.ts';
import type { Incident, Member, PageWish } from './incident.ts';
import { orderPage, union } from './order-page.ts';

/** What the notifier takes for its default channels. */
export const DEFAULT_NAME = 'default';

/** Decides the page that an incident asks for, and orders, holds or drops it. */
export function settleWish(state: DeskState, step: DeskStep, incident: Incident): void {
  const { wish } = incident;
  if (wish === null) return;
  if (incident.state === 'pending' && state.nowMs >= wish.dueMs) incident.state = 'firing';
  const meant = resolveTargets(state.book, wish.targets, state.nowMs, wish.severity === 'critical' ? 'urgent' : 'may-wait');
  const isDue = state.nowMs >= wish.dueMs;
  const decision = decidePage({
    wish,
    pagedSeverity: incident.episode.pagedSeverity,
    acknowledgedBy: incident.acknowledged?.by ?? null,
    silenced: isDue ? heldForAll(incident, (member) => silencedBy(state.silences.values(), member, state.nowMs)) : null,
    inhibited: isDue ? heldForAll(incident, (member) => inhibitedBy(state, member)) : null,
    quietHours: meant.notify.length === 0 && meant.later !== null ? { untilMs: meant.later.untilMs, detail: { zh: '对方处于免打扰时段', en: 'everybody meant is in their quiet hours' } } : null,
    nowMs: state.nowMs,
  });
  step.changed.add(incident.id);
  switch (decision.action) {
    case 'hold':
      if (wish.held !== decision.reason) withheld(state, incident, wish, decision.reason, decision.detail);
      wish.held = decision.reason;
      if (decision.reason === 'quiet-hours' && meant.later !== null) delay(state, incident, wish, meant.later);
      return remindAt(state, incident, decision.untilMs);
    case 'drop':
      withheld(state, incident, wish, decision.reason, decision.detail);
      incident.wish = null;
      return;
    case 'page': {
      incident.wish = null;
      const isFirst = incident.episode.pagedSeverity === null;
      for (const detail of meant.remarks) note(incident, { atMs: state.nowMs, kind: 'schedule-gap', detail });
      if (meant.later !== null) delay(state, incident, wish, meant.later);
      orderPage(state, step, incident, {
        ...wish, reason: reasonAfterHold(wish), notify: meant.notify.length > 0 ? meant.notify : [DEFAULT_NAME], people: meant.people,
      });
      if (isFirst) startRoute(state, incident);
      // It did not climb while its page waited.
      if (incident.chain !== null) remindAt(state, incident, incident.chain.dueMs);
    }
  }
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

function withheld(state: DeskState, incident: Incident, wish: PageWish, reason: NonNullable<PageWish['held']>, detail: LocalText): void {
  note(incident, { atMs: state.nowMs, kind: 'page-withheld', reason, detail, alertId: wish.event.alertId });
  const member = incident.members.get(wish.event.alertId);
  if (member !== undefined) member.page = { reason, atMs: state.nowMs };
}

function delay(state: DeskState, incident: Incident, wish: PageWish, later: { notify: string[]; untilMs: number }): void {
  incident.delayed = { notify: union(incident.delayed?.notify ?? [], later.notify), untilMs: later.untilMs, event: wish.event };
  remindAt(state, incident, later.untilMs);
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

/** With the first page of an episode its escalation chain begins, and somebody is asked to look after it where the route says so. */
function startRoute(state: DeskState, incident: Incident): void {
  const route = routeOf(state, incident);
  if (route === null) return;
  const chain = state.book.chains.find(({ id }) => id === route.chain);
  const [first] = chain?.steps ?? [];
  if (chain !== undefined && first !== undefined && incident.chain === null && incident.acknowledged === null) {
    incident.chain = { chainId: chain.id, step: 0, round: 0, dueMs: state.nowMs + first.waitMs };
    remindAt(state, incident, incident.chain.dueMs);
  }
  if (route.assign !== 'auto' || incident.assignee !== null) return;
  const chosen = assignBySkill(state.book, { skills: route.skills, targets: route.notify, load: loadOf(state), nowMs: state.nowMs });
  if (chosen === null) return;
  incident.assignee = chosen;
  note(incident, { atMs: state.nowMs, kind: 'assigned', detail: { zh: `按技能和负荷自动分派给 ${chosen}`, en: `given to ${chosen} by skill and load` } });
}

export function routeOf(state: DeskState, incident: Incident): Route | null {
  return state.book.routes.find(({ id }) => id === incident.route) ?? null;
}

/** Open incidents by whom they are assigned to. */
export function loadOf(state: DeskState): Map<string, number> {
  const load = new Map<string, number>();
  for (const { assignee } of state.open.values()) if (assignee !== null) load.set(assignee, (load.get(assignee) ?? 0) + 1);
  return load;
}

import type { PageOrder } from '../../core/page-order.ts';
import { isWithin } from '../../alerts/schedules/day-hours.ts';
import type { ChainStep } from '../../alerts/routing/book.ts';
import type { JournalEntry } from '../../alerts/incidents/journal.ts';
import { EXPLAINED_RULE, EXPLAINING_RULE } from './routing-book.ts';
import { readJournal } from './read-journal.ts';
import type { World } from './world.ts';

/** Who was paged when, held against the book itself: quiet hours, the steps of the chain, everyone of a team, and alerts that another one explains. */
export function checkRouting(world: World): void {
  const { book } = world;
  if (book.routes.length === 0) return;
  const { entries } = readJournal(world.journal);
  const orders = entries.flatMap(({ pages }) => pages);
  for (const order of orders) checkQuietHours(world, order);
  const explained = explainedAlerts(world, entries);
  const hands = entries.some(({ inputs }) => inputs.some(({ input }) => input.kind === 'operation'));
  // Whoever does something about an incident changes what is told of it next; that is another oracle's.
  if (!hands) for (const [episodeId, story] of byEpisode(orders)) checkChain(world, episodeId, story, explained);
  checkExplained(world, entries);
}

/** Below critical nobody is meant who may not be disturbed. */
function checkQuietHours(world: World, { id, kind, people, severity, atMs }: PageOrder): void {
  // Whoever was told of a fire, however late, is told of its end.
  if (severity === 'critical' || kind === 'resolved') return;
  for (const userId of people) {
    const quiet = world.book.users.find((user) => user.id === userId)?.quietHours ?? null;
    if (quiet !== null && isWithin(quiet, atMs)) world.violate(`the page ${id} is meant for ${userId} in quiet hours`);
  }
}

/** The steps of the chain come when they are due, in turn, each to those whom it names, until the incident is over. */
function checkChain(world: World, episodeId: string, orders: readonly PageOrder[], explained: ReadonlySet<string>): void {
  const { book } = world;
  const [first] = orders;
  const chain = book.chains.find(({ id }) => id === book.routes[0]!.chain);
  const ended = orders.find(({ kind }) => kind === 'resolved');
  const isPlain = orders.every(({ reason, incident }) => incident.reopened === 0 && ['fired', 'level-reached', 'new-cause', 'quiet-hours-ended', 'escalation-step', 'resolved'].includes(reason));
  if (chain === undefined || first?.reason !== 'fired' || ended === undefined || !isPlain) return;
  const steps = Array.from({ length: chain.repeat + 1 }, () => chain.steps).flat();
  let dueMs = first.atMs + steps[0]!.waitMs;
  for (const order of orders.filter(({ reason }) => reason === 'escalation-step')) {
    const step = steps.shift();
    if (step === undefined) return world.violate(`the chain of ${episodeId} has more steps than it has`);
    if (order.atMs < dueMs) world.violate(`a step of the chain of ${episodeId} came ${dueMs - order.atMs} ms too soon`);
    checkStep(world, order, step);
    dueMs = steps[0] === undefined ? Infinity : order.atMs + steps[0].waitMs;
  }
  // An inhibition holds back a step that is due, and it may never come where the incident ends before.
  const mayBeHeld = orders.some(({ incident }) => incident.causes.some(({ alertId }) => explained.has(alertId)));
  if (dueMs < ended.atMs && !mayBeHeld) world.violate(`a step of the chain of ${episodeId} that was due ${ended.atMs - dueMs} ms before the end was never taken`);
}

function checkStep(world: World, { id, people, notify, severity, atMs }: PageOrder, { notify: [target] }: ChainStep): void {
  const { book } = world;
  const team = book.teams[0]!;
  const meant = target === 'everyone:care' ? [...team.members, team.manager!] : [team.manager!];
  for (const userId of meant) {
    const user = book.users.find((each) => each.id === userId)!;
    const isAsleep = severity !== 'critical' && user.quietHours !== null && isWithin(user.quietHours, atMs);
    if (!isAsleep && (!people.includes(userId) || !user.notify.every((name) => notify.includes(name)))) world.violate(`the step ${id} for ${target} leaves out ${userId}`);
  }
  if (target === 'everyone:care' && !team.notify.every((name) => notify.includes(name))) world.violate(`the step ${id} for ${target} leaves out the team's channels`);
}

/** Alerts of which the store has said, at any time, that another one explains them. */
function explainedAlerts({ book: { inhibitions: [inhibition] } }: World, entries: readonly JournalEntry[]): Set<string> {
  const inputs = entries.flatMap((entry) => entry.inputs.map(({ input }) => input));
  return new Set(inputs.flatMap((input) => (inhibition !== undefined && input.kind === 'overlap' && input.ofTarget > 0 && input.shared / input.ofTarget >= inhibition.sharedAtLeast ? [input.targetAlertId] : [])));
}

/** No first page of an alert while one fires of which the store has said that it explains it. */
function checkExplained(world: World, entries: readonly JournalEntry[]): void {
  const { inhibitions } = world.book;
  if (inhibitions.length === 0) return;
  const firing = new Map<string, { ruleId: string; workspace: string }>();
  const explained = new Set<string>();
  for (const { inputs, pages } of entries) {
    const before = new Map(firing);
    const knownBefore = new Set(explained);
    for (const { input } of inputs) {
      if (input.kind === 'alert' && input.event.kind === 'opened') firing.set(input.event.alertId, input.event);
      if (input.kind === 'alert' && input.event.kind === 'resolved') firing.delete(input.event.alertId);
      if (input.kind === 'overlap' && input.ofTarget > 0 && input.shared / input.ofTarget >= inhibitions[0]!.sharedAtLeast) explained.add(`${input.sourceAlertId} ${input.targetAlertId}`);
    }
    for (const { id, kind, event, incident } of pages) {
      if (kind !== 'opened' || event.ruleId !== EXPLAINED_RULE || incident.alerts > 1) continue;
      const source = [...before].find(([alertId, { ruleId, workspace }]) => firing.has(alertId) && ruleId === EXPLAINING_RULE && workspace === event.workspace && knownBefore.has(`${alertId} ${event.alertId}`));
      if (source !== undefined) world.violate(`the page ${id} went out though ${source[0]} explains it`);
    }
  }
}

function byEpisode(orders: readonly PageOrder[]): Map<string, PageOrder[]> {
  const episodes = new Map<string, PageOrder[]>();
  for (const order of orders) episodes.set(order.episodeId, [...(episodes.get(order.episodeId) ?? []), order]);
  return episodes;
}

import type { BookSection } from '../../core/operation.ts';
import { gapsOf } from '../schedules/on-call.ts';
import type { Gap } from '../schedules/on-call.ts';
import type { Inhibition, RoutingBook, Target } from './book.ts';

/** Something wrong in a book: where it stands and what it is. `path` leads into the entry. */
export interface BookFault {
  section: BookSection | 'defaultTeam';
  id: string;
  path: (string | number)[];
  key: string;
  message: string;
}

/** Names and loops. `channels`: the names of channels there are; absent where the checker cannot know them. */
export function checkBook(book: RoutingBook, channels?: ReadonlySet<string>): BookFault[] {
  const faults: BookFault[] = [];
  const add = (section: BookFault['section'], id: string, path: (string | number)[], message: string): void => {
    faults.push({ section, id, path, key: keyText(path), message });
  };
  const ids = (section: BookSection): Set<string> => new Set(book[section].map(({ id }) => id));
  const users = ids('users');
  const teams = ids('teams');
  const chains = ids('chains');
  const refuseUnknown = (section: BookSection, id: string, path: (string | number)[], known: ReadonlySet<string>, name: string, what: string): void => {
    if (!known.has(name)) add(section, id, path, `names the ${what} ${name}, which is not there`);
  };
  const channel = (section: BookSection, id: string, path: (string | number)[], name: string): void => {
    if (channels !== undefined && !channels.has(name)) add(section, id, path, `names the channel ${name}, which is not configured (there are: ${[...channels].join(', ')})`);
  };
  const target = (section: BookSection, id: string, path: (string | number)[], written: Target): void => {
    const fault = targetFault(book, written);
    if (fault !== null) return add(section, id, path, fault);
    const name = written.startsWith('channel:') ? written.slice('channel:'.length) : written.includes(':') ? null : written;
    if (name !== null) channel(section, id, path, name);
  };

  for (const { id, notify } of book.users) notify.forEach((name, index) => channel('users', id, ['notify', index], name));
  for (const { id, notify, members, manager } of book.teams) {
    notify.forEach((name, index) => channel('teams', id, ['notify', index], name));
    members.forEach((member, index) => refuseUnknown('teams', id, ['members', index], users, member, 'user'));
    if (manager !== null) refuseUnknown('teams', id, ['manager'], users, manager, 'user');
    if (notify.length === 0 && members.length === 0) add('teams', id, ['members'], 'is empty and notify is too, so a page for the team reaches nobody');
  }
  for (const { id, rotations, overrides, fallbackTeam } of book.schedules) {
    rotations.forEach((rotation, at) => rotation.users.forEach((user, index) => refuseUnknown('schedules', id, ['rotations', at, 'users', index], users, user, 'user')));
    overrides.forEach(({ user }, index) => refuseUnknown('schedules', id, ['overrides', index, 'user'], users, user, 'user'));
    if (fallbackTeam !== null) refuseUnknown('schedules', id, ['fallbackTeam'], teams, fallbackTeam, 'team');
  }
  for (const { id, steps } of book.chains) steps.forEach((step, at) => step.notify.forEach((written, index) => target('chains', id, ['steps', at, 'notify', index], written)));
  for (const { id, notify, chain } of book.routes) {
    notify.forEach((written, index) => target('routes', id, ['notify', index], written));
    if (notify.length > 0 && notify.every((written) => reachesNobody(book, written))) add('routes', id, ['notify'], 'leads to nobody: none of its targets has a channel');
    if (chain !== null) refuseUnknown('routes', id, ['chain'], chains, chain, 'chain');
  }
  if (book.defaultTeam !== null && !teams.has(book.defaultTeam)) add('defaultTeam', book.defaultTeam, [], `names the team ${book.defaultTeam}, which is not there`);
  for (const { id } of cyclic(book.inhibitions)) add('inhibitions', id, ['source'], 'is part of a circle: alerts would hold each other back and nobody would be paged');
  return faults;
}

const KINDS = ['user', 'team', 'manager', 'everyone', 'schedule', 'next', 'channel'];

function targetFault(book: RoutingBook, target: Target): string | null {
  const colon = target.indexOf(':');
  if (colon < 0) return null;
  const [kind, id] = [target.slice(0, colon), target.slice(colon + 1)];
  if (!KINDS.includes(kind)) return `is ${target}, and a target is ${KINDS.map((each) => `${each}:…`).join(', ')} or a channel's name`;
  if (kind === 'channel') return null;
  const section = kind === 'user' ? 'users' : kind === 'schedule' || kind === 'next' ? 'schedules' : 'teams';
  const found = book[section].find((entry) => entry.id === id);
  if (found === undefined) return `names ${target}, which is not there`;
  if (kind === 'manager' && (found as RoutingBook['teams'][number]).manager === null) return `names the manager of the team ${id}, which has none`;
  return null;
}

function reachesNobody(book: RoutingBook, target: Target): boolean {
  const [kind, id] = target.split(':');
  const isMute = (userId: string): boolean => (book.users.find((user) => user.id === userId)?.notify.length ?? 0) === 0;
  if (kind === 'user') return isMute(id ?? '');
  if (kind === 'team') {
    const team = book.teams.find((each) => each.id === id);
    return team === undefined || (team.notify.length === 0 && team.members.every(isMute));
  }
  if (kind === 'everyone') {
    const team = book.teams.find((each) => each.id === id);
    return team === undefined || (team.notify.length === 0 && [...team.members, ...(team.manager === null ? [] : [team.manager])].every(isMute));
  }
  if (kind === 'manager') return isMute(book.teams.find((each) => each.id === id)?.manager ?? '');
  if (kind === 'schedule' || kind === 'next') {
    const schedule = book.schedules.find((each) => each.id === id);
    return schedule === undefined || [...schedule.rotations.flatMap(({ users }) => users), ...schedule.overrides.map(({ user }) => user)].every(isMute);
  }
  return false;
}

/** Inhibitions whose target may be the source of one that leads back to them. Only equal matchers of a rule or category can prove that two never meet. */
function cyclic(inhibitions: readonly Inhibition[]): Inhibition[] {
  const next = (from: Inhibition): Inhibition[] => inhibitions.filter((to) => mayMeet(from.target, to.source));
  const reaches = (from: Inhibition, goal: Inhibition, seen: Set<string>): boolean =>
    next(from).some((to) => to === goal || (!seen.has(to.id) && (seen.add(to.id), reaches(to, goal, seen))));
  return inhibitions.filter((inhibition) => reaches(inhibition, inhibition, new Set()));
}

function mayMeet(a: Inhibition['source'], b: Inhibition['source']): boolean {
  return !a.some((one) => one.operator === '=' && b.some((other) => other.operator === '=' && other.field === one.field && other.value !== one.value));
}

/** Entries that lead to a channel by its name, in words. */
export function entriesNaming(book: RoutingBook, channelId: string): string[] {
  const names = (targets: readonly string[]): boolean => targets.includes(channelId) || targets.includes(`channel:${channelId}`);
  return [
    ...book.routes.filter(({ notify }) => names(notify)).map(({ id }) => `route ${id} notifies it`),
    ...book.chains.filter(({ steps }) => steps.some(({ notify }) => names(notify))).map(({ id }) => `chain ${id} notifies it`),
    ...book.users.filter(({ notify }) => names(notify)).map(({ id }) => `user ${id} is reached over it`),
    ...book.teams.filter(({ notify }) => names(notify)).map(({ id }) => `team ${id} is reached over it`),
  ];
}

export interface ScheduleGap extends Gap {
  scheduleId: string;
  timeZone: string;
  /** Who takes over. */
  team: string | null;
}

/** Several a day for a month. */
const GAPS_OF_SCHEDULE_MAX = 200;

/** Times ahead at which a schedule has nobody. */
export function scheduleGaps(book: RoutingBook, nowMs: number, aheadMs: number): ScheduleGap[] {
  return book.schedules.flatMap((schedule) => gapsOf(schedule, nowMs, nowMs + aheadMs, GAPS_OF_SCHEDULE_MAX).map((gap) => ({ ...gap, scheduleId: schedule.id, timeZone: schedule.timeZone, team: schedule.fallbackTeam ?? book.defaultTeam })));
}

function keyText(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`), '');
}

import { onCallAt } from '../schedules/on-call.ts';
import { isWithin } from '../schedules/day-hours.ts';
import type { RoutingBook, User } from './book.ts';

export interface AssignQuestion {
  /** What the incident asks for; those who have most of it come first. */
  skills: readonly string[];
  /** Whoever these mean may be chosen; everybody when they mean nobody. */
  targets: readonly string[];
  /** Open incidents by user. */
  load: ReadonlyMap<string, number>;
  nowMs: number;
}

/** Most of the skills, then the least to do, then the id; those in their quiet hours only when nobody else is there. */
export function assignBySkill(book: RoutingBook, question: AssignQuestion): string | null {
  const users = candidates(book, question);
  const awake = users.filter(({ quietHours }) => quietHours === null || !isWithin(quietHours, question.nowMs));
  const skilled = ({ skills }: User): number => question.skills.filter((skill) => skills.includes(skill)).length;
  const busy = ({ id }: User): number => question.load.get(id) ?? 0;
  const [best] = (awake.length > 0 ? awake : users).toSorted((a, b) => skilled(b) - skilled(a) || busy(a) - busy(b) || (a.id < b.id ? -1 : 1));
  return best?.id ?? null;
}

function candidates(book: RoutingBook, { targets, nowMs }: AssignQuestion): User[] {
  const ids = new Set<string>();
  for (const target of targets) {
    const [kind, id = ''] = target.split(':');
    if (kind === 'user') ids.add(id);
    if (kind === 'team' || kind === 'everyone') for (const member of book.teams.find((team) => team.id === id)?.members ?? []) ids.add(member);
    if (kind === 'schedule') {
      const schedule = book.schedules.find((each) => each.id === id);
      const user = schedule === undefined ? null : onCallAt(schedule, nowMs).user;
      if (user !== null) ids.add(user);
    }
  }
  const meant = book.users.filter(({ id }) => ids.has(id));
  return meant.length > 0 ? meant : book.users;
}

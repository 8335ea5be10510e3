import { han } from '../../core/han.ts';
import type { LocalText } from '../../core/rule.ts';
import { nextOnCall, onCallAt } from '../schedules/on-call.ts';
import { isWithin, nextChangeMs } from '../schedules/day-hours.ts';
import type { RoutingBook, Target, Team, User } from './book.ts';

export interface Meant {
  /** Names of channels, each once, in the order of their first mention. */
  notify: string[];
  /** Ids of users who are told now. */
  people: string[];
  /** What did not come out as written: a gap in a schedule, a target that is not there. */
  remarks: LocalText[];
  /** Those in their quiet hours who are reached over no channel that is told now, as targets, and when the first quiet hours are over; null when there are none. */
  later: { targets: string[]; untilMs: number } | null;
}

/**
 * Whom targets mean now. A gap goes to the schedule's fallback or the default team, and says so; targets that come to
 * nobody go to the default team. `urgent`: quiet hours do not count.
 */
export function resolveTargets(book: RoutingBook, targets: readonly Target[], nowMs: number, urgency: 'urgent' | 'may-wait'): Meant {
  const gathering = new Gathering(book, nowMs, urgency);
  for (const target of targets) gathering.add(target);
  if (targets.length > 0 && gathering.isEmpty) gathering.addFallback(book.defaultTeam);
  return gathering.meant();
}

class Gathering {
  readonly #book: RoutingBook;
  readonly #nowMs: number;
  readonly #awake = new Set<string>();
  readonly #asleep = new Map<string, { user: User; untilMs: number }>();
  readonly #people = new Set<string>();
  readonly #remarks: LocalText[] = [];
  readonly #urgency: 'urgent' | 'may-wait';

  constructor(book: RoutingBook, nowMs: number, urgency: 'urgent' | 'may-wait') {
    this.#book = book;
    this.#nowMs = nowMs;
    this.#urgency = urgency;
  }

  get isEmpty(): boolean {
    return this.#awake.size === 0 && this.#asleep.size === 0;
  }

  add(target: Target): void {
    const colon = target.indexOf(':');
    const [kind, id] = colon < 0 ? ['channel', target] : [target.slice(0, colon), target.slice(colon + 1)];
    switch (kind) {
      case 'user':
        return this.#user(id, target);
      case 'team':
        return this.#team(this.#book.teams.find((team) => team.id === id), target);
      case 'manager': {
        const manager = this.#book.teams.find((team) => team.id === id)?.manager;
        return manager === undefined || manager === null ? this.#missing(target) : this.#user(manager, target);
      }
      case 'schedule':
        return this.#schedule(id, target);
      case 'next':
        return this.#next(id, target);
      case 'everyone':
        return this.#everyone(this.#book.teams.find((team) => team.id === id), target);
      case 'channel':
        this.#awake.add(id);
        return;
      default:
        this.#awake.add(target);
    }
  }

  addFallback(team: string | null): void {
    const found = this.#book.teams.find(({ id }) => id === team);
    if (found !== undefined) this.#team(found, `team:${found.id}`);
  }

  meant(): Meant {
    const later = [...this.#asleep.values()].filter(({ user }) => user.notify.some((name) => !this.#awake.has(name)));
    return {
      notify: [...this.#awake],
      people: [...this.#people],
      remarks: this.#remarks,
      later: later.length === 0 ? null : { targets: later.map(({ user }) => `user:${user.id}`), untilMs: Math.min(...later.map(({ untilMs }) => untilMs)) },
    };
  }

  #user(id: string, target: Target): void {
    const user = this.#book.users.find((each) => each.id === id);
    if (user === undefined) return this.#missing(target);
    const untilMs = this.#urgency === 'urgent' ? 0 : quietUntil(user, this.#nowMs);
    if (untilMs > 0) {
      if (user.notify.length > 0) this.#asleep.set(user.id, { user, untilMs });
      return;
    }
    this.#people.add(user.id);
    for (const name of user.notify) this.#awake.add(name);
  }

  #team(team: Team | undefined, target: Target): void {
    if (team === undefined) return this.#missing(target);
    for (const name of team.notify) this.#awake.add(name);
    if (team.notify.length === 0) for (const member of team.members) this.#user(member, target);
  }

  #schedule(id: string, target: Target): void {
    const schedule = this.#book.schedules.find((each) => each.id === id);
    if (schedule === undefined) return this.#missing(target);
    const onCall = onCallAt(schedule, this.#nowMs);
    if (onCall.user !== null) return this.#user(onCall.user, target);
    const team = schedule.fallbackTeam ?? this.#book.defaultTeam;
    this.#remarks.push({ zh: `排班 ${id} 此刻无人值班，改由默认团队 ${team ?? '（未设置）'} 处理`, en: `nobody is on call in the schedule ${id} now, so the team ${team ?? '(none is set)'} is told` });
    this.addFallback(team);
  }

  /** Whoever has the turn after this one. */
  #next(id: string, target: Target): void {
    const schedule = this.#book.schedules.find((each) => each.id === id);
    const user = schedule === undefined ? null : nextOnCall(schedule, this.#nowMs);
    return user === null ? this.#missing(target) : this.#user(user, target);
  }

  /** The team's channels, and each member and the manager beside them. */
  #everyone(team: Team | undefined, target: Target): void {
    if (team === undefined) return this.#missing(target);
    for (const name of team.notify) this.#awake.add(name);
    for (const member of team.manager === null ? team.members : [...team.members, team.manager]) this.#user(member, target);
  }

  #missing(target: Target): void {
    this.#remarks.push({ zh: han`找不到 ${target}`, en: `${target} is not known` });
  }
}

/** 0 when a user may be disturbed now. */
function quietUntil({ quietHours }: User, nowMs: number): number {
  if (quietHours === null || !isWithin(quietHours, nowMs)) return 0;
  const untilMs = nextChangeMs(quietHours, nowMs);
  return Number.isFinite(untilMs) ? untilMs : 0;
}

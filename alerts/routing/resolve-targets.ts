import type { LocalText } from '../../core/rule.ts';
import { onCallAt } from '../schedules/on-call.ts';
import { isWithin, nextChangeMs } from '../schedules/day-hours.ts';
import type { RoutingBook, Target, Team, User } from './book.ts';

export interface Meant {
  /** Names of channels, each once, in the order of their first mention. */
  notify: string[];
  /** Ids of users. */
  people: string[];
  /** What did not come out as written: a gap in a schedule, a target that is not there. */
  remarks: LocalText[];
  /** Names of those in their quiet hours, and when the first of them are over; null when there are none. */
  later: { notify: string[]; untilMs: number } | null;
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
  readonly #asleep = new Set<string>();
  readonly #people = new Set<string>();
  readonly #remarks: LocalText[] = [];
  readonly #urgency: 'urgent' | 'may-wait';
  #quietUntilMs = Infinity;

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
    const later = [...this.#asleep].filter((name) => !this.#awake.has(name));
    return {
      notify: [...this.#awake],
      people: [...this.#people],
      remarks: this.#remarks,
      later: later.length === 0 ? null : { notify: later, untilMs: this.#quietUntilMs },
    };
  }

  #user(id: string, target: Target): void {
    const user = this.#book.users.find((each) => each.id === id);
    if (user === undefined) return this.#missing(target);
    this.#people.add(user.id);
    const quietUntilMs = this.#urgency === 'urgent' ? 0 : quietUntil(user, this.#nowMs);
    for (const name of user.notify) (quietUntilMs === 0 ? this.#awake : this.#asleep).add(name);
    if (quietUntilMs > 0) this.#quietUntilMs = Math.min(this.#quietUntilMs, quietUntilMs);
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
    this.#remarks.push({ zh: `排班 ${id} 此刻无人值班,改由默认团队 ${team ?? '(未设置)'} 处理`, en: `nobody is on call in the schedule ${id} now, so the team ${team ?? '(none is set)'} is told` });
    this.addFallback(team);
  }

  #missing(target: Target): void {
    this.#remarks.push({ zh: `找不到 ${target}`, en: `${target} is not known` });
  }
}

/** 0 when a user may be disturbed now. */
function quietUntil({ quietHours }: User, nowMs: number): number {
  if (quietHours === null || !isWithin(quietHours, nowMs)) return 0;
  const untilMs = nextChangeMs(quietHours, nowMs);
  return Number.isFinite(untilMs) ? untilMs : 0;
}

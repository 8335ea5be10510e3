import { EMPTY_BOOK, type RoutingBook, type User } from '../../alerts/routing/book.ts';
import type { Prng } from '../../server/play/prng.ts';
import type { Breakage } from './breakages.ts';

/** `routed`: in most of these there is a routing book, and it is asked whether an alert is missing. */
export type Life = 'plain' | 'routed';

const ZONE = 'Asia/Shanghai';
/** A run begins two minutes before eight in the morning there. */
const QUIET_ENDS_MINUTE = 8 * 60;

/** While the first fires, an alert of the second may be explained by it. */
export const EXPLAINING_RULE = 'rule-a';
export const EXPLAINED_RULE = 'rule-b';

/** Who is there and who gets what: nobody but the channels that rules name, or a team with quiet hours, a chain that is climbed, and an alert that explains another. */
export function drawBook(random: Prng, desks: 'one' | 'two'): RoutingBook {
  if (random.chance(0.4)) return EMPTY_BOOK;
  const sleeper = (id: string, notify: string[]): User => ({
    id, notify, skills: [],
    quietHours: random.chance(0.5) ? { fromMinute: 22 * 60, toMinute: QUIET_ENDS_MINUTE + random.between(0, 2), weekdays: [], timeZone: ZONE, calendar: 'any' } : null,
  });
  const isChained = random.chance(0.7);
  return {
    ...EMPTY_BOOK,
    users: [{ id: 'u1', notify: ['hook'], skills: [], quietHours: null }, sleeper('u2', ['hook']), sleeper('u3', ['desk'])],
    teams: [{ id: 'care', title: { zh: '客服', en: 'Care' }, members: ['u2', 'u3'], manager: 'u1', notify: [...random.pick([[], [], ['desk']])] }],
    chains: [{ id: 'climb', steps: [{ waitMs: random.between(3, 20) * 1_000, notify: ['everyone:care'] }, { waitMs: random.between(3, 20) * 1_000, notify: ['manager:care'] }], repeat: random.below(2) }],
    routes: [{
      id: 'all', when: [], hours: null, notify: [...random.pick([['team:care'], ['user:u2'], ['everyone:care'], ['hook']])], chain: isChained ? 'climb' : null,
      gatherBy: [...random.pick([['alert'], ['rule']] as const)], waitMs: random.pick([0, 0, 3_000]), assign: null, skills: [],
    }],
    // What the store answers is no entry of a log that both desks read, so two of them would each write it.
    inhibitions: desks === 'two' || random.chance(0.5) ? [] : [{ id: 'explains', source: [{ field: 'rule', operator: '=', value: EXPLAINING_RULE }], target: [{ field: 'rule', operator: '=', value: EXPLAINED_RULE }], equal: ['workspace'], sharedAtLeast: 0.5 }],
    defaultTeam: 'care',
  };
}

/** The book as a desk would have it that keeps one of its promises no more. */
export function breakBook(book: RoutingBook, broken: Breakage | undefined): RoutingBook {
  switch (broken) {
    case 'quiet-hours-forgotten':
      return { ...book, users: book.users.map((user) => ({ ...user, quietHours: null })) };
    case 'chain-not-climbed':
      return { ...book, chains: book.chains.map((chain) => ({ ...chain, steps: chain.steps.map((step, at) => (at === 0 ? step : { ...step, waitMs: 3_600_000 })) })) };
    case 'everyone-without-manager':
      return { ...book, teams: book.teams.map((team) => ({ ...team, manager: null })) };
    case 'explained-alerts-paged':
      return { ...book, inhibitions: book.inhibitions.map((inhibition) => ({ ...inhibition, sharedAtLeast: 2 })) };
    default:
      return book;
  }
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertEvent } from '../../core/alert.ts';
import { escalated, opened, resolved } from '../notify/testing/sample-events.ts';
import { EMPTY_BOOK, type Inhibition } from '../routing/book.ts';
import { matchesAll, valueOf } from '../silences/match-alert.ts';
import { createDeskState, type DeskInput, type DeskState } from './desk-state.ts';
import type { Member } from './incident.ts';
import { candidatesFor, isSource } from './inhibition-sources.ts';
import { stepDesk } from './step-desk.ts';

const AT_MS = Date.UTC(2026, 10, 23, 2);
const BOOKS: Inhibition[][] = [
  [{ id: 'store', source: [{ field: 'rule', operator: '=', value: 'a' }], target: [{ field: 'rule', operator: '!=', value: 'a' }], equal: ['store'], sharedAtLeast: 0.5 }],
  [
    { id: 'worst', source: [{ field: 'severity', operator: '=', value: 'critical' }], target: [], equal: [], sharedAtLeast: 0.5 },
    { id: 'severity', source: [{ field: 'rule', operator: '=~', value: 'a|b' }], target: [{ field: 'rule', operator: '=', value: 'c' }], equal: ['severity', 'store'], sharedAtLeast: 0.5 },
  ],
  [],
];

/** Every pair, found by going through every alert of every open incident. */
function pairsByHand(state: DeskState, target: Member): string[] {
  return state.book.inhibitions.flatMap(({ id, source, target: of, equal }) => (!matchesAll(of, target) ? [] : [...state.open.values()].flatMap(({ members }) => [...members.values()].filter((member) =>
    member.alertId !== target.alertId && member.state === 'firing' && member.workspace === target.workspace && matchesAll(source, member) && equal.every((field) => valueOf(field, member) === valueOf(field, target)),
  ).map(({ alertId }) => `${id} ${alertId}`))));
}

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ is: fc.constant('alert' as const), n: fc.nat(11), kind: fc.constantFrom('opened', 'opened', 'escalated', 'resolved') }) },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('book' as const), n: fc.nat(BOOKS.length - 1) }) },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('by-hand' as const), n: fc.nat(11), into: fc.nat(11), act: fc.constantFrom('resolve', 'merge') }) },
);

describe('what may explain an alert', () => {
  it('is what going through every alert that fires finds, whatever opened, rose, ended, was merged or closed by hand, and however the inhibitions changed', () => {
    fc.assert(fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), fc.constantFrom('alert', 'rule'), (steps, gatherBy) => {
      const state = createDeskState({ closedMax: 2 });
      let [book, sequence] = [0, 0];
      const take = (input: DeskInput): void => void stepDesk(state, input, AT_MS + sequence * 400_000);
      const setBook = (n: number): void => take({ kind: 'book', book: { ...EMPTY_BOOK, inhibitions: BOOKS[n]!, routes: [{ id: 'all', when: [], hours: null, notify: ['desk'], chain: null, gatherBy: [gatherBy], waitMs: 0, assign: null, skills: [] } as never] } });
      setBook(book);
      const generation = new Map<number, number>();
      for (const each of steps) {
        sequence += 1;
        const about = (n: number): { alertId: string; ruleId: string; workspace: string; group: Record<string, string> } => ({ alertId: `x${n}-${generation.get(n) ?? 0}`, ruleId: 'abc'[n % 3]!, workspace: n < 10 ? 'one' : 'two', group: { store: String(n % 2) } });
        if (each.is === 'book') setBook(book = each.n);
        else if (each.is === 'by-hand') {
          const [target, into] = [about(each.n).alertId, about(each.into).alertId];
          take({ kind: 'operation', operation: { id: `o${sequence}`, actor: 'u1', way: 'api', act: each.act === 'resolve' ? { kind: 'resolve', target } : { kind: 'merge', target, into } } as never });
        } else {
          const over = { ...about(each.n), id: `e${sequence}`, sequence, atMs: AT_MS + sequence };
          const event: AlertEvent = each.kind === 'opened' ? opened(over) : each.kind === 'escalated' ? escalated({ ...over, severity: 'critical' }) : resolved(over);
          take({ kind: 'alert', event });
          if (each.kind === 'resolved') generation.set(each.n, (generation.get(each.n) ?? 0) + 1);
        }
        for (const { members } of state.open.values()) {
          for (const member of members.values()) {
            const found = candidatesFor(state, member);
            expect(found.map(({ id, alertId }) => `${id} ${alertId}`).sort()).toEqual(pairsByHand(state, member).sort());
            expect(found.every(({ alertId }) => isSource(state, alertId))).toBe(true);
          }
        }
      }
    }), { numRuns: 150 });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { opened, resolved } from '../notify/testing/sample-events.ts';
import { EMPTY_BOOK } from '../routing/book.ts';
import type { RoutingBook } from '../routing/book.ts';
import { createDeskState, emptyStep } from './desk-state.ts';
import type { DeskInput, DeskState } from './desk-state.ts';
import { deskLines, readDeskLines } from './encode-desk.ts';
import { journalStart, takeInput } from './journal.ts';
import type { JournalPlace } from './journal.ts';

const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2026, 10, 23);

const BOOK: RoutingBook = {
  ...EMPTY_BOOK,
  users: [{ id: 'u1', notify: ['desk'], skills: [], quietHours: null }],
  chains: [{ id: 'up', steps: [{ waitMs: 5 * MINUTE_MS, notify: ['user:u1'] }], repeat: 1 }],
  routes: [{ id: 'all', when: [], hours: null, notify: ['user:u1'], chain: 'up', gatherBy: ['rule', 'category'], waitMs: 30_000, assign: 'auto', skills: [] }],
};

const alertId = (number: number): string => `a-${number}`;
const input: fc.Arbitrary<DeskInput> = fc.oneof(
  fc.nat(30).map((number): DeskInput => ({ kind: 'alert', event: opened({ id: alertId(number), alertId: alertId(number), group: { category: `c-${number % 4}` }, sequence: number }) })),
  fc.nat(30).map((number): DeskInput => ({ kind: 'alert', event: resolved({ id: `${alertId(number)}-r`, alertId: alertId(number), sequence: 99 }) })),
  fc.record({ number: fc.nat(30), id: fc.nat(40), kind: fc.constantFrom('acknowledge', 'resolve', 'comment', 'unacknowledge') }).map(({ number, id, kind }): DeskInput => ({
    kind: 'operation', operation: { id: `op-${id}`, actor: 'u1', way: 'api', act: { kind, target: alertId(number), text: '好\n"\ud83d\ude00' } as never },
  })),
  fc.nat(5).map((id): DeskInput => ({
    kind: 'operation', operation: { id: `silence-${id}`, actor: 'u1', way: 'api', act: { kind: 'silence', silence: { id: `s-${id}`, matchers: [{ field: 'category', operator: '=', value: `c-${id}` }], author: 'u1', reason: 'test', startsAtMs: 0, endsAtMs: START_MS + id * 7 * MINUTE_MS, createdAtMs: 0 } } },
  })),
  fc.record({ source: fc.nat(30), target: fc.nat(30) }).map(({ source, target }): DeskInput => ({ kind: 'overlap', sourceAlertId: alertId(source), targetAlertId: alertId(target), shared: 1, ofTarget: 3 })),
  fc.record({ number: fc.nat(30), count: fc.nat(500) }).map(({ number, count }): DeskInput => ({ kind: 'count', alertId: alertId(number), count })),
  fc.constant<DeskInput>({ kind: 'tick' }),
);
const story = fc.array(fc.record({ input, afterMs: fc.constantFrom(0, 1_000, MINUTE_MS, 20 * MINUTE_MS) }), { minLength: 1, maxLength: 60 });

/** As plain data, without what only speeds a search up. */
function plain(state: DeskState, place: JournalPlace): unknown {
  return JSON.parse(JSON.stringify([...deskLines(state, place)].map((line) => JSON.parse(line) as unknown)));
}

describe('the desk\'s state as lines', () => {
  it('reads back as it was, and goes on as it would have', () => {
    fc.assert(fc.property(story, fc.nat(), (moments, cut) => {
      const limits = { closedMax: 3, outcomesMax: 10, overlapsMax: 5 };
      let state = createDeskState(limits);
      let place = journalStart();
      const straight = createDeskState(limits);
      const straightPlace = journalStart();
      const told: string[] = [];
      const toldStraight: string[] = [];
      let nowMs = START_MS;
      [{ input: { kind: 'book', book: BOOK } as DeskInput, afterMs: 0 }, ...moments].forEach((moment, index) => {
        nowMs += moment.afterMs;
        const [step, stepStraight] = [emptyStep(), emptyStep()];
        takeInput(state, place, { atMs: nowMs, input: moment.input, log: 'alerts', sequence: index }, step);
        takeInput(straight, straightPlace, { atMs: nowMs, input: moment.input, log: 'alerts', sequence: index }, stepStraight);
        told.push(...step.pages.map((page) => JSON.stringify(page)));
        toldStraight.push(...stepStraight.pages.map((page) => JSON.stringify(page)));
        if (index !== cut % (moments.length + 1)) return;
        ({ state, place } = readDeskLines([...deskLines(state, place)], limits));
        expect(plain(state, place)).toEqual(plain(straight, straightPlace));
        expect(state.incidentOfAlert).toEqual(straight.incidentOfAlert);
      });
      expect(told).toEqual(toldStraight);
      expect(plain(state, place)).toEqual(plain(straight, straightPlace));
    }), { numRuns: 300 });
  });

  it('that are no such lines are refused', () => {
    const lines = [...deskLines(createDeskState(), journalStart())];
    expect(() => readDeskLines([])).toThrow(/no state of the incident desk/);
    expect(() => readDeskLines([...lines, '{}'])).toThrow(/1 incidents and 0 are expected/);
    expect(() => readDeskLines([lines[0]!.slice(0, 20)])).toThrow(/no JSON/);
  });
});

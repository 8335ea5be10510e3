import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HistoryFill, LogEntry, ScoredEntry, ScoredItem } from '../../core/frame.ts';
import type { Rule } from '../../core/rule.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import { decodeState, encodeState } from '../counter/encode-state.ts';
import { queryCounts } from '../counter/query-counts.ts';
import { createState, type CounterState } from '../counter/state.ts';
import { step } from '../counter/step.ts';
import { MINUTE_MS, START_MS, makeItem, makeRule } from '../counter/testing/entries.ts';
import { decodeScoredEntry, encodeScoredEntry } from '../frames/scored-entry.ts';
import { awaitedFills } from './awaited-fills.ts';
import { PartBuilder } from './build-parts.ts';

const LATENESS_MAX_MS = 4 * MINUTE_MS;
const CONFIG = { latenessMaxMs: LATENESS_MAX_MS, fillWaitMaxMs: 60 * MINUTE_MS };
const CATEGORIES = ['logistics', 'other', 'account.login'];
const rule = makeRule({ windowMs: 3 * MINUTE_MS, fireAt: 4, resolveBelow: 4, where: 'stars <= 2' });

interface Moment {
  afterMs: number;
  items: { ageMs: number; stars: number; categories: string[]; customer: string }[];
}

const moments = fc.array(fc.record<Moment>({
  afterMs: fc.oneof(fc.nat(3_000), fc.nat(40_000)),
  items: fc.array(fc.record({
    // One that is too late to fire would open nothing alone, but counts in a window that is filled.
    ageMs: fc.oneof({ weight: 4, arbitrary: fc.nat(2_000) }, { weight: 2, arbitrary: fc.nat(LATENESS_MAX_MS) }),
    stars: fc.integer({ min: 1, max: 4 }),
    categories: fc.uniqueArray(fc.constantFrom(...CATEGORIES), { minLength: 1, maxLength: 2 }),
    customer: fc.constantFrom('', 'c1', 'c2'),
  }), { maxLength: 5 }),
}), { minLength: 1, maxLength: 40 });

function itemOf(nowMs: number, { ageMs, stars, categories, customer }: Moment['items'][number]): ScoredItem {
  return makeItem({
    createdAtMs: nowMs - ageMs, receivedAtMs: nowMs, ...(customer === '' ? {} : { customer: { id: customer } }),
    score: { stars, categories: categories.map((id) => ({ id, probability: 1, decidedBy: 'model' })) },
  });
}

/** A counter whose rules come at some point, with a store that gives what was counted before. */
class Run {
  readonly state: CounterState;
  readonly rows: StoredItem[] = [];
  readonly told: { kind: string; category: string; count: number; atMs: number; sequence: number }[] = [];
  #sequence = 0;
  #raw = 0;

  constructor(boards: 'kept' | 'none' = 'kept') {
    this.state = createState({ ...CONFIG, boards });
  }

  feed(timeMs: number, value: ScoredEntry): void {
    const entry: LogEntry<ScoredEntry> = { sequence: ++this.#sequence, timeMs, value: decodeScoredEntry(encodeScoredEntry(value)) };
    const { rows, events } = step(this.state, entry);
    this.rows.push(...rows);
    for (const { kind, group, count, atMs } of events) this.told.push({ kind, category: group['category']!, count, atMs, sequence: this.#sequence });
  }

  frame(timeMs: number, items: ScoredItem[]): void {
    this.feed(timeMs, items.length === 0 ? { kind: 'tick' } : { kind: 'scored', rawSequence: ++this.#raw, gatheredAtMs: timeMs, scoredAtMs: timeMs, model: 'm', items });
  }

  /** The parts of every fill that is awaited, as they would be read from the store. */
  parts(itemsPerPart: number): HistoryFill[] {
    return awaitedFills(this.state).flatMap((awaited) => {
      const builder = new PartBuilder(awaited, awaited.place);
      const history = this.rows.filter(({ sequence, createdAtMs }) => sequence < awaited.sinceSequence && createdAtMs > awaited.keepAfterMs && createdAtMs <= awaited.upToMs)
        .map(({ item, score, createdAtMs, sequence, index }) => ({ scored: { item: { ...item, createdAtMs }, score }, place: JSON.stringify([String(createdAtMs).padStart(16, '0'), sequence, index]) }))
        .filter(({ place }) => place > awaited.place)
        .sort((a, b) => (a.place < b.place ? -1 : 1));
      const found: HistoryFill[] = [];
      for (let from = 0; from < history.length; from += itemsPerPart) {
        found.push(...builder.add(history.slice(from, from + itemsPerPart)));
        const rest = builder.rest('more');
        if (rest !== null) found.push(rest);
      }
      return [...found, builder.rest('complete')!];
    });
  }

  fillNow(timeMs: number, itemsPerPart = 100): void {
    for (const part of this.parts(itemsPerPart)) this.feed(timeMs, part);
  }

  counts(windowMs: number): object[] {
    return queryCounts(this.state, { workspace: 'shop', groupBy: ['category'], where: 'stars <= 2', windowMs }).groups;
  }

  get open(): string[] {
    return this.state.rules.flatMap(({ open }) => [...open.entries()].map(([, { group }]) => group['category']!)).sort();
  }
}

interface Plan {
  rulesAt: number;
  fillAt: number;
  itemsPerPart: number;
  repeats: boolean;
  snapshotAfter: number;
}

const plan = fc.record<Plan>({ rulesAt: fc.nat(), fillAt: fc.nat(10), itemsPerPart: fc.integer({ min: 1, max: 6 }), repeats: fc.boolean(), snapshotAfter: fc.nat(8) });

/** The same feedback twice: with the rules from the beginning, and with rules that come later and are filled later still. */
function both(script: readonly Moment[], { rulesAt, fillAt, itemsPerPart, repeats, snapshotAfter }: Plan, before: Rule[] = []): { straight: Run; filled: Run } {
  const straight = new Run();
  const filled = new Run();
  const at = rulesAt % script.length;
  straight.feed(START_MS, { kind: 'rules', rules: [rule] });
  straight.fillNow(START_MS);
  filled.feed(START_MS, { kind: 'rules', rules: before });
  let nowMs = START_MS;
  script.forEach(({ afterMs, items }, index) => {
    nowMs += afterMs;
    if (index === at) filled.feed(nowMs, { kind: 'rules', rules: [rule] });
    else filled.feed(nowMs, { kind: 'tick' });
    straight.feed(nowMs, { kind: 'tick' });
    const scored = items.map((item) => itemOf(nowMs, item));
    straight.frame(nowMs, scored);
    filled.frame(nowMs, scored);
    if (index === Math.min(at + fillAt, script.length - 1)) {
      for (const [number, part] of filled.parts(itemsPerPart).entries()) {
        filled.feed(nowMs, part);
        if (repeats) filled.feed(nowMs, part);
        if (number === snapshotAfter) Object.assign(filled.state, decodeState(encodeState(filled.state)));
      }
    }
  });
  return { straight, filled };
}

describe('a rule that comes later and is filled from the store', () => {
  it('counts what it would count had it been there from the beginning, and has the same alerts open', () => {
    fc.assert(fc.property(moments, plan, (script, how) => {
      const { straight, filled } = both(script, how);
      expect(filled.counts(rule.windowMs)).toEqual(straight.counts(rule.windowMs));
      expect(filled.open).toEqual(straight.open);
    }), { numRuns: 200 });
  });

  it('counts the same where a rule\'s window becomes longer than what was kept', () => {
    const short = { ...rule, windowMs: MINUTE_MS, fireAt: 1_000, resolveBelow: 1_000 };
    const longer = { ...rule, windowMs: 20 * MINUTE_MS };
    fc.assert(fc.property(moments, plan, (script, how) => {
      const runs = [[longer], [short]].map((first) => {
        // Without boards nothing is kept for longer than the rules need.
        const run = new Run('none');
        run.feed(START_MS, { kind: 'rules', rules: first });
        run.fillNow(START_MS);
        let nowMs = START_MS;
        for (const { afterMs, items } of script) run.frame((nowMs += afterMs), items.map((item) => itemOf(nowMs, item)));
        run.feed(nowMs, { kind: 'rules', rules: [longer] });
        run.fillNow(nowMs, how.itemsPerPart);
        return run;
      });
      expect(runs[1]!.counts(longer.windowMs)).toEqual(runs[0]!.counts(longer.windowMs));
      expect(runs[1]!.open).toEqual(runs[0]!.open);
    }), { numRuns: 200 });
  });

  it('counts the same where its past was let go before another rule of the same groups had it held for longer', () => {
    const short = { ...rule, windowMs: MINUTE_MS, fireAt: 1_000, resolveBelow: 1_000 };
    const longer = { ...rule, windowMs: 20 * MINUTE_MS };
    const beside = makeRule({ id: 'beside', where: 'stars >= 3', windowMs: 40 * MINUTE_MS, fireAt: 1_000, resolveBelow: 1_000 });
    let reachedBack = 0;
    fc.assert(fc.property(moments, plan, fc.nat(), fc.nat(), (script, how, first, second) => {
      // Long enough for something to be let go, and the rule beside it comes before the window becomes longer.
      const [besideAt, longerAt] = [first % script.length, first % script.length + second % (script.length - first % script.length)];
      const runs = [longer, short].map((until) => {
        const run = new Run('none');
        run.feed(START_MS, { kind: 'rules', rules: [until] });
        run.fillNow(START_MS);
        let nowMs = START_MS;
        const change = (rules: Rule[]): void => {
          run.feed(nowMs, { kind: 'rules', rules });
          if (how.repeats) Object.assign(run.state, decodeState(encodeState(run.state)));
          reachedBack += awaitedFills(run.state).filter(({ sinceSequence }) => sinceSequence < run.state.sequence).length;
          run.fillNow(nowMs, how.itemsPerPart);
        };
        script.forEach(({ afterMs, items }, index) => {
          run.frame((nowMs += afterMs), items.map((item) => itemOf(nowMs, item)));
          if (index === besideAt) change([until, beside]);
          if (index === longerAt) change([longer, beside]);
        });
        return run;
      });
      expect(runs[1]!.counts(longer.windowMs)).toEqual(runs[0]!.counts(longer.windowMs));
      expect(runs[1]!.open).toEqual(runs[0]!.open);
    }), { numRuns: 100 });
    expect(reachedBack).toBeGreaterThan(0);
  });

  it('counts the same where what is held becomes longer in the midst of a fill', () => {
    const longer = { ...rule, windowMs: 20 * MINUTE_MS };
    fc.assert(fc.property(moments, plan, fc.nat(8), (script, how, partsBefore) => {
      const runs = [[longer], []].map((before) => {
        const run = new Run('none');
        run.feed(START_MS, { kind: 'rules', rules: before });
        run.fillNow(START_MS);
        let nowMs = START_MS;
        // Slowly enough for the fill to leave something out.
        for (const { afterMs, items } of script) run.frame((nowMs += 12 * afterMs), items.map((item) => itemOf(nowMs, item)));
        run.feed(nowMs, { kind: 'rules', rules: before.length > 0 ? before : [rule] });
        const parts = run.parts(how.itemsPerPart);
        for (const part of parts.slice(0, partsBefore)) run.feed(nowMs, part);
        run.feed(nowMs, { kind: 'rules', rules: [longer] });
        if (how.repeats) Object.assign(run.state, decodeState(encodeState(run.state)));
        // One that was read before the window became longer.
        for (const part of parts.slice(partsBefore, partsBefore + 1)) run.feed(nowMs, part);
        for (let fills = 0; fills < 2; fills++) run.fillNow(nowMs, how.itemsPerPart);
        expect(awaitedFills(run.state)).toEqual([]);
        return run;
      });
      expect(runs[1]!.counts(longer.windowMs)).toEqual(runs[0]!.counts(longer.windowMs));
      expect(runs[1]!.open).toEqual(runs[0]!.open);
    }), { numRuns: 100 });
  });
});

/** A new rule set in a life of many: the window of the rule, and that of another one of the same groups; how many parts of its fill come, and whether each comes twice. */
interface Change {
  at: number;
  windowMinutes: number;
  besideMinutes: number;
  parts: number;
  repeats: boolean;
}

const changes = fc.array(fc.record<Change>({
  at: fc.nat(), windowMinutes: fc.constantFrom(1, 3, 9, 20), besideMinutes: fc.constantFrom(1, 5, 15, 40), parts: fc.nat(6), repeats: fc.boolean(),
}), { minLength: 2, maxLength: 6 });
/** Some come so late that they are let go as soon as they come. */
const veryLate = moments.chain((script) => fc.array(fc.tuple(fc.nat(), fc.nat(40 * MINUTE_MS)), { maxLength: 12 }).map((late) => script.map(({ afterMs, items }, index) => ({
  afterMs: 4 * afterMs, items: items.map((item, at) => ({ ...item, ageMs: late.find(([place]) => place % (3 * script.length) === 3 * index + at)?.[1] ?? item.ageMs })),
}))));

describe('a rule whose groups have items held for longer again and again', () => {
  it('is given what came late between the first time and the second', () => {
    const run = new Run('none');
    const beside = (minutes: number): Rule => makeRule({ id: 'beside', where: 'stars >= 3', windowMs: minutes * MINUTE_MS, fireAt: 1_000, resolveBelow: 1_000 });
    const at = (minute: number, rules: Rule[]): void => run.feed(START_MS + minute * MINUTE_MS, { kind: 'rules', rules });
    const short = { ...rule, windowMs: MINUTE_MS };
    at(0, [short]);
    run.fillNow(START_MS);
    at(10, [short, beside(20)]);
    // Said nine minutes ago: it is held, and let go before items are held for longer once more.
    run.frame(START_MS + 11 * MINUTE_MS, [itemOf(START_MS + 11 * MINUTE_MS, { ageMs: 9 * MINUTE_MS, stars: 1, categories: ['other'], customer: '' })]);
    at(27, [short, beside(40)]);
    at(28, [{ ...rule, windowMs: 40 * MINUTE_MS }, beside(40)]);
    for (let fills = 0; fills < 2; fills += 1) run.fillNow(START_MS + 28 * MINUTE_MS);
    expect(awaitedFills(run.state)).toEqual([]);
    expect(run.counts(40 * MINUTE_MS)).toMatchObject([{ count: 1 }]);
  });

  it('counts in the end what it would have counted from the beginning, whatever came in between and however far each fill had come', () => {
    const longest = { ...rule, windowMs: 20 * MINUTE_MS };
    let stretchesMost = 0;
    fc.assert(fc.property(veryLate, changes, fc.integer({ min: 1, max: 4 }), (script, life, itemsPerPart) => {
      const straight = new Run('none');
      straight.feed(START_MS, { kind: 'rules', rules: [longest] });
      straight.fillNow(START_MS);
      const run = new Run('none');
      run.feed(START_MS, { kind: 'rules', rules: [{ ...rule, windowMs: MINUTE_MS }] });
      run.fillNow(START_MS);
      let nowMs = START_MS;
      const change = ({ windowMinutes, besideMinutes, parts, repeats }: Change): void => {
        const beside = makeRule({ id: 'beside', where: 'stars >= 3', windowMs: besideMinutes * MINUTE_MS, fireAt: 1_000, resolveBelow: 1_000 });
        run.feed(nowMs, { kind: 'rules', rules: [{ ...rule, windowMs: windowMinutes * MINUTE_MS }, beside] });
        const saved = encodeState(run.state);
        if (repeats) Object.assign(run.state, decodeState(saved));
        expect(Buffer.compare(encodeState(run.state), saved)).toBe(0);
        stretchesMost = Math.max(stretchesMost, ...run.state.plan.groupings.flatMap(({ conditions }) => conditions.map(({ missing }) => missing.length)));
        for (const part of run.parts(itemsPerPart).slice(0, parts)) for (let time = 0; time < (repeats ? 2 : 1); time += 1) run.feed(nowMs, part);
      };
      script.forEach(({ afterMs, items }, index) => {
        nowMs += afterMs;
        const scored = items.map((item) => itemOf(nowMs, item));
        straight.frame(nowMs, scored);
        run.frame(nowMs, scored);
        for (const each of life) if (each.at % script.length === index) change(each);
      });
      run.feed(nowMs, { kind: 'rules', rules: [longest] });
      for (let fills = 0; awaitedFills(run.state).length > 0; fills += 1) {
        expect(fills).toBeLessThan(20);
        run.fillNow(nowMs, itemsPerPart);
      }
      // What is too late to fire opens nothing where it is counted as it comes, and may where it is filled in: counts alone are the same.
      expect(run.counts(longest.windowMs)).toEqual(straight.counts(longest.windowMs));
    }), { numRuns: 100 });
    expect(stretchesMost).toBeGreaterThan(1);
  });
});

describe('a rule that waits to be filled', () => {
  const complaints = (run: Run, count: number, fromMs: number): void => {
    for (let index = 0; index < count; index++) run.frame(fromMs + index * 1_000, [itemOf(fromMs + index * 1_000, { ageMs: 0, stars: 1, categories: ['other'], customer: '' })]);
  };

  it('does not fire before its window is full, and then with the whole count, at once', () => {
    const run = new Run();
    complaints(run, 3, START_MS);
    run.feed(START_MS + 5_000, { kind: 'rules', rules: [{ ...rule, escalate: [{ atLeast: 7, severity: 'critical' }] }] });
    complaints(run, 5, START_MS + 6_000);
    expect(run.told).toEqual([]);
    for (const part of run.parts(100)) run.feed(START_MS + 12_000, part);
    expect(run.told.map(({ kind, count }) => `${kind} ${count}`)).toEqual(['opened 8', 'escalated 8']);
  });

  it('fires without it once a whole window has gone by, or when it has waited for too long, and says so', () => {
    const passed = new Run();
    complaints(passed, 3, START_MS);
    passed.feed(START_MS + 5_000, { kind: 'rules', rules: [rule] });
    complaints(passed, 4, START_MS + 10 * MINUTE_MS);
    expect(passed.told).toMatchObject([{ kind: 'opened', count: 4 }]);

    const long = { ...rule, windowMs: 24 * 60 * MINUTE_MS };
    const waited = new Run();
    complaints(waited, 3, START_MS);
    waited.feed(START_MS + 5_000, { kind: 'rules', rules: [long] });
    complaints(waited, 4, START_MS + 10 * MINUTE_MS);
    expect(waited.told).toEqual([]);
    complaints(waited, 1, START_MS + CONFIG.fillWaitMaxMs + 10_000);
    expect(waited.told).toMatchObject([{ kind: 'opened', count: 5 }]);
    expect([...waited.state.told].some((told) => told.startsWith('rule-not-filled'))).toBe(true);
  });

  it('takes no part of another fill, none twice and none out of order', () => {
    const run = new Run();
    complaints(run, 3, START_MS);
    run.feed(START_MS + 5_000, { kind: 'rules', rules: [rule] });
    const parts = run.parts(1);
    expect(parts).toHaveLength(4);
    run.feed(START_MS + 6_000, parts[1]!);
    run.feed(START_MS + 6_000, { ...parts[0]!, sinceSequence: 1 });
    run.feed(START_MS + 6_000, { ...parts[0]!, where: 'complaint' });
    run.feed(START_MS + 6_000, { ...parts[0]!, groupBy: ['product'], groups: [] });
    expect(run.counts(rule.windowMs)).toEqual([]);
    for (const part of [parts[0]!, parts[0]!, parts[1]!, parts[2]!, parts[3]!, parts[3]!]) run.feed(START_MS + 7_000, part);
    expect(run.counts(rule.windowMs)).toMatchObject([{ count: 3 }]);
    expect(awaitedFills(run.state)).toEqual([]);
  });

  it('is not waited for where it counts what was counted before', () => {
    const run = new Run();
    complaints(run, 3, START_MS);
    run.feed(START_MS + 5_000, { kind: 'rules', rules: [{ ...rule, where: 'complaint' }] });
    complaints(run, 1, START_MS + 6_000);
    expect(run.told).toMatchObject([{ kind: 'opened', count: 4 }]);
  });
});

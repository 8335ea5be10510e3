import { BehaviorSubject } from 'rxjs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TocsinError } from '../../core/errors.ts';
import type { ScoredItem } from '../../core/frame.ts';
import type { Rule } from '../../core/rule.ts';
import { MemoryBus } from '../bus/memory-bus.ts';
import { CounterFlow } from '../counter-flow.ts';
import { queryCounts } from '../counter/query-counts.ts';
import { createState, type CounterState } from '../counter/state.ts';
import { makeItem, makeRule } from '../counter/testing/entries.ts';
import { decodeScoredEntry, encodeScoredEntry } from '../frames/scored-entry.ts';
import { decodeJson } from '../frames/record.ts';
import { ClickHouseWriter } from '../store/clickhouse-writer.ts';
import { temporaryStore, type TemporaryStore } from '../store/testing/embedded-store.ts';
import { systemTimers } from '../system-timers.ts';
import { awaitedFills } from './awaited-fills.ts';
import { ConditionFiller, type ReadHistory } from './condition-filler.ts';
import { historyOf } from './read-history.ts';

const HOUR_MS = 3_600_000;
const RULE: Rule = makeRule({ id: 'two-stars', where: 'stars <= 2', groupBy: ['product'], windowMs: 24 * HOUR_MS, fireAt: 50, resolveBelow: 40 });

let temporary: TemporaryStore;
const clock = { nowMs: () => Date.now() };
beforeAll(async () => {
  temporary = await temporaryStore();
});
afterAll(() => temporary.dispose());

/** A counter with its store on a log of its own; several lives on one log are several of these. */
class Life {
  readonly state: CounterState = createState({ fillWaitMaxMs: HOUR_MS });
  readonly rules: BehaviorSubject<Rule[]>;
  readonly flow: CounterFlow;
  readonly filler: ConditionFiller;
  readonly retries: unknown[] = [];

  constructor(bus: MemoryBus, rules: Rule[], history: (real: ReadHistory) => ReadHistory = (real) => real) {
    this.rules = new BehaviorSubject(rules);
    const real = historyOf(temporary.store, async () => (await bus.log('scored').info()).identity, 30);
    const tell = (): void => undefined;
    this.filler = new ConditionFiller({
      state: this.state, scored: bus.log('scored'), history: history(real), isStoredBefore: (sequence) => this.flow.isStoredBefore(sequence),
      clock, timers: systemTimers, telemetry: tell, onRetry: (error) => void this.retries.push(error),
    });
    this.flow = new CounterFlow({
      bus, writer: new ClickHouseWriter(temporary.store), ruleSets: this.rules, state: this.state, clock, telemetry: tell,
      onReadingBack: tell, onLag: tell, fail: (_, error) => { throw error; },
      onCounted: (_, isCaughtUp) => { if (isCaughtUp) this.filler.look(); },
    });
  }

  stop(): void {
    this.filler.stop();
    this.flow.stop();
  }

  counts(product: string): number {
    try {
      const { groups } = queryCounts(this.state, { workspace: 'shop', groupBy: ['product'], where: 'stars <= 2', windowMs: RULE.windowMs });
      return groups.find(({ key }) => key['product'] === product)?.count ?? 0;
    } catch {
      return -1;
    }
  }
}

let bus: MemoryBus;
let life: Life;
let raw = 0;
beforeEach(async () => {
  await temporary.store.run('TRUNCATE TABLE tocsin.feedback');
  bus = new MemoryBus({ clock });
  raw = 0;
});
afterEach(() => life.stop());

async function frame(count: number, product: string, over: Partial<ScoredItem['score']> = {}): Promise<void> {
  raw += 1;
  const nowMs = Date.now();
  const items = Array.from({ length: count }, (_, index) => makeItem({ id: `item-${raw}-${index}`, product, createdAtMs: nowMs - index, receivedAtMs: nowMs, customer: { id: `c${index % 7}` }, score: { stars: 1, ...over } }));
  await bus.log('scored').append(encodeScoredEntry({ kind: 'scored', rawSequence: raw, gatheredAtMs: nowMs, scoredAtMs: nowMs, model: 'm', items }), `raw-${raw}`);
}

async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadlineMs = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() > deadlineMs) throw new Error(`not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function alerts(): Promise<string[]> {
  const last = await bus.log('alerts').last();
  if (last === null) return [];
  const { kind, group, count } = decodeJson('alert', last.value);
  return [`${kind} ${group['product']} ${count}`];
}

describe('a rule made while the server runs', () => {
  it('is filled from the store: the page comes at once, with the count of all that came before', async () => {
    life = new Life(bus, []);
    await life.flow.start();
    await frame(45, 'P1');
    await frame(20, 'P2');
    await frame(30, 'P1', { stars: 4 });
    await until(() => life.state.sequence >= 3, 'the frames to be counted');
    life.rules.next([RULE]);
    await frame(8, 'P1');
    await until(async () => (await alerts()).length > 0, 'the alert');
    expect(await alerts()).toEqual(['opened P1 53']);
    await until(() => awaitedFills(life.state).length === 0, 'the fill to end');
    expect([life.counts('P1'), life.counts('P2')]).toEqual([53, 20]);
    expect(life.state.plan.groupings.find(({ id }) => id === 'product')!.conditions[0]!.completeFromMs).toBe(0);
  });

  it('has the same counts when the log is read back, without asking the store again', async () => {
    life = new Life(bus, []);
    await life.flow.start();
    await frame(70, 'P1');
    await until(() => life.state.sequence >= 1, 'the frame to be counted');
    life.rules.next([RULE]);
    await until(() => life.counts('P1') === 70 && awaitedFills(life.state).length === 0, 'the fill');
    life.stop();
    const second = new Life(bus, [RULE], () => ({ read: async () => { throw new Error('asked'); } }));
    await second.flow.start();
    expect(second.counts('P1')).toBe(70);
    expect(second.retries).toEqual([]);
    second.stop();
  });

  it('goes on where a crash has cut the fill short', async () => {
    let pages = 0;
    const twice = (real: ReadHistory): ReadHistory => ({ read: (awaited, after) => (++pages > 2 ? new Promise(() => undefined) : real.read(awaited, after)) });
    life = new Life(bus, [], twice);
    await life.flow.start();
    await frame(100, 'P1');
    await until(() => life.state.sequence >= 1, 'the frame to be counted');
    life.rules.next([RULE]);
    await until(() => pages > 2, 'two pages');
    life.stop();
    expect(life.counts('P1')).toBe(60);
    life = new Life(bus, [RULE]);
    await life.flow.start();
    await until(() => awaitedFills(life.state).length === 0, 'the fill to end');
    expect(life.counts('P1')).toBe(100);
  });

  it('waits for a store and a log that are away, and counts nothing twice after a lost acknowledgement', async () => {
    let failures = 2;
    life = new Life(bus, [], (real) => ({
      read: (awaited, after) => (failures-- > 0 ? Promise.reject(new TocsinError('store_unavailable', 'ClickHouse cannot be reached.', { retryable: true })) : real.read(awaited, after)),
    }));
    await life.flow.start();
    await frame(70, 'P1');
    await until(() => life.state.sequence >= 1, 'the frame to be counted');
    life.rules.next([RULE]);
    await until(() => failures < 0, 'the store to be back');
    bus.faults.loseAppendAcks('scored', 1);
    await until(() => awaitedFills(life.state).length === 0, 'the fill to end');
    expect(life.counts('P1')).toBe(70);
    expect(life.retries.length).toBeGreaterThanOrEqual(2);
  });

  it('is given up when the rule goes', async () => {
    life = new Life(bus, [], () => ({ read: async () => { throw new TocsinError('store_unavailable', 'away', { retryable: true }); } }));
    await life.flow.start();
    await frame(5, 'P1');
    life.rules.next([RULE]);
    await until(() => awaitedFills(life.state).length === 1, 'the fill to be awaited');
    life.rules.next([]);
    await until(() => awaitedFills(life.state).length === 0, 'the rule to go');
  });
});

describe('an entry with history', () => {
  it('comes back from the log as it was, and is refused when it is damaged', () => {
    const part = { kind: 'fill' as const, groupBy: ['category' as const], where: 'complaint && text.contains("\\n")', sinceSequence: 4, after: '', through: '["默认",1,"a"]', state: 'more' as const, groups: [{ key: ['默认', 'logistics'], timesMs: [1, 2], customers: ['', 'c'] }] };
    expect(decodeScoredEntry(encodeScoredEntry(part))).toEqual(part);
    expect(decodeScoredEntry(encodeScoredEntry({ ...part, groupBy: [], groups: [] }))).toEqual({ ...part, groupBy: [], groups: [] });
    for (const groups of [[{ key: ['x'], timesMs: [], customers: [] }], [{ key: ['x', 'y'], timesMs: [1], customers: [] }], [{ key: ['x', 'y'], timesMs: [1.5], customers: [''] }]]) {
      expect(() => decodeScoredEntry(encodeScoredEntry({ ...part, groups }))).toThrow(/is not a group of items/);
    }
    expect(() => decodeScoredEntry(encodeScoredEntry({ ...part, state: 'done' as never }))).toThrow(/neither "more" nor "complete"/);
    expect(() => decodeScoredEntry(encodeScoredEntry({ ...part, groupBy: ['mood' as never] }))).toThrow(/a field that is not known/);
  });
});

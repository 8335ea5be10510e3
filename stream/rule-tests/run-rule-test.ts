import type { AlertEvent } from '../../core/alert.ts';
import type { LogEntry, ScoredEntry } from '../../core/frame.ts';
import type { Rule } from '../../core/rule.ts';
import { createState } from '../counter/state.ts';
import { step } from '../counter/step.ts';
import { arrivingItems } from './given-items.ts';
import type { ExpectedEvent, RuleTest } from './rule-test-schema.ts';

const DOES: Record<AlertEvent['kind'], ExpectedEvent['does']> = { opened: 'opens', escalated: 'escalates', resolved: 'resolves' };

export interface RuleTestResult {
  name: string;
  items: number;
  /** What differs, a sentence each; empty where all is as expected. */
  faults: string[];
}

/** Runs one test: the very step that counts the live stream, on times that the test gives. */
export function runRuleTest(test: RuleTest, { rules, startMs, timeZone }: { rules: readonly Rule[]; startMs: number; timeZone: string }): RuleTestResult {
  const unknown = (test.rules ?? []).filter((id) => !rules.some((rule) => rule.id === id));
  if (unknown.length > 0) return { name: test.name, items: 0, faults: unknown.map((id) => `there is no rule ${id} in the rule files`) };
  const chosen = test.rules === undefined ? rules : rules.filter(({ id }) => test.rules!.includes(id));
  const items = arrivingItems(test.given, startMs);
  const untilMs = startMs + Math.max(test.until ?? 0, ...test.expect.map(({ at, between }) => at ?? between![1]), ...items.map(({ atMs }) => atMs - startMs));
  const run = new Run(chosen, { startMs, timeZone, latenessMaxMs: test.latenessMax });
  for (const { atMs, scored } of items) run.take(atMs, { kind: 'scored', rawSequence: 0, gatheredAtMs: atMs, scoredAtMs: atMs, model: '', items: [scored] });
  run.tickUntil(untilMs);
  return { name: test.name, items: items.length, faults: [...run.faults, ...compare(test, run.events, startMs)] };
}

class Run {
  readonly events: AlertEvent[] = [];
  readonly faults: string[] = [];
  readonly #state;
  #sequence = 0;

  constructor(rules: readonly Rule[], { startMs, ...config }: { startMs: number; timeZone: string; latenessMaxMs: number }) {
    this.#state = createState({ ...config, boards: 'none', awayAfterMs: Infinity });
    this.#step(startMs, { kind: 'rules', rules: [...rules] });
  }

  take(atMs: number, value: Extract<ScoredEntry, { kind: 'scored' }>): void {
    this.tickUntil(atMs - 1);
    this.#step(atMs, { ...value, rawSequence: this.#sequence + 1 });
  }

  /** Each moment at which time alone may change something gets a tick of its own. */
  tickUntil(untilMs: number): void {
    for (let due = this.#state.due.peek(); due !== undefined && due.dueMs <= untilMs; due = this.#state.due.peek()) this.#step(due.dueMs, { kind: 'tick' });
  }

  #step(timeMs: number, value: ScoredEntry): void {
    const entry: LogEntry<ScoredEntry> = { sequence: ++this.#sequence, timeMs, value };
    const { events, notices } = step(this.#state, entry);
    this.events.push(...events);
    for (const notice of notices) if (notice.kind === 'rule-refused') this.faults.push(`rule ${notice.ruleId} is refused: ${notice.message}`);
  }
}

function compare({ expect, others }: RuleTest, events: readonly AlertEvent[], startMs: number): string[] {
  const left = [...events];
  const faults: string[] = [];
  for (const one of expect) {
    const index = left.findIndex((event) => isMet(one, event, startMs));
    if (index >= 0) left.splice(index, 1);
    else faults.push(`expected that ${describeExpected(one)}; ${nearestTo(one, left, startMs)}`);
  }
  if (others === 'allowed') return faults;
  return [...faults, ...left.map((event) => `not expected: ${describe(event, startMs)}`)];
}

function isMet(one: ExpectedEvent, event: AlertEvent, startMs: number): boolean {
  const atMs = event.atMs - startMs;
  return event.ruleId === one.rule && DOES[event.kind] === one.does && (one.at === undefined ? atMs >= one.between![0] && atMs <= one.between![1] : atMs === one.at) &&
    (one.count === undefined || event.count === one.count) && (one.severity === undefined || event.severity === one.severity) &&
    (one.late === undefined || (event.kind === 'opened' && event.late === one.late)) &&
    Object.entries(one.group ?? {}).every(([field, value]) => event.group[field] === value);
}

/** What came closest, because that is what a person looks for. */
function nearestTo(one: ExpectedEvent, events: readonly AlertEvent[], startMs: number): string {
  const wantedMs = startMs + (one.at ?? one.between![0]);
  const ofRule = events.filter(({ ruleId }) => ruleId === one.rule).sort((a, b) => Math.abs(a.atMs - wantedMs) - Math.abs(b.atMs - wantedMs));
  return ofRule[0] === undefined ? `the rule told nothing${events.length === 0 ? '' : ' else'}` : `closest: ${describe(ofRule[0], startMs)}`;
}

function describeExpected({ at, between, rule, does, group, count, severity, late }: ExpectedEvent): string {
  const details = [group === undefined ? '' : ` for ${Object.values(group).join(' · ')}`, count === undefined ? '' : ` at ${count}`, severity === undefined ? '' : ` as ${severity}`, late === undefined ? '' : late ? ', late' : ', not late'];
  return `${rule} ${does}${details.join('')} ${at === undefined ? `between ${offsetText(between![0])} and ${offsetText(between![1])}` : `at ${offsetText(at)}`}`;
}

function describe(event: AlertEvent, startMs: number): string {
  const group = Object.values(event.group).join(' · ');
  return `${event.ruleId} ${DOES[event.kind]}${group === '' ? '' : ` for ${group}`} at ${event.count} as ${event.severity} at ${offsetText(event.atMs - startMs)}`;
}

/** As it is written in a test; milliseconds where there are any. */
export function offsetText(ms: number): string {
  if (ms === 0) return '0s';
  let left = ms;
  const parts = ([['d', 86_400_000], ['h', 3_600_000], ['m', 60_000], ['s', 1_000], ['ms', 1]] as const).map(([unit, unitMs]) => {
    const amount = Math.floor(left / unitMs);
    left -= amount * unitMs;
    return amount === 0 ? '' : `${amount}${unit}`;
  });
  return parts.join('');
}

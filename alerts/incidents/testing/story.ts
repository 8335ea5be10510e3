import { expect } from 'vitest';
import type { AlertEvent } from '../../../core/alert.ts';
import type { OperationAct, OperationOutcome } from '../../../core/operation.ts';
import type { PageOrder } from '../../../core/page-order.ts';
import type { Rule } from '../../../core/rule.ts';
import { createState } from '../../../stream/counter/state.ts';
import { step } from '../../../stream/counter/step.ts';
import { withMore } from '../../../stream/publish-events.ts';
import { LogScript, makeItem } from '../../../stream/counter/testing/entries.ts';
import { DESK_POLICY, EMPTY_BOOK } from '../../routing/book.ts';
import type { DeskPolicy, RoutingBook } from '../../routing/book.ts';
import { createDeskState, nextDueMs } from '../desk-state.ts';
import type { DeskInput, DeskLimits, DeskState } from '../desk-state.ts';
import type { Incident } from '../incident.ts';
import { stepDesk } from '../step-desk.ts';
import { StoryStore } from './story-store.ts';

/** The Monday on which every story plays, at midnight in Shanghai. */
const DAY_START_MS = Date.UTC(2026, 10, 22, 16);
/** Time goes on in steps of so much at least. */
const STEP_MS = 250;
const SECOND_MS = 1_000;
/** The counter takes a minute without a tick for a time in which it was away. */
const TICK_MS = 30 * SECOND_MS;
const DAY_MS = 86_400_000;

export interface StoryOptions {
  rules: Rule[];
  book?: Partial<Omit<RoutingBook, 'policy'>> & { policy?: Partial<DeskPolicy> };
  limits?: Partial<DeskLimits>;
  /** When it begins, as `at` takes it; `00:00` of the Monday when absent. */
  from?: string;
  /** Whether the store says which items two alerts share, 0.4 seconds after it is asked. */
  store?: 'answers' | 'away';
}

export interface ComplaintFields {
  category?: string;
  store?: string;
  region?: string;
}

/**
 * A day at the incident desk, told in times of the day: `story.at('10:00').complaint({}, 50)`,
 * `story.expectPage(between('10:00', '10:01'), {…})`. Feedback goes through the product's counter and its alerts
 * through the product's desk; time is virtual and moves on with each `at`.
 */
export class Story {
  readonly desk: DeskState;
  readonly outcomes: OperationOutcome[] = [];
  readonly pages: PageOrder[] = [];
  /** Told to channels that hear that somebody has it; they ring at nobody. */
  readonly acknowledgements: PageOrder[] = [];
  readonly #counter = createState({});
  readonly #log = new LogScript();
  readonly #claimed = new Set<PageOrder>();
  readonly #store: StoryStore | null;
  #nowMs: number;
  #items = 0;
  #operations = 0;

  constructor({ rules, book = {}, limits = {}, from = '00:00', store = 'answers' }: StoryOptions) {
    this.#nowMs = timeMs(from);
    this.#store = store === 'away' || (book.inhibitions ?? []).length === 0 ? null : new StoryStore(rules);
    this.desk = createDeskState(limits);
    this.#take({ kind: 'book', book: { ...EMPTY_BOOK, ...book, policy: { ...DESK_POLICY, ...book.policy } } });
    this.#count((log) => log.rules(this.#nowMs, rules));
  }

  /** Plays on until then. */
  at(time: string): this {
    const untilMs = timeMs(time);
    if (untilMs < this.#nowMs) throw new RangeError(`${time} is past already`);
    while (this.#nowMs < untilMs) {
      const counterDueMs = this.#counter.due.peek()?.dueMs ?? Infinity;
      const nextMs = Math.ceil(Math.min(counterDueMs, nextDueMs(this.desk), this.#store?.dueMs ?? Infinity) / STEP_MS) * STEP_MS;
      this.#nowMs = Math.min(untilMs, this.#nowMs + TICK_MS, Math.max(this.#nowMs + STEP_MS, nextMs));
      this.#count((log) => log.tick(this.#nowMs));
      this.#take({ kind: 'tick' });
      for (const answer of this.#store?.answers(this.#nowMs) ?? []) this.#take(answer);
    }
    return this;
  }

  /** Tocsin itself is away until then: nothing is counted and no time passes on its logs. */
  away(until: string): this {
    this.#nowMs = Math.max(this.#nowMs, timeMs(until));
    return this;
  }

  complaint({ category = 'logistics', ...fields }: ComplaintFields = {}, count = 1): this {
    for (let number = 0; number < count; number += 1) {
      this.#items += 1;
      const item = makeItem({ id: `f-${this.#items}`, createdAtMs: this.#nowMs, workspace: 'default', ...fields, score: { categories: [{ id: category, probability: 0.9, decidedBy: 'model' }] } });
      this.#store?.items.push(item);
      this.#count((log) => log.frame(this.#nowMs, [item]));
    }
    return this;
  }

  rules(rules: Rule[]): this {
    this.#count((log) => log.rules(this.#nowMs, rules));
    return this;
  }

  /** Somebody wants something. */
  says(actor: string, act: OperationAct, id?: string): this {
    this.#operations += 1;
    this.#take({ kind: 'operation', operation: { id: id ?? `op-${this.#operations}`, actor, way: 'api', act } });
    return this;
  }

  take(input: DeskInput): this {
    this.#take(input);
    return this;
  }

  /** The one incident there is, or that of a category. */
  incident(category?: string): Incident {
    const all = [...this.desk.open.values(), ...this.desk.closed.values()];
    const found = all.find(({ members }) => category === undefined || [...members.values()].some(({ group }) => group['category'] === category));
    if (found === undefined) throw new Error(`there is no incident${category === undefined ? '' : ` of ${category}`}`);
    return found;
  }

  get alerts(): AlertEvent[] {
    return this.#events;
  }

  readonly #events: AlertEvent[] = [];

  /** A page went out then that looks like this; each page answers one expectation. */
  expectPage(span: Span, like: object): PageOrder {
    const found = this.pages.find((page) => !this.#claimed.has(page) && page.atMs >= span.fromMs && page.atMs <= span.toMs);
    expect(found, `a page ${span.text}; there are: ${this.told}`).toBeDefined();
    this.#claimed.add(found!);
    expect(found).toMatchObject(like);
    return found!;
  }

  /** Every page was expected. */
  expectNoMore(): void {
    expect(this.pages.filter((page) => !this.#claimed.has(page)).map(describe)).toEqual([]);
  }

  /** Reasons for which pages were withheld so far, each run of the same one once. */
  withheld(incident: Incident = this.incident()): (string | null)[] {
    return incident.timeline.filter(({ kind }) => kind === 'page-withheld').map(({ reason }) => reason).filter((reason, index, all) => reason !== all[index - 1]);
  }

  get told(): string {
    return this.pages.map(describe).join('; ') || 'none';
  }

  #count(entry: (log: LogScript) => Parameters<typeof step>[1]): void {
    for (const event of withMore(step(this.#counter, entry(this.#log)).events)) {
      this.#events.push(event);
      this.#take({ kind: 'alert', event });
      if (event.kind === 'opened') this.#store?.look(this.desk, event, this.#nowMs);
    }
  }

  #take(input: DeskInput): void {
    const { pages, outcomes } = stepDesk(this.desk, input, this.#nowMs);
    this.pages.push(...pages.filter(({ reason }) => reason !== 'acknowledged'));
    this.acknowledgements.push(...pages.filter(({ reason }) => reason === 'acknowledged'));
    this.outcomes.push(...outcomes);
  }
}

export interface Span {
  fromMs: number;
  toMs: number;
  text: string;
}

/** From one time to another, both included. */
export function between(from: string, to: string): Span {
  return { fromMs: timeMs(from), toMs: timeMs(to), text: `between ${from} and ${to}` };
}

/** `HH:MM`, `HH:MM:SS`, `+Nd HH:MM` or `2026-10-01 HH:MM` in Shanghai, to milliseconds since the epoch. */
export function timeMs(time: string): number {
  const parts = /^(?:(\d{4}-\d\d-\d\d) |\+(\d+)d )?(\d\d):(\d\d)(?::(\d\d))?$/u.exec(time);
  if (parts === null) throw new RangeError(`"${time}" is no time such as 10:05, 10:05:30, +1d 10:05 or 2026-10-01 10:05`);
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = parts.slice(2).map((part) => Number(part ?? 0));
  const startMs = parts[1] === undefined ? DAY_START_MS : Date.parse(`${parts[1]}T00:00:00+08:00`);
  return startMs + days * DAY_MS + hours * 3_600_000 + minutes * 60_000 + seconds * SECOND_MS;
}

function describe({ atMs, kind, reason, notify, incident }: PageOrder): string {
  const at = new Date(atMs + 8 * 3_600_000).toISOString().slice(5, 19).replace('T', ' ');
  return `${at} ${kind} (${reason}) of ${incident.id} to ${notify.join(', ')}`;
}

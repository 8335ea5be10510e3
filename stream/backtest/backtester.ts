import { compileWhere, type WherePredicate } from '../../alerts/rules/compile-where.ts';
import type { AlertEvent } from '../../core/alert.ts';
import { TocsinError } from '../../core/errors.ts';
import type { LogEntry, ScoredEntry, ScoredItem } from '../../core/frame.ts';
import type { Rule } from '../../core/rule.ts';
import { windowsOf } from '../counter/rule-windows.ts';
import type { DuplicateConfig } from '../duplicates/config.ts';
import { createState, type CounterState } from '../counter/state.ts';
import { step } from '../counter/step.ts';
import { summarize, type BacktestAlert, type BacktestSummary } from './summarize.ts';

/** Alerts that a result names one by one. */
const ALERTS_LISTED_MAX = 10_000;
/** Alerts that a run remembers; a rule that makes more is not worth counting on. */
const ALERTS_MAX = 1_000_000;

/** `fromMs` ≤ time of the alert < `toMs`, milliseconds since the epoch. */
export interface BacktestSpan {
  fromMs: number;
  toMs: number;
}

export interface BacktestOptions extends BacktestSpan {
  rules: readonly Rule[];
  /** Rules whose alerts are told; the others are counted because these name them. Absent: all. */
  toldIds?: readonly string[];
  latenessMaxMs: number;
  /** As the counter has it, over its own log; null over the store, whose rows say what repeats another. */
  duplicates?: DuplicateConfig | null;
  /** Where a calendar's days begin and end; Asia/Shanghai when absent. */
  timeZone?: string;
}

export interface BacktestResult extends BacktestSpan {
  /** Items that were gone through, those before `fromMs` that fill the windows included. */
  items: number;
  /** In the order in which they opened; one that opened before `fromMs` is there while it was open after it. */
  alerts: BacktestAlert[];
  /** Alerts beyond ALERTS_LISTED_MAX, which only the summary counts. */
  alertsNotListed: number;
  summary: BacktestSummary;
}

/**
 * Runs rules over what was: the very `step` that counts the live stream, over items in the order in which they arrived.
 * Each moment at which an alert may end gets a tick of its own, so that ends are exact to the millisecond.
 */
export class Backtester {
  readonly #options: BacktestOptions;
  readonly #state: CounterState;
  readonly #alerts: BacktestAlert[] = [];
  readonly #open = new Map<string, BacktestAlert>();
  /** Every different `where`; empty where a rule counts every item. */
  readonly #matchers: readonly WherePredicate[];
  #sequence = 0;
  #frames = 0;
  #items = 0;

  /** `startMs`: stream time at the start, before the first item. @throws TocsinError `invalid_rule` for a rule that cannot be counted */
  constructor(options: BacktestOptions, startMs: number) {
    this.#options = options;
    this.#state = createState({
      latenessMaxMs: options.latenessMaxMs, boards: 'none', duplicates: options.duplicates ?? null, rulesMax: Math.max(1, options.rules.length), awayAfterMs: Infinity,
      ...(options.timeZone === undefined ? {} : { timeZone: options.timeZone }),
    });
    const { notices } = step(this.#state, this.#entry(startMs, { kind: 'rules', rules: [...options.rules] }));
    for (const notice of notices) if (notice.kind === 'rule-refused') throw new TocsinError('invalid_rule', `Rule ${notice.ruleId}: ${notice.message}.`);
    const wheres = [...new Set(options.rules.filter(({ kind }) => kind !== 'composite').flatMap((rule) => [rule.where ?? '', ...(rule.kind === 'share' ? [rule.of.where] : [])]).map((where) => where.trim()))];
    this.#matchers = wheres.includes('') ? [] : wheres.map((where) => compileWhere(where));
  }

  /**
   * Items in the order of arrival; those that arrived together are one frame. Ones that arrived at or after `toMs` are left
   * out, and ones that no rule counts go no further: nothing depends on them.
   */
  feed(items: readonly ScoredItem[], arrival: 'received' | 'created'): void {
    let frame: ScoredItem[] = [];
    let frameMs = 0;
    for (const item of items) {
      const atMs = arrivedAtMs(item, arrival);
      if (atMs >= this.#options.toMs) break;
      this.#items++;
      if (!this.#isCounted(item)) continue;
      if (atMs !== frameMs) {
        this.#takeFrame(frameMs, frame);
        frame = [];
        frameMs = atMs;
      }
      frame.push(item);
    }
    this.#takeFrame(frameMs, frame);
  }

  /** One entry of a scored log, in the log's order; its own rules give way to those of this run. */
  feedEntry({ timeMs, value }: LogEntry<ScoredEntry>): void {
    if (timeMs >= this.#options.toMs || value.kind === 'rules') return;
    this.#tickUntil(timeMs);
    this.#take(timeMs, value);
    if (value.kind === 'scored') this.#items += value.items.length;
  }

  finish(): BacktestResult {
    const { fromMs, toMs } = this.#options;
    this.#tickUntil(toMs);
    for (const { open } of this.#state.rules) for (const [, { alertId, peak }] of open.entries()) {
      const alert = this.#open.get(alertId);
      if (alert !== undefined) alert.peak = peak;
    }
    const alerts = this.#alerts.filter(({ resolvedAtMs }) => resolvedAtMs === null || resolvedAtMs >= fromMs);
    return {
      fromMs, toMs,
      items: this.#items,
      alerts: alerts.slice(0, ALERTS_LISTED_MAX),
      alertsNotListed: Math.max(0, alerts.length - ALERTS_LISTED_MAX),
      summary: summarize(alerts, this.#options),
    };
  }

  /** Ends alerts at their own instants before `untilMs`. */
  #tickUntil(untilMs: number): void {
    for (let due = this.#state.due.peek(); due !== undefined && due.dueMs < untilMs; due = this.#state.due.peek()) this.#take(due.dueMs, { kind: 'tick' });
  }

  #isCounted(item: ScoredItem): boolean {
    const matchers = this.#matchers;
    if (matchers.length === 0) return true;
    for (let at = 0; at < matchers.length; at++) if (matchers[at]!(item)) return true;
    return false;
  }

  #takeFrame(atMs: number, items: ScoredItem[]): void {
    if (items.length === 0) return;
    this.#tickUntil(atMs);
    this.#take(atMs, { kind: 'scored', rawSequence: ++this.#frames, gatheredAtMs: atMs, scoredAtMs: atMs, model: '', items });
  }

  #take(timeMs: number, value: ScoredEntry): void {
    const { events } = step(this.#state, this.#entry(timeMs, value));
    for (const event of events) this.#note(event);
  }

  #entry(timeMs: number, value: ScoredEntry): LogEntry<ScoredEntry> {
    return { sequence: ++this.#sequence, timeMs, value };
  }

  #note(event: AlertEvent): void {
    if (event.kind === 'opened') return this.#noteOpened(event);
    const alert = this.#open.get(event.alertId);
    if (alert === undefined) return;
    if (event.kind === 'escalated') {
      alert.severity = event.severity;
      if (event.notify.length > 0) alert.pages += 1;
      alert.escalated.push({ atMs: event.atMs, severity: event.severity, count: event.count });
      return;
    }
    alert.resolvedAtMs = event.atMs;
    alert.peak = event.peak;
    this.#open.delete(event.alertId);
  }

  #noteOpened({ alertId, ruleId, workspace, group, severity, atMs, count, firstItemAtMs, late, notify }: Extract<AlertEvent, { kind: 'opened' }>): void {
    if (this.#options.toldIds?.includes(ruleId) === false) return;
    if (this.#alerts.length >= ALERTS_MAX) throw new TocsinError('invalid_rule', `The rules make more than ${ALERTS_MAX} alerts in this span.`);
    const alert: BacktestAlert = { ruleId, workspace, group, severity, openedAtMs: atMs, count, firstItemAtMs, late, escalated: [], resolvedAtMs: null, peak: count, pages: notify.length > 0 ? 1 : 0 };
    this.#alerts.push(alert);
    this.#open.set(alertId, alert);
  }
}

/** History is read from here, so that every window is full at the start: the longest window, and items that were late for it. */
export function warmUpFromMs({ rules, fromMs, latenessMaxMs }: BacktestOptions): number {
  return Math.max(0, fromMs - Math.max(0, ...rules.map((rule) => windowsOf(rule).keepMs)) - latenessMaxMs);
}

function arrivedAtMs({ item }: ScoredItem, arrival: 'received' | 'created'): number {
  return arrival === 'received' ? item.receivedAtMs : item.createdAtMs;
}

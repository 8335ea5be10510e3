import { holds, membersOf, parseComposite } from '../../../alerts/rules/composite-expression.ts';
import { decideHold } from '../../../alerts/decide-hold.ts';
import type { HoldDecision } from '../../../alerts/decide-hold.ts';
import type { AlertMeasure } from '../../../core/alert.ts';
import type { CompositeRule } from '../../../core/rule.ts';
import type { AlertWriter } from '../alert-writer.ts';
import type { OpenAlertState } from '../open-alerts.ts';
import type { RuleState } from '../rule-state.ts';
import type { CounterState } from '../state.ts';
import type { NamedGroup } from './named-groups.ts';
import type { Reading } from './reading.ts';
import type { RuleWatch } from './rule-watch.ts';
import { tellOpened, tellResolved, watchEventId } from './watch-events.ts';

/** Alerts that an event names. */
const MEMBERS_MAX = 20;
const QUESTIONS_MAX = 3;

interface Composite {
  ruleState: RuleState;
  rule: CompositeRule;
  watch: RuleWatch;
}

/**
 * Asks the composites whether they hold, at the end of a step in which an alert opened or ended, or a wait is over; members come before those that
 * name them. Costs nothing otherwise.
 */
export function askComposites(state: CounterState, alerts: AlertWriter): void {
  const { composites } = state.plan;
  if (alerts.events.length === 0 && state.nowMs < state.plan.compositeDueMs) return;
  state.plan.compositeDueMs = Infinity;
  for (const ruleState of composites) {
    const composite = { ruleState, rule: ruleState.rule as CompositeRule, watch: ruleState.watch! };
    for (const key of candidates(state, composite)) ask(state, composite, key, alerts);
    for (const { dueMs } of composite.watch.entries.values()) if (dueMs > 0) state.plan.compositeDueMs = Math.min(state.plan.compositeDueMs, dueMs);
  }
}

/** Groups in which a rule that has to fire does, and those that something hangs on. */
function candidates(state: CounterState, { rule, watch }: Composite): number[] {
  const keys = new Set([...watch.groups.entries()].map(([key]) => key));
  for (const [id, { wanted }] of members(rule)) {
    if (!wanted) continue;
    for (const alert of openOf(state, id)) {
      if (!rule.groupBy.every((field) => Object.hasOwn(alert.group, field))) continue;
      keys.add(watch.groups.keyOf({ workspace: alert.workspace, group: Object.fromEntries(rule.groupBy.map((field) => [field, alert.group[field]!])) }));
    }
  }
  return [...keys].sort((a, b) => a - b);
}

function ask(state: CounterState, composite: Composite, key: number, alerts: AlertWriter): void {
  const { ruleState, rule, watch } = composite;
  const of = watch.groups.get(key);
  const reading = read(state, rule, of);
  for (let asked = 0; asked < QUESTIONS_MAX; asked++) {
    const entry = watch.entries.get(key);
    const decision = decideHold({
      rule, state: reading.state, level: reading.count, overSinceMs: null, pendingSinceMs: entry?.pendingSinceMs ?? null, keptSinceMs: entry?.keptSinceMs ?? null,
      open: ruleState.open.get(key) ?? null, cause: 'item', nowMs: state.nowMs,
    });
    if (decision.action === 'none') break;
    act(state, composite, { key, of, decision, reading }, alerts);
  }
  const alert = ruleState.open.get(key);
  const entry = watch.entries.get(key);
  if (alert !== undefined) alert.reading = { count: reading.count, fireAt: reading.fireAt, resolveBelow: reading.resolveBelow, measure: reading.measure!, endsAtMs: null };
  if (alert === undefined && entry?.pendingSinceMs == null) {
    watch.entries.delete(key);
    watch.groups.forget(key);
    return;
  }
  const dueMs = entry?.keptSinceMs != null ? entry.keptSinceMs + (rule.keepFiringMs ?? 0) : alert === undefined && entry?.pendingSinceMs != null ? entry.pendingSinceMs + (rule.forMs ?? 0) : 0;
  if (entry === undefined || entry.dueMs === dueMs) return;
  entry.dueMs = dueMs;
  if (dueMs > 0) state.due.push({ dueMs, ruleId: rule.id, key, alertId: '' });
}

function act(state: CounterState, { ruleState, rule, watch }: Composite, { key, of, decision, reading }: { key: number; of: NamedGroup; decision: HoldDecision; reading: Reading }, alerts: AlertWriter): void {
  const entry = watch.entry(key);
  const window = { firstItemAtMs: null, lastItemAtMs: null, quotes: [], campaigns: [] };
  switch (decision.action) {
    case 'wait':
      entry.pendingSinceMs = state.nowMs;
      return;
    case 'forget':
      entry.pendingSinceMs = null;
      return;
    case 'open': {
      entry.pendingSinceMs = null;
      const alert: OpenAlertState = { alertId: watchEventId(alerts, 'opened', rule, of), ...of, severity: decision.severity, escalatedAt: 0, openedAtMs: state.nowMs, peak: reading.count, dueMs: 0 };
      ruleState.open.set(key, alert);
      tellOpened(alerts, rule, alert, { reading, window });
      return;
    }
    case 'keep':
      entry.keptSinceMs = decision.sinceMs;
      return;
    case 'go-on':
      entry.keptSinceMs = null;
      return;
    case 'resolve':
      tellResolved(alerts, rule, ruleState.open.get(key)!, { reading, window, reason: 'recovered' });
      ruleState.open.delete(key);
      entry.keptSinceMs = null;
      return;
    case 'escalate':
    case 'none':
      return;
  }
}

function read(state: CounterState, rule: CompositeRule, of: NamedGroup): Reading {
  const parsed = parseComposite(rule.when);
  const found = new Map([...members(rule).keys()].map((id) => [id, openOf(state, id).filter((alert) => isOf(alert, of))]));
  const is = parsed.ok && holds(parsed.node, (id) => (found.get(id) ?? []).length > 0) ? 'fires' : 'over';
  const all = [...found].flatMap(([ruleId, open]) => open.map(({ alertId, group }) => ({ ruleId, alertId, title: state.rules.find((one) => one.rule.id === ruleId)!.rule.title, group })));
  const measure: AlertMeasure = { kind: 'composite', members: all.slice(0, MEMBERS_MAX) };
  return { state: is, count: all.length, fireAt: 1, resolveBelow: 1, measure, lessAtMs: () => null, endsAtMs: () => null };
}

/** An alert counts for a group where they agree on every field that both have. */
function isOf(alert: OpenAlertState, { workspace, group }: NamedGroup): boolean {
  return alert.workspace === workspace && Object.entries(group).every(([field, value]) => !Object.hasOwn(alert.group, field) || alert.group[field] === value);
}

function openOf(state: CounterState, ruleId: string): OpenAlertState[] {
  const ruleState = state.rules.find(({ rule }) => rule.id === ruleId);
  return ruleState === undefined ? [] : Array.from(ruleState.open.entries(), ([, alert]) => alert);
}

function members({ when }: CompositeRule): Map<string, { wanted: boolean }> {
  const parsed = parseComposite(when);
  return parsed.ok ? membersOf(parsed.node) : new Map<string, { wanted: boolean }>();
}

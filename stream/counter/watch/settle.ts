import { decideHold } from '../../../alerts/decide-hold.ts';
import type { HoldDecision, HoldInput } from '../../../alerts/decide-hold.ts';
import { end, firstFrom, lastBefore } from '../../windows/measure.ts';
import { windowStart } from '../../windows/past-window.ts';
import { groupOf } from '../alert-writer.ts';
import type { AlertWriter } from '../alert-writer.ts';
import { campaignsOf } from '../campaign-tally.ts';
import { mayFire } from '../may-fire.ts';
import type { OpenAlertState } from '../open-alerts.ts';
import type { RuleState } from '../rule-state.ts';
import type { CounterState } from '../state.ts';
import { readGroup } from './reading.ts';
import type { Reading, WatchPlace } from './reading.ts';
import type { WatchEntry } from './rule-watch.ts';
import { tellEscalated, tellOpened, tellResolved, watchEventId } from './watch-events.ts';
import type { WatchWindow } from './watch-events.ts';

/** A group whose end has no known instant is looked at this often while something hangs on it. */
const LOOK_PARTS = 720;
const LOOK_MS_MIN = 1_000;
const LOOK_MS_MAX = 60_000;
/** Open, then escalate, then nothing: more steps do not follow on one another. */
const QUESTIONS_MAX = 4;

/** Asks a watched rule about one group, and does what follows until nothing more follows. */
export function settle(state: CounterState, place: WatchPlace, cause: HoldInput['cause'], alerts: AlertWriter): void {
  const { counted, ruleState, watch, key } = place;
  counted.grouping.counts.advance(counted.grouping.recordOf(key));
  const reading = readGroup(state, place, alerts.itemIndex);
  const open = ruleState.open.get(key);
  if (open !== undefined) open.peak = peakOf(reading, open.peak);
  let changed = false;
  for (let asked = 0; asked < QUESTIONS_MAX; asked++) {
    const decision = decide(state, place, reading, cause);
    if (decision.action === 'none' || (decision.action === 'open' && !mayFire(state, counted, ruleState))) break;
    act(state, place, { decision, reading }, alerts);
    changed = true;
    if (decision.action === 'resolve' || decision.action === 'forget') break;
  }
  // What an item alone does moves every look further away.
  if (changed || cause === 'time' || watch.entries.get(key) === undefined) schedule(state, place, reading);
  const alert = ruleState.open.get(key);
  if (alert !== undefined) alert.reading = told(reading, changed || alert.reading === undefined ? reading.endsAtMs() : alert.reading.endsAtMs);
  const entry = watch.entries.get(key);
  if (entry !== undefined && alert === undefined && entry.pendingSinceMs === null && entry.dueMs === 0) watch.entries.delete(key);
}

function decide(state: CounterState, { ruleState, watch, key }: WatchPlace, reading: Reading, cause: HoldInput['cause']): HoldDecision {
  const entry = watch.entries.get(key);
  const open = ruleState.open.get(key) ?? null;
  const endedMs = open !== null && reading.state === 'over' ? reading.endsAtMs() : null;
  return decideHold({
    rule: ruleState.rule,
    state: reading.state,
    level: reading.count,
    // Not when it was noticed, which depends on ticks, but when it happened.
    overSinceMs: endedMs !== null && endedMs <= state.nowMs ? endedMs : null,
    pendingSinceMs: entry?.pendingSinceMs ?? null,
    keptSinceMs: entry?.keptSinceMs ?? null,
    open,
    cause,
    nowMs: state.nowMs,
  });
}

function act(state: CounterState, place: WatchPlace, { decision, reading }: { decision: HoldDecision; reading: Reading }, alerts: AlertWriter): void {
  const { ruleState, watch, key } = place;
  const { rule } = ruleState;
  switch (decision.action) {
    case 'wait':
      watch.entry(key).pendingSinceMs = state.nowMs;
      return;
    case 'forget':
      clear(watch.entry(key));
      return;
    case 'open': {
      clear(watch.entry(key));
      const alert = opened(state, place, decision.severity, alerts);
      alert.peak = peakOf(reading, 0);
      tellOpened(alerts, rule, alert, { reading, window: windowOf(state, place) });
      return;
    }
    case 'escalate': {
      const alert = ruleState.open.get(key)!;
      alert.severity = decision.level.severity;
      alert.escalatedAt = decision.level.atLeast;
      tellEscalated(alerts, rule, alert, { reading, window: windowOf(state, place), from: decision.from, notify: decision.level.notify ?? [] });
      return;
    }
    case 'keep':
      watch.entry(key).keptSinceMs = decision.sinceMs;
      return;
    case 'go-on':
      watch.entry(key).keptSinceMs = null;
      return;
    case 'resolve': {
      const alert = ruleState.open.get(key)!;
      const reason = rule.kind === 'absence' ? 'recovered' : 'below-threshold';
      tellResolved(alerts, rule, alert, { reading, window: windowOf(state, place), reason });
      ruleState.open.delete(key);
      clear(watch.entry(key));
      watch.customers.delete(key);
      return;
    }
    case 'none':
      return;
  }
}

function opened(state: CounterState, { counted, ruleState, key }: WatchPlace, severity: OpenAlertState['severity'], alerts: AlertWriter): OpenAlertState {
  const of = groupOf(counted, key, ruleState.rule.groupBy);
  const alert: OpenAlertState = {
    alertId: watchEventId(alerts, 'opened', ruleState.rule, of), ...of, severity, escalatedAt: 0, openedAtMs: state.nowMs, peak: 0, dueMs: 0,
  };
  ruleState.open.set(key, alert);
  return alert;
}

/** Of an absence the lowest count says how bad it was. */
function peakOf({ count, measure }: Reading, peak: number): number {
  return measure?.kind === 'absence' ? count : Math.max(peak, count);
}

function told({ count, fireAt, resolveBelow, measure }: Reading, endsAtMs: number | null): NonNullable<OpenAlertState['reading']> {
  return { count, fireAt, resolveBelow, ...(measure === undefined ? {} : { measure }), endsAtMs };
}

function windowOf(state: CounterState, place: WatchPlace): WatchWindow {
  const { counted, ruleState, key } = place;
  const { grouping, conditions } = counted;
  const { rule, mark, window } = ruleState;
  const at = grouping.recordOf(key);
  const of = grouping.kinds.having(mark);
  const firstItemAtMs = firstFrom(grouping.times, windowStart(grouping.times, grouping.counts, at, window), of);
  return {
    firstItemAtMs,
    lastItemAtMs: lastBefore(grouping.times, at, end(grouping.times, at), of),
    quotes: rule.kind === 'absence' ? [] : conditions[mark]!.quotes.of(key, state.nowMs - rule.windowMs, state.nowMs),
    campaigns: rule.kind === 'absence' ? [] : campaignsOf(state, place, { count: 0, endMs: state.nowMs, firstItemAtMs }),
  };
}

/** Notes when the group is to be looked at next, where something hangs on it. */
function schedule(state: CounterState, { ruleState, watch, key }: WatchPlace, reading: Reading): void {
  const entry = watch.entries.get(key);
  const alert = ruleState.open.get(key);
  const nextMs = nextLookMs(state, ruleState, { entry, alert, reading });
  if (nextMs === 0) {
    if (entry !== undefined) entry.dueMs = 0;
    return;
  }
  // One that may not open yet, because its past is still being filled in, is asked again.
  const dueMs = Math.max(state.nowMs + 1, nextMs);
  const noted = watch.entry(key);
  // One that comes sooner looks again by itself.
  if (noted.dueMs > state.nowMs && noted.dueMs <= dueMs) return;
  noted.dueMs = dueMs;
  state.due.push({ dueMs, ruleId: ruleState.rule.id, key, alertId: '' });
}

function nextLookMs(state: CounterState, { rule }: RuleState, { entry, alert, reading }: { entry: WatchEntry | undefined; alert: OpenAlertState | undefined; reading: Reading }): number {
  const lookMs = state.nowMs + Math.min(LOOK_MS_MAX, Math.max(LOOK_MS_MIN, Math.ceil(rule.windowMs / LOOK_PARTS)));
  if (alert === undefined && entry?.pendingSinceMs == null && rule.kind !== 'absence') return 0;
  const exactMs = reading.lessAtMs();
  // What the past makes of a count, or of what it is a share, changes with time.
  const movesMs = rule.kind === 'spike' || exactMs === null ? lookMs : Infinity;
  const lessAtMs = Math.min(movesMs, exactMs === null ? Infinity : Math.max(state.nowMs + 1, exactMs));
  if (entry?.keptSinceMs != null) return Math.min(rule.kind === 'threshold' ? Infinity : lessAtMs, entry.keptSinceMs + (rule.keepFiringMs ?? 0));
  if (entry?.pendingSinceMs != null) return Math.min(lessAtMs, entry.pendingSinceMs + (rule.forMs ?? 0));
  return lessAtMs;
}

function clear(entry: WatchEntry): void {
  entry.pendingSinceMs = null;
  entry.keptSinceMs = null;
}

import type { AlertEvent } from '../../core/alert.ts';
import type { BoardCounts, LiveMessage, OpenAlert } from '../../core/live.ts';
import { recordArrival } from '../shared/freshness.ts';
import type { Instant } from '../shared/freshness.ts';
import {
  HISTORY_AFTER_MS, NEWS_MAX, OPEN_ALERTS_MAX, RESOLVED_MAX, RESOLVED_SHOWN_MS, TAKEOVER_ALERTS_MAX, TAKEOVER_MAX_MS, TAKEOVER_MS,
  severityRank, sortAlerts,
} from './board-state.ts';
import type { BoardState, NewsKind, ResolvedAlert, ShownAlert, Takeover } from './board-state.ts';

type BoardInput = { kind: 'message'; message: LiveMessage } | { kind: 'tick' } | { kind: 'dismiss' };

/**
 * The next state of the wall. Alerts come in two ways: as events, and once a second as the list of what is open. The list
 * repairs what an event missed, the event comes first and carries more; either order, or only one of them, ends the same.
 * Nothing changes on a tick that ends nothing: the same object comes back.
 */
export function foldBoard(state: BoardState, input: BoardInput, now: Instant): BoardState {
  switch (input.kind) {
    case 'tick':
      return expire(state, now.steadyMs);
    case 'dismiss':
      return state.takeover === null ? state : { ...state, takeover: null };
    case 'message':
      return foldMessage(expire(state, now.steadyMs), input.message, now);
  }
}

function foldMessage(state: BoardState, message: LiveMessage, now: Instant): BoardState {
  switch (message.topic) {
    case 'counts':
      return foldCounts(state, message.data, now);
    case 'alerts':
      return foldAlertEvent(state, message.data, now.steadyMs);
    case 'health':
      return { ...state, health: message.data };
    case 'feedback':
      return state;
  }
}

function foldCounts(state: BoardState, counts: BoardCounts, now: Instant): BoardState {
  const nowMs = now.steadyMs;
  const before = new Map(state.open.map((alert) => [alert.alertId, alert]));
  const resolvedAtMs = new Map(state.resolved.map((entry) => [entry.alert.alertId, entry.resolvedAtMs]));
  const kept = sortAlerts(
    counts.openAlerts
      .filter((alert) => (resolvedAtMs.get(alert.alertId) ?? -Infinity) < counts.asOfMs)
      .map((alert) => ({ ...alert, late: before.get(alert.alertId)?.late ?? false })),
  );
  const listed = new Set(counts.openAlerts.map((alert) => alert.alertId));
  const missing = state.open.filter((alert) => !listed.has(alert.alertId));
  const unlisted = missing.filter((alert) => isStillOpen(alert, counts));
  let next: BoardState = {
    ...state,
    counts,
    arrival: recordArrival(state.arrival, counts, now),
    open: sortAlerts([...unlisted, ...kept]).slice(0, OPEN_ALERTS_MAX),
    openTotal: unlisted.length + kept.length,
  };
  const truncated = state.openTotal > state.open.length;
  for (const alert of next.open) {
    const known = before.get(alert.alertId);
    if (known !== undefined) {
      if (severityRank(alert.severity) > severityRank(known.severity)) next = tell(takeScreen(next, alert, nowMs), 'escalated', alert, nowMs);
    } else if (!truncated && (state.counts !== null || counts.asOfMs - alert.openedAtMs < TAKEOVER_MS)) {
      next = tell(takeScreen(next, alert, nowMs), 'opened', alert, nowMs);
    }
  }
  for (const alert of missing) {
    if (!isStillOpen(alert, counts)) next = resolve(next, { alert, peak: null, isRuleRemoved: false, resolvedAtMs: counts.asOfMs, shownUntilMs: nowMs + RESOLVED_SHOWN_MS });
  }
  return next;
}

/** An alert that is not listed goes on if it is younger than the list, or if the list is only a lower bound: silence resolves nothing. */
function isStillOpen(alert: ShownAlert, counts: BoardCounts): boolean {
  return alert.openedAtMs > counts.asOfMs || !counts.exact;
}

/**
 * Exact counts of a much later moment have told all that an event had to tell: such an event is history, sent again to one
 * that resumes, and neither takes the screen nor is spoken. What it adds to an alert that is shown is still taken.
 */
function isHistory(state: BoardState, event: AlertEvent): boolean {
  return state.counts !== null && state.counts.exact && event.atMs < state.counts.asOfMs - HISTORY_AFTER_MS;
}

function foldAlertEvent(state: BoardState, event: AlertEvent, nowMs: number): BoardState {
  const known = state.open.find((alert) => alert.alertId === event.alertId);
  const isShown = known !== undefined || state.resolved.some((entry) => entry.alert.alertId === event.alertId);
  if (!isShown && isHistory(state, event)) return state;
  switch (event.kind) {
    case 'opened':
      if (known !== undefined) return { ...state, open: state.open.map((alert) => (alert === known ? { ...alert, late: event.late === true } : alert)) };
      if (isShown) return state;
      return show(state, { ...openAlert(event, event.atMs, event.endsAtMs), late: event.late === true }, { kind: 'opened', nowMs });
    case 'escalated': {
      const alert = { ...openAlert(event, known?.openedAtMs ?? event.openedAtMs ?? event.atMs, event.endsAtMs), late: known?.late ?? false };
      if (known !== undefined && severityRank(known.severity) >= severityRank(event.severity)) return state;
      return show(state, alert, { kind: 'escalated', nowMs });
    }
    case 'resolved': {
      const alert = known ?? { ...openAlert(event, event.openedAtMs, event.atMs), late: false };
      return resolve(state, { alert, peak: event.peak, isRuleRemoved: event.reason === 'rule-removed', resolvedAtMs: event.atMs, shownUntilMs: nowMs + RESOLVED_SHOWN_MS });
    }
  }
}

function openAlert(event: AlertEvent, openedAtMs: number, endsAtMs: number | null): OpenAlert {
  const { alertId, ruleId, title, group, severity, count, fireAt, windowMs } = event;
  return { alertId, ruleId, title, group, severity, count, fireAt, windowMs, openedAtMs, endsAtMs };
}

function show(state: BoardState, alert: ShownAlert, why: { kind: NewsKind; nowMs: number }): BoardState {
  const others = state.open.filter((other) => other.alertId !== alert.alertId);
  const open = sortAlerts([alert, ...others]).slice(0, OPEN_ALERTS_MAX);
  const isNew = others.length === state.open.length;
  const next = { ...state, open, openTotal: state.openTotal + (isNew ? 1 : 0) };
  return tell(takeScreen(next, alert, why.nowMs), why.kind, alert, why.nowMs);
}

/** A new alert restarts the 20 s, to the limit of one takeover; past the limit it starts another. */
function takeScreen(state: BoardState, alert: ShownAlert, nowMs: number): BoardState {
  const current = state.takeover;
  const takeover: Takeover =
    current === null
      ? { alertIds: [alert.alertId], startedAtMs: nowMs, untilMs: nowMs + TAKEOVER_MS }
      : {
          alertIds: [alert.alertId, ...current.alertIds.filter((id) => id !== alert.alertId)].slice(0, TAKEOVER_ALERTS_MAX),
          startedAtMs: current.startedAtMs,
          untilMs: Math.min(nowMs + TAKEOVER_MS, current.startedAtMs + TAKEOVER_MAX_MS),
        };
  return { ...state, takeover };
}

function resolve(state: BoardState, entry: ResolvedAlert): BoardState {
  const { alertId } = entry.alert;
  const earlier = state.resolved.find((other) => other.alert.alertId === alertId);
  const open = state.open.filter((alert) => alert.alertId !== alertId);
  const wasOpen = open.length < state.open.length;
  const resolved = [{ ...entry, peak: entry.peak ?? earlier?.peak ?? null }, ...state.resolved.filter((other) => other !== earlier)];
  const next: BoardState = {
    ...state,
    open,
    openTotal: wasOpen ? Math.max(open.length, state.openTotal - 1) : state.openTotal,
    resolved: resolved.slice(0, RESOLVED_MAX),
    takeover: withoutAlert(state.takeover, alertId),
  };
  return earlier === undefined ? tell(next, 'resolved', entry.alert, entry.shownUntilMs - RESOLVED_SHOWN_MS) : next;
}

function withoutAlert(takeover: Takeover | null, alertId: string): Takeover | null {
  if (takeover === null || !takeover.alertIds.includes(alertId)) return takeover;
  const alertIds = takeover.alertIds.filter((id) => id !== alertId);
  return alertIds.length === 0 ? null : { ...takeover, alertIds };
}

function tell(state: BoardState, kind: NewsKind, alert: ShownAlert, saidAtMs: number): BoardState {
  const serial = state.newsSerial + 1;
  return { ...state, newsSerial: serial, news: [...state.news, { serial, kind, alert, saidAtMs }].slice(-NEWS_MAX) };
}

function expire(state: BoardState, nowMs: number): BoardState {
  const takeover = state.takeover !== null && nowMs >= state.takeover.untilMs ? null : state.takeover;
  const resolved = state.resolved.some((entry) => nowMs >= entry.shownUntilMs) ? state.resolved.filter((entry) => nowMs < entry.shownUntilMs) : state.resolved;
  const news = state.news.some((item) => nowMs >= item.saidAtMs + RESOLVED_SHOWN_MS) ? state.news.filter((item) => nowMs < item.saidAtMs + RESOLVED_SHOWN_MS) : state.news;
  return takeover === state.takeover && resolved === state.resolved && news === state.news ? state : { ...state, takeover, resolved, news };
}

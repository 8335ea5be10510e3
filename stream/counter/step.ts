import type { AlertEvent } from '../../core/alert.ts';
import type { LogEntry, ScoredEntry } from '../../core/frame.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import { advanceDuplicates } from '../duplicates/state.ts';
import { AlertWriter } from './alert-writer.ts';
import { applyRules } from './apply-rules.ts';
import { fillCondition } from './fill-condition.ts';
import { countFrame } from './count-frame.ts';
import type { CounterNotice } from './notice.ts';
import { resolveDue } from './resolve-due.ts';
import type { CounterState } from './state.ts';
import { askComposites } from './watch/ask-composites.ts';
import { endTopics } from './watch/watch-topics.ts';
import { watchForget } from './watch/watch-time.ts';

export interface StepResult {
  state: CounterState;
  /** One for each new item, in the order of the frame. */
  rows: StoredItem[];
  events: AlertEvent[];
  notices: CounterNotice[];
}

/**
 * Counts one entry of the scored log in: a pure function of state and entry, but that the state is changed in place.
 *
 *   entry ─► stream time ─► windows let go, alerts end ─► items: once each ─► windows ─► alerts open, escalate
 *
 * Stream time is the latest log time so far. Entries come in the log's order; one that was counted before changes nothing.
 */
export function step(state: CounterState, entry: LogEntry<ScoredEntry>): StepResult {
  if (entry.sequence <= state.sequence) return { state, rows: [], events: [], notices: [] };
  state.sequence = entry.sequence;
  const nowMs = Math.max(state.nowMs, Math.floor(entry.timeMs));
  if (nowMs - state.nowMs > state.config.awayAfterMs) state.watchedSinceMs = nowMs;
  state.nowMs = nowMs;
  const alerts = new AlertWriter(entry.sequence, state.nowMs);
  // What time decides of an entry of items is decided before the first of them.
  if (entry.value.kind === 'scored') alerts.itemIndex = -1;
  for (const { grouping } of state.plan.groupings) grouping.setNow(state.nowMs);
  resolveDue(state, alerts);
  if (state.plan.topics.length > 0) endTopics(state, alerts);
  sweep(state, alerts);
  if (state.duplicates !== null) advanceDuplicates(state.duplicates, state.nowMs);

  let rows: StoredItem[] = [];
  switch (entry.value.kind) {
    case 'scored':
      rows = countFrame(state, entry, entry.value, alerts);
      break;
    case 'rules':
      applyRules(state, entry.value.rules, alerts);
      resolveDue(state, alerts);
      break;
    case 'fill':
      fillCondition(state, entry.value, alerts);
      break;
    case 'tick':
      break;
  }
  if (state.plan.composites.length > 0) askComposites(state, alerts);
  const notices = state.pendingNotices;
  state.pendingNotices = [];
  return { state, rows, events: alerts.events, notices };
}

/** Gives back the memory of items and groups that every window has left. */
function sweep(state: CounterState, alerts: AlertWriter): void {
  for (const counted of state.plan.groupings) {
    const { grouping, rules, conditions } = counted;
    grouping.sweep((key) => {
      if (counted.watched.length > 0) watchForget(counted, key, alerts);
      for (const { quotes, campaigns } of conditions) {
        quotes.forget(key);
        campaigns.forget(key);
      }
      for (const { closedAtMs } of rules) closedAtMs.delete(key);
    });
  }
}

import { WHERE_CHARS_MAX, compileWhere, normalizeWhere } from '../../alerts/rules/compile-where.ts';
import { WINDOW_MS_MAX, WINDOW_MS_MIN } from '../../alerts/rules/duration.ts';
import { checkComposites } from '../../alerts/rules/check-composites.ts';
import { checkRule } from '../../alerts/rules/parse-rule.ts';
import { COUNT_MAX } from '../../alerts/rules/rule-parts.ts';
import { RULE_KINDS } from '../../alerts/rules/rule-schema.ts';
import { ruleToJson } from '../../alerts/rules/rule-to-json.ts';
import { TocsinError } from '../../core/errors.ts';
import { GROUP_FIELDS } from '../../core/rule.ts';
import type { Rule } from '../../core/rule.ts';
import type { AlertWriter } from './alert-writer.ts';
import { countedName } from './counting-plan.ts';
import { tell } from './notice.ts';
import { OpenAlerts } from './open-alerts.ts';
import { planCounting } from './plan-counting.ts';
import { mayFire } from './may-fire.ts';
import { openWhatFires } from './open-what-fires.ts';
import { close } from './resolve-due.ts';
import type { RuleState } from './rule-state.ts';
import type { CounterState } from './state.ts';
import { beginFill } from './watch/fill-rule.ts';
import { RuleWatch, continues, isGrouped, isWatched } from './watch/rule-watch.ts';
import { endWatched, watchAgain, watchEvery } from './watch/watch-time.ts';
import { windowNow } from './window-now.ts';

const KINDS: readonly Rule['kind'][] = RULE_KINDS;

/**
 * Puts another rule set in force. A rule that stays, with the same items and groups, keeps its windows and open alerts even
 * where its counts or window change; the open alerts of one that goes, or that now counts other things, are resolved. One that is
 * new or changed opens at once for groups that hold enough.
 */
export function applyRules(state: CounterState, rules: readonly Rule[], alerts: AlertWriter): void {
  const accepted = acceptable(state, rules);
  const keeps = (old: RuleState): Rule | undefined =>
    accepted.find((rule) => rule.id === old.rule.id && countedName(rule) === countedName(old.rule) && continues(old.rule, rule));
  for (const counted of state.plan.groupings) {
    for (const ruleState of [...counted.rules, ...counted.watched]) {
      if (keeps(ruleState) !== undefined) continue;
      for (const [key, alert] of [...ruleState.open.entries()].sort(([a], [b]) => a - b)) {
        if (ruleState.watch !== null) {
          endWatched(ruleState, key, 'rule-removed', alerts);
          continue;
        }
        const place = { counted, ruleState, key };
        counted.grouping.counts.advance(counted.grouping.recordOf(key));
        alerts.resolved(place, alert, { window: windowNow(place, state.nowMs), reason: 'rule-removed' });
        close(place, state.nowMs);
      }
    }
  }
  for (const ruleState of state.rules) {
    if (isGrouped(ruleState.rule) || keeps(ruleState) !== undefined) continue;
    for (const [key] of [...ruleState.open.entries()]) endWatched(ruleState, key, 'rule-removed', alerts);
  }
  const kept = new Map(state.rules.filter((old) => keeps(old) !== undefined).map((old) => [old.rule.id, old]));
  state.rules = accepted.map((rule) => {
    const old = kept.get(rule.id);
    const watch = isWatched(rule) ? (old?.watch ?? new RuleWatch()) : null;
    if (watch !== null) beginFill(state, rule, { watch, before: old?.rule ?? null });
    return { rule, mark: 0, window: 0, place: 0, openBit: 0, open: old?.open ?? new OpenAlerts(), closedAtMs: old?.closedAtMs ?? new Map(), watch };
  });
  planCounting(state);
  // Here and not with every plan: a baseline that a snapshot has serves on as long as it would have without the restart.
  for (const { watch } of state.rules) watch?.forgetDerived();
  for (const place of state.plan.byRule.values()) if (place.ruleState.watch !== null) watchAgain(state, place);
  for (const { rule, open, watch } of state.rules) {
    if (watch !== null) continue;
    open.forgetLevels();
    for (const [key, alert] of open.entries()) {
      alert.dueMs = state.nowMs;
      state.due.push({ dueMs: alert.dueMs, ruleId: rule.id, key, alertId: alert.alertId });
    }
  }
  for (const { counted, ruleState } of state.plan.byRule.values()) {
    // What is counted already, by a board or another rule, may hold enough: it is not to wait for one more item.
    const isChanged = JSON.stringify(kept.get(ruleState.rule.id)?.rule) !== JSON.stringify(ruleState.rule);
    if (!isChanged || !mayFire(state, counted, ruleState)) continue;
    if (ruleState.watch === null) openWhatFires(state, counted, ruleState, alerts);
    else watchEvery(state, { counted, ruleState }, alerts);
  }
}

/** The log may hold what an older or newer program wrote: a rule that this one cannot count is left out, and said. */
function acceptable(state: CounterState, rules: readonly Rule[]): Rule[] {
  const accepted: Rule[] = [];
  const tellRefused = (ruleId: string, message: string): void => tell(state, ruleId, { kind: 'rule-refused', ruleId, message });
  for (const rule of rules) {
    const message = fault(rule, accepted, state.config.rulesMax);
    if (message === null) accepted.push(rule);
    else tellRefused(rule.id, message);
  }
  // Without a member a composite is not what was meant; one that names it is not, either.
  for (let [fault] = checkComposites(accepted); fault !== undefined; [fault] = checkComposites(accepted)) {
    const { ruleId, key, message } = fault;
    accepted.splice(accepted.findIndex(({ id }) => id === ruleId), 1);
    tellRefused(ruleId, `its ${key} ${message}`);
  }
  return accepted;
}

function fault(rule: Rule, accepted: readonly Rule[], rulesMax: number): string | null {
  if (accepted.length >= rulesMax) return `there are more than ${rulesMax} rules`;
  if (accepted.some(({ id }) => id === rule.id)) return 'its id stands twice in the rule set';
  if (!KINDS.includes(rule.kind)) return 'its kind is not known to this version';
  if (!isComplete(rule)) return 'a part of it is missing or of the wrong type';
  if (!(rule.windowMs >= WINDOW_MS_MIN && rule.windowMs <= WINDOW_MS_MAX)) return 'its window is not 1 minute to 90 days long';
  if (!(rule.fireAt >= 1 && rule.fireAt <= COUNT_MAX + 1 && rule.resolveBelow >= 1 && rule.resolveBelow <= rule.fireAt)) {
    return 'its counts are out of range';
  }
  if ((rule.where ?? '').length > WHERE_CHARS_MAX) return 'its where is too long';
  try {
    if (normalizeWhere(rule.where) !== '') compileWhere(normalizeWhere(rule.where));
    return rule.kind === 'threshold' && !isWatched(rule) ? null : faultOfKind(rule);
  } catch (error) {
    if (error instanceof TocsinError) return `its where ${error.message}`;
    throw error;
  }
}

/** A rule of a newer kind is asked what it would be asked had it been written down. */
function faultOfKind(rule: Rule): string | null {
  const checked = checkRule(writtenForm(rule));
  if (checked.ok) return null;
  const [first] = checked.faults;
  return `its ${first?.key ?? 'form'} ${first?.message ?? 'is wrong'}`;
}

/** Null for one of which a part is missing. */
function writtenForm(rule: Rule): unknown {
  try {
    return ruleToJson(rule);
  } catch {
    return null;
  }
}

/** The log may hold anything that an id and a kind stand on: what is asked of a rule later must not stop the counter. */
function isComplete({ where, groupBy, escalate, notify, title }: Rule): boolean {
  const areTexts = (values: unknown): boolean => Array.isArray(values) && values.every((value) => typeof value === 'string');
  const areLevels = Array.isArray(escalate) && escalate.every((level) => typeof level?.atLeast === 'number' && (level.notify === undefined || areTexts(level.notify)));
  return (where === undefined || typeof where === 'string') && Array.isArray(groupBy) && groupBy.every((field) => GROUP_FIELDS.includes(field)) && areTexts(notify) && areLevels && typeof title?.zh === 'string' && typeof title.en === 'string';
}

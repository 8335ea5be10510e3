import { tell } from './notice.ts';
import type { Rule } from '../../core/rule.ts';
import type { AwaitedFill, CountedGrouping } from './counting-plan.ts';
import type { RuleState } from './rule-state.ts';
import type { CounterState } from './state.ts';

/**
 * False while the window of the rule, or of what it is a share of, reaches back to what is still to be filled from the store. When the store does not give it
 * for too long the rule fires on what it has: a page with a count that is too low is better than none.
 */
export function mayFire(state: CounterState, { conditions }: CountedGrouping, { rule, mark, watch }: RuleState): boolean {
  const fills = [conditions[mark]!.fill, watch?.fill ?? null, watch?.volume == null ? null : watch.volume.counted.conditions[watch.volume.mark]!.fill];
  return fills.every((fill) => isFilled(state, rule, fill));
}

/** The same of one fill: that of a condition, or of what a rule keeps itself. */
export function isFilled(state: CounterState, rule: Rule, fill: AwaitedFill | null): boolean {
  if (fill === null || state.nowMs - rule.windowMs >= Math.min(fill.upToMs, fill.sinceMs)) return true;
  if (state.nowMs - fill.sinceMs < state.config.fillWaitMaxMs) return false;
  tell(state, rule.id, { kind: 'rule-not-filled', ruleId: rule.id, message: 'its window could not be filled from the store in time; it counts from when it was made' });
  return true;
}

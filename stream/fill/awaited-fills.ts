import { normalizeWhere } from '../../alerts/rules/compile-where.ts';
import type { Rule } from '../../core/rule.ts';
import { fieldsOf } from '../counter/counting-plan.ts';
import type { AwaitedFill } from '../counter/counting-plan.ts';
import type { CounterState } from '../counter/state.ts';
import { keptByRule } from '../counter/watch/rule-watch.ts';
import type { WantedHistory } from './build-parts.ts';

/** A fill that rules wait for. */
export interface Awaited extends WantedHistory, AwaitedFill {
  /** Items with an event time up to here are held by nobody any more. */
  keepAfterMs: number;
  /** What its reader has to read of an item beside the condition and the groups. */
  kind?: Rule['kind'];
  of?: string;
  terms?: string;
}

/** Every fill that is waited for now: those of conditions first, so that the groups are there of which a rule keeps more. */
export function awaitedFills(state: CounterState): Awaited[] {
  const ofConditions = state.plan.groupings.flatMap(({ fields, grouping, conditions }) =>
    conditions.flatMap(({ where, fill }): Awaited[] => (fill === null ? [] : [{ ...fill, groupBy: [...fields], where, keepAfterMs: Math.max(fill.keepAfterMs ?? 0, state.nowMs - grouping.shape.keepMs) }])));
  const ofRules = state.rules.flatMap(({ rule, watch }): Awaited[] => {
    const fill = watch?.fill ?? null;
    const keeps = keptByRule(rule);
    if (fill === null || keeps === null) return [];
    const wanted = { ...fill, ruleId: rule.id, kind: rule.kind, groupBy: fieldsOf(rule.groupBy), where: normalizeWhere(rule.where) };
    if (rule.kind === 'newTopic') return [{ ...wanted, topic: rule, terms: rule.terms, keepAfterMs: fill.sinceMs - rule.windowMs - MEMORIES * rule.memoryMs }];
    return [{ ...wanted, keeps: 'weights', of: 'probability', keepAfterMs: state.nowMs - rule.windowMs }];
  });
  return [...ofConditions, ...ofRules];
}

/** Half-lives that a sketch is filled from: three quarters of all that it would hold. */
const MEMORIES = 2;

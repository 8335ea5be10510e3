import type { Rule } from '../../core/rule.ts';
import { formatDuration } from './duration.ts';
import type { RuleInput } from './rule-schema.ts';

/** The rule as the API shows it; `parseRule` reads it back to the same rule. `moreThan: N` is shown as `atLeast: N + 1`. */
export function ruleToJson(rule: Rule): RuleInput {
  return {
    id: rule.id,
    title: rule.title,
    kind: 'threshold',
    ...(rule.where === undefined ? {} : { where: rule.where }),
    groupBy: rule.groupBy,
    window: formatDuration(rule.windowMs),
    atLeast: rule.fireAt,
    resolveBelow: rule.resolveBelow,
    severity: rule.severity,
    escalate: rule.escalate,
    notify: rule.notify,
  };
}

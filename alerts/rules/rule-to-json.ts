import type { Rule } from '../../core/rule.ts';
import { absenceJson } from './kinds/absence.ts';
import { compositeJson } from './kinds/composite.ts';
import { newTopicJson } from './kinds/new-topic.ts';
import { severeJson } from './kinds/severe.ts';
import { shareJson } from './kinds/share.ts';
import { spikeJson } from './kinds/spike.ts';
import { thresholdJson } from './kinds/threshold.ts';
import type { RuleInput } from './rule-schema.ts';

/** The rule as the API shows it; `parseRule` reads it back to the same rule. What was left to a default is shown. */
export function ruleToJson(rule: Rule): RuleInput {
  switch (rule.kind) {
    case 'threshold':
      return thresholdJson(rule);
    case 'severe':
      return severeJson(rule);
    case 'share':
      return shareJson(rule);
    case 'spike':
      return spikeJson(rule);
    case 'absence':
      return absenceJson(rule);
    case 'composite':
      return compositeJson(rule);
    case 'newTopic':
      return newTopicJson(rule);
  }
}

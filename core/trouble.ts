import type { LocalText } from './rule.ts';

/** What Tocsin has to tell about itself. Each is an alert of its own, with the rule id `tocsin.<trouble>`. */
export const TROUBLES = ['key-limit', 'dead-letters', 'log-nearly-full', 'store-away', 'snapshot-failing', 'lag'] as const;
export type Trouble = (typeof TROUBLES)[number];

/** What such an alert is about, where that of a rule names its group. */
export const TROUBLE_GROUP: LocalText = { zh: 'Tocsin 自身', en: 'Tocsin itself' };

/** Ids of rules have no dots, so that none of them is ever one of these. */
const TROUBLE_RULE_PREFIX = 'tocsin.';

export const troubleRuleId = (trouble: Trouble): string => `${TROUBLE_RULE_PREFIX}${trouble}`;

/** Undefined for the id of a rule. */
export function troubleOf(ruleId: string): Trouble | undefined {
  return TROUBLES.find((trouble) => troubleRuleId(trouble) === ruleId);
}

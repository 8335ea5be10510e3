import { z } from 'zod';
import { absenceKeys, absenceSchema } from './kinds/absence.ts';
import { compositeKeys, compositeSchema } from './kinds/composite.ts';
import { newTopicKeys, newTopicSchema } from './kinds/new-topic.ts';
import { severeKeys, severeSchema } from './kinds/severe.ts';
import { shareKeys, shareSchema } from './kinds/share.ts';
import { spikeKeys, spikeSchema } from './kinds/spike.ts';
import { thresholdKeys, thresholdSchema } from './kinds/threshold.ts';

/** How a rule is written, in YAML and over the API: one member for each kind. `toRule` makes a core Rule of it. */
export const ruleSchema = z.discriminatedUnion('kind', [thresholdSchema, severeSchema, shareSchema, spikeSchema, absenceSchema, newTopicSchema, compositeSchema]);
export const RULE_KINDS = ['threshold', 'severe', 'share', 'spike', 'absence', 'newTopic', 'composite'] as const;

const KEYS: Record<(typeof RULE_KINDS)[number], readonly string[]> = {
  threshold: thresholdKeys,
  severe: severeKeys,
  share: shareKeys,
  spike: spikeKeys,
  absence: absenceKeys,
  newTopic: newTopicKeys,
  composite: compositeKeys,
};

/** Keys that a rule of a kind may have, for suggestions. */
export function keysOfKind(kind: unknown): readonly string[] {
  return typeof kind === 'string' && Object.hasOwn(KEYS, kind) ? KEYS[kind as keyof typeof KEYS] : thresholdKeys;
}

export type RuleDocument = z.output<typeof ruleSchema>;
export type RuleInput = z.input<typeof ruleSchema>;

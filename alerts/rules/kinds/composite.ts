import { z } from 'zod';
import type { CompositeRule } from '../../../core/rule.ts';
import { COMPOSITE_CHARS_MAX, holds, parseComposite } from '../composite-expression.ts';
import { commonJson, commonOf, commonShape, holdJson, holdShape, refuseIn } from '../rule-parts.ts';

/** A composite counts nothing; its page shows what was said within this. */
const SHOWN_MS = 86_400_000;

const { where: _, ...common } = commonShape;
const shape = {
  ...common,
  kind: z.literal('composite'),
  when: z.string('is missing: write such as burst and not (outage or drill)').max(COMPOSITE_CHARS_MAX).describe('Rule ids joined by and, or, not'),
  ...holdShape,
};

/** Other rules, joined. Whether they exist is asked where all rules are known. */
export const compositeSchema = z.strictObject(shape).superRefine((rule, context) => {
  const refuse = refuseIn(context);
  const parsed = parseComposite(rule.when);
  if (!parsed.ok) return refuse('when', parsed.message);
  if (holds(parsed.node, () => false)) refuse('when', 'holds while nothing fires: join it with a rule that has to fire, such as: burst and not drill');
});

export type CompositeDocument = z.output<typeof compositeSchema>;

export function compositeOf(document: CompositeDocument): CompositeRule {
  return { ...commonOf(document), kind: 'composite', when: document.when.trim(), windowMs: SHOWN_MS, fireAt: 1, resolveBelow: 1 };
}

export function compositeJson(rule: CompositeRule) {
  return { ...commonJson(rule), kind: rule.kind, when: rule.when, ...holdJson(rule) };
}

export const compositeKeys = Object.keys(shape);

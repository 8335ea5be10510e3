import type { z } from 'zod';
import { TocsinError } from '../../core/errors.ts';
import { GROUP_FIELDS } from '../../core/rule.ts';
import type { Rule } from '../../core/rule.ts';
import { absenceOf } from './kinds/absence.ts';
import { compositeOf } from './kinds/composite.ts';
import { newTopicOf } from './kinds/new-topic.ts';
import { severeOf } from './kinds/severe.ts';
import { shareOf } from './kinds/share.ts';
import { spikeOf } from './kinds/spike.ts';
import { thresholdOf } from './kinds/threshold.ts';
import { nearest } from './nearest.ts';
import { RULE_KINDS, keysOfKind, ruleSchema } from './rule-schema.ts';
import type { RuleDocument } from './rule-schema.ts';

/** One thing that is wrong with a rule: the key as a path, and what to do about it. */
export interface RuleFault {
  path: (string | number)[];
  /** The path as text, such as `escalate[0].atLeast`; "" for the rule as a whole. */
  key: string;
  message: string;
}

export type RuleResult = { ok: true; rule: Rule } | { ok: false; faults: RuleFault[] };

/** Reads a rule as written in YAML or JSON, and says everything that is wrong with it. */
export function checkRule(value: unknown): RuleResult {
  if (typeof value === 'string' && /^[\w-]+：/.test(value)) return { ok: false, faults: [fault([], 'is not a rule: its colons are full-width (：); YAML wants half-width ones with a space behind')] };
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return { ok: false, faults: [fault([], 'is not a rule: a rule is a list of keys and values, such as id: complaint-burst')] };
  }
  const parsed = ruleSchema.safeParse(value);
  if (parsed.success && parsed.data.skills !== undefined && parsed.data.assign === undefined) return { ok: false, faults: [fault(['skills'], 'is of no use without assign: auto')] };
  if (parsed.success) return { ok: true, rule: toRule(parsed.data) };
  // What is of another type has no length either.
  const mistyped = new Set(parsed.error.issues.filter(({ code }) => code === 'invalid_type').map(({ path }) => path.join('.')));
  const issues = parsed.error.issues.filter(({ code, path }) => code !== 'too_big' && code !== 'too_small' || !mistyped.has(path.join('.')));
  return { ok: false, faults: issues.flatMap((issue) => faultsOf(issue, value)) };
}

/** As `checkRule`; throws `invalid_rule` with one sentence for each fault. */
export function parseRule(value: unknown): Rule {
  const result = checkRule(value);
  if (result.ok) return result.rule;
  throw new TocsinError('invalid_rule', result.faults.map((one) => (one.key === '' ? `The rule ${one.message}.` : `${one.key} ${one.message}.`)).join(' '));
}

function toRule(document: RuleDocument): Rule {
  switch (document.kind) {
    case 'threshold':
      return thresholdOf(document);
    case 'severe':
      return severeOf(document);
    case 'share':
      return shareOf(document);
    case 'spike':
      return spikeOf(document);
    case 'absence':
      return absenceOf(document);
    case 'newTopic':
      return newTopicOf(document);
    case 'composite':
      return compositeOf(document);
  }
}

function faultsOf(issue: z.core.$ZodIssue, value: unknown): RuleFault[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => fault([...path, key], unknownKey((value as { kind?: unknown }).kind, path, key)));
  if (issue.code === 'invalid_union' && path[0] === 'kind') {
    const kind = (value as { kind?: unknown }).kind;
    const known = `a rule's kind is ${RULE_KINDS.slice(0, -1).join(', ')} or ${RULE_KINDS.at(-1)}`;
    const close = typeof kind === 'string' ? nearest(kind, RULE_KINDS) : null;
    return [fault(path, kind === undefined ? `is missing: ${known}` : `${JSON.stringify(kind)} is not known: ${known}${close === null ? '' : `; did you mean ${close}?`}`)];
  }
  if (path[0] === 'groupBy' && path.length === 2) {
    const written = (value as { groupBy: unknown[] }).groupBy[path[1] as number];
    const close = typeof written === 'string' ? nearest(written, GROUP_FIELDS) : null;
    return [fault(path, `${JSON.stringify(written)} is not a field to group by${close === null ? '.' : `; did you mean ${close}?`} It ${issue.message}`)];
  }
  return [fault(path, issue.message)];
}

const NESTED_KEYS: Record<string, readonly string[]> = { title: ['zh', 'en'], escalate: ['atLeast', 'severity', 'notify'], levels: ['notice', 'warning', 'critical'] };

function unknownKey(kind: unknown, path: readonly (string | number)[], key: string): string {
  const known = path.length === 0 ? keysOfKind(kind) : (NESTED_KEYS[String(path[0])] ?? []);
  const close = nearest(key, known);
  return `is not a key that is known here${close === null ? '' : `; did you mean ${close}?`} (known: ${known.join(', ')})`;
}

function fault(path: (string | number)[], message: string): RuleFault {
  const key = path.reduce<string>((text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`), '');
  return { path, key, message };
}

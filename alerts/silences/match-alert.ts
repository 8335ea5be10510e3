import { RE2JS } from 're2js';
import type { GroupKey } from '../../core/alert.ts';
import type { Matcher } from '../../core/operation.ts';

/** What a matcher can see of an alert. */
export interface Matchable {
  ruleId: string;
  severity: string;
  workspace: string;
  group: GroupKey;
}

const PATTERN_CHARS_MAX = 500;

/** Patterns by matcher; gone with it. */
const patterns = new WeakMap<Matcher, RE2JS>();

/** True when every matcher holds; no matchers hold for everything. */
export function matchesAll(matchers: readonly Matcher[], alert: Matchable): boolean {
  return matchers.every((matcher) => matches(matcher, alert));
}

function matches(matcher: Matcher, alert: Matchable): boolean {
  const value = valueOf(matcher.field, alert);
  switch (matcher.operator) {
    case '=':
      return value === matcher.value;
    case '!=':
      return value !== matcher.value;
    case '=~':
      return patternOf(matcher).matches(value);
    case '!~':
      return !patternOf(matcher).matches(value);
  }
}

/** The value of a field as matchers and groupings see it; empty where the alert has none. */
export function valueOf(field: string, { ruleId, severity, workspace, group }: Matchable): string {
  switch (field) {
    case 'rule':
      return ruleId;
    case 'severity':
      return severity;
    case 'workspace':
      return workspace;
    default:
      return Object.hasOwn(group, field) ? (group[field] ?? '') : '';
  }
}

/** What is wrong with a matcher's pattern, or null. */
export function patternFault({ operator, value }: Matcher): string | null {
  if (operator === '=' || operator === '!=') return null;
  if (value.length > PATTERN_CHARS_MAX) return `is longer than ${PATTERN_CHARS_MAX} characters`;
  try {
    RE2JS.compile(value);
    return null;
  } catch (error) {
    return `is no RE2 expression: ${error instanceof Error ? error.message : 'it cannot be read'}`;
  }
}

/** Values of which a matcher that looks at anything at all would refuse at least one. */
const PROBES = ['', 'a', 'complaint-burst', '物流', '0', '-'];

/** True for matchers that no alert can fail, as far as a few very different values can tell: such a silence asks for confirmation. */
export function matchesEverything(matchers: readonly Matcher[]): boolean {
  return matchers.every((matcher) => {
    if (matcher.operator === '=') return false;
    return PROBES.every((probe) => matches(matcher, {
      ruleId: probe, severity: probe, workspace: probe, group: { [matcher.field]: probe },
    }));
  });
}

function patternOf(matcher: Matcher): RE2JS {
  let pattern = patterns.get(matcher);
  if (pattern === undefined) patterns.set(matcher, (pattern = RE2JS.compile(matcher.value)));
  return pattern;
}

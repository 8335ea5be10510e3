import { RE2JS } from 're2js';
import { CATEGORY_IDS } from '../../core/category.ts';
import type { Matcher } from '../../core/operation.ts';
import { TROUBLES, troubleRuleId } from '../../core/trouble.ts';
import { neverIs, valuesOf } from '../rules/likely-meant.ts';
import { nearest } from '../rules/nearest.ts';
import { noSuchCategory } from '../rules/no-such-category.ts';

export interface KnownValues {
  /** Ids of the company's own categories. */
  categories: readonly string[];
  /** Ids of all rules; undefined where they are not known, and any is taken for one. */
  rules?: readonly string[];
}

/** What is to be said of a matcher, or null. */
export type MatcherJudge = (matcher: Matcher) => string | null;

/**
 * Why no alert has what a matcher of a silence, a route or an inhibition names, or null. It is no fault: the category or the rule may come.
 * The pattern of a matcher has been looked at before. Pure.
 */
export function warnOfMatcher({ field, operator, value }: Matcher, { categories, rules }: KnownValues): string | null {
  const list = field === 'severity' ? 'alertSeverity' : field;
  const values = field === 'category' ? [...CATEGORY_IDS, ...categories] : field === 'rule' ? ruleIds(rules) : valuesOf(list);
  // An alert without the field has the empty text there.
  if (values === undefined || value === '') return null;
  if (operator === '=~' || operator === '!~') {
    const pattern = RE2JS.compile(value);
    return ['', ...values].some((each) => pattern.matches(each)) ? null : `looks for ${field} by ${JSON.stringify(value)}, which fits none of them: ${values.join(', ')}`;
  }
  if (values.includes(value)) return null;
  if (field === 'category') return noSuchCategory(value, values);
  if (field !== 'rule') return neverIs(field, value, list);
  const close = nearest(value, values);
  return `names the rule "${value}", which there is not${close === null ? '' : `; did you mean ${close}?`}`;
}

function ruleIds(rules: readonly string[] | undefined): readonly string[] | undefined {
  return rules === undefined ? undefined : [...rules, ...TROUBLES.map(troubleRuleId)];
}

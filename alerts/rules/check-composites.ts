import type { CompositeRule, Rule } from '../../core/rule.ts';
import { membersOf, parseComposite } from './composite-expression.ts';
import { nearest } from './nearest.ts';

export interface CompositeFault {
  ruleId: string;
  key: 'when' | 'groupBy';
  message: string;
}

/** What is wrong with composites among the rules that they name: unknown ones, circles, groups that no member has. */
export function checkComposites(rules: readonly Rule[]): CompositeFault[] {
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const composites = rules.filter((rule): rule is CompositeRule => rule.kind === 'composite');
  return composites.flatMap((rule) => {
    const members = namesOf(rule);
    const unknown = [...members.keys()].filter((id) => !byId.has(id)).map((id): CompositeFault => {
      const close = nearest(id, [...byId.keys()].filter((one) => one !== rule.id));
      return { ruleId: rule.id, key: 'when', message: `names the rule ${id}, which does not exist${close === null ? '' : `; did you mean ${close}?`}` };
    });
    if (unknown.length > 0) return unknown;
    const circle = circleFrom(rule, byId);
    if (circle !== null) return [{ ruleId: rule.id, key: 'when', message: `goes round in a circle: ${circle.join(' → ')}` }];
    const wanted = [...members].filter(([, member]) => member.wanted).map(([id]) => byId.get(id)!);
    const missing = rule.groupBy.filter((field) => !wanted.some((member) => member.groupBy.includes(field)));
    return missing.map((field): CompositeFault => ({ ruleId: rule.id, key: 'groupBy', message: `has ${field}, by which none of the rules that have to fire is grouped` }));
  });
}

/** A rule with those that it names, and those that they name: what has to be counted so that it can be decided. */
export function withMembers(rule: Rule, rules: readonly Rule[]): Rule[] {
  const wanted = [rule];
  for (const one of wanted) {
    if (one.kind !== 'composite') continue;
    for (const id of namesOf(one).keys()) {
      const member = rules.find((other) => other.id === id);
      if (member !== undefined && !wanted.some((other) => other.id === id)) wanted.push(member);
    }
  }
  return wanted;
}

/** Members before the composites that name them; those of a circle are left out. */
export function inOrder(composites: readonly CompositeRule[]): CompositeRule[] {
  const byId = new Map<string, Rule>(composites.map((rule) => [rule.id, rule]));
  const ordered: CompositeRule[] = [];
  const visit = (rule: CompositeRule): void => {
    if (ordered.includes(rule)) return;
    for (const id of namesOf(rule).keys()) {
      const member = byId.get(id);
      if (member?.kind === 'composite') visit(member);
    }
    ordered.push(rule);
  };
  for (const rule of composites) if (circleFrom(rule, byId) === null) visit(rule);
  return ordered;
}

/** The way from a composite back to itself, or to another circle; null where there is none. */
function circleFrom(rule: CompositeRule, byId: ReadonlyMap<string, Rule>, way: readonly string[] = []): string[] | null {
  if (way.includes(rule.id)) return [...way.slice(way.indexOf(rule.id)), rule.id];
  for (const id of namesOf(rule).keys()) {
    const member = byId.get(id);
    const circle = member?.kind === 'composite' ? circleFrom(member, byId, [...way, rule.id]) : null;
    if (circle !== null) return circle;
  }
  return null;
}

function namesOf({ when }: CompositeRule): Map<string, { wanted: boolean }> {
  const parsed = parseComposite(when);
  return parsed.ok ? membersOf(parsed.node) : new Map();
}

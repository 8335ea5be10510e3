import { isSeq, LineCounter, parseDocument } from 'yaml';
import type { Node } from 'yaml';
import type { Rule } from '../../core/rule.ts';
import { yamlFaults } from '../yaml-faults.ts';
import { offsetOf, valueOf } from '../yaml-list.ts';
import { checkRule } from './parse-rule.ts';
import type { RuleFault } from './parse-rule.ts';

export const RULES_PER_FILE_MAX = 1_000;
const FILE_CHARS_MAX = 1_000_000;
const TOP = { line: 1, column: 1 };

/** Something wrong in a rule file. Line and column count from 1 and point at the key, or where a key is missing at its rule. */
export interface RuleProblem {
  file: string;
  line: number;
  column: number;
  key: string;
  message: string;
  /** Id of the rule, where it has one. */
  rule?: string;
}

export interface RuleFile {
  /** The rules that are right. Start refuses the file where there is any problem. */
  rules: Rule[];
  problems: RuleProblem[];
  /** Where a key of a rule stands; where the rule stands, if it has no such key. */
  placeOf(ruleId: string, key: string): { line: number; column: number };
}

/** Reads a YAML list of rules and says everything that is wrong in it, each with its place. */
export function parseRuleFile(yamlText: string, fileName: string): RuleFile {
  if (yamlText.length > FILE_CHARS_MAX) return refused(fileName, `is longer than ${FILE_CHARS_MAX} characters`);
  const lines = new LineCounter();
  const document = parseDocument(yamlText, { lineCounter: lines, prettyErrors: false });
  const place = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  if (document.errors.length > 0) {
    const problems = yamlFaults(yamlText, document.errors, lines).map((fault) => ({ file: fileName, key: '', ...fault }));
    return { rules: [], problems, placeOf: () => TOP };
  }
  const root = document.contents;
  if (root === null) return { rules: [], problems: [], placeOf: () => TOP };
  if (!isSeq(root)) return refused(fileName, 'must be a list of rules: each rule starts with "- id:"');
  if (root.items.length > RULES_PER_FILE_MAX) return refused(fileName, `has more than ${RULES_PER_FILE_MAX} rules`);

  const rules: Rule[] = [];
  const problems: RuleProblem[] = [];
  const lineOfId = new Map<string, number>();
  const nodeOf = new Map<string, Node>();
  for (const node of root.items) {
    const value = valueOf(node as Node, document);
    const id = idOf(value);
    const report = (fault: RuleFault): void => {
      problems.push({ file: fileName, ...place(offsetOf(node as Node, fault.path)), key: fault.key, message: fault.message, ...(id === undefined ? {} : { rule: id }) });
    };
    const result = value instanceof Error ? { ok: false as const, faults: [{ path: [], key: '', message: value.message }] } : checkRule(value);
    if (!result.ok) result.faults.forEach(report);
    const first = id === undefined ? undefined : lineOfId.get(id);
    const line = place(offsetOf(node as Node, ['id'])).line;
    if (first !== undefined) report({ path: ['id'], key: 'id', message: `${id} was used before, on line ${first}: every rule has an id of its own` });
    else if (id !== undefined) {
      lineOfId.set(id, line);
      nodeOf.set(id, node as Node);
    }
    if (result.ok && first === undefined) rules.push(result.rule);
  }
  return { rules, problems, placeOf: (id, key) => (nodeOf.has(id) ? place(offsetOf(nodeOf.get(id)!, [key])) : TOP) };
}

function idOf(value: unknown): string | undefined {
  const id = value !== null && typeof value === 'object' ? (value as { id?: unknown }).id : undefined;
  return typeof id === 'string' ? id : undefined;
}

function refused(file: string, message: string): RuleFile {
  return { rules: [], problems: [{ file, ...TOP, key: '', message }], placeOf: () => TOP };
}

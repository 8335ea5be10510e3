import { LineCounter, parseDocument } from 'yaml';
import type { RuleProblem } from '../../alerts/rules/parse-rule-file.ts';
import { nearest } from '../../alerts/rules/nearest.ts';
import { ruleTestSchema } from './rule-test-schema.ts';
import type { RuleTestFile } from './rule-test-schema.ts';

const FILE_CHARS_MAX = 1_000_000;
const KEYS = ['rules', 'start', 'timeZone', 'tests', 'name', 'given', 'expect', 'others', 'until', 'latenessMax', 'at', 'between', 'rule', 'does', 'group', 'count', 'severity', 'late', 'items', 'every', 'days', 'customers', 'lateBy', 'text', 'channel', 'complaint', 'complaintProbability', 'sentiment', 'stars', 'category', 'language', 'keywords', 'implicit', 'customer', 'tier', 'customerGroup', 'product', 'store', 'region', 'agent', 'rating', 'nps', 'waitSeconds', 'tags'];

export type ParsedRuleTest = { ok: true; file: RuleTestFile } | { ok: false; problems: RuleProblem[] };

/** Reads a file of rule tests and says everything that is wrong in it, each with its line. */
export function parseRuleTest(text: string, file: string): ParsedRuleTest {
  if (text.length > FILE_CHARS_MAX) return { ok: false, problems: [{ file, line: 1, column: 1, key: '', message: `is longer than ${FILE_CHARS_MAX} characters` }] };
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const place = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  if (document.errors.length > 0) return { ok: false, problems: document.errors.map((error) => ({ file, ...place(error.pos[0]), key: '', message: `is not valid YAML: ${error.message}` })) };
  const parsed = ruleTestSchema.safeParse(document.toJS({ maxAliasCount: 100 }) ?? {});
  if (parsed.success) return { ok: true, file: parsed.data };
  return {
    ok: false,
    problems: parsed.error.issues.flatMap((issue) => {
      const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
      const at = place(rangeStart(document.getIn(path, true)) ?? rangeStart(document.getIn(path.slice(0, -1), true)) ?? 0);
      if (issue.code !== 'unrecognized_keys') return [{ file, ...at, key: path.join('.'), message: issue.message }];
      return issue.keys.map((key) => {
        const close = nearest(key, KEYS);
        return { file, ...at, key: [...path, key].join('.'), message: `is not a key that is known here${close === null ? '' : `; did you mean ${close}?`}` };
      });
    }),
  };
}

function rangeStart(node: unknown): number | undefined {
  return (node as { range?: [number, number, number] } | undefined | null)?.range?.[0];
}

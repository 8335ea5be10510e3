import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { TocsinError } from '../../core/errors.ts';
import type { Rule } from '../../core/rule.ts';
import { parseRuleFile, type RuleProblem } from '../../alerts/rules/parse-rule-file.ts';

export interface RuleFiles {
  files: string[];
  rules: Rule[];
  problems: RuleProblem[];
}

/**
 * Reads every `*.yaml` and `*.yml` of a folder, in order of name.
 * A rule id used in two files is a problem of the second one.
 * @throws TocsinError `invalid_rule` when the folder cannot be read.
 */
export async function readRuleFiles(folder: string): Promise<RuleFiles> {
  const names = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    throw new TocsinError('invalid_rule', `the folder of rules ${folder} cannot be read: ${cause.code ?? cause.message}`, { cause });
  });
  const found: RuleFiles = { files: [], rules: [], problems: [] };
  const fileOf = new Map<string, string>();
  for (const name of names.filter((each) => /\.ya?ml$/.test(each)).sort()) {
    const file = join(folder, name);
    const { rules, problems } = parseRuleFile(await readFile(file, 'utf8'), file);
    found.files.push(file);
    found.problems.push(...problems);
    for (const rule of rules) {
      const first = fileOf.get(rule.id);
      if (first === undefined) {
        fileOf.set(rule.id, file);
        found.rules.push(rule);
      } else if (first !== file) {
        found.problems.push({ file, line: 1, column: 1, key: 'id', message: `rule ${rule.id} is already in ${first}`, rule: rule.id });
      }
    }
  }
  return found;
}

/** @throws TocsinError `invalid_rule` that lists every problem with its file, line and key. */
export function refuseProblems(problems: readonly RuleProblem[]): void {
  if (problems.length === 0) return;
  throw new TocsinError('invalid_rule', `the rules do not fit:\n${problems.map((problem) => `  ${describeProblem(problem)}`).join('\n')}`);
}

export function describeProblem({ file, line, column, key, message }: RuleProblem): string {
  return `${file}:${line}:${column} ${key ? `${key}: ` : ''}${message}`;
}

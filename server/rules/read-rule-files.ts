import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { TocsinError } from '../../core/errors.ts';
import type { Rule } from '../../core/rule.ts';
import { warnOfValues } from '../../alerts/rules/warn-of-values.ts';
import { checkComposites } from '../../alerts/rules/check-composites.ts';
import { parseRuleFile, type RuleFile, type RuleProblem } from '../../alerts/rules/parse-rule-file.ts';

export interface RuleFiles {
  files: string[];
  rules: Rule[];
  problems: RuleProblem[];
  /** What is allowed in them and most likely not meant. */
  warnings: RuleProblem[];
}

export interface ReadRules {
  /** Other files to read behind those of the folder. */
  others?: readonly string[];
  /** Ids of the company's own categories. */
  categories?: readonly string[];
}

/**
 * Reads every `*.yaml` and `*.yml` of a folder, in order of name, or the one file that is named in its place, and the `others`. A rule id used in two files is a problem of the
 * second one; composites are held against the rules of all of them.
 * @throws TocsinError `invalid_rule` when the folder or a file cannot be read.
 */
export async function readRuleFiles(folder: string, { others = [], categories = [] }: ReadRules = {}): Promise<RuleFiles> {
  const names = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOTDIR') return undefined;
    throw new TocsinError('invalid_rule', `the folder of rules ${folder} cannot be read: ${cause.code ?? cause.message}`, { cause });
  });
  if (names === undefined) return checkRuleFiles([folder, ...others], categories);
  return checkRuleFiles([...names.filter((each) => /\.ya?ml$/.test(each)).sort().map((name) => join(folder, name)), ...others], categories);
}

/** As `readRuleFiles`, of the files alone. */
export async function checkRuleFiles(files: readonly string[], categories: readonly string[] = []): Promise<RuleFiles> {
  const found: RuleFiles = { files: [...files], rules: [], problems: [], warnings: [] };
  const homes = new Map<string, { file: string; placeOf: RuleFile['placeOf'] }>();
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
      throw new TocsinError('invalid_rule', `the rule file ${file} cannot be read: ${cause.code ?? cause.message}`, { cause });
    });
    const { rules, problems, placeOf } = parseRuleFile(text, file);
    found.problems.push(...problems);
    for (const rule of rules) {
      const first = homes.get(rule.id);
      if (first === undefined) {
        homes.set(rule.id, { file, placeOf });
        found.rules.push(rule);
        found.warnings.push(...warnOfValues(rule, categories).map(({ key, message }) => ({ file, ...placeOf(rule.id, key), key, message, rule: rule.id })));
      } else found.problems.push({ file, ...placeOf(rule.id, 'id'), key: 'id', message: `rule ${rule.id} is already in ${first.file}`, rule: rule.id });
    }
  }
  for (const { ruleId, key, message } of checkComposites(found.rules)) {
    const { file, placeOf } = homes.get(ruleId)!;
    found.problems.push({ file, ...placeOf(ruleId, key), key, message, rule: ruleId });
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

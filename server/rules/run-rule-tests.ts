import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TocsinError } from '../../core/errors.ts';
import { parseRuleTest } from '../../stream/rule-tests/parse-rule-test.ts';
import { runRuleTest, type RuleTestResult } from '../../stream/rule-tests/run-rule-test.ts';
import { checkRuleFiles, refuseProblems } from './read-rule-files.ts';

/** Runs every test of a file. @throws TocsinError `invalid_rule` for a test file or a rule file that is wrong, with each place */
export async function runRuleTests(file: string): Promise<RuleTestResult[]> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new TocsinError('input_unreadable', `${file} cannot be read: ${cause.code ?? 'unknown reason'}.`, { cause });
  });
  const parsed = parseRuleTest(text, file);
  if (!parsed.ok) {
    refuseProblems(parsed.problems);
    return [];
  }
  const { rules: files, start, timeZone, tests } = parsed.file;
  const { rules, problems } = await checkRuleFiles(files.map((each) => join(dirname(file), each)));
  refuseProblems(problems);
  return tests.map((test) => runRuleTest(test, { rules, startMs: Date.parse(start), timeZone }));
}

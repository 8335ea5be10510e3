import { Command } from 'commander';
import { join } from 'node:path';
import { packageRoot } from '../app/package-root.ts';
import { describeProblem, readRuleFiles } from '../rules/read-rule-files.ts';

export function rulesCommand(): Command {
  const rules = new Command('rules').description('Work with rule files.').exitOverride();
  rules
    .command('check')
    .description('Check every rule file of a folder; says file, line, key and what is wrong. Exit code 1 when anything is.')
    .argument('[folder]', 'folder of *.yaml files', join(packageRoot(), 'alerts', 'rules'))
    .option('--json', 'one JSON object per line')
    .exitOverride()
    .action(async (folder: string, options: { json?: boolean }) => {
      const { files, rules: found, problems } = await readRuleFiles(folder);
      for (const problem of problems) console.log(options.json ? JSON.stringify(problem) : describeProblem(problem));
      const summary = { files: files.length, rules: found.length, problems: problems.length };
      console.log(options.json ? JSON.stringify(summary) : `${summary.rules} rules in ${summary.files} files, ${summary.problems} problems`);
      if (problems.length > 0) process.exitCode = 1;
    });
  return rules;
}

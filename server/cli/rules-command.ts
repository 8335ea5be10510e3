import { Command } from 'commander';
import { faultInChinese } from '../words/error-in-chinese.ts';
import { commandLanguages } from '../words/prefers-chinese.ts';
import { join } from 'node:path';
import { packageRoot } from '../app/package-root.ts';
import { runRuleTests } from '../rules/run-rule-tests.ts';
import { ownCategories } from '../rules/own-categories.ts';
import { describeProblem, readRuleFiles } from '../rules/read-rule-files.ts';
import { said } from './say.ts';

export function rulesCommand(): Command {
  const rules = new Command('rules').description('Work with rule files.').exitOverride();
  rules
    .command('check')
    .description('Check a rule file, or every one of a folder; says file, line, key and what is wrong, and warns of values that no item has. Exit code 1 when anything is wrong.')
    .argument('[path]', 'a file, or a folder of *.yaml files', join(packageRoot(), 'alerts', 'rules'))
    .option('--json', 'one JSON object per line')
    .exitOverride()
    .action(async (folder: string, options: { json?: boolean }) => {
      const { files, rules: found, problems, warnings } = await readRuleFiles(folder, { categories: ownCategories(process.env['TOCSIN_TAXONOMY_FILE']) });
      const languages = commandLanguages(process.env);
      for (const problem of problems) {
        const messageZh = faultInChinese(problem.message);
        if (options.json) console.log(JSON.stringify({ ...problem, messageZh }));
        else for (const language of languages) console.log(describeProblem(language === 'zh' ? { ...problem, message: messageZh } : problem));
      }
      for (const warning of warnings) {
        const messageZh = faultInChinese(warning.message);
        if (options.json) console.log(JSON.stringify({ ...warning, messageZh, level: 'warning' }));
        else for (const language of languages) console.log(describeProblem({ ...warning, message: language === 'zh' ? `提醒：${messageZh}` : `warning: ${warning.message}` }));
      }
      const summary = { files: files.length, rules: found.length, problems: problems.length, warnings: warnings.length };
      console.log(options.json ? JSON.stringify(summary) : said(`${summary.rules} rules in ${summary.files} files, ${summary.problems} problems, ${summary.warnings} warnings`));
      if (problems.length > 0) process.exitCode = 1;
    });
  rules
    .command('test')
    .description('Run rule tests: given items at times, expect alerts and no others. Exit code 1 when any differs.')
    .argument('<files...>', 'YAML files of tests; docs/rule-tests.md has the form')
    .option('--json', 'one JSON object per line')
    .exitOverride()
    .action(async (files: string[], options: { json?: boolean }) => {
      let failed = 0;
      let passed = 0;
      for (const file of files) {
        for (const { name, items, faults } of await runRuleTests(file)) {
          if (faults.length === 0) passed += 1;
          else failed += 1;
          if (options.json) console.log(JSON.stringify({ file, name, items, ok: faults.length === 0, faults }));
          else console.log(said([`${faults.length === 0 ? 'ok    ' : 'FAILED'}  ${file}: ${name}`, ...faults.map((fault) => `        ${fault}`)].join('\n')));
        }
      }
      console.log(options.json ? JSON.stringify({ passed, failed }) : said(`${passed} passed, ${failed} failed`));
      if (failed > 0) process.exitCode = 1;
    });
  return rules;
}

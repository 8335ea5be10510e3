import { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { parseChannelFile } from '../../alerts/channels/config/parse-channel-file.ts';
import { formatFileProblem } from '../../alerts/yaml-list.ts';
import { TocsinError } from '../../core/errors.ts';
import { namesOfNobody } from '../channels/known-names.ts';
import { CONSOLE_ID, ON_CALL, WEBHOOK_ID } from '../channels/read-channels.ts';
import { readRuleFiles } from '../rules/read-rule-files.ts';
import { said } from './say.ts';
import { errorInChinese, faultInChinese } from '../words/error-in-chinese.ts';

export function channelsCommand(): Command {
  const channels = new Command('channels').description('Work with the file of channels.').exitOverride();
  channels
    .command('check')
    .description('Check a file of channels: file, line, key and what is wrong; with --rules also that every name under notify means somebody. Secrets are not read. Exit code 1 when anything is wrong.')
    .argument('<file>', 'YAML file of channels, as TOCSIN_CHANNELS_FILE names it')
    .option('--rules <folder>', 'folder of rule files whose names are to be known')
    .option('--json', 'one JSON object per line')
    .exitOverride()
    .action(async (file: string, options: { rules?: string; json?: boolean }) => {
      const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
        throw new TocsinError('input_unreadable', `${file} cannot be read: ${cause.code ?? 'unknown'}.`, { cause });
      });
      const { channels: found, problems } = parseChannelFile(text, file, [CONSOLE_ID, WEBHOOK_ID]);
      for (const problem of problems) {
        const messageZh = faultInChinese(problem.message);
        console.log(options.json ? JSON.stringify({ ...problem, messageZh }) : `${formatFileProblem(problem, 'channel')}\n    ${messageZh}`);
      }
      const nobody = options.rules === undefined ? [] : namesOfNobody((await readRuleFiles(options.rules)).rules, new Set([ON_CALL, CONSOLE_ID, WEBHOOK_ID, ...found.map(({ id }) => id)]));
      for (const message of nobody) {
        const messageZh = errorInChinese('invalid_rule', message);
        console.log(options.json ? JSON.stringify({ file: options.rules, message, messageZh }) : `${message}\n    ${messageZh}`);
      }
      const summary = { channels: found.length, problems: problems.length + nobody.length };
      console.log(options.json ? JSON.stringify(summary) : said(`${summary.channels} channels, ${summary.problems} problems`));
      if (summary.problems > 0) process.exitCode = 1;
    });
  return channels;
}

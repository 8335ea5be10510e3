import { Command } from 'commander';
import { formatFileProblem } from '../../alerts/yaml-list.ts';
import { TocsinError } from '../../core/errors.ts';
import { ON_CALL, readChannels } from '../channels/read-channels.ts';
import { readSettings } from '../config/settings.ts';
import { matcherRemarks, readRoutingFile, routingFileOf, routingRemarks } from '../routing/read-routing.ts';
import { ownCategories } from '../rules/own-categories.ts';
import { systemClock } from '../telemetry/system-clock.ts';
import { faultInChinese } from '../words/error-in-chinese.ts';
import { said } from './say.ts';

export function routingCommand(): Command {
  const routing = new Command('routing').description('Work with the routing file.').exitOverride();
  routing
    .command('check')
    .description('Check a routing file; says file, line, key and what is wrong, then gaps of the schedules in the next 30 days. Exit code 1 when anything is wrong.')
    .argument('[file]', 'the file; that of TOCSIN_ROUTING_FILE, or alerts/routing.yaml, when absent')
    .option('--json', 'one JSON object per line')
    .exitOverride()
    .action(async (given: string | undefined, options: { json?: boolean }) => {
      const settings = readSettings(process.env);
      const file = given ?? routingFileOf(settings.TOCSIN_ROUTING_FILE);
      if (file === undefined) throw new TocsinError('invalid_setting', 'there is no routing file: name one, or set TOCSIN_ROUTING_FILE');
      const channels = await readChannels(settings);
      const { book, problems } = await readRoutingFile(file, new Set([ON_CALL, ...channels.map(({ channel }) => channel.id)]));
      const remarks = [...matcherRemarks(book, ownCategories(settings.TOCSIN_TAXONOMY_FILE)), ...routingRemarks(book, systemClock.nowMs())];
      for (const problem of problems) {
        const messageZh = faultInChinese(problem.message);
        console.log(options.json ? JSON.stringify({ ...problem, messageZh }) : `${formatFileProblem(problem, 'entry')}\n    ${messageZh}`);
      }
      for (const { zh, en } of remarks) console.log(options.json ? JSON.stringify({ remark: en, remarkZh: zh }) : `note: ${en}\n    ${zh}`);
      const summary = { file, routes: book.routes.length, schedules: book.schedules.length, problems: problems.length, remarks: remarks.length };
      console.log(options.json ? JSON.stringify(summary) : said(`${summary.routes} routes, ${summary.schedules} schedules, ${summary.problems} problems, ${summary.remarks} notes`));
      if (problems.length > 0) process.exitCode = 1;
    });
  return routing;
}

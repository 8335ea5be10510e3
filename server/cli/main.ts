import { Command, CommanderError } from 'commander';
import { TocsinError } from '../../core/errors.ts';
import { backtestCommand } from './backtest-command.ts';
import { capacityCommand } from './capacity-command.ts';
import { channelsCommand } from './channels-command.ts';
import { deadLettersCommand } from './dead-letters-command.ts';
import { demoCommand } from './demo-command.ts';
import { modelCommand } from './model-command.ts';
import { evaluateCommand, trainCommand } from './model-commands.ts';
import { reconcileCommand } from './reconcile-command.ts';
import { replayCommand } from './replay-command.ts';
import { routingCommand } from './routing-command.ts';
import { rulesCommand } from './rules-command.ts';
import { serveCommand } from './serve-command.ts';
import { generateCommand } from './generate-command.ts';
import { backupCommand, eraseCommand, exportCommand, rebuildRollupsCommand, restoreCommand } from './store-commands.ts';
import { version } from '../app/version.ts';
import { errorInChinese } from '../words/error-in-chinese.ts';
import { commandLanguages } from '../words/prefers-chinese.ts';

/** Runs the command line; sets the exit code and never throws. */
export async function main(argv: string[]): Promise<void> {
  const program = new Command('tocsin')
    .description('Rings when complaints surge: takes customer feedback, scores it, counts it, pages the on-call manager.')
    .version(version())
    .showHelpAfterError()
    .exitOverride();
  for (const command of [serveCommand(), demoCommand(), replayCommand(), backtestCommand(), deadLettersCommand(), reconcileCommand(), rulesCommand(), channelsCommand(), capacityCommand(), routingCommand(), trainCommand(), evaluateCommand(), modelCommand()]) {
    program.addCommand(command.exitOverride());
  }
  for (const command of [generateCommand(), exportCommand(), backupCommand(), restoreCommand(), eraseCommand(), rebuildRollupsCommand()]) program.addCommand(command.exitOverride());
  try {
    await program.parseAsync(argv);
  } catch (error) {
    process.exitCode = explain(error);
  }
}

/** Prints what a person needs to know, and says which exit code it is. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode;
  if (error instanceof TocsinError) {
    for (const language of commandLanguages(process.env)) process.stderr.write(`tocsin: ${language === 'zh' ? errorInChinese(error.code, error.message) : error.message} [${error.code}]\n`);
    return 1;
  }
  process.stderr.write(`tocsin: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return 1;
}

import { setImmediate } from 'node:timers/promises';
import { Command, CommanderError } from 'commander';
import { TocsinError } from '../../core/errors.ts';
import { version } from '../app/version.ts';
import { errorInChinese } from '../words/error-in-chinese.ts';
import { commandLanguages } from '../words/prefers-chinese.ts';
import { endWithReader } from './end-with-reader.ts';
import { speak } from './speak.ts';

/** In the order of the help. Loaded when it is asked for: most of the program is of no use to a command that only reads a file. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./serve-command.ts')).serveCommand(),
  demo: async () => (await import('./demo-command.ts')).demoCommand(),
  replay: async () => (await import('./replay-command.ts')).replayCommand(),
  import: async () => (await import('./import-command.ts')).importCommand(),
  backtest: async () => (await import('./backtest-command.ts')).backtestCommand(),
  'dead-letters': async () => (await import('./dead-letters-command.ts')).deadLettersCommand(),
  reconcile: async () => (await import('./reconcile-command.ts')).reconcileCommand(),
  rules: async () => (await import('./rules-command.ts')).rulesCommand(),
  channels: async () => (await import('./channels-command.ts')).channelsCommand(),
  capacity: async () => (await import('./capacity-command.ts')).capacityCommand(),
  routing: async () => (await import('./routing-command.ts')).routingCommand(),
  train: async () => (await import('./model-commands.ts')).trainCommand(),
  evaluate: async () => (await import('./model-commands.ts')).evaluateCommand(),
  model: async () => (await import('./model-command.ts')).modelCommand(),
  generate: async () => (await import('./generate-command.ts')).generateCommand(),
  export: async () => (await import('./store-commands.ts')).exportCommand(),
  backup: async () => (await import('./store-commands.ts')).backupCommand(),
  restore: async () => (await import('./store-commands.ts')).restoreCommand(),
  erase: async () => (await import('./store-commands.ts')).eraseCommand(),
  'rebuild-rollups': async () => (await import('./store-commands.ts')).rebuildRollupsCommand(),
};

/** Those that end by a signal, in an order of their own. */
const GO_ON: readonly string[] = ['serve', 'demo'];

/**
 * Runs the command line; sets the exit code and never throws.
 * @param releaseSignals gives SIGINT and SIGTERM back to the system; called when the command begins, if it does not take them itself
 */
export async function main(argv: string[], releaseSignals: () => void = () => undefined): Promise<void> {
  const program = new Command('tocsin')
    .description('Rings when complaints surge: takes customer feedback, scores it, counts it, pages the on-call manager.')
    .version(version())
    .showHelpAfterError()
    .exitOverride();
  const [asked = ''] = argv.slice(2);
  for (const output of [process.stdout, process.stderr]) endWithReader(output, { goesOn: GO_ON.includes(asked), exit: () => process.exit() });
  // Whoever asks for no command that is known is shown all of them.
  const wanted = Object.hasOwn(COMMANDS, asked) ? [asked] : Object.keys(COMMANDS);
  for (const name of wanted) program.addCommand(await COMMANDS[name]!());
  const languages = commandLanguages(process.env);
  speak(program, languages);
  inherit(program, languages);
  if (!GO_ON.includes(asked)) {
    // A signal that came while all that was loaded is heard first.
    await setImmediate();
    releaseSignals();
  }
  try {
    await program.parseAsync(argv);
  } catch (error) {
    process.exitCode = explain(error);
  }
}

/** A command that is made by itself and added does not take over how errors are told. */
function inherit(parent: Command, languages: ReturnType<typeof commandLanguages>): void {
  for (const command of parent.commands) {
    command.exitOverride().showHelpAfterError();
    speak(command, languages);
    inherit(command, languages);
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

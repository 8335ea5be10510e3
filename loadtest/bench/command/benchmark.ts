import { Command, InvalidArgumentError } from 'commander';
import { BENCHMARKS, type BenchmarkName } from './benchmarks.ts';

export const EXIT_WRONG_COMMAND = 2;

/**
 * The command line of a benchmark: `--json` (one object a line), `--help`, and what is added to it. `parse` prints help and ends the
 * program with 0, or says what is wrong and ends it with 2.
 */
export function benchmark(name: BenchmarkName): Command {
  return new Command(`npm run bench -- ${name}`)
    .description(BENCHMARKS[name])
    .option('--json', 'one JSON object a line', false)
    .showHelpAfterError()
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : EXIT_WRONG_COMMAND));
}

/** A whole number above 0. */
export function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number above 0.');
  return Number(text);
}

/** Whole numbers above 0, with commas between them. */
export function wholeNumbers(text: string): number[] {
  return text.split(',').map((each) => wholeNumber(each.trim()));
}

/** The name of a table of the store, which goes into a statement as it is. */
export function tableName(text: string): string {
  if (!/^[a-z_]+$/.test(text)) throw new InvalidArgumentError('It must be the name of a table.');
  return text;
}

import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { packageRoot } from '../../server/app/package-root.ts';
import { cleanUpOnSignals } from './clean-up.ts';
import { compareWithBaseline } from './baseline.ts';
import { readBaseline, writeBaseline } from './baseline-file.ts';
import { parseCommand, type Command } from './command.ts';
import { missed, shown, targetShown, toTable, type Figure } from './figures.ts';
import { decideVerdicts, exitCodeOf, failedOtherwise, toVerdictTable } from './verdicts.ts';
import { renderReport } from './report/report.ts';
import { runScenarios } from './run.ts';
import { ensureTool } from './tools.ts';

/** `npm run loadtest`: see loadtest/README.md, or --help. */
const BROKEN = 3;
const WRONG = 2;
/** As a shell says it of a program that Ctrl-C ended. */
const INTERRUPTED = 130;

// Progress goes to stderr, so that figures alone are on stdout.
const say = (line: string): void => void process.stderr.write(`${line}\n`);

const parsed = parseCommand(process.argv.slice(2));
switch (parsed.kind) {
  case 'help':
    console.log(parsed.text);
    process.exit(0);
  case 'wrong':
    say(parsed.text);
    process.exit(WRONG);
  case 'run':
    cleanUpOnSignals(INTERRUPTED);
    process.exit(await run(parsed.command).catch((error: Error) => {
      say(`the run broke: ${error.stack ?? error.message}`);
      return BROKEN;
    }));
}

async function run(command: Command): Promise<number> {
  const startedMs = Date.now();
  const k6 = await ensureTool('k6', say);
  const env = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[0].startsWith('TOCSIN_TEST_') && entry[1] !== undefined));
  const print = (figures: readonly Figure[]): void => {
    if (command.output === 'json') for (const figure of figures) console.log(JSON.stringify(figure));
    else console.log(toTable(figures));
  };
  const ran = await runScenarios({ command, k6, env, say, onFigures: print });
  const figures = [...ran.figures];
  const baselines = join(packageRoot(), 'loadtest', 'baselines');
  const baseline = await readBaseline(baselines, command.size);
  if (command.accept === 'compare' && baseline !== null) {
    const compared = compareWithBaseline(figures, baseline);
    say(`— against the run of ${baseline.atIso}, ${baseline.revision}, on ${baseline.machine} —`);
    if (compared.length === 0) say('nothing to compare: a ratio to the reference load is compared where both runs have it');
    else print(compared);
    figures.push(...compared);
  }
  const verdicts = decideVerdicts(ran.runs, figures);
  const folder = resolve(command.reportDir);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'result.json'), `${JSON.stringify({ about: ran.about, verdicts, figures }, null, 1)}\n`);
  await writeFile(join(folder, 'report.html'), await renderReport({ ...ran, verdicts, figures }));
  say(`report: ${join(folder, 'report.html')}`);
  if (command.accept === 'accept-as-baseline') {
    say(`kept as ${await writeBaseline(baselines, command.size, figures, ran.about)}`);
  }
  say(`— verdict —\n${toVerdictTable(verdicts)}`);
  const misses = missed(figures);
  const failed = failedOtherwise(verdicts);
  const judged = figures.filter(({ met }) => met !== undefined).length;
  say(`${judged - misses.length} of ${judged} targets met in ${Math.round((Date.now() - startedMs) / 1_000)} s${misses.length === 0 ? '' : '; missed:'}`);
  for (const { name, value, unit, ratio, ...figure } of misses) say(`  ${name}: ${shown(value)} ${unit}${ratio === undefined ? '' : `, ${shown(ratio)} × ${figure.peer ?? ''}`}, target ${targetShown(figure)}`);
  for (const { name, because } of failed) say(`  ${name}: ${because.join('; ')}`);
  return exitCodeOf(figures, verdicts);
}

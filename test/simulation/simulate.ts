import { parseArgs } from 'node:util';
import { BREAKAGES, ROUTED_BREAKAGES, type Breakage } from './breakages.ts';
import { compileLess } from './compile-less.ts';
import type { Life } from './routing-book.ts';
import { runSeed, type SeedResult } from './run-seed.ts';

/** Shown of a seed that failed, unless the whole trace is wanted. */
const TRACE_LINES_SHOWN = 40;
const USAGE = `npm run simulate -- [--seed N] [--seeds COUNT] [--routed] [--broken WHAT] [--trace] [--json]

  --seed N        the first seed; 1 when absent
  --seeds COUNT   so many seeds from there; 1 when absent
  --routed        lives with a routing book
  --broken WHAT   takes one guarantee away: ${[...BREAKAGES, ...ROUTED_BREAKAGES].join(', ')}
  --trace         the whole story, also of a seed that is well
  --json          one JSON object for each seed, and one of how often what happened in all of them`;

interface Wanted {
  seed: number;
  seeds: number;
  broken: Breakage | undefined;
  life: Life;
  asJson: boolean;
  trace: boolean;
  help: boolean;
}

function readArguments(): Wanted {
  const { values } = parseArgs({
    options: { seed: { type: 'string', default: '1' }, seeds: { type: 'string', default: '1' }, broken: { type: 'string' }, routed: { type: 'boolean', default: false }, trace: { type: 'boolean', default: false }, json: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
  });
  const seed = Number(values.seed);
  const seeds = Number(values.seeds);
  const broken = [...BREAKAGES, ...ROUTED_BREAKAGES].find((each) => each === values.broken);
  if (!Number.isSafeInteger(seed) || seed < 0 || !Number.isSafeInteger(seeds) || seeds < 1) throw new RangeError('--seed and --seeds are whole numbers');
  if (values.broken !== undefined && broken === undefined) throw new RangeError(`--broken is one of ${[...BREAKAGES, ...ROUTED_BREAKAGES].join(', ')}`);
  return { seed, seeds, broken, life: values.routed ? 'routed' : 'plain', asJson: values.json, trace: values.trace, help: values.help };
}

function tell({ seed, violations, trace: whole, stats }: SeedResult, { asJson, trace: wantsTrace }: Wanted): void {
  const failed = violations.length > 0;
  const trace = wantsTrace ? whole : whole.slice(-TRACE_LINES_SHOWN);
  if (asJson) return console.log(JSON.stringify({ seed, ok: !failed, violations, ...(failed || wantsTrace ? { trace } : {}), ...stats }));
  if (!failed && !wantsTrace) return;
  console.log(`seed ${seed}: ${failed ? `${violations.length} violations` : 'all is well'}`);
  for (const line of trace) console.log(`  ${line}`);
  for (const violation of violations) console.log(`  ! ${violation}`);
}

async function main(): Promise<void> {
  const wanted = readArguments();
  if (wanted.help) return console.log(USAGE);
  compileLess();
  const startedMs = performance.now();
  let failed = 0;
  const sums: Record<string, number> = {};
  const happened: Record<string, number> = {};
  for (let seed = wanted.seed; seed < wanted.seed + wanted.seeds; seed += 1) {
    const result = await runSeed(seed, wanted.broken, wanted.life);
    if (result.violations.length > 0) failed += 1;
    for (const [name, value] of Object.entries(result.stats)) sums[name] = (sums[name] ?? 0) + value;
    for (const [name, times] of Object.entries(result.happened)) happened[name] = (happened[name] ?? 0) + times;
    tell(result, wanted);
  }
  if (wanted.asJson) console.log(JSON.stringify({ seeds: wanted.seeds, failed, happened: Object.fromEntries(Object.entries(happened).sort(([a], [b]) => (a < b ? -1 : 1))) }));
  if (wanted.asJson) return void (process.exitCode = failed > 0 ? 1 : 0);
  const seconds = (performance.now() - startedMs) / 1_000;
  const said = Object.entries(sums).map(([name, value]) => `${value} ${name}`).join(', ');
  console.log(`${wanted.seeds} seeds from ${wanted.seed} in ${seconds.toFixed(1)} s: ${failed} failed (${said})`);
  process.exitCode = failed > 0 ? 1 : 0;
}

main().catch((error: unknown) => {
  console.error(isMisuse(error) ? `${error.message}\n${USAGE}` : error);
  process.exitCode = 2;
});

/** An option that there is not, or a value that it does not take. */
function isMisuse(error: unknown): error is Error {
  return error instanceof RangeError || (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
}

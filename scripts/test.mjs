// `npm test`: brings the checkout into shape, runs every test, ends with the line `N passed, N failed`.
// `npm test -- FILTER …` runs the test files whose path contains a filter.
// Where at most FEW files failed they run once more, one at a time with the machine to themselves: tests with real servers, browsers and
// kills can be starved by their neighbours. What passes only then is named at the end, so it is known and never silent.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { ensureNatsServer } from './install-nats-server.mjs';
import { root, setUp } from './setup.mjs';
import { failedFiles, readResults, sumResults } from './test-results.mjs';
import { findTrainPython } from './train-python.mjs';

const FEW = 3;
const say = (text) => process.stderr.write(`${text}\n`);

// Beside each other: most of each is waiting for a download, or keeps one core busy.
const [trainPython] = await Promise.all([findTrainPython({ root, report: say }), setUp({ quiet: true }), ensureNatsServer({ root, report: say }), ensureBrowser()]);

const folder = mkdtempSync(join(tmpdir(), 'tocsin-test-'));
mkdirSync(join(folder, 'shared'));
const first = await runVitest('results.json', process.argv.slice(2));
const failed = failedFiles(first.results).filter((file) => file !== '');
const again = failed.length > 0 && failed.length <= FEW ? await runAgain(failed) : undefined;
rmSync(folder, { recursive: true, force: true });

const sum = sumResults(first.results, again?.results);
if (again !== undefined) {
  const unsteady = failed.filter((file) => !failedFiles(again.results).includes(file) && again.results.has(file));
  for (const file of unsteady) console.log(`passed at the second try only: ${relative(root, file)} (${first.results.get(file).failed} failed at first)`);
}
console.log(`${sum.passed} passed, ${sum.failed} failed${sum.skipped ? `, ${sum.skipped} skipped` : ''}`);
process.exitCode = sum.failed > 0 ? 1 : (again ?? first).code;

function runAgain(files) {
  console.log(`\nOnce more, one at a time: ${files.map((file) => relative(root, file)).join(', ')}`);
  return runVitest('again.json', [...files, '--maxWorkers=1']);
}

/** A run that left no results counts as one failure. */
async function runVitest(name, args) {
  const output = join(folder, name);
  const code = await new Promise((resolve) => {
    const vitest = spawn(
      process.execPath,
      [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${output}`, ...args],
      { cwd: root, stdio: 'inherit', env: { ...process.env, TOCSIN_TEST_SHARED_DIR: join(folder, 'shared'), ...(trainPython === undefined ? {} : { TOCSIN_TEST_TRAIN_PYTHON: trainPython }), UV_THREADPOOL_SIZE: process.env.UV_THREADPOOL_SIZE ?? '16' } },
    );
    vitest.once('exit', (exitCode) => resolve(exitCode ?? 1));
  });
  return { code, results: readResults(output) ?? new Map([['', { passed: 0, failed: 1, skipped: 0 }]]) };
}

/** Page tests drive a real browser. Continuous integration installs it; a person is told how. */
async function ensureBrowser() {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  if (process.env.TOCSIN_CHROMIUM || names.some((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0)) return;
  const canInstall = process.env.CI && process.getuid?.() === 0 && spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status === 0;
  if (!canInstall) {
    say('No Chromium found: page tests are skipped. Install it (Debian: apt-get install chromium fonts-noto-cjk) or set TOCSIN_CHROMIUM to its path.');
    return;
  }
  say('Installing Chromium for the page tests …');
  const install = spawn('sh', ['-c', 'apt-get update -q >/dev/null && apt-get install -y -q chromium fonts-noto-cjk >/dev/null'], { stdio: ['ignore', 2, 2], timeout: 600_000 });
  await new Promise((resolve) => install.once('exit', resolve).once('error', resolve));
}

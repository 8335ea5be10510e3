// `npm test`: brings the checkout into shape, runs every test, ends with the line `N passed, N failed`.
// `npm test -- FILTER …` runs the test files whose path contains a filter.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureNatsServer } from './install-nats-server.mjs';
import { root, setUp } from './setup.mjs';
import { findTrainPython } from './train-python.mjs';

const say = (text) => process.stderr.write(`${text}\n`);

await setUp({ quiet: true });
await ensureNatsServer({ root, report: say });
ensureBrowser();
const trainPython = findTrainPython({ root, report: say });

const folder = mkdtempSync(join(tmpdir(), 'tocsin-test-'));
const output = join(folder, 'results.json');
const code = await new Promise((resolve) => {
  const vitest = spawn(
    process.execPath,
    [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${output}`, ...process.argv.slice(2)],
    { cwd: root, stdio: 'inherit', env: { ...process.env, ...(trainPython === undefined ? {} : { TOCSIN_TEST_TRAIN_PYTHON: trainPython }), UV_THREADPOOL_SIZE: process.env.UV_THREADPOOL_SIZE ?? '16' } },
  );
  vitest.once('exit', (exitCode) => resolve(exitCode ?? 1));
});

const { passed, failed, skipped } = summary();
console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 ? 1 : code;

/** Files that broke before their first test count as one failure each. */
function summary() {
  try {
    const results = JSON.parse(readFileSync(output, 'utf8'));
    const broken = results.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
    return { passed: results.numPassedTests, failed: results.numFailedTests + broken, skipped: results.numPendingTests + results.numTodoTests };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Page tests drive a real browser. Continuous integration installs it; a person is told how. */
function ensureBrowser() {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  if (process.env.TOCSIN_CHROMIUM || names.some((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0)) return;
  const canInstall = process.env.CI && process.getuid?.() === 0 && spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status === 0;
  if (!canInstall) {
    say('No Chromium found: page tests are skipped. Install it (Debian: apt-get install chromium fonts-noto-cjk) or set TOCSIN_CHROMIUM to its path.');
    return;
  }
  say('Installing Chromium for the page tests …');
  spawnSync('sh', ['-c', 'apt-get update -q >/dev/null && apt-get install -y -q chromium fonts-noto-cjk >/dev/null'], { stdio: ['ignore', 2, 2], timeout: 600_000 });
}

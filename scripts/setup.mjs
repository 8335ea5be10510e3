// Brings a checkout into a state in which it can run: packages, compiled server, pages, nats-server.
// Plain JavaScript without dependencies, because it runs before there are any.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { holdsLocked } from './locked-packages.mjs';
import { withSetupLock } from './setup-lock.mjs';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** How often a step that takes long says that it goes on. */
const TICK_MS = 15_000;

/** Steps in order; each tells by a stamp whether its inputs changed since it last ran. */
const STEPS = [
  {
    name: 'packages',
    title: '安装依赖包（连同内置 ClickHouse 约 1.2 GB）/ Installing packages (about 1.2 GB with the embedded ClickHouse engine)',
    stamp: 'node_modules/.tocsin-stamp',
    // By content: a change of a script in package.json, or a checkout that touches the file, installs nothing anew.
    wanted: () => createHash('sha256').update(process.version).update(readFileSync(join(root, 'package-lock.json'))).digest('hex'),
    // Whoever ran `npm ci` before does not wait for it again.
    isDone: () => !existsSync(join(root, 'node_modules', '.tocsin-stamp')) && holdsLocked(root),
    run: async () => {
      // Warnings of npm are about packages of packages; errors are shown.
      await execute('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']).catch((error) => {
        throw new Error(`${error.message}\n依赖包没有装上：npm 源须能访问（代理见 npm config set proxy，换源见 npm config set registry），装好后不再需要网络。\nThe packages could not be installed: npm's registry must be reachable (npm config set proxy, or registry for another one). Once they are installed no network is needed.`);
      });
    },
    after: () => linkBinary(),
  },
  {
    name: 'server',
    title: '编译服务器 / Compiling the server',
    stamp: 'dist/.server-stamp',
    inputs: () => ['tsconfig.json', ...sources(['core', 'server', 'stream', 'models', 'alerts', 'loadtest', 'test', 'dashboards/queries', 'dashboards/grafana'], /\.ts$/)],
    builds: true,
    run: (folder) => execute(process.execPath, [join('node_modules', 'typescript', 'bin', 'tsc'), '-p', '.', '--outDir', folder]),
  },
  {
    name: 'pages',
    title: '构建监控大屏和控制台 / Building the wall and the console',
    stamp: 'dist/.pages-stamp',
    inputs: () => [...sources(['dashboards', 'core'], /\.(tsx?|css|html|svg|json)$/)],
    builds: true,
    run: (folder) => execute(process.execPath, [join('node_modules', 'vite', 'bin', 'vite.js'), 'build', '--config', 'dashboards/vite.config.ts', '--logLevel', 'warn', '--outDir', join(root, folder, 'pages')]),
  },
];

/**
 * Runs the steps whose inputs changed, one process at a time. In a deployed tree without sources there is nothing to do.
 * @param {{quiet?: boolean, force?: boolean}} options quiet: say nothing when there is nothing to do
 */
export async function setUp({ quiet = false, force = false } = {}) {
  if (!existsSync(join(root, 'tsconfig.json'))) return;
  if (force || STEPS.some(isDue)) await withSetupLock({ file: join(root, '.setup.lock'), report: say, work: () => runDueSteps(force) });
  if (!quiet) say('一切就绪 / Everything is in place.');
}

async function runDueSteps(force) {
  for (const step of STEPS.filter(({ builds }) => !builds)) if (force || isDue(step)) await runStep(step, '');
  const due = STEPS.filter((step) => step.builds && (force || isDue(step)));
  if (due.length > 0) await rebuild(due);
}

/** Builds beside `dist/` and changes places with it at the end, so that a program that runs never finds half of a build. */
async function rebuild(due) {
  const [built, next, old] = ['dist', 'dist.next', 'dist.old'].map((name) => join(root, name));
  for (const folder of [next, old]) rmSync(folder, { recursive: true, force: true });
  mkdirSync(next);
  for (const step of STEPS.filter(({ builds }) => builds)) {
    if (due.includes(step)) await runStep(step, 'dist.next');
    else keep(step.name, built, next);
  }
  if (existsSync(built)) renameSync(built, old);
  renameSync(next, built);
  rmSync(old, { recursive: true, force: true });
}

/** Takes over what a step built before: `pages` is a folder of its own, the server is everything else. */
function keep(name, from, to) {
  const isOfPages = (entry) => entry === 'pages' || entry === '.pages-stamp';
  for (const entry of readdirSync(from)) {
    if (isOfPages(entry) === (name === 'pages')) cpSync(join(from, entry), join(to, entry), { recursive: true, preserveTimestamps: true });
  }
}

const wantedStamp = (step) => (step.wanted ? step.wanted() : digest(step.inputs()));

function isDue(step) {
  const stampFile = join(root, step.stamp);
  return !existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== wantedStamp(step);
}

async function runStep(step, folder) {
  const startedAtMs = Date.now();
  // Read before: what changes meanwhile is built the next time.
  const wanted = wantedStamp(step);
  const isDone = step.isDone?.() === true;
  if (!isDone) say(`${step.title} …`);
  // A registry that cannot be reached is given up by npm after minutes, and it says nothing till then.
  const ticking = setInterval(() => say(`  … ${Math.round((Date.now() - startedAtMs) / 1000)} s`), TICK_MS);
  try {
    if (!isDone) await step.run(folder);
  } finally {
    clearInterval(ticking);
  }
  step.after?.();
  const stampFile = join(root, step.builds ? step.stamp.replace('dist', folder) : step.stamp);
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, wanted);
  if (!isDone) say(`${step.title}: ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s`);
}

/** `npx tocsin` finds the command of the checkout itself. */
function linkBinary() {
  const link = join(root, 'node_modules', '.bin', 'tocsin');
  rmSync(link, { force: true });
  if (process.platform === 'win32') {
    writeFileSync(`${link}.cmd`, `@node "%~dp0\\..\\..\\bin\\tocsin.cjs" %*\r\n`);
    return;
  }
  symlinkSync(relative(dirname(link), join(root, 'bin', 'tocsin.cjs')), link);
}

function sources(folders, pattern) {
  const found = [];
  const visit = (folder) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) visit(path);
      else if (pattern.test(entry.name)) found.push(path);
    }
  };
  for (const folder of folders) if (existsSync(join(root, folder))) visit(folder);
  return found.sort();
}

function digest(files) {
  const hash = createHash('sha256').update(process.version);
  for (const file of files) {
    const { size, mtimeMs } = statSync(join(root, file));
    hash.update(`${file}\0${size}\0${mtimeMs}\0`);
  }
  return hash.digest('hex');
}

function execute(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
    // Not asked but killed: npm would first take back what it has done, and the next setup begins anew anyway.
    const endWithThis = () => child.kill('SIGKILL');
    process.once('exit', endWithThis);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      process.off('exit', endWithThis);
      if (code === 0) resolve();
      else reject(new Error(`\`${[command, ...args].join(' ')}\` → ${signal ?? `exit code ${code}`}`));
    });
  });
}

function say(text) {
  process.stderr.write(`${text}\n`);
}

if (process.argv[1] && pathToFileURL(process.argv[1]).href === import.meta.url) {
  setUp({ force: process.argv.includes('--force') }).catch((error) => {
    say(`setup: ${error.message}`);
    process.exit(1);
  });
}

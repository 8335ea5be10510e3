import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RULE } from './rule.ts';

export const PEERS = ['tocsin', 'tocsin-windows', 'tocsin-rule-alone', 'tocsin-without-rule', 'rxjs', 'redis', 'elastalert2', 'bytewax', 'flink'] as const;
export type PeerName = (typeof PEERS)[number];

export interface Command {
  command: string;
  args: string[];
}

/** How a program is started for a file of events and one for its alerts; or why there is none. */
export type SetUp = { kind: 'ready'; commandFor(eventsFile: string, firesFile: string): Command } | { kind: 'skipped'; reason: string };

const INSTALL_MS_MAX = 180_000;
const OUTPUT_CHARS_MAX = 2_000;
const ELASTALERT_PACKAGES = ['elastalert2==2.19.0', 'pytz==2025.2'];
const BYTEWAX_PACKAGES = ['bytewax==0.21.1'];
/** Debian's packages of the server, and of the libraries that a plain system lacks. */
const REDIS_PACKAGES = ['redis-server', 'redis-tools', 'libjemalloc2', 'liblzf1', 'liblua5.1-0', 'lua-cjson', 'lua-bitop', 'libatomic1'];
const FLINK_JVM = ['--add-opens=java.base/java.util=ALL-UNNAMED', '--add-opens=java.base/java.lang=ALL-UNNAMED', '-Xmx2g'];
const RULE_ARGS = [RULE.fireAt, RULE.rearmBelow, RULE.windowMs].map(String);

const here = dirname(fileURLToPath(import.meta.url));

/** The checkout: where package.json stands, from the sources as from what is compiled of them. */
function projectRoot(): string {
  let folder = here;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

/** Finds a program, or installs it from its registry into `.tools/peers/`; nothing outside that folder is changed. */
export async function setUpPeer(name: PeerName): Promise<SetUp> {
  const folder = join(projectRoot(), '.tools', 'peers', name);
  try {
    switch (name) {
      case 'tocsin-rule-alone':
        return ready(process.execPath, [join(here, 'tocsin.js')], ['rule-alone']);
      case 'tocsin-without-rule':
        return ready(process.execPath, [join(here, 'tocsin.js')], ['without-rule']);
      case 'tocsin':
      case 'tocsin-windows':
      case 'rxjs':
        return ready(process.execPath, [join(here, `${name}.js`)], []);
      case 'redis':
        return await setUpRedis(folder);
      case 'elastalert2':
        return await setUpPython(folder, 'elastalert2.py', { packages: ELASTALERT_PACKAGES, check: 'elastalert.ruletypes' });
      case 'bytewax':
        return await setUpPython(folder, 'bytewax_rule.py', { packages: BYTEWAX_PACKAGES, check: 'bytewax.dataflow' });
      case 'flink':
        return await setUpFlink(folder);
    }
  } catch (error) {
    return { kind: 'skipped', reason: (error as Error).message };
  }
}

function ready(command: string, before: string[], after: string[]): SetUp {
  return { kind: 'ready', commandFor: (eventsFile, firesFile) => ({ command, args: [...before, eventsFile, firesFile, ...after] }) };
}

async function setUpRedis(folder: string): Promise<SetUp> {
  const main = join(here, 'redis.js');
  const installed = (process.env['PATH'] ?? '').split(delimiter).map((path) => join(path, 'redis-server')).find((path) => existsSync(path));
  if (installed !== undefined) return ready(process.execPath, [main], [installed, '']);
  const binary = join(folder, 'usr', 'bin', 'redis-server');
  if (!existsSync(binary)) {
    await install(folder, async () => {
      await run({ command: 'apt-get', args: ['download', '-q', ...REDIS_PACKAGES] }, folder);
      for (const file of readdirSync(folder).filter((name) => name.endsWith('.deb'))) await run({ command: 'dpkg', args: ['-x', file, '.'] }, folder);
    });
  }
  const libraries = join(folder, 'usr', 'lib');
  const folders = [libraries, ...readdirSync(libraries).filter((name) => name.includes('-linux-gnu')).map((name) => join(libraries, name))];
  return ready(process.execPath, [main], [binary, folders.join(delimiter)]);
}

async function setUpPython(folder: string, script: string, { packages, check }: { packages: string[]; check: string }): Promise<SetUp> {
  const python = join(folder, 'bin', 'python');
  if (!existsSync(python)) {
    await install(folder, async () => {
      await run({ command: 'python3', args: ['-m', 'venv', folder] }, folder);
      await run({ command: python, args: ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages] }, folder);
    });
  }
  await run({ command: python, args: ['-c', `import ${check}`] }, folder);
  return ready(python, [join(projectRoot(), 'loadtest', 'peers', 'windows', script)], RULE_ARGS);
}

async function setUpFlink(folder: string): Promise<SetUp> {
  const source = join(projectRoot(), 'loadtest', 'peers', 'windows', 'flink');
  const libraries = join(folder, 'lib');
  const classes = join(folder, 'classes');
  if (!existsSync(libraries)) {
    await install(folder, () => run({ command: 'mvn', args: ['-q', '-B', '-f', join(source, 'pom.xml'), 'dependency:copy-dependencies', `-DoutputDirectory=${libraries}`] }, folder));
  }
  mkdirSync(classes, { recursive: true });
  await run({ command: 'javac', args: ['-cp', join(libraries, '*'), '-d', classes, join(source, 'src', 'main', 'java', 'peers', 'SlidingWindow.java')] }, folder);
  const args = [...FLINK_JVM, '-cp', [classes, join(libraries, '*')].join(delimiter), 'peers.SlidingWindow'];
  return ready('java', args, [...RULE_ARGS, String(RULE.disorderMs)]);
}

/** A folder that could not be filled does not stay: the next run begins anew. */
async function install(folder: string, fill: () => Promise<unknown>): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  try {
    await fill();
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Standard output of a command that ends well within the time. */
export function run({ command, args }: Command, folder: string, msMax: number = INSTALL_MS_MAX): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], timeout: msMax, killSignal: 'SIGKILL' });
    let output = '';
    let complaints = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString('utf8')));
    child.stderr.on('data', (data: Buffer) => (complaints = (complaints + data.toString('utf8')).slice(-OUTPUT_CHARS_MAX)));
    child.once('error', (error) => reject(new Error(`${command} cannot be started: ${error.message}`)));
    child.once('close', (code, signal) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${command} ended with ${signal ?? `exit code ${code}`}: ${complaints.trim().split('\n').at(-1) ?? ''}`));
    });
  });
}

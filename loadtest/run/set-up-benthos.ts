import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../server/app/package-root.ts';

const BUILD_MS_MAX = 600_000;
const COMPLAINT_CHARS_MAX = 300;
const run = promisify(execFile);

/** The program's path, or why there is none. */
export type Benthos = { kind: 'ready'; binary: string } | { kind: 'left-out'; reason: string };

/** Found in `.tools/peers/`, or built there by Go from the versions that `go.sum` names: some minutes, once. */
export async function setUpBenthos(say: (line: string) => void): Promise<Benthos> {
  const source = join(packageRoot(), 'loadtest', 'peers', 'stack', 'benthos');
  const peers = join(packageRoot(), '.tools', 'peers');
  const binary = join(peers, 'benthos', 'benthos');
  if (existsSync(binary)) return { kind: 'ready', binary };
  await mkdir(peers, { recursive: true });
  const folder = await mkdtemp(join(peers, 'benthos-'));
  try {
    say('peers: Benthos is built with Go, some minutes, once');
    await run('go', ['build', '-trimpath', '-ldflags=-s -w', '-o', join(folder, 'benthos'), '.'], { cwd: source, timeout: BUILD_MS_MAX, killSignal: 'SIGKILL' });
    await rm(join(peers, 'benthos'), { recursive: true, force: true });
    await rename(folder, join(peers, 'benthos'));
    return { kind: 'ready', binary };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    const { code, killed, stderr = '', message } = error as Error & { code?: string | number; killed?: boolean; stderr?: string };
    const said = stderr.trim().split('\n').at(-1) ?? '';
    return { kind: 'left-out', reason: code === 'ENOENT' ? 'there is no Go to build it' : killed === true ? `it was not built in ${BUILD_MS_MAX / 60_000} minutes` : (said === '' ? message : said).slice(0, COMPLAINT_CHARS_MAX) };
  }
}

import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../../server/app/package-root.ts';

export interface Finished {
  /** Null when it was ended by a signal. */
  code: number | null;
  stdout: string;
  stderr: string;
}

const LIMIT_MS = 100_000;

/** Starts the command as a person would, in a process group of its own, with only the settings given here. */
export function spawnTocsin(args: readonly string[], env: Record<string, string> = {}, uid?: number): ChildProcess {
  return spawn(process.execPath, [join(packageRoot(), 'bin', 'tocsin.cjs'), ...args], {
    cwd: packageRoot(),
    env: { ...ownEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    ...(uid === undefined ? {} : { uid }),
  });
}

/** Runs a script of package.json through npm, likewise. */
export function spawnNpm(args: readonly string[], env: Record<string, string> = {}): ChildProcess {
  return spawn('npm', args, { cwd: packageRoot(), env: { ...ownEnvironment(), ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
}

/** Runs a command to its end. One that does not end in time is killed with everything it started, and fails the test. */
export function runTocsin(args: readonly string[], { env = {}, uid, limitMs = LIMIT_MS }: { env?: Record<string, string>; uid?: number; limitMs?: number } = {}): Promise<Finished> {
  const child = spawnTocsin(args, env, uid);
  let [stdout, stderr] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      killGroup(child);
      reject(new Error(`tocsin ${args.join(' ')} did not end within ${limitMs} ms\n${stdout}\n${stderr}`));
    }, limitMs);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, stdout, stderr });
    });
  });
}

/** Asks it to stop, as `kill` does, and waits. @returns its exit code, or undefined when it still runs after `limitMs` */
export async function endProcess(child: ChildProcess, limitMs: number): Promise<{ code: number | null } | undefined> {
  if (child.exitCode !== null || child.signalCode !== null) return { code: child.exitCode };
  let timer: NodeJS.Timeout | undefined;
  const ended = new Promise<{ code: number | null }>((resolve) => child.once('close', (code) => resolve({ code })));
  const tooLate = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), limitMs)));
  child.kill('SIGTERM');
  const outcome = await Promise.race([ended, tooLate]);
  clearTimeout(timer);
  return outcome;
}

/** kill -9 for the process and its process group. A nats-server of its own runs in another group. */
export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The environment without settings of the product, so that a developer's own do not leak into a test. */
function ownEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name, value]) => value !== undefined && !name.startsWith('TOCSIN_') && name !== 'NATS_URL' && name !== 'CLICKHOUSE_URL' && !name.startsWith('VITEST'));
  return Object.fromEntries(kept) as Record<string, string>;
}

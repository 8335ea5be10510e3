import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { promisify } from 'node:util';

const PS_MS = 5_000;
const run = promisify(execFile);

/** Places among the fields of /proc/PID/stat that follow the name. */
const STATE = 0;
const THREADS = 17;
const START_TIME = 19;

/** Whether it still runs. One that has ended and that its parent has not looked at yet does not, though its pid is still taken. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return !isZombie(pid);
}

/** False where this system does not tell. */
function isZombie(pid: number): boolean {
  try {
    const fields = statFields(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    // While other threads are still ending, their writes may still reach the disk.
    return fields[STATE] === 'Z' && Number(fields[THREADS]) <= 1;
  } catch {
    return false;
  }
}

/** What stands after the name, which is in parentheses and may hold spaces and parentheses itself; see proc(5). */
function statFields(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** The process's arguments joined by spaces; undefined when it is gone or this system does not tell. */
export async function commandLine(pid: number): Promise<string | undefined> {
  try {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ').trim() || undefined;
  } catch {
    return await ps(pid, 'args=');
  }
}

/** When the process started, in this system's own words; a pid that was given away again has another one. */
export async function startMark(pid: number): Promise<string | undefined> {
  try {
    return statFields(await readFile(`/proc/${pid}/stat`, 'utf8'))[START_TIME];
  } catch {
    return await ps(pid, 'lstart=');
  }
}

/** Where a pid means something: this host since its boot, and this container. */
export async function pidSpace(): Promise<string> {
  const parts = [hostname()];
  try {
    parts.push((await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim(), await readlink('/proc/self/ns/pid'));
  } catch {
    // not Linux: the host's name is all there is
  }
  return parts.join(' ');
}

async function ps(pid: number, column: string): Promise<string | undefined> {
  try {
    const { stdout } = await run('ps', ['-o', column, '-p', String(pid)], { timeout: PS_MS });
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
}

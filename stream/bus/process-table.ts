import { execFile } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { promisify } from 'node:util';

const PS_MS = 5_000;
const run = promisify(execFile);

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
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
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold spaces; start time is the 20th field after it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
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

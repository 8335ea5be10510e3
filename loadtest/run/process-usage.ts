import { readFile } from 'node:fs/promises';

/** What some processes have used so far, all their threads together. */
export interface Usage {
  cpuMs: number;
  residentBytes: number;
}

/** Of Linux on every machine that Node runs on: the kernel tells user programs 100 ticks a second. */
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4_096;

/** Null where the system has no /proc, as on macOS: figures of processor time are then left out. */
export async function usageOf(pids: readonly number[]): Promise<Usage | null> {
  const usage: Usage = { cpuMs: 0, residentBytes: 0 };
  for (const pid of pids) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
    if (stat === null) return null;
    // The name in brackets may hold spaces: what follows it begins at field 3.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    usage.cpuMs += (Number(fields[11]) + Number(fields[12])) * (1_000 / TICKS_PER_SECOND);
    usage.residentBytes += Number(fields[21]) * PAGE_BYTES;
  }
  return usage;
}

/** `from` to `to`, in milliseconds of processor time; null where either is not known. */
export function cpuBetween(from: Usage | null, to: Usage | null): number | null {
  return from === null || to === null ? null : to.cpuMs - from.cpuMs;
}

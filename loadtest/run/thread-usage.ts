import { readFile, readdir } from 'node:fs/promises';
import { processTree } from './process-tree.ts';

/** Where processor time goes, in milliseconds since the start of each. */
export interface PartUsage {
  /** The server's own event loop: gateway, counter, sink, notifier. */
  mainThread: number;
  /** Scorer threads, garbage collection, the thread pool. */
  otherThreads: number;
  /** The embedded ClickHouse, where it is a process of its own. */
  engine: number;
  nats: number;
}

const TICK_MS = 10;

/** Null where the system has no /proc. */
export async function partUsage(serverPid: number): Promise<PartUsage | null> {
  const usage: PartUsage = { mainThread: 0, otherThreads: 0, engine: 0, nats: 0 };
  for (const pid of await processTree(serverPid)) {
    if (pid !== serverPid) {
      const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
      const spent = await cpuMs(`/proc/${pid}/stat`);
      if (name.startsWith('nats-server')) usage.nats += spent;
      else usage.engine += spent;
      continue;
    }
    const threads = await readdir(`/proc/${pid}/task`).catch(() => null);
    if (threads === null) return null;
    for (const thread of threads) {
      const spent = await cpuMs(`/proc/${pid}/task/${thread}/stat`);
      if (Number(thread) === pid) usage.mainThread += spent;
      else usage.otherThreads += spent;
    }
  }
  return usage;
}

/** User and system time; 0 for one that has just ended. */
async function cpuMs(statFile: string): Promise<number> {
  const stat = await readFile(statFile, 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return stat === '' ? 0 : (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

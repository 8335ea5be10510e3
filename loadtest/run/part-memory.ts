import { readFile } from 'node:fs/promises';
import { processTree } from './process-tree.ts';

/** Resident memory in bytes. */
export interface PartMemory {
  server: number;
  engine: number;
  nats: number;
}

const PAGE_BYTES = 4_096;

/** Of the server's process, of its embedded ClickHouse and of its nats-server. Null where the system has no /proc. */
export async function partMemory(serverPid: number): Promise<PartMemory | null> {
  const memory: PartMemory = { server: 0, engine: 0, nats: 0 };
  for (const pid of await processTree(serverPid)) {
    const statm = await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => null);
    if (statm === null) {
      if (pid === serverPid) return null;
      continue;
    }
    const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
    memory[pid === serverPid ? 'server' : name.startsWith('nats-server') ? 'nats' : 'engine'] += Number(statm.split(' ')[1]) * PAGE_BYTES;
  }
  return memory;
}

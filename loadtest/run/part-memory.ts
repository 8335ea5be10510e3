import { readFile } from 'node:fs/promises';
import { processTree } from './process-tree.ts';

/** Bytes in memory that belong to a process alone: what it cannot give back without giving something up. */
export interface PartMemory {
  server: number;
  engine: number;
  nats: number;
  /** Pages of files, of all of them: programs, libraries, the model. The kernel takes these whenever it needs the room. */
  ofFiles: number;
}

/** Of the server's process, of its embedded ClickHouse and of its nats-server. Null where the system has no /proc. */
export async function partMemory(serverPid: number): Promise<PartMemory | null> {
  const memory: PartMemory = { server: 0, engine: 0, nats: 0, ofFiles: 0 };
  for (const pid of await processTree(serverPid)) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => null);
    if (status === null) {
      if (pid === serverPid) return null;
      continue;
    }
    const bytes = (field: string): number => Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0) * 1_024;
    const name = /^Name:\s+(\S+)/m.exec(status)?.[1] ?? '';
    memory[pid === serverPid ? 'server' : name.startsWith('nats-server') ? 'nats' : 'engine'] += bytes('RssAnon') + bytes('RssShmem');
    memory.ofFiles += bytes('RssFile');
  }
  return memory;
}

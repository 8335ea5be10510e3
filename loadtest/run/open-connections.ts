import { readFile } from 'node:fs/promises';

const ESTABLISHED = '01';

/** TCP connections of loopback that are open to a port, both ends counted once; null where the system has no /proc. */
export async function openConnections(port: number): Promise<number | null> {
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFile(file, 'utf8').catch(() => null)));
  if (tables.every((table) => table === null)) return null;
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return tables.reduce((sum, table) => sum + (table ?? '').split('\n').filter((line) => {
    const [, from = '', , state] = line.trim().split(/\s+/);
    return from.endsWith(local) && state === ESTABLISHED;
  }).length, 0);
}

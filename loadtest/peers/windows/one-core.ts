import { readFileSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import { run } from './set-up-peers.ts';
import type { Command } from './set-up-peers.ts';

/** The number of a core, by which the system counts them, or all that there are. */
export type Core = number | 'all';

/** From the command line. */
export function readCore(text: string): Core {
  if (text === 'all') return 'all';
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError('It must be the number of a core, from 0, or all.');
  return Number(text);
}

/** The last one that this process may use; 0 where the system does not say. */
export function lastCore(): number {
  try {
    // Ranges and numbers with commas between them: 0-3,6.
    const allowed = /^Cpus_allowed_list:.*?(\d+)$/m.exec(readFileSync('/proc/self/status', 'utf8'));
    return Number(allowed?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** The command with itself, its threads and every process that it starts held to the core. */
export function heldTo(core: Core, { command, args }: Command): Command {
  return core === 'all' ? { command, args } : { command: 'taskset', args: ['-c', String(core), command, ...args] };
}

/** Rejects where nothing can be held to the core, with the reason and what to do. */
export async function checkCore(core: Core): Promise<void> {
  if (core === 'all') return;
  try {
    await run(heldTo(core, { command: 'true', args: [] }), '.');
  } catch (error) {
    throw new Error(`No program can be held to core ${core}: ${(error as Error).message}. taskset is part of util-linux; --core takes another core, or "all" for no such limit.`, { cause: error });
  }
}

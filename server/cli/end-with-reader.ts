import type { EventEmitter } from 'node:events';

/** Whoever reads what a command prints may have seen enough, as `| head -1` has: the command ends then, and quietly. A server goes on without its reader. */
export function endWithReader(output: EventEmitter, { goesOn, exit }: { goesOn: boolean; exit: () => void }): void {
  if (output.listenerCount('error') > 0) return;
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    if (!goesOn) exit();
  });
}

import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const HOOKS = new URL('./typescript-hooks.mjs', import.meta.url).href;

export interface Child {
  process: ChildProcess;
  /** The next line of its output; null once it ended. */
  nextLine(): Promise<string | null>;
  /** Resolves when it is gone. */
  ended: Promise<{ code: number | null; signal: string | null }>;
}

/** Runs a TypeScript file in a process of its own, so that it can be killed and can hold a data directory. */
export function startChild(script: URL, args: readonly string[]): Child {
  const child = spawn(process.execPath, ['--import', HOOKS, fileURLToPath(script), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    process: child,
    nextLine: async () => {
      const { value, done } = await lines.next();
      return done === true ? null : value;
    },
    ended: new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal }))),
  };
}

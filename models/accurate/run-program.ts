import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const LINES_KEPT = 5;

export interface ProgramEnd {
  /** Null where a signal ended it. */
  code: number | null;
  /** What it said last. */
  last: string[];
}

/** Runs a program to its end; each line of its output goes to `onLine`. Rejects where it does not start. */
export function runProgram(command: string, parameters: readonly string[], onLine: (line: string) => void): Promise<ProgramEnd> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, parameters, { stdio: ['ignore', 'pipe', 'pipe'] });
    const last: string[] = [];
    const remember = (line: string): void => {
      if (line.trim() === '') return;
      last.push(line);
      if (last.length > LINES_KEPT) last.shift();
    };
    createInterface({ input: child.stdout }).on('line', (line) => {
      remember(line);
      onLine(line);
    });
    createInterface({ input: child.stderr }).on('line', remember);
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, last }));
  });
}

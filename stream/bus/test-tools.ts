import { readFile, readdir } from 'node:fs/promises';
import type { Clock } from '../../core/clock.ts';
import { TocsinError } from '../../core/errors.ts';
import type { Log } from '../ports.ts';
import { poll } from './poll.ts';

const TIMEOUT_MS = 10_000;

export const systemClock: Clock = { nowMs: () => Date.now() };

export function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

export function read(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** Waits until the condition holds; fails with its name when it does not within the limit. */
export async function eventually(what: string, condition: () => boolean | Promise<boolean>, timeoutMs = TIMEOUT_MS): Promise<void> {
  const held = await poll(async () => ((await condition()) ? true : undefined), { everyMs: 5, timeoutMs });
  if (held === undefined) throw new Error(`not within ${timeoutMs} ms: ${what}`);
}

export async function codeOf(promise: Promise<unknown>): Promise<string> {
  return await promise.then(() => 'resolved', (error: unknown) => (error instanceof TocsinError ? error.code : `not a TocsinError: ${String(error)}`));
}

/** Stops a process, as a machine that hangs would; returns when none of its threads runs any more (where /proc tells). */
export async function suspend(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  await eventually(`process ${pid} to be stopped`, async () => {
    const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
    const stats = await Promise.all(threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/stat`, 'utf8').catch(() => '')));
    // The state is the letter after the name, which is in parentheses.
    return stats.every((stat) => stat === '' || stat[stat.lastIndexOf(')') + 2] === 'T');
  });
}

/** A few round trips to the log, after which anything that was wrongly on its way has arrived. */
export async function settle(log: Log): Promise<void> {
  for (let round = 0; round < 3; round++) await log.last();
}

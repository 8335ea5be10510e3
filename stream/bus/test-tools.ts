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

/** A few round trips to the log, after which anything that was wrongly on its way has arrived. */
export async function settle(log: Log): Promise<void> {
  for (let round = 0; round < 3; round++) await log.last();
}

import { setTimeout as sleep } from 'node:timers/promises';

export interface PollOptions {
  /** What is waited for, for the sentence of the failure. */
  what: string;
  limitMs?: number;
  everyMs?: number;
  /** Aborted when it can no longer come true; the wait then ends with the signal's reason. */
  signal?: AbortSignal;
}

/** Below the time of a test, so that a failure says what was waited for; a machine may be slow. */
const LIMIT_MS = 150_000;
const EVERY_MS = 20;

/**
 * Asks until the answer is something other than undefined, null or false, and gives it. An error counts as "not yet".
 * @throws Error with what was waited for and the last error, after `limitMs` (150 s)
 */
export async function eventually<T>(ask: () => T | Promise<T>, { what, limitMs = LIMIT_MS, everyMs = EVERY_MS, signal }: PollOptions): Promise<NonNullable<Exclude<T, false>>> {
  const untilMs = performance.now() + limitMs;
  let lastError: unknown;
  for (;;) {
    signal?.throwIfAborted();
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== null && answer !== false) return answer as NonNullable<Exclude<T, false>>;
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    if (performance.now() >= untilMs) {
      throw new Error(`waited ${limitMs} ms for ${what}${lastError === undefined ? '' : `; the last try failed: ${lastError instanceof Error ? lastError.message : String(lastError)}`}`);
    }
    await sleep(everyMs);
  }
}

import { expect } from 'vitest';

/** Long enough for a machine that is busy with other suites. */
const WITHIN_MS = 15_000;

/** Reads again and again until the expectation that follows holds. */
export function eventually<T>(read: () => T | Promise<T>, withinMs = WITHIN_MS): ReturnType<typeof expect.poll<T>> {
  return expect.poll(read, { timeout: withinMs, interval: 30 });
}

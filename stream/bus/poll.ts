import { setTimeout as sleep } from 'node:timers/promises';

/** Asks `probe` every `everyMs` until it gives something or the time is up. */
export async function poll<T>(probe: () => Promise<T | undefined> | T | undefined, limits: { everyMs: number; timeoutMs: number }): Promise<T | undefined> {
  const endsAt = performance.now() + limits.timeoutMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (performance.now() >= endsAt) return undefined;
    await sleep(limits.everyMs);
  }
}

import type { Timers } from '../core/clock.ts';

/** The runtime's own timers. */
export const systemTimers: Timers = {
  after(delayMs, act) {
    const timer = setTimeout(act, delayMs);
    return () => clearTimeout(timer);
  },
  soon(act) {
    const turn = setImmediate(act);
    return () => clearImmediate(turn);
  },
};

/** Resolves `delayMs` from now or later. */
export function sleep(timers: Timers, delayMs: number): Promise<void> {
  return new Promise((resolve) => void timers.after(delayMs, resolve));
}

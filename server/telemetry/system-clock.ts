import type { Clock } from '../../core/clock.ts';

/** The machine's clock: the one place outside adapters' timers that reads it. */
export const systemClock: Clock = { nowMs: () => Date.now() };

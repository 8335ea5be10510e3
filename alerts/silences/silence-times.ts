import { Cron } from 'croner';
import type { Silence } from '../../core/operation.ts';

export const DURATION_MS_MIN = 60_000;
export const DURATION_MS_MAX = 30 * 86_400_000;

/** Until when a silence holds now, in milliseconds since the epoch; null where it does not. An end belongs to what comes after it. */
export function silentUntilMs(silence: Silence, nowMs: number): number | null {
  if (nowMs < silence.startsAtMs || (silence.endsAtMs !== null && nowMs >= silence.endsAtMs)) return null;
  if (silence.recurring === undefined) return silence.endsAtMs ?? Infinity;
  const window = windowAt(silence, nowMs);
  if (window === null || window.fromMs > nowMs) return null;
  return Math.min(window.toMs, silence.endsAtMs ?? Infinity);
}

/** The next begin after now of a window that comes again; null when there is none. */
export function nextBeginMs(silence: Silence, nowMs: number): number | null {
  if (silence.recurring === undefined) return silence.startsAtMs > nowMs ? silence.startsAtMs : null;
  const next = cronOf(silence).nextRun(new Date(Math.max(nowMs, silence.startsAtMs - 1)))?.getTime() ?? null;
  return next === null || (silence.endsAtMs !== null && next >= silence.endsAtMs) ? null : next;
}

/** What is wrong with a recurrence, or null. */
export function recurrenceFault({ cron, timeZone }: { cron: string; timeZone: string }): { field: 'cron' | 'timeZone'; message: string } | null {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch {
    return { field: 'timeZone', message: 'must be an IANA time zone such as Asia/Shanghai' };
  }
  if (cron.trim().split(/\s+/u).length !== 5) return { field: 'cron', message: 'must be five fields: minute, hour, day, month, weekday, such as "0 2 * * 7"' };
  try {
    const next = new Cron(cron, { timezone: timeZone, paused: true }).nextRun(new Date(0));
    return next === null ? { field: 'cron', message: 'names a time that never comes' } : null;
  } catch {
    return { field: 'cron', message: 'must be five fields: minute, hour, day, month, weekday, such as "0 2 * * 7"' };
  }
}

interface Window {
  fromMs: number;
  toMs: number;
}

const crons = new WeakMap<Silence, Cron>();
/** The latest window looked up of each silence: asking the cron expression costs a tenth of a millisecond. */
const windows = new WeakMap<Silence, { askedMs: number; window: Window | null }>();

/** The window that holds now, or the next one. */
function windowAt(silence: Silence, nowMs: number): Window | null {
  const known = windows.get(silence);
  if (known !== undefined && nowMs >= known.askedMs && (known.window === null || nowMs < known.window.toMs)) return known.window;
  const { durationMs } = silence.recurring!;
  const fromMs = cronOf(silence).nextRun(new Date(nowMs - durationMs))?.getTime();
  const window = fromMs === undefined ? null : { fromMs, toMs: fromMs + durationMs };
  windows.set(silence, { askedMs: nowMs, window });
  return window;
}

function cronOf(silence: Silence): Cron {
  let cron = crons.get(silence);
  if (cron === undefined) {
    const { cron: pattern, timeZone } = silence.recurring!;
    crons.set(silence, (cron = new Cron(pattern, { timezone: timeZone, paused: true })));
  }
  return cron;
}

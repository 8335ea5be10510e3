const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
type Unit = keyof typeof UNIT_MS;

export const WINDOW_MS_MIN = UNIT_MS.m;
export const WINDOW_MS_MAX = 90 * UNIT_MS.d;

const LENGTH = 'a length of time is a whole number and a unit, such as 90s, 30m, 24h, 7d or 2w';

export type DurationResult = { ok: true; ms: number } | { ok: false; message: string };

/** Reads `90s`, `30m`, `24h`, `7d`, `2w`; the message of a refusal says what to write instead. */
export function parseDuration(text: string): DurationResult {
  const match = /^(\d{1,12})\s*([A-Za-z]*)$/.exec(text.trim());
  if (match === null) return { ok: false, message: `"${text}" is not a length of time: ${LENGTH}` };
  const unit = match[2]!;
  if (unit === '') return { ok: false, message: `"${text}" has no unit: ${LENGTH}` };
  if (!isUnit(unit)) return { ok: false, message: `"${text}" has the unknown unit "${unit}": use s, m, h, d or w` };
  return { ok: true, ms: Number(match[1]) * UNIT_MS[unit] };
}

/** As `parseDuration`, for a window: 1 minute to 90 days. */
export function parseWindow(text: string): DurationResult {
  const parsed = parseDuration(text);
  if (!parsed.ok) return parsed;
  if (parsed.ms < WINDOW_MS_MIN || parsed.ms > WINDOW_MS_MAX) {
    return { ok: false, message: `"${text}" is out of range: a window is 1 minute (1m) to 90 days (90d) long` };
  }
  return parsed;
}

/** The shortest way to write a length of time: 86,400,000 is `24h`, 172,800,000 is `2d`. */
export function formatDuration(ms: number): string {
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    if (ms % UNIT_MS[unit] === 0 && (unit !== 'd' || ms >= 2 * UNIT_MS.d)) return `${ms / UNIT_MS[unit]}${unit}`;
  }
  return `${Math.ceil(ms / 1000)}s`;
}

function isUnit(text: string): text is Unit {
  return Object.hasOwn(UNIT_MS, text);
}

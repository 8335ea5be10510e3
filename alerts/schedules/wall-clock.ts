import { localTime } from './day-hours.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** What the clock on the wall shows at an instant, as milliseconds that know of no zone. */
export function wallMs(atMs: number, timeZone: string): number {
  const { date, minute } = localTime(atMs, timeZone);
  // Zones differ by whole minutes.
  return Date.parse(`${date}T00:00:00Z`) + minute * MINUTE_MS + (((atMs % MINUTE_MS) + MINUTE_MS) % MINUTE_MS);
}

/** The first instant at which the wall shows this or, where a jump leaves it out, a later time: that of the jump. */
export function firstInstantOf(shownMs: number, timeZone: string): number {
  const before = offsetMs(shownMs - DAY_MS, timeZone);
  const after = offsetMs(shownMs + DAY_MS, timeZone);
  // Clocks that go back show some times twice; the larger offset is that of the first time.
  const instants = [...new Set([Math.max(before, after), Math.min(before, after)])].map((offset) => shownMs - offset);
  return instants.find((atMs) => wallMs(atMs, timeZone) === shownMs) ?? jumpBetween(shownMs - Math.max(before, after), shownMs - Math.min(before, after), timeZone);
}

/** The minute at which the zone's offset changes. */
function jumpBetween(fromMs: number, toMs: number, timeZone: string): number {
  const offset = offsetMs(fromMs, timeZone);
  let [low, high] = [Math.floor(fromMs / MINUTE_MS), Math.ceil(toMs / MINUTE_MS)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetMs(middle * MINUTE_MS, timeZone) === offset) low = middle;
    else high = middle;
  }
  return high * MINUTE_MS;
}

function offsetMs(atMs: number, timeZone: string): number {
  return wallMs(atMs, timeZone) - atMs;
}

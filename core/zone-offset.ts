/** Offset of a time zone at an instant: local wall time minus UTC, in milliseconds. */
export type ZoneOffset = (instantMs: number) => number;

/** Zones change their offset on quarter hours, so one answer serves the whole quarter. */
const SLOT_MS = 15 * 60_000;
const SLOTS_MAX = 4_096;

/**
 * Looks offsets up in the runtime's own time zone data and remembers the last few thousand quarters of an hour.
 * Throws a RangeError for a name that is no IANA time zone.
 */
export function createZoneOffset(timeZone: string): ZoneOffset {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone, hourCycle: 'h23', era: 'short',
    year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
  });
  const known = new Map<number, number>();
  return (instantMs) => {
    const slot = Math.floor(instantMs / SLOT_MS);
    const remembered = known.get(slot);
    if (remembered !== undefined) return remembered;
    const offsetMs = wallTimeMs(format, slot * SLOT_MS) - slot * SLOT_MS;
    if (known.size >= SLOTS_MAX) known.clear();
    known.set(slot, offsetMs);
    return offsetMs;
  };
}

function wallTimeMs(format: Intl.DateTimeFormat, instantMs: number): number {
  const part: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of format.formatToParts(instantMs)) part[type] = Number(value);
  return Date.UTC(part.year ?? 0, (part.month ?? 1) - 1, part.day, part.hour, part.minute, part.second);
}

const DAY_MS = 86_400_000;

/**
 * The instant of a wall time, both given as if the wall time were UTC.
 * A wall time that comes twice (clocks set back) is its first occurrence; one that is skipped (clocks set forward)
 * is read with the offset in force before the jump, so it lands as far after the jump as it was after the gap's start.
 */
export function instantOfWallTime(wallMs: number, offsetAt: ZoneOffset): number {
  const before = offsetAt(wallMs - DAY_MS);
  const after = offsetAt(wallMs + DAY_MS);
  const early = wallMs - before;
  if (before === after || offsetAt(early) === before) return early;
  const late = wallMs - after;
  return offsetAt(late) === after ? late : early;
}

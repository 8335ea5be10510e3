import { describe, expect, it } from 'vitest';
import { isoDuration, spanText, windowText, ZonedTime } from './time-text.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

describe('durations', () => {
  it.each([
    [MINUTE_MS, 'PT1M', '1 分钟', '1 min'],
    [90 * MINUTE_MS, 'PT1H30M', '1 小时 30 分钟', '1 h 30 min'],
    [DAY_MS, 'PT24H', '24 小时', '24 h'],
    [36 * HOUR_MS, 'PT36H', '36 小时', '36 h'],
    [7 * DAY_MS, 'P7D', '7 天', '7 d'],
    [90 * DAY_MS, 'P90D', '90 天', '90 d'],
    [61_000, 'PT1M1S', '1 分钟 1 秒', '1 min 1 s'],
  ])('a window of %i ms is %s', (windowMs, iso, zh, en) => {
    expect(isoDuration(windowMs)).toBe(iso);
    expect(windowText(windowMs)).toEqual({ zh, en });
  });

  it.each([
    [59_999, '不到 1 分钟', 'under 1 min'],
    [5 * HOUR_MS + 20 * MINUTE_MS + 59_000, '5 小时 20 分钟', '5 h 20 min'],
    [2 * HOUR_MS, '2 小时', '2 h'],
    [3 * DAY_MS + 59 * MINUTE_MS, '3 天', '3 d'],
    [3 * DAY_MS + 4 * HOUR_MS, '3 天 4 小时', '3 d 4 h'],
  ])('a span of %i ms is said as %s', (spanMs, zh, en) => {
    expect(spanText(spanMs)).toEqual({ zh, en });
  });
});

describe('times of the day', () => {
  it('are those of the zone, on a clock of 24 hours', () => {
    expect(new ZonedTime('Asia/Shanghai').text(Date.UTC(2026, 10, 22, 16, 0))).toBe('11-23 00:00');
    expect(new ZonedTime('America/New_York').text(Date.UTC(2026, 10, 22, 16, 0))).toBe('11-22 11:00');
  });

  it('come with the zone\'s offset at that time', () => {
    expect(new ZonedTime('Asia/Shanghai').offset(Date.UTC(2026, 10, 22))).toBe('UTC+8');
    expect(new ZonedTime('Europe/Berlin').offset(Date.UTC(2026, 6, 1))).toBe('UTC+2');
    expect(new ZonedTime('Europe/Berlin').offset(Date.UTC(2026, 0, 1))).toBe('UTC+1');
    expect(new ZonedTime('UTC').offset(0)).toBe('UTC');
  });
});

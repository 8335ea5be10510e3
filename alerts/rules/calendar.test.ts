import { describe, expect, it } from 'vitest';
import { DEFAULT_SALE_DAYS, LocalDays, dayKind, lastCalendarYear } from './calendar.ts';

describe('the calendar', () => {
  it.each([
    ['2026-11-27', 'workday'], // a Friday
    ['2026-11-28', 'rest-day'],
    ['2026-10-01', 'rest-day'], // National Day, a Thursday
    ['2026-02-14', 'workday'], // a Saturday worked for the Spring Festival
    ['2026-11-11', 'sale-day'],
    ['2026-06-18', 'sale-day'],
  ])('%s is a %s', (day, kind) => {
    expect(dayKind(day, 'china', DEFAULT_SALE_DAYS)).toBe(kind);
  });

  it('knows weekends only where it is asked for these, or for a year that it has no holidays of', () => {
    expect(dayKind('2026-10-01', 'weekends', [])).toBe('workday');
    expect(lastCalendarYear()).toBeGreaterThanOrEqual(2026);
    const after = lastCalendarYear() + 1;
    expect(dayKind(`${after}-10-01`, 'china', [])).toBe(dayKind(`${after}-10-01`, 'weekends', []));
  });

  it('tells days by the clock on the wall of the zone', () => {
    const days = new LocalDays('Asia/Shanghai');
    expect(days.of(Date.UTC(2026, 10, 10, 15, 59))).toBe('2026-11-10');
    expect(days.of(Date.UTC(2026, 10, 10, 16))).toBe('2026-11-11');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTime } from './parse-time.ts';
import { createZoneOffset } from './zone-offset.ts';

const shanghai = createZoneOffset('Asia/Shanghai');
const newYork = createZoneOffset('America/New_York');
const lordHowe = createZoneOffset('Australia/Lord_Howe');
const at = (iso: string): number => Date.parse(iso);

describe('times', () => {
  it.each([
    ['with Z', '2025-03-01T09:30:00Z', '2025-03-01T09:30:00Z'],
    ['with an offset', '2025-03-01T09:30:00+08:00', '2025-03-01T01:30:00Z'],
    ['with a negative offset', '2025-03-01T09:30:00-05:30', '2025-03-01T15:00:00Z'],
    ['with a fraction', '2025-03-01T09:30:00.1239Z', '2025-03-01T09:30:00.123Z'],
    ['in small letters', '2025-03-01t09:30:00z', '2025-03-01T09:30:00Z'],
    ['with a space and an offset', '2025-03-01 09:30:00+00:00', '2025-03-01T09:30:00Z'],
    ['in a leap second', '2016-12-31T23:59:60Z', '2017-01-01T00:00:00Z'],
    ['on a leap day', '2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
    ['of the wall clock', '2025-03-01 09:30:00', '2025-03-01T01:30:00Z'],
    ['of the wall clock with a fraction', '2025-03-01 09:30:00.5', '2025-03-01T01:30:00.500Z'],
  ])('%s are read', (_name, text, expected) => {
    expect(parseTime(text, shanghai)).toBe(at(expected));
  });

  it.each([
    ['a date alone', '2025-03-01'],
    ['a T without a zone', '2025-03-01T09:30:00'],
    ['month 13', '2025-13-01T00:00:00Z'],
    ['day 0', '2025-01-00T00:00:00Z'],
    ['30 February', '2025-02-30T00:00:00Z'],
    ['29 February of a common year', '1900-02-29T00:00:00Z'],
    ['hour 24', '2025-01-01T24:00:00Z'],
    ['minute 60', '2025-01-01T00:60:00Z'],
    ['second 61', '2025-01-01T00:00:61Z'],
    ['an offset of 24 hours', '2025-01-01T00:00:00+24:00'],
    ['milliseconds since the epoch', '1735689600000'],
    ['words', 'yesterday'],
    ['text behind it', '2025-03-01T09:30:00Z and more'],
    ['slashes', '2025/03/01 09:30:00'],
    ['nothing', ''],
  ])('%s is no time', (_name, text) => {
    expect(parseTime(text, shanghai)).toBeNull();
  });

  it.each([
    ['winter', newYork, '2025-01-15 12:00:00', '2025-01-15T17:00:00Z'],
    ['summer', newYork, '2025-07-15 12:00:00', '2025-07-15T16:00:00Z'],
    ['an hour that comes twice, read as the first', newYork, '2025-11-02 01:30:00', '2025-11-02T05:30:00Z'],
    ['right after the hour that comes twice', newYork, '2025-11-02 02:00:00', '2025-11-02T07:00:00Z'],
    ['an hour that is skipped, as far after the jump', newYork, '2025-03-09 02:30:00', '2025-03-09T07:30:00Z'],
    ['right before the jump', newYork, '2025-03-09 01:59:59', '2025-03-09T06:59:59Z'],
    ['a shift of half an hour', lordHowe, '2025-10-05 03:00:00', '2025-10-04T16:00:00Z'],
  ])('the wall clock knows %s', (_name, zone, text, expected) => {
    expect(parseTime(text, zone)).toBe(at(expected));
  });

  it('of the wall clock name the instant at which the zone shows them, unless the zone skips them', () => {
    const instants = fc.integer({ min: at('2000-01-02T00:00:00Z') / 1000, max: at('2037-12-30T00:00:00Z') / 1000 });
    fc.assert(fc.property(instants, fc.constantFrom('America/New_York', 'Europe/Berlin', 'Asia/Shanghai', 'Asia/Kolkata'), (second, name) => {
      const zone = createZoneOffset(name);
      const shown = new Date(second * 1000 + zone(second * 1000)).toISOString().slice(0, 19).replace('T', ' ');
      const parsed = parseTime(shown, zone) ?? 0;
      const hoursApart = (second * 1000 - parsed) / 3_600_000;
      expect([0, 1]).toContain(hoursApart);
      expect(parsed + zone(parsed)).toBe(second * 1000 + zone(second * 1000));
    }));
  });

  it('need a zone that exists', () => {
    expect(() => createZoneOffset('Mars/Olympus')).toThrow(RangeError);
  });
});

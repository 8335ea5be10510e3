import { describe, expect, it } from 'vitest';
import { parseTime } from '../../../core/parse-time.ts';
import { readChannelCell, readNumberCell, readRatingCell, readTimeCell, readYesCell } from './read-cells.ts';

describe('a time in a cell', () => {
  it.each([
    ['2025/3/1 9:05', '2025-03-01 09:05:00'], ['2025-03-01', '2025-03-01 00:00:00'], ['2025年3月1日 9时5分', '2025-03-01 09:05:00'],
    ['2025年3月1日 下午3:20:09', '2025-03-01 15:20:09'], ['2025/3/1 12:05 AM', '2025-03-01 00:05:00'], ['2025.3.1 9:05:07', '2025-03-01 09:05:07'], ['2025年3月1日9点', '2025-03-01 09:00:00'],
    ['20250301', '2025-03-01 00:00:00'], ['20250301093005', '2025-03-01 09:30:05'],
    // As Excel counts days: 45717 is 1 March 2025.
    ['45717', '2025-03-01 00:00:00'], ['45717.395833333336', '2025-03-01 09:30:00'], ['45717.9999999', '2025-03-02 00:00:00'],
    ['1740792600', '2025-03-01T01:30:00.000Z'], ['1740792600123', '2025-03-01T01:30:00.123Z'],
    ['13/3/2025', '2025-03-13 00:00:00'], ['3/13/2025 8:00', '2025-03-13 08:00:00'],
  ])('%s is read as %s', (cell, value) => {
    expect(readTimeCell(cell, 'ymd')).toEqual({ ok: true, value });
    expect(parseTime(value, () => 0)).not.toBeNull();
  });

  it.each([['2025-03-01T09:30:00+08:00'], ['yesterday'], ['2025/2/30'], ['2025/3/1 25:00'], ['12345']])('%s is left to the server', (cell) => {
    expect(readTimeCell(cell, 'ymd')).toEqual({ ok: true, value: cell });
  });

  it('of which nobody can tell the month is read as somebody says, and not at all otherwise', () => {
    expect(readTimeCell('3/4/2025', 'mdy')).toEqual({ ok: true, value: '2025-03-04 00:00:00' });
    expect(readTimeCell('3/4/2025', 'dmy')).toEqual({ ok: true, value: '2025-04-03 00:00:00' });
    expect(readTimeCell('3/4/2025', 'ymd')).toMatchObject({ ok: false, reason: expect.stringContaining('--dates mdy') as string });
  });
});

describe('what a cell says', () => {
  it.each([['5', 5], ['5.0', 5], ['4星', 4], ['四星', 4], ['★★★☆☆', 3], ['2分', 2], ['非常满意', '非常满意']])('as a rating: %s', (cell, value) => expect(readRatingCell(cell)).toBe(value));
  it.each([['1,200', 1_200], ['1200', 1_200], ['-3.5', -3.5], ['1,2', '1,2'], ['多', '多']])('as a number: %s', (cell, value) => expect(readNumberCell(cell)).toBe(value));
  it.each([['是', true], ['未解决', false], ['YES', true], ['0', false], ['也许', '也许']])('as a yes or no: %s', (cell, value) => expect(readYesCell(cell)).toBe(value));
  it.each([['门店', 'store'], ['APP', 'app'], ['微信小程序', 'mini-program'], ['微信', 'mini-program'], ['微信公众号', 'social'], ['天猫', null]])('as a channel: %s', (cell, value) => expect(readChannelCell(cell)).toBe(value));
});

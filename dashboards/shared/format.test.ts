import { describe, expect, it } from 'vitest';
import { createFormatter } from './format.ts';

const zh = createFormatter('zh', 'Asia/Shanghai');
const en = createFormatter('en', 'Europe/London');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('counts', () => {
  it('are grouped by thousands and whole', () => {
    expect(zh.count(1_234_567)).toBe('1,234,567');
    expect(en.count(0)).toBe('0');
  });

  it('say when they are only a lower bound', () => {
    expect(zh.count(43_216, 'atLeast')).toBe('≥43,216');
    expect(zh.count(0, 'atLeast')).toBe('≥0');
  });

  it('that are no number are a dash, and never NaN', () => {
    for (const value of [NaN, Infinity, -Infinity]) expect(zh.count(value, 'atLeast')).toBe('—');
  });
});

describe('shares', () => {
  it('have one decimal', () => {
    expect(zh.share(1, 3)).toBe('33.3%');
    expect(en.share(5, 5)).toBe('100.0%');
  });

  it('of lower bounds are near and not at least', () => {
    expect(zh.share(1, 3, 'atLeast')).toBe('≈33.3%');
  });

  it('of nothing are a dash', () => {
    expect(zh.share(0, 0)).toBe('—');
  });
});

describe('ages and durations', () => {
  it.each([
    [0, '0.0 秒', '0.0 s'],
    [850, '0.8 秒', '0.8 s'],
    [9_999, '9.9 秒', '9.9 s'],
    [10_000, '10 秒', '10 s'],
    [47_900, '47 秒', '47 s'],
    [3 * MINUTE + 20_500, '3 分钟 20 秒', '3 min 20 s'],
    [2 * HOUR, '2 小时', '2 h'],
    [DAY + 5 * HOUR + 3 * MINUTE, '1 天 5 小时', '1 d 5 h'],
  ])('%d ms is %s and %s', (ms, chinese, english) => {
    expect(zh.age(ms)).toBe(chinese);
    expect(en.age(ms)).toBe(english);
  });

  it('never go below zero when a clock steps back', () => {
    expect(en.age(-5)).toBe('0.0 s');
    expect(en.duration(-5_000)).toBe('0 s');
  });

  it.each([
    [5 * MINUTE, '5 分钟', '5 min'],
    [HOUR, '1 小时', '1 h'],
    [DAY, '24 小时', '24 h'],
    [7 * DAY, '7 天', '7 d'],
    [90 * MINUTE, '90 分钟', '90 min'],
    [36 * HOUR, '36 小时', '36 h'],
  ])('a window of %d ms is %s and %s', (ms, chinese, english) => {
    expect(zh.window(ms)).toBe(chinese);
    expect(en.window(ms)).toBe(english);
  });
});

describe('moments', () => {
  const noon = Date.UTC(2026, 2, 11, 4, 0, 20);

  it('are in the zone given', () => {
    expect(zh.clock(noon)).toBe('12:00:20');
    expect(en.clock(noon)).toBe('04:00:20');
  });

  it('carry the date when it is not today in that zone', () => {
    expect(zh.moment(noon, noon)).toBe('12:00');
    expect(zh.moment(noon - DAY, noon)).toContain('10日');
    expect(en.moment(noon + 21 * HOUR, noon)).toContain('12');
  });

  it('write midnight as 00 and not as 24', () => {
    expect(zh.hourMinute(Date.UTC(2026, 2, 10, 16, 5))).toBe('00:05');
    expect(en.hourMinute(Date.UTC(2026, 0, 10, 0, 5))).toBe('00:05');
  });

  it('that no calendar has are a dash', () => {
    expect(zh.clock(NaN)).toBe('—');
    expect(zh.moment(9e15, noon)).toBe('—');
  });
});

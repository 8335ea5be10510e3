import { describe, expect, it } from 'vitest';
import type { AlertMeasure } from '../../core/alert.ts';
import { forecastText, measureWords, shareText } from './render-measure.ts';
import { renderPage } from './render-page.ts';
import { opened, resolved } from './testing/sample-events.ts';
import { ZonedTime } from './time-text.ts';

const NUMBERS = { count: 25, fireAt: 20, resolveBelow: 16, windowMs: 86_400_000 };

describe('what made a rule fire, in words', () => {
  it.each<[AlertMeasure, string, string]>([
    [{ kind: 'customers', items: 60 }, '24 小时内 25 位客户（60 条）', '25 customers (60 items) in 24 h'],
    [{ kind: 'probability', items: 31 }, '24 小时内投诉概率合计 25（31 条）', 'complaint probabilities of 31 items in 24 h add up to 25'],
    [{ kind: 'severe' }, '25 条', '25 items'],
    [{ kind: 'share', volume: 203, share: 25 / 203, shareAtLeast: 0.1, per: 100 }, '24 小时内 203 条中有 25 条，占 12.3%', '25 of 203 in 24 h, 12.3 %'],
    [{ kind: 'spike', expected: 8, baseline: [8], method: 'poisson', score: 1e-6, days: 'like', today: 'workday' }, '24 小时内 25 条，工作日同时段通常 8 条，为其 3.1 倍', '25 in 24 h, usually 8 at this time of workdays, 3.1 times as many'],
    [{ kind: 'spike', expected: 0, baseline: [], method: 'poisson', score: 0, days: 'all' }, '24 小时内 25 条，往日同时段通常 0 条', '25 in 24 h, usually 0 at this time of earlier days'],
    [{ kind: 'absence', expected: 120, learned: true }, '24 小时内只有 25 条，通常 120 条', 'only 25 in 24 h, usually 120'],
    [{ kind: 'newTopic', term: '漏液', items: 30, expected: 0.4 }, '新话题“漏液”：24 小时内 25 位客户、30 条，平时约 0.4 条', 'new topic "漏液": 25 customers, 30 items in 24 h, about 0.4 before'],
    [{ kind: 'composite', members: [{ ruleId: 'a', alertId: 'x', title: { zh: '甲', en: 'A' }, group: {} }] }, '同时成立：甲', 'together: A'],
  ])('%j', (measure, zh, en) => {
    expect(measureWords(measure, NUMBERS).counted).toEqual({ zh, en });
  });

  it('stands on the page in place of a count of items', () => {
    const options = { publicUrl: 'https://tocsin.example', times: new ZonedTime('Asia/Shanghai') };
    const event = { ...opened(), measure: { kind: 'absence', expected: 120, learned: false } as const, count: 0, endsAtMs: null };
    const page = renderPage(event, 'key', options);
    expect(page.summary.zh.line).toContain('24 小时内只有 0 条，通常 120 条');
    expect(page.summary.en.line).toContain('only 0 in 24 h, usually 120, fires below 50');
    expect(page.endsAt).toBeNull();
    const over = renderPage({ ...resolved(), measure: event.measure, reason: 'recovered' }, 'key', options);
    expect(over.summary.en.line).toContain('it speaks again');
  });

  it('says shares per hundred or per thousand, and forecasts', () => {
    expect(shareText(0.0123, 1000)).toEqual({ zh: '千分之 12.3', en: '12.3 in 1,000' });
    expect(forecastText(2 * 3_600_000 + 60_000)).toEqual({ zh: '按目前速度约 2 小时 1 分钟后达到', en: 'at this rate in about 2 h 1 min' });
  });
});

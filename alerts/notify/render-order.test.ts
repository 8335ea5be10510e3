import { describe, expect, it } from 'vitest';
import type { IncidentCause, PageOrder, PageReason } from '../../core/page-order.ts';
import { composeCard } from '../cards/compose-card.ts';
import type { Page } from './page.ts';
import { renderOrder } from './render-order.ts';
import { renderPage } from './render-page.ts';
import { orderOf } from './testing/order-of.ts';
import { escalated, opened, resolved } from './testing/sample-events.ts';
import { ZonedTime } from './time-text.ts';

const OPTIONS = { publicUrl: 'https://tocsin.example', times: new ZonedTime('Asia/Shanghai') };

describe('the page of an order', () => {
  it.each([['opened', opened()], ['escalated', escalated()], ['resolved', resolved()]] as const)('%s says of one alert what the page of its event says', (_kind, event) => {
    const { reason, detail, incident, ...page } = renderOrder(orderOf(event), 'k', OPTIONS);
    expect(page).toEqual(renderPage({ ...event, sequence: expect.anything(), index: 0 } as never, 'k', OPTIONS));
    expect(incident).toMatchObject({ id: event.alertId, alerts: 1 });
    expect(reason).toBeDefined();
    expect(detail).toEqual({ zh: '', en: '' });
  });

  it('of many alerts names the totals and the largest causes', () => {
    const order = orderOf(opened());
    const cause = (category: string, count: number): IncidentCause => ({ alertId: category, ruleId: 'r', title: opened().title, group: { category }, severity: 'warning', state: 'firing', count, peak: count });
    order.incident = { ...order.incident, alerts: 30, alertsFiring: 28, totalCount: 1_540, causes: [cause('logistics', 80), cause('quality', 60), cause('refund', 9), cause('a', 8), cause('b', 7), cause('c', 6)] };
    const { summary } = renderOrder(order, 'k', OPTIONS);
    expect(summary.zh.text).toContain('本事件共 30 项告警（28 项进行中），合计 1,540 条：\n· 物流配送 80 条\n');
    expect(summary.en.text).toContain('30 alerts in this incident (28 firing), 1,540 items in all:\n· Logistics: 80\n');
    expect(summary.en.text).toContain('· and 25 more');
  });

  it.each<[PageReason, string, string]>([
    ['silence-ended', '【静默结束，仍在发生】物流配送：', '[SILENCE OVER, STILL FIRING] Logistics:'],
    ['escalation-step', '【无人确认】物流配送：', '[NOT ACKNOWLEDGED] Logistics:'],
    ['resolved-by-hand', '【已由人工关闭】物流配送：', '[CLOSED BY HAND] Logistics:'],
  ])('%s says so first', (reason, zh, en) => {
    const order = { ...orderOf(opened()), reason, kind: reason === 'resolved-by-hand' ? 'resolved' as const : 'escalated' as const, detail: { zh: '说明', en: 'the words' } };
    const page = renderOrder(order, 'k', OPTIONS);
    expect(page.summary.zh.line.startsWith(zh)).toBe(true);
    expect(page.summary.en.line.startsWith(en)).toBe(true);
    expect(page.summary.en.text.split('\n')[1]).toBe('the words');
    expect(page.summary.en.text).toContain(reason === 'resolved-by-hand' ? '\nLasted under 1 min' : '\nOpen for under 1 min');
    if (reason === 'resolved-by-hand') {
      expect(page.resolvedBecause).toBe('by-hand');
      expect(page.summary.en.line).not.toContain('below');
    }
  });

  it('escalated by hand says first by whom, whatever the name is, on the card of every robot too', () => {
    const order = { ...orderOf(opened()), reason: 'escalated-by-hand' as const, kind: 'escalated' as const, by: '王$&', detail: { zh: '', en: '' } };
    const page = renderOrder(order, 'k', OPTIONS);
    expect(page).toMatchObject({ reason: 'escalated-by-hand', by: '王$&' });
    expect(page.summary.zh.line.startsWith('【王$& 手动升级】物流配送：')).toBe(true);
    expect(page.summary.en.line.startsWith('[ESCALATED BY 王$&] Logistics:')).toBe(true);
    expect(page.summary.zh.text).not.toContain('无人确认');
    expect(composeCard(page, 'zh', OPTIONS.times).headline).toBe(page.summary.zh.line);
  });

  describe('that goes out later than its event', () => {
    const MINUTE_MS = 60_000;
    const later = (over: Partial<PageOrder>, minutes: number, incident: Partial<PageOrder['incident']> = {}): Page => {
      const order = orderOf(opened());
      return renderOrder({ ...order, ...over, atMs: order.atMs + minutes * MINUTE_MS, incident: { ...order.incident, ...incident } }, 'k', OPTIONS);
    };
    const openedAtMs = opened().atMs;
    const time = (minutes: number): string => new Date(openedAtMs + minutes * MINUTE_MS).toISOString();

    it('says when it was decided, how long it has been open, and of when its numbers are', () => {
      const page = later({ kind: 'escalated', reason: 'escalation-step', previousSeverity: opened().severity }, 12);
      expect(page).toMatchObject({ at: time(12), openedAt: time(0), resolvedAt: null, window: { to: time(0) } });
      expect(page.summary.zh.text).toContain('已持续 12 分钟');
      expect(page.summary.en.text).toContain('Open for 12 min');
      expect(page.summary.en.text).not.toContain('Up from');
      expect(page.summary.zh.line).toContain(`（${OPTIONS.times.text(openedAtMs)} 时）`);
      expect(page.summary.en.line).toContain(`(as of ${OPTIONS.times.text(openedAtMs)})`);
    });

    it('by hand ends then, lasted until then, and forecasts no end', () => {
      const page = later({ kind: 'resolved', reason: 'resolved-by-hand' }, 75, { resolvedAtMs: openedAtMs + 75 * MINUTE_MS });
      expect(page).toMatchObject({ at: time(75), resolvedAt: time(75), endsAt: null });
      expect(page.summary.zh.text).toContain('持续 1 小时 15 分钟');
      expect(page.summary.zh.text).not.toContain('预计');
      expect(composeCard(page, 'en', OPTIONS.times).blocks[0]?.lines).toContainEqual({ label: 'Lasted', text: '1 h 15 min' });
    });

    it('as a correction after the end says when that was, and not when it is corrected', () => {
      const page = later({ kind: 'resolved', reason: 'correction' }, 24 * 60, { resolvedAtMs: openedAtMs + 90 * MINUTE_MS });
      expect(page).toMatchObject({ at: time(24 * 60), resolvedAt: time(90) });
      expect(page.summary.en.text).toContain('Lasted 1 h 30 min');
    });

    it('as a correction while it lasts says how long it has been open', () => {
      expect(later({ kind: 'escalated', reason: 'correction', previousSeverity: opened().severity }, 30).summary.en.text).toContain('Open for 30 min');
    });
  });
});

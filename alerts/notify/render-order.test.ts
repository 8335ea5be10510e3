import { describe, expect, it } from 'vitest';
import type { IncidentCause, PageReason } from '../../core/page-order.ts';
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
    expect(summary.zh.text).toContain('本事件共 30 项告警(28 项进行中),合计 1,540 条:\n· 物流配送 80 条\n');
    expect(summary.en.text).toContain('30 alerts in this incident (28 firing), 1,540 items in all:\n· Logistics: 80\n');
    expect(summary.en.text).toContain('· and 25 more');
  });

  it.each<[PageReason, string, string]>([
    ['silence-ended', '【静默结束,仍在发生】物流配送:', '[SILENCE OVER, STILL FIRING] Logistics:'],
    ['escalation-step', '【无人确认】物流配送:', '[NOT ACKNOWLEDGED] Logistics:'],
    ['resolved-by-hand', '【已由人工关闭】物流配送:', '[CLOSED BY HAND] Logistics:'],
  ])('%s says so first', (reason, zh, en) => {
    const order = { ...orderOf(opened()), reason, kind: reason === 'resolved-by-hand' ? 'resolved' as const : 'escalated' as const, detail: { zh: '说明', en: 'the words' } };
    const page = renderOrder(order, 'k', OPTIONS);
    expect(page.summary.zh.line.startsWith(zh)).toBe(true);
    expect(page.summary.en.line.startsWith(en)).toBe(true);
    expect(page.summary.en.text.split('\n')[1]).toBe('the words');
    if (reason === 'resolved-by-hand') {
      expect(page.resolvedBecause).toBe('by-hand');
      expect(page.summary.en.line).not.toContain('below');
    }
  });
});

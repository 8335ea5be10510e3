import { describe, expect, it } from 'vitest';
import { composeCard } from '../cards/compose-card.ts';
import { plainText } from '../cards/plain-text.ts';
import { sampleEvidenceToken } from '../links/testing/sample-evidence.ts';
import { findReason } from '../reason/find-reason.ts';
import { stored } from '../reason/testing/stored.ts';
import { renderOrder } from './render-order.ts';
import { withFindings, withFoundQuotes } from './render-findings.ts';
import { orderOf } from './testing/order-of.ts';
import { OPENED_AT_MS, opened } from './testing/sample-events.ts';
import { ZonedTime } from './time-text.ts';

const TIMES = new ZonedTime('Asia/Shanghai');
const RENDER = { publicUrl: 'https://tocsin.example', times: TIMES, evidenceToken: sampleEvidenceToken };
const HOUR_MS = 3_600_000;

describe('a page with its reason inside', () => {
  const order = orderOf(opened());
  const items = Array.from({ length: 50 }, (_, index) => stored({
    id: `i${index}`, createdAtMs: OPENED_AT_MS - index * index * 20_000, store: index % 4 === 0 && index < 48 ? '12' : String(100 + index),
    text: index < 37 ? `升级 8.2.1 后闪退 ${index}` : ['付款页面白屏,钱扣了没有订单', '客服半天不回,电话 138****0000 也打不通'][index % 2]!,
  }));
  const baseline = Array.from({ length: 400 }, (_, index) => stored({ id: `u${index}`, text: '付款页面白屏', store: String(index % 90), createdAtMs: OPENED_AT_MS - 30 * HOUR_MS }));
  const findings = findReason({ items, baseline, window: { fromMs: OPENED_AT_MS - 24 * HOUR_MS, toMs: OPENED_AT_MS }, count: 50, groupFields: ['category'] });
  const trust = { exact: true, lowerBound: [], lagMs: 120, deadLetters: 0 };
  const page = withFindings(renderOrder(withFoundQuotes(order, findings), 'k', RENDER), findings, trust);

  it.each(['zh', 'en'] as const)('reads in %s as in its golden files, as a text and as a card', async (language) => {
    await expect(`${page.summary[language].text}\n\n--- card ---\n${plainText(composeCard(page, language, TIMES))}\n`).toMatchFileSnapshot(`testing/golden/with-findings-${language}.txt`);
  });

  it('quotes those who stand for all in place of the latest', () => {
    expect(page.quotes).toHaveLength(3);
    expect(page.quotes.map(({ id }) => id)).not.toContain('f-50');
    expect(page.findings).toMatchObject({ state: 'found', items: 50, baseline: 400 });
  });

  it('says why it has none, and keeps its own quotes', () => {
    const slow = withFindings(renderOrder(withFoundQuotes(order, 'too-slow'), 'k', RENDER), 'too-slow', { ...trust, exact: false, lowerBound: ['scorer-lag'] });
    expect(slow.findings).toEqual({ state: 'too-slow' });
    expect(slow.quotes.map(({ id }) => id)).toEqual(['f-50', 'f-49', 'f-48']);
    expect(slow.summary.zh.text).toContain('原因分析：存储响应慢，本条未附\n计数为下限（评分滞后） · 延迟 0.1 秒 · 死信 0\n原声：');
    expect(plainText(composeCard(slow, 'en', TIMES))).toContain('Likely cause: the store was too slow, left out of this page');
  });
});

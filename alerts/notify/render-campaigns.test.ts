import { describe, expect, it } from 'vitest';
import type { CampaignShare } from '../../core/alert.ts';
import { composeCard } from '../cards/compose-card.ts';
import { applyAlertEvent, emptyAlertList } from '../list/apply-alert-event.ts';
import { escalated, opened, resolved } from './testing/sample-events.ts';
import { renderPage } from './render-page.ts';
import { ZonedTime } from './time-text.ts';

const OPTIONS = { publicUrl: 'https://tocsin.example', times: new ZonedTime('Asia/Shanghai') };
const COPIED: CampaignShare = { of: 'f-1', items: 1_060, customers: 1_058, texts: 2, exact: true, counted: 55 };
const BOUNDED: CampaignShare = { of: 'f-2', items: 70, customers: 64, texts: 9, exact: false, counted: 6 };

describe('a copied text', () => {
  const event = { ...opened(), campaigns: [COPIED, BOUNDED] };
  const page = renderPage(event, 'k', OPTIONS);

  it('stands on the page and on its card with both numbers, in both languages', () => {
    expect(page.campaigns?.map(({ text }) => text)).toEqual([
      { zh: '复制文案：1,060 条，1,058 位客户，2 种文本（本组计入 55 条）', en: 'Copied text: 1,060 items, 1,058 customers, 2 texts (55 counted in this group)' },
      { zh: '复制文案：70 条，至少 64 位客户，9 种文本（本组计入 6 条）', en: 'Copied text: 70 items, at least 64 customers, 9 texts (6 counted in this group)' },
    ]);
    for (const language of ['zh', 'en'] as const) {
      expect(page.summary[language].text).toContain(page.campaigns![0]!.text[language]);
      const lines = composeCard(page, language, OPTIONS.times).blocks.flatMap((block) => block.lines.map(({ text }) => text));
      expect(lines).toEqual(expect.arrayContaining(page.campaigns!.map(({ text }) => text[language])));
    }
  });

  it('is said nowhere where there is none, and not on the end', () => {
    expect('campaigns' in renderPage(opened(), 'k', OPTIONS)).toBe(false);
    expect('campaigns' in renderPage(resolved(), 'k', OPTIONS)).toBe(false);
  });

  it('stays with the alert in the list until a later event says more', () => {
    const list = emptyAlertList();
    applyAlertEvent(list, event);
    expect(list.open.get(event.alertId)?.campaigns).toEqual([COPIED, BOUNDED]);
    applyAlertEvent(list, { ...escalated(), alertId: event.alertId, campaigns: [BOUNDED] });
    expect(list.open.get(event.alertId)?.campaigns).toEqual([BOUNDED]);
    applyAlertEvent(list, { ...resolved(), alertId: event.alertId });
    expect(list.closed.get(event.alertId)?.campaigns).toEqual([BOUNDED]);
  });
});

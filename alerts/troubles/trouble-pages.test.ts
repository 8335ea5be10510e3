import { describe, expect, it } from 'vitest';
import { TROUBLES } from '../../core/trouble.ts';
import { composeCard } from '../cards/compose-card.ts';
import { renderPage } from '../notify/render-page.ts';
import { ZonedTime } from '../notify/time-text.ts';
import { beginTrouble, endedEvent, openedEvent } from './trouble-event.ts';
import { TROUBLE_POLICIES } from './trouble-policies.ts';

const OPTIONS = { publicUrl: 'http://tocsin.example', times: new ZonedTime('Asia/Shanghai') };
const NOW_MS = Date.UTC(2026, 0, 1, 4);
const place = { sequence: 7, index: 0 };

describe('pages about Tocsin itself', () => {
  it.each(TROUBLES)('say in Chinese and English what is wrong and what helps, and when it is over: %s', (trouble) => {
    const open = beginTrouble(trouble, { level: 1_234.9, about: 'customer', nowMs: NOW_MS });
    const told = { trouble, open, workspace: 'default', notify: ['on-call'], policy: TROUBLE_POLICIES[trouble], nowMs: NOW_MS };
    const page = renderPage({ ...openedEvent(told), ...place }, 'key', OPTIONS);
    const over = renderPage({ ...endedEvent({ ...told, open: { ...open, level: 0 } }), ...place }, 'key', OPTIONS);
    expect(page.summary.zh.line).toMatch(/^【(警告|严重)】Tocsin 自身：.*1,234/u);
    expect(page.summary.en.line).toMatch(/^\[(WARNING|CRITICAL)\] Tocsin itself: .*1,234/u);
    expect(over.summary.zh.line).toContain('【已恢复】');
    expect(over.summary.en.line).toContain('[RESOLVED]');
    expect(page.notice?.zh).toHaveLength(2);
    expect(page.summary.zh.text).toContain(page.notice!.zh[1]);
    expect(page.summary.en.text).toContain(page.notice!.en[1]);
    for (const language of ['zh', 'en'] as const) {
      const lines = composeCard(page, language, OPTIONS.times).blocks.flatMap((block) => block.lines.map(({ text }) => text));
      expect(lines).toEqual(page.notice![language]);
      expect(JSON.stringify(lines)).not.toMatch(/undefined|NaN/u);
    }
    expect(page.links.evidence).toMatch(/^http:\/\/tocsin\.example\/\?alert=tocsin\./u);
  });
});

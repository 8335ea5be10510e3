import type { Page } from '../../notify/page.ts';
import { renderPage } from '../../notify/render-page.ts';
import { escalated, opened, resolved } from '../../notify/testing/sample-events.ts';
import { ZonedTime } from '../../notify/time-text.ts';

/** 2026-11-22 19:12:00 UTC. */
export const NOW_MS = Date.UTC(2026, 10, 22, 19, 12);
export const TIMES = new ZonedTime('Asia/Shanghai');
const RENDER = { publicUrl: 'https://tocsin.example', times: TIMES };

export const PAGES: Record<'opened' | 'escalated' | 'resolved', Page> = {
  opened: renderPage(opened(), 'k', RENDER),
  escalated: renderPage(escalated(), 'k', RENDER),
  resolved: renderPage(resolved(), 'k', RENDER),
};

/** A page whose customer wrote what each markup might take for its own, at length. */
export const HOSTILE: Page = renderPage(opened({
  group: { store: '<at user_id="all">x</at>' },
  quotes: [{ id: 'f', channel: 'app', createdAtMs: NOW_MS, text: '[点这里](http://evil.example) <@all> <!channel> **粗** `x` # 标题 </font><script>alert(1)</script> & "引号" 👨‍👩‍👧‍👦' }],
}), 'k', RENDER);

/** Longer than any channel takes. */
export const LONG: Page = {
  ...PAGES.opened,
  quotes: Array.from({ length: 400 }, (_, index) => ({ id: `f${index}`, channel: 'app', channelName: { zh: 'App', en: 'App' }, createdAt: PAGES.opened.at, text: `${index} ${'等了十天还没到👨‍👩‍👧‍👦<b>&'.repeat(8)}` })),
};

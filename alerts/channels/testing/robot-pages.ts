import type { Page } from '../../notify/page.ts';
import { withFindings } from '../../notify/render-findings.ts';
import { renderPage } from '../../notify/render-page.ts';
import { LinkSigner } from '../../links/action-link.ts';
import { sampleEvidenceToken } from '../../links/testing/sample-evidence.ts';
import { withChartLink } from '../../links/with-action-links.ts';
import type { Findings } from '../../reason/findings.ts';
import { escalated, opened, resolved } from '../../notify/testing/sample-events.ts';
import { ZonedTime } from '../../notify/time-text.ts';

/** 2026-11-22 19:12:00 UTC. */
export const NOW_MS = Date.UTC(2026, 10, 22, 19, 12);
export const TIMES = new ZonedTime('Asia/Shanghai');
const RENDER = { publicUrl: 'https://tocsin.example', times: TIMES, evidenceToken: sampleEvidenceToken };

export const PAGES: Record<'opened' | 'escalated' | 'resolved', Page> = {
  opened: renderPage(opened(), 'k', RENDER),
  escalated: renderPage(escalated(), 'k', RENDER),
  resolved: renderPage(resolved(), 'k', RENDER),
};

const FINDINGS: Findings = {
  items: 50, count: 50, baseline: 400, newTerms: [], quotes: [], nearDuplicates: 4, models: ['m1'],
  facets: [{ kind: 'term', field: '', value: '8.2.1', count: 37, of: 50, usualShare: 0 }],
  trend: { bucketMs: 7_200_000, counts: [1, 1, 2, 2, 1, 3, 4, 4, 5, 6, 9, 12] }, pace: { spanMs: 7_200_000, latest: 12, before: 9 },
};

/** A page with its likely cause, its trend and the address of its picture. */
export const REASONED: Page = reasoned('https://tocsin.example');
/** The same of a server that nobody on the internet reaches. */
export const REASONED_INSIDE: Page = reasoned('http://127.0.0.1:8080');

function reasoned(publicUrl: string): Page {
  const page = withFindings(renderPage(opened(), 'k', { ...RENDER, publicUrl }), FINDINGS, { exact: true, lowerBound: [], lagMs: 120, deadLetters: 0 });
  return withChartLink(page, { signer: new LinkSigner(Buffer.alloc(32, 7)), channel: { language: 'zh' }, publicUrl, times: TIMES });
}

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

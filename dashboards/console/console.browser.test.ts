import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findChromium } from '../shared/testing/chromium.mjs';
import { eventually } from '../shared/testing/eventually.ts';
import { LiveServer } from '../shared/testing/live-server.ts';
import { buildPages, launchChromium, namelessRoles, openPage, removeFolder } from '../shared/testing/open-page.ts';
import { sampleAlert, SAMPLE_NOW_MS } from '../shared/testing/samples.ts';

const executable = findChromium(process.env);
if (executable === null) console.warn('Skipped: the console in a browser. There is no Chromium on PATH, and TOCSIN_CHROMIUM names none.');

const item = (id: string, text: string) => ({ id, text, channel: 'app', sentiment: 'negative', complaint: true, severity: 'mild', categories: ['logistics'], createdAt: new Date(SAMPLE_NOW_MS).toISOString() });

describe.skipIf(executable === null)('the console in a browser', { timeout: 60_000 }, () => {
  let pages: string;
  let browser: Browser;
  let server: LiveServer;
  let address: string;
  let troubles: string[];
  let page: Page;

  beforeAll(async () => {
    [pages, browser] = await Promise.all([buildPages(), launchChromium(executable ?? '')]);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    if (pages !== undefined) await removeFolder(pages);
  });

  beforeEach(async () => {
    server = new LiveServer(pages);
    address = await server.start();
    server.answers.set('/readyz', { status: 200, body: { ready: true, parts: [] } });
    server.answers.set('/v1/alerts', {
      status: 200,
      body: {
        alerts: [
          { ...sampleAlert(), state: 'firing', resolvedAtMs: null },
          { ...sampleAlert({ alertId: 'b', group: { category: 'app.crash' }, severity: 'critical' }), peak: 64, state: 'resolved', resolvedAtMs: SAMPLE_NOW_MS, endsAtMs: null },
        ],
      },
    });
    server.answers.set('/v1/channels', { status: 200, body: { channels: [{ channel: { id: 'ops-dingtalk', kind: 'dingtalk', fallback: 'duty-sms' }, source: 'file' }] } });
    server.answers.set('/v1/rules', { status: 200, body: { rules: [{ rule: { id: 'complaint-burst', title: { zh: '同类投诉', en: 'Complaints' }, kind: 'threshold' }, source: 'file' }] } });
    server.answers.set('/v1/counts', { status: 200, body: { groups: [], approaching: [{ ruleId: 'complaint-burst', title: { zh: '同类投诉', en: 'Complaints' }, group: { category: 'service.attitude' }, count: 42, fireAt: 50, windowMs: 86_400_000, reachesAt: new Date(SAMPLE_NOW_MS + 7_200_000).toISOString() }, { what: 1 }] } });
    server.answers.set('/v1/dead-letters', { status: 200, body: { deadLetters: [{ sequence: 7, log: 'pages/ops-dingtalk', logSequence: 3, stage: 'notify', reason: 'The page a-1 over ops-dingtalk is lost: HTTP 200: code 430101 unsafe outer url', atMs: SAMPLE_NOW_MS, bytes: 1, replayedAtMs: null }] } });
    server.answers.set('/v1/feedback', { status: 200, body: { items: [item('1', '<b>慢</b>')], nextCursor: 'next' } });
  });

  afterEach(async () => {
    await page?.context().close();
    await server.stop();
    expect(troubles).toEqual([]);
  });

  const text = (selector: string): Promise<string> => page.locator(selector).first().innerText().catch(() => '');

  it('lists the channels and says what came of a test', async () => {
    server.answers.set('/v1/channels/ops-dingtalk/test', { status: 200, body: { delivered: false, detail: 'HTTP 200: code 310000 sign not match', durationMs: 12 } });
    ({ page, troubles } = await openPage(browser, address));
    await eventually(() => text('section[aria-labelledby=channels-heading] tbody')).toContain('ops-dingtalk');
    await page.locator('section[aria-labelledby=channels-heading] button').click();
    await eventually(() => text('section[aria-labelledby=channels-heading] tbody')).toContain('✕ HTTP 200: code 310000 sign not match');
  });

  it('tries a rule on the last month, one in force and one that is not made yet', async () => {
    const rules = 'section[aria-labelledby=rules-heading]';
    server.answers.set('/v1/rules/complaint-burst/backtest', { status: 200, body: { items: 12_000, alerts: [], summary: { alerts: 3, pagesPerWeek: 0.7, mostAlertsInOneHour: 1, longestOpenMs: 7_200_000 } } });
    server.answers.set('/v1/rules/backtest', { status: 200, body: { items: 5, alerts: [], summary: { alerts: 0, pagesPerWeek: 0, mostAlertsInOneHour: 0, longestOpenMs: null } } });
    ({ page, troubles } = await openPage(browser, `${address}?lang=en`));
    await page.getByRole('button', { name: 'Try on the last 30 days: Complaints' }).click();
    await eventually(() => text(`${rules} tbody [role=status]`)).toBe('3 alerts in 12,000 items, 0.7 pages a week, at most 1 alerts within an hour, the longest open for 2 h');
    await page.locator(`${rules} summary`).click();
    await page.locator(`${rules} textarea`).fill('{"id":');
    await page.locator(`${rules} form button`).click();
    await eventually(() => text(`${rules} form [role=status]`)).toContain('This is no JSON');
    await page.locator(`${rules} textarea`).fill('{"id":"mine"}');
    await page.locator(`${rules} form button`).click();
    await eventually(() => text(`${rules} form [role=status]`)).toContain('0 alerts in 5 items');
  });

  it('says who has an alert, and what is on its way to be one', async () => {
    server.answers.set('/v1/incidents', { status: 200, body: { incidents: [{ id: 'alert-1', state: 'acknowledged', alertIds: ['alert-1'], assignee: 'u7', silenced: false, corrected: null, acknowledged: { by: 'u1', atMs: 0, untilMs: SAMPLE_NOW_MS + 3_600_000 } }] } });
    ({ page, troubles } = await openPage(browser, `${address}?lang=en`));
    await eventually(() => text('section[aria-labelledby=open-heading] tbody')).toMatch(/u1 has it until .* · given to u7/u);
    const early = 'section[aria-labelledby=early-heading] tbody';
    await eventually(() => text(early)).toContain('42 of 50');
    expect(await text(early)).toContain('Service attitude');
    expect(await page.locator(`${early} tr`).count()).toBe(1);
    expect(await namelessRoles(page)).toEqual([]);
  });

  it('shows lost pages with the reason, and sends one again', async () => {
    ({ page, troubles } = await openPage(browser, address));
    const letters = 'section[aria-labelledby=letters-heading] tbody';
    await eventually(() => text(letters)).toContain('通知 · 渠道 ops-dingtalk');
    expect(await text(letters)).toContain('unsafe outer url');
    server.answers.set('/v1/dead-letters/7/replay', { status: 200, body: { sequence: 7, outcome: 'replayed', items: 1 } });
    await page.getByRole('button', { name: '重试' }).click();
    await eventually(() => text(letters)).toContain('✓');
  });

  it('asks before a channel is removed, and says what still names it', async () => {
    server.answers.set('/v1/channels', { status: 200, body: { channels: [{ channel: { id: 'own', kind: 'slack' }, source: 'api' }, { channel: { id: 'fixed', kind: 'slack' }, source: 'file' }] } });
    server.answers.set('/v1/channels/own', { status: 200, body: { detail: 'channel own is in use: the route night tells it' } });
    ({ page, troubles } = await openPage(browser, `${address}?lang=en`));
    await eventually(() => text('section[aria-labelledby=channels-heading] tbody')).toContain('own');
    expect(await page.getByRole('button', { name: 'Remove' }).count()).toBe(1);
    await page.getByRole('button', { name: 'Remove' }).click();
    server.answers.set('/v1/channels/own', { status: 409, body: { code: 'conflict', detail: 'channel own is in use: the route night tells it' } });
    await page.getByRole('button', { name: 'Really remove?' }).click();
    await eventually(() => text('section[aria-labelledby=channels-heading] tbody')).toContain('✕ channel own is in use: the route night tells it');
    troubles.splice(0, troubles.length, ...troubles.filter((trouble) => !trouble.includes('409')));
  });

  it('shows readiness, open and recent alerts and the latest feedback', async () => {
    ({ page, troubles } = await openPage(browser, address));
    await eventually(() => text('.readiness')).toContain('就绪');
    await eventually(() => text('section[aria-labelledby=open-heading] tbody')).toContain('物流配送');
    expect(await text('section[aria-labelledby=open-heading] tbody')).toContain('57 / 50');
    expect(await text('section[aria-labelledby=recent-heading] tbody')).toContain('App 崩溃');
    expect(await text('section[aria-labelledby=recent-heading] tbody')).toContain('64 / 50');
    await eventually(() => text('section[aria-labelledby=feedback-heading] .text')).toBe('<b>慢</b>');
    expect(await namelessRoles(page)).toEqual([]);
  });

  it('keeps language and workspace on its way to the wall', async () => {
    ({ page, troubles } = await openPage(browser, `${address}?workspace=retail`));
    await page.getByRole('button', { name: 'Switch to English' }).click();
    await eventually(() => text('h1')).toBe('Tocsin Console');
    await eventually(() => page.getByRole('link', { name: 'Wall screen' }).getAttribute('href')).toBe('wall?workspace=retail&lang=en');
    expect(server.asked).toContain('/v1/alerts?workspace=retail');
  });

  it('searches by what was chosen and goes on from the cursor', async () => {
    ({ page, troubles } = await openPage(browser, `${address}?lang=en`));
    await eventually(() => text('section[aria-labelledby=feedback-heading] .text')).not.toBe('');
    await page.getByLabel('Text contains').fill('slow & late');
    await page.getByLabel('Category').selectOption('logistics');
    await page.keyboard.press('Tab');
    await page.getByRole('button', { name: 'Search' }).click();
    await eventually(() => server.asked).toContain('/v1/feedback?text=slow+%26+late&category=logistics&limit=20');
    server.answers.set('/v1/feedback', { status: 200, body: { items: [item('2', 'second')], nextCursor: null } });
    await page.getByRole('button', { name: 'More' }).click();
    await eventually(() => page.locator('.text').allInnerTexts()).toEqual(['<b>慢</b>', 'second']);
    expect(server.asked.some((path) => path.includes('cursor=next'))).toBe(true);
    expect(await page.getByRole('button', { name: 'More' }).count()).toBe(0);
  });

  it('says what went wrong and keeps what it had, and recovers by itself', async () => {
    ({ page, troubles } = await openPage(browser, `${address}?lang=en`));
    await eventually(() => text('section[aria-labelledby=open-heading] tbody')).toContain('Logistics');
    server.answers.set('/v1/alerts', { status: 503, body: { code: 'log_unavailable', title: 'The log is away', detail: 'Try again in a moment.' } });
    server.answers.set('/readyz', { status: 503, body: { parts: [{ part: 'log', ok: false, reason: 'not connected' }] } });
    await page.clock.fastForward(5_000);
    await eventually(() => text('.trouble')).toContain('Try again in a moment.');
    await eventually(() => text('.readiness')).toContain('Not ready: log (not connected)');
    expect(await text('section[aria-labelledby=open-heading] tbody')).toContain('Logistics');
    server.answers.set('/v1/alerts', { status: 200, body: { alerts: [] } });
    await page.clock.fastForward(5_000);
    await eventually(() => text('section[aria-labelledby=open-heading]')).toContain('No alert is open.');
    troubles.splice(0, troubles.length, ...troubles.filter((trouble) => !trouble.includes('503')));
  });

  it('does not scroll sideways on a phone', async () => {
    ({ page, troubles } = await openPage(browser, address, { viewport: { width: 390, height: 844 } }));
    await eventually(() => text('section[aria-labelledby=open-heading] tbody')).toContain('物流配送');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  });
});

import { createHmac } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { faultAdvice } from '../../alerts/channels/fault-advice.ts';
import { dingtalkAdapter } from '../../alerts/channels/kinds/dingtalk.ts';
import { RobotChannel } from '../../alerts/channels/robot-channel.ts';
import { testChannel } from '../../alerts/channels/test-channel.ts';
import { answer as receiverAnswer, Receiver, type Answer as ReceiverAnswer } from '../../alerts/channels/testing/receiver.ts';
import { egressTo } from '../../alerts/egress/testing/egress-to.ts';
import { LinkSigner } from '../../alerts/links/action-link.ts';
import { ZonedTime } from '../../alerts/notify/time-text.ts';
import { findChromium } from '../shared/testing/chromium.mjs';
import { eventually } from '../shared/testing/eventually.ts';
import { namelessRoles } from '../shared/testing/open-page.ts';
import { PageRig } from '../shared/testing/page-rig.ts';
import { sampleAlert, SAMPLE_NOW_MS } from '../shared/testing/samples.ts';

const executable = findChromium(process.env);
if (executable === null) console.warn('Skipped: the console in a browser. There is no Chromium on PATH, and TOCSIN_CHROMIUM names none.');

const CHANNELS = 'section[aria-labelledby=channels-heading]';
const SIGNING = 'SEC0123456789abcdef';

/** As DingTalk checks it. */
function isSigned(path: string): boolean {
  const query = new URL(path, 'http://robot').searchParams;
  return query.get('sign') === createHmac('sha256', SIGNING).update(`${query.get('timestamp')}\n${SIGNING}`).digest('base64');
}

/** What the server does when it is asked for a test, over the product's own channel. */
async function tryDingtalk(url: string): Promise<object> {
  const [clock, times] = [{ nowMs: () => Date.now() }, new ZonedTime('Asia/Shanghai')];
  const channel = new RobotChannel({ id: 'ops-dingtalk', language: 'zh', times, adapter: dingtalkAdapter({ url: `${url}/robot/send?access_token=k3y-0f-the-robot`, secret: SIGNING }), clock, egress: egressTo('127.0.0.1') });
  return await testChannel(channel, { clock, render: { publicUrl: 'https://tocsin.example', times }, links: new LinkSigner(Buffer.alloc(32)), timeoutMs: 20_000 });
}

const item = (id: string, text: string) => ({ id, text, channel: 'app', sentiment: 'negative', complaint: true, severity: 'mild', categories: ['logistics'], createdAt: new Date(SAMPLE_NOW_MS).toISOString() });

describe.skipIf(executable === null)('the console in a browser', () => {
  const rig = new PageRig(executable ?? '');
  rig.install();

  beforeEach(() => {
    rig.server.answers.set('/readyz', { status: 200, body: { ready: true, parts: [] } });
    rig.server.answers.set('/v1/alerts', {
      status: 200,
      body: {
        alerts: [
          { ...sampleAlert(), state: 'firing', resolvedAtMs: null },
          { ...sampleAlert({ alertId: 'b', group: { category: 'app.crash' }, severity: 'critical' }), peak: 64, state: 'resolved', resolvedAtMs: SAMPLE_NOW_MS, endsAtMs: null },
        ],
      },
    });
    rig.server.answers.set('/v1/channels', { status: 200, body: { channels: [{ channel: { id: 'ops-dingtalk', kind: 'dingtalk', fallback: 'duty-sms' }, source: 'file' }] } });
    rig.server.answers.set('/v1/rules', { status: 200, body: { rules: [{ rule: { id: 'complaint-burst', title: { zh: '同类投诉', en: 'Complaints' }, kind: 'threshold' }, source: 'file' }] } });
    rig.server.answers.set('/v1/counts', { status: 200, body: { groups: [], approaching: [{ ruleId: 'complaint-burst', title: { zh: '同类投诉', en: 'Complaints' }, group: { category: 'service.attitude' }, count: 42, fireAt: 50, windowMs: 86_400_000, reachesAt: new Date(SAMPLE_NOW_MS + 7_200_000).toISOString() }, { what: 1 }] } });
    rig.server.answers.set('/v1/dead-letters', { status: 200, body: { deadLetters: [{ sequence: 7, log: 'pages/ops-dingtalk', logSequence: 3, stage: 'notify', reason: 'The page a-1 over ops-dingtalk is lost: HTTP 200: code 430101 unsafe outer url', atMs: SAMPLE_NOW_MS, bytes: 1, replayedAtMs: null }] } });
    rig.server.answers.set('/v1/feedback', { status: 200, body: { items: [item('1', '<b>慢</b>')], nextCursor: 'next' } });
  });

  const text = (selector: string): Promise<string> => rig.text(selector);

  it('lists the channels and says what came of a test, by the word of a robot that answers over HTTP as DingTalk does', async () => {
    const says = (body: object): ReceiverAnswer => receiverAnswer(200, JSON.stringify(body), { 'content-type': 'application/json' });
    let now: ReceiverAnswer = says({ errcode: 0, errmsg: 'ok' });
    const robot = await Receiver.start([(response, received, request) => now(response, received, request)]);
    try {
      rig.server.answers.set('/v1/channels/ops-dingtalk/test', async () => ({ status: 200, body: await tryDingtalk(robot.url) }));
      await rig.open();
      await eventually(() => text(`${CHANNELS} tbody`)).toMatch(/ops-dingtalk\s+钉钉/u);
      const press = async (answers: ReceiverAnswer, words: string): Promise<void> => {
        now = answers;
        await rig.page.locator(`${CHANNELS} button`).click();
        await eventually(() => text(`${CHANNELS} tbody [role=status]`)).toContain(words);
      };
      await press(says({ errcode: 310000, errmsg: 'keywords not in content, more: [https://ding-doc.dingtalk.com/doc#/serverapi2/qf2nxq]' }), '✕ 机器人要求自定义关键词，而消息里没有。在机器人的安全设置里改用加签（HTTP 200: code 310000 keywords not in content');
      await press(says({ errcode: 130101, errmsg: 'send too fast, exceed 20 times per minute' }), '✕ 发送过快，被平台限流');
      await press((response) => void response.socket?.destroy(), '✕ 连接被中断');
      await press(receiverAnswer(200, '<html>log in</html>'), '✕ 收到的不是该平台的应答');
      await press((response, received, request) => (isSigned(received.path) ? says({ errcode: 0, errmsg: 'ok' }) : says({ errcode: 310000, errmsg: 'sign not match' }))(response, received, request), '✓ HTTP 200, code 0');
      expect(robot.received.at(-1)?.body).toContain('渠道测试（非真实告警）');
    } finally {
      await robot.stop();
    }
  });

  it('tries a rule on the last month, one in force and one that is not made yet', async () => {
    const rules = 'section[aria-labelledby=rules-heading]';
    rig.server.answers.set('/v1/rules/complaint-burst/backtest', { status: 200, body: { items: 12_000, alerts: [], summary: { alerts: 3, pagesPerWeek: 0.7, mostAlertsInOneHour: 1, longestOpenMs: 7_200_000 } } });
    rig.server.answers.set('/v1/rules/backtest', { status: 200, body: { items: 5, alerts: [], summary: { alerts: 0, pagesPerWeek: 0, mostAlertsInOneHour: 0, longestOpenMs: null }, warnings: [{ field: 'where', message: 'never is', messageZh: '从不为' }] } });
    await rig.open('?lang=en');
    await rig.page.getByRole('button', { name: 'Try on the last 30 days: Complaints' }).click();
    await eventually(() => text(`${rules} tbody [role=status]`)).toBe('3 alerts in 12,000 items, 0.7 pages a week, at most 1 within an hour, the longest open for 2 h');
    await rig.page.locator(`${rules} summary`).click();
    const tried = rig.server.answers.get('/v1/rules/backtest')!;
    rig.server.answers.set('/v1/rules/backtest', { status: 400, body: { code: 'invalid_rule', detail: 'The rule is not valid YAML: a space is missing behind the colon (line 2).' } });
    await rig.page.locator(`${rules} textarea`).fill('- id: mine\n  kind:threshold');
    await rig.page.locator(`${rules} form button`).click();
    await eventually(() => text(`${rules} form [role=status]`)).toBe('✕ The rule is not valid YAML: a space is missing behind the colon (line 2).');
    expect(rig.server.posted.at(-1)?.body).toEqual({ rule: '- id: mine\n  kind:threshold' });
    rig.server.answers.set('/v1/rules/backtest', tried);
    expect(await rig.page.getByRole('button', { name: 'Switch it on' }).count()).toBe(0);
    await rig.page.locator(`${rules} textarea`).fill('- id: mine');
    await rig.page.locator(`${rules} form button`).click();
    await eventually(() => text(`${rules} form [role=status]`)).toContain('0 alerts in 5 items');
    expect(await text(`${rules} form .rule-warning`)).toBe('Warning: where: never is');
    // Only the very rule that was tried is switched on, and by hand.
    await rig.page.locator(`${rules} textarea`).fill('- id: mine\n  window: 1h');
    expect(await rig.page.getByRole('button', { name: 'Switch it on' }).count()).toBe(0);
    await rig.page.locator(`${rules} form button`).click();
    await eventually(() => rig.page.getByRole('button', { name: 'Switch it on' }).count()).toBe(1);
    rig.server.answers.set('/v1/rules', { status: 400, body: { code: 'invalid_rule', detail: 'Rule mine: title is missing.' } });
    await rig.page.getByRole('button', { name: 'Switch it on' }).click();
    await eventually(() => text(`${rules} form .switch-on`)).toContain('✕ Rule mine: title is missing.');
    rig.server.answers.set('/v1/rules', { status: 200, body: { rules: [] } });
    await rig.page.getByRole('button', { name: 'Switch it on' }).press('Enter');
    await eventually(() => text(`${rules} form .switch-on`)).toContain('✓ It is switched on');
    expect(rig.server.posted.filter(({ path }) => path === '/v1/rules').map(({ body }) => body)).toEqual(['- id: mine\n  window: 1h', '- id: mine\n  window: 1h']);
    rig.forgive('400');
  });

  it('says who has an alert, and what is on its way to be one', async () => {
    rig.server.answers.set('/v1/incidents', { status: 200, body: { incidents: [{ id: 'alert-1', state: 'acknowledged', alertIds: ['alert-1'], assignee: 'u7', silenced: false, corrected: null, acknowledged: { by: 'u1', atMs: 0, untilMs: SAMPLE_NOW_MS + 3_600_000 } }] } });
    await rig.open('?lang=en');
    await eventually(() => text('section[aria-labelledby=open-heading] tbody')).toMatch(/u1 has it until .* · given to u7/u);
    const early = 'section[aria-labelledby=early-heading] tbody';
    await eventually(() => text(early)).toContain('42 of 50');
    expect(await text(early)).toContain('Service attitude');
    expect(await rig.page.locator(`${early} tr`).count()).toBe(1);
    expect(await namelessRoles(rig.page)).toEqual([]);
  });

  it('shows lost pages with the reason, and sends one again', async () => {
    await rig.open();
    const letters = 'section[aria-labelledby=letters-heading] tbody';
    await eventually(() => text(letters)).toContain('通知 · 渠道 ops-dingtalk');
    expect(await text(letters)).toContain('unsafe outer url');
    rig.server.answers.set('/v1/dead-letters/7/replay', { status: 200, body: { sequence: 7, outcome: 'replayed', items: 1 } });
    await rig.page.getByRole('button', { name: '重试' }).click();
    await eventually(() => text(letters)).toContain('✓');
  });

  it('asks before a channel is removed, and says what still names it', async () => {
    rig.server.answers.set('/v1/channels', { status: 200, body: { channels: [{ channel: { id: 'own', kind: 'slack' }, source: 'api' }, { channel: { id: 'fixed', kind: 'slack' }, source: 'file' }] } });
    rig.server.answers.set('/v1/channels/own', { status: 200, body: { detail: 'channel own is in use: the route night tells it' } });
    await rig.open('?lang=en');
    await eventually(() => text('section[aria-labelledby=channels-heading] tbody')).toContain('own');
    expect(await rig.page.getByRole('button', { name: 'Remove' }).count()).toBe(1);
    await rig.page.getByRole('button', { name: 'Remove' }).click();
    rig.server.answers.set('/v1/channels/own', { status: 409, body: { code: 'conflict', detail: 'channel own is in use: the route night tells it' } });
    await rig.page.getByRole('button', { name: 'Really remove?' }).click();
    await eventually(() => text('section[aria-labelledby=channels-heading] tbody')).toContain('✕ channel own is in use: the route night tells it');
    rig.forgive('409');
  });

  it('shows readiness, open and recent alerts and the latest feedback', async () => {
    await rig.open();
    await eventually(() => text('.readiness')).toContain('就绪');
    await eventually(() => text('section[aria-labelledby=open-heading] tbody')).toContain('物流配送');
    expect(await text('section[aria-labelledby=open-heading] tbody')).toContain('57 / 50');
    expect(await text('section[aria-labelledby=recent-heading] tbody')).toContain('App 崩溃');
    expect(await text('section[aria-labelledby=recent-heading] tbody')).toContain('64 / 50');
    await eventually(() => text('section[aria-labelledby=feedback-heading] .text')).toBe('<b>慢</b>');
    expect(await namelessRoles(rig.page)).toEqual([]);
  });

  it('keeps language and workspace on its way to the wall', async () => {
    await rig.open('?workspace=retail');
    await rig.page.getByRole('button', { name: 'Switch to English' }).click();
    await eventually(() => text('h1')).toBe('Tocsin Console');
    await eventually(() => rig.page.getByRole('link', { name: 'Wall screen' }).getAttribute('href')).toBe('wall?workspace=retail&lang=en');
    expect(rig.server.asked).toContain('/v1/alerts?workspace=retail');
  });

  it('searches by what was chosen and goes on from the cursor', async () => {
    await rig.open('?lang=en');
    await eventually(() => text('section[aria-labelledby=feedback-heading] .text')).not.toBe('');
    await rig.page.getByLabel('Text contains').fill('slow & late');
    await rig.page.getByLabel('Category').selectOption('logistics');
    await rig.page.keyboard.press('Tab');
    await rig.page.getByRole('button', { name: 'Search' }).click();
    await eventually(() => rig.server.asked).toContain('/v1/feedback?text=slow+%26+late&category=logistics&limit=20');
    rig.server.answers.set('/v1/feedback', { status: 200, body: { items: [item('2', 'second')], nextCursor: null } });
    await rig.page.getByRole('button', { name: 'More' }).click();
    await eventually(() => rig.page.locator('.text').allInnerTexts()).toEqual(['<b>慢</b>', 'second']);
    expect(rig.server.asked.some((path) => path.includes('cursor=next'))).toBe(true);
    expect(await rig.page.getByRole('button', { name: 'More' }).count()).toBe(0);
    expect(await text('section[aria-labelledby=feedback-heading] [role=status]')).toBe('2 in all, all listed. Download all (CSV)');
  });

  it('searches a span of time, says where the list ends and offers the whole as a file', async () => {
    rig.server.answers.set('/v1/feedback', { status: 200, body: { items: Array.from({ length: 200 }, (_, at) => item(String(at), 'slow')), nextCursor: 'next' } });
    await rig.open('?lang=zh&workspace=retail');
    await rig.page.getByLabel('开始时间').fill('2026-03-01T08:00');
    await rig.page.getByRole('button', { name: '检索' }).click();
    const from = await rig.page.evaluate(() => new Date('2026-03-01T08:00').toISOString());
    const span = new URLSearchParams({ from });
    await eventually(() => rig.server.asked).toContain(`/v1/feedback?${span}&workspace=retail&limit=20`);
    await eventually(() => text('section[aria-labelledby=feedback-heading] [role=status]')).toContain('页面不再列出更多');
    expect(await rig.page.getByRole('button', { name: '更多' }).count()).toBe(0);
    expect(await rig.page.getByRole('link', { name: '下载全部（CSV）' }).getAttribute('href')).toBe(`v1/export?${span}&workspace=retail`);
  });

  it('keeps a very long text and a very long group from pushing the rest out of sight', async () => {
    rig.server.answers.set('/v1/alerts', { status: 200, body: { alerts: [{ ...sampleAlert({ group: { product: '<i>X</i>😀' + 'Z'.repeat(120) } }), state: 'firing', resolvedAtMs: null }] } });
    rig.server.answers.set('/v1/feedback', { status: 200, body: { items: [item('1', `${'慢'.repeat(299)}😀${'慢'.repeat(9_000)}`)], nextCursor: null } });
    await rig.open('', { viewport: { width: 1366, height: 768 } });
    await eventually(() => text('section[aria-labelledby=open-heading] tbody')).toContain('<i>X</i>😀');
    await eventually(() => text('.text')).toBe(`${'慢'.repeat(299)}… 全文（9300 字）`);
    expect(await rig.page.evaluate(() => [...document.querySelectorAll('.scrolled')].filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth).length)).toBe(0);
    await rig.page.getByRole('button', { name: '全文' }).press('Enter');
    await eventually(async () => (await text('.text')).length).toBeGreaterThan(9_300);
    await rig.page.getByRole('button', { name: '收起' }).press('Enter');
    await eventually(() => text('.text')).toContain('全文');
  });

  it('asks again soon, for feedback too, while a server that starts does not answer', async () => {
    rig.server.answers.set('/v1/feedback', { status: 503, body: { code: 'store_unavailable', title: 'The store is away', detail: 'It is being opened.' } });
    rig.server.answers.set('/v1/rules', { status: 503, body: { code: 'log_unavailable', title: 'The log is away', detail: 'Not yet.' } });
    await rig.open('?lang=en');
    await eventually(() => text('section[aria-labelledby=feedback-heading] .trouble')).toContain('It is being opened.');
    await eventually(() => text('section[aria-labelledby=rules-heading] .trouble')).toContain('Not yet.');
    rig.server.answers.set('/v1/rules', { status: 200, body: { rules: [] } });
    rig.server.answers.set('/v1/feedback', { status: 200, body: { items: [item('1', 'slow')], nextCursor: null } });
    await rig.page.clock.fastForward(5_000);
    await eventually(() => text('section[aria-labelledby=feedback-heading] .text')).toBe('slow');
    await eventually(() => rig.count('.trouble')).toBe(0);
    rig.forgive('503');
  });

  it('says what went wrong and keeps what it had, and recovers by itself', async () => {
    await rig.open('?lang=en');
    await eventually(() => text('section[aria-labelledby=open-heading] tbody')).toContain('Logistics');
    rig.server.answers.set('/v1/alerts', { status: 503, body: { code: 'log_unavailable', title: 'The log is away', detail: 'Try again in a moment.' } });
    rig.server.answers.set('/readyz', { status: 503, body: { parts: [{ part: 'log', ok: false, reason: 'not connected' }] } });
    await rig.page.clock.fastForward(5_000);
    await eventually(() => text('.trouble')).toContain('Try again in a moment.');
    await eventually(() => text('.readiness')).toContain('Not ready: the log (not connected)');
    expect(await text('section[aria-labelledby=open-heading] tbody')).toContain('Logistics');
    // With the log away an empty list says nothing; with the store away it does.
    rig.server.answers.set('/v1/alerts', { status: 200, body: { alerts: [] } });
    await rig.page.clock.fastForward(5_000);
    await eventually(() => text('section[aria-labelledby=open-heading]')).toMatch(/^Open alerts\s*\?[^]*cannot be told now\./u);
    rig.server.answers.set('/readyz', { status: 503, body: { parts: [{ part: 'store', ok: false, reason: 'away' }] } });
    await rig.page.clock.fastForward(5_000);
    await eventually(() => text('section[aria-labelledby=open-heading]')).toContain('No alert is open.');
    rig.forgive('503');
  });

  it('tells times by the server, whatever the clock of the machine says', async () => {
    // The machine's clock is years away from it.
    rig.server.timeMs = SAMPLE_NOW_MS;
    await rig.open('?lang=en');
    const open = 'section[aria-labelledby=open-heading]';
    const clock = (ms: number, parts: object): string => new Intl.DateTimeFormat('en', { timeZone: 'Asia/Shanghai', hourCycle: 'h23', hour: '2-digit', minute: '2-digit', ...parts }).format(ms);
    await eventually(() => text(`${open} td[data-label=Opened]`)).toContain(clock(sampleAlert().openedAtMs, {}));
    // Without a date, which stands before what is not of today.
    expect(await text(`${open} td[data-label=Opened]`)).not.toMatch(/[A-Z][a-z]{2} \d/u);
    expect(await text(`${open} h2 small`)).toContain(clock(SAMPLE_NOW_MS, {}));
  });

  it.each(['zh', 'en'])('scrolls sideways nowhere on a phone, so that when an alert ends and what to do about a channel are seen: %s', async (language) => {
    rig.server.answers.set('/v1/channels/ops-dingtalk/test', { status: 200, body: { delivered: false, detail: 'HTTP 200: code 310000 keywords not in content, more: [https://ding-doc.dingtalk.com/doc#/serverapi2/qf2nxq]', durationMs: 1, advice: faultAdvice('keyword-missing') } });
    await rig.open(`?lang=${language}`, { viewport: { width: 390, height: 844 } });
    await eventually(() => text('section[aria-labelledby=open-heading] tbody')).toContain(language === 'zh' ? '物流配送' : 'Logistics');
    await rig.page.locator(`${CHANNELS} button`).click();
    await eventually(() => text(`${CHANNELS} tbody`)).toContain('310000');
    expect(await rig.page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    expect(await rig.page.evaluate(() => [...document.querySelectorAll('.scrolled')].filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth).map((region) => region.getAttribute('aria-label')))).toEqual([]);
    expect(await rig.page.locator('nav a').evaluateAll((links) => links.map((link) => link.getBoundingClientRect()).filter(({ left, right }) => left < 0 || right > innerWidth))).toEqual([]);
    // Each value that would say little by itself has its name before it.
    expect(await rig.page.locator('section[aria-labelledby=open-heading] td[data-label]').evaluateAll((cells) => cells.map((cell) => getComputedStyle(cell, '::before').content))).toEqual(language === 'zh' ? ['"开始 "', '"最早自动恢复 "', '"处理 "'] : ['"Opened "', '"Ends at the earliest "', '"In hand "']);
  });
});

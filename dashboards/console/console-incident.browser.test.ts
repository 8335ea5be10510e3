import { beforeEach, describe, expect, it } from 'vitest';
import { findChromium } from '../shared/testing/chromium.mjs';
import { eventually } from '../shared/testing/eventually.ts';
import { namelessRoles } from '../shared/testing/open-page.ts';
import { PageRig } from '../shared/testing/page-rig.ts';
import { sampleAlert, SAMPLE_NOW_MS } from '../shared/testing/samples.ts';

const executable = findChromium(process.env);
if (executable === null) console.warn('Skipped: an incident in the console. There is no Chromium on PATH, and TOCSIN_CHROMIUM names none.');

const ALERT = 'alert-1';
const PANEL = 'section.incident';
const entry = { atMs: SAMPLE_NOW_MS, by: null, reason: null, detail: { zh: '', en: '' }, alertId: ALERT };
const INCIDENT = {
  id: ALERT, workspace: 'default', state: 'firing', severity: 'warning', openedAtMs: SAMPLE_NOW_MS, resolvedAtMs: null, acknowledged: null, assignee: null, alerts: 1, totalCount: 57,
  members: [{ alertId: ALERT, ruleId: 'complaint-burst', title: { zh: '同类投诉', en: 'Complaints' }, group: { category: 'logistics' }, severity: 'warning', state: 'firing', count: 57, peak: 57 }],
  timeline: [
    { ...entry, kind: 'opened' },
    { ...entry, kind: 'page-withheld', reason: 'quiet-hours', detail: { zh: '直到 08:00', en: 'until 08:00' } },
    { ...entry, kind: 'silenced', by: 'u1', detail: { zh: '静默“物流配送”：演练', en: 'silence of “Logistics”: drill' }, silenceId: 's-1', untilMs: SAMPLE_NOW_MS + 3_600_000 },
    { ...entry, kind: 'commented', by: 'u1', detail: { zh: '<i>仓库</i>', en: '<i>仓库</i>' } },
  ],
};

describe.skipIf(executable === null)('an incident in the console', () => {
  const rig = new PageRig(executable ?? '');
  rig.install();

  beforeEach(() => {
    const answer = (path: string, body: unknown): void => void rig.server.answers.set(path, { status: 200, body });
    answer('/readyz', { ready: true, parts: [] });
    answer('/v1/alerts', { alerts: [{ ...sampleAlert({ alertId: ALERT }), state: 'firing', resolvedAtMs: null }] });
    answer('/v1/channels', { channels: [] });
    answer('/v1/rules', { rules: [] });
    answer('/v1/counts', { groups: [], approaching: [] });
    answer('/v1/dead-letters', { deadLetters: [] });
    answer('/v1/feedback', { items: [], nextCursor: null });
    answer(`/v1/incidents/${ALERT}`, INCIDENT);
    answer(`/v1/alerts/${ALERT}`, { ...sampleAlert({ alertId: ALERT }), state: 'firing' });
    answer(`/v1/alerts/${ALERT}/reason`, {
      state: 'found', title: { zh: '可能原因', en: 'Likely causes' }, lines: [{ zh: '57 条中 37 条提到 8.2.1（平时 2%）', en: '37 of 57 mention 8.2.1 (usually 2 %)' }], models: ['fast-1'],
      trend: { sparkline: '▂▃█', text: { zh: '▂▃█ 越来越快', en: '▂▃█ faster and faster' } },
    });
    answer(`/v1/alerts/${ALERT}/deliveries`, { deliveries: [{ idempotencyKey: 'k', attempt: 2, atMs: SAMPLE_NOW_MS, channelId: 'ops-dingtalk', outcome: 'retrying', detail: 'HTTP 200: code 130101' }] });
  });

  const text = (selector: string): Promise<string> => rig.text(selector);
  const open = async (query = '?lang=en'): Promise<void> => {
    await rig.open(query);
    await rig.page.locator('section[aria-labelledby=open-heading] tbody a').click();
    await eventually(() => text(PANEL)).toContain(query.includes('en') ? 'Timeline' : '时间线');
  };

  it('opens from its alert with what happened and why, has an address of its own, and closes', async () => {
    await open('?lang=zh');
    expect(await text(PANEL)).toContain('事件：物流配送');
    expect(await rig.page.locator(`${PANEL} table[aria-label=时间线] tbody tr`).allInnerTexts()).toEqual([
      expect.stringMatching(/备注\s+u1\s+<i>仓库<\/i>/u), expect.stringMatching(/静默\s+u1\s+静默“物流配送”：演练 · 至 .*13:00/u), expect.stringMatching(/未通知\s+系统\s+待通知：免打扰时段 · 直到 08:00/u), expect.stringMatching(/开始\s+系统/u),
    ]);
    expect(await rig.page.locator(`${PANEL} td[title='s-1']`).innerText()).toContain('演练');
    await eventually(() => text(`${PANEL} table[aria-label=通知发送记录] tbody`)).toMatch(/ops-dingtalk\s+重试中 第 2 次\s+HTTP 200: code 130101/u);
    expect(await rig.page.evaluate(() => document.activeElement?.id)).toBe('incident-heading');
    expect(await namelessRoles(rig.page)).toEqual([]);
    expect(new URL(rig.page.url()).searchParams.get('alert')).toBe(ALERT);
    await rig.page.reload();
    await eventually(() => text(PANEL)).toContain('时间线');
    const link = rig.page.locator(`.console tbody th a[href*="alert=${ALERT}"]`);
    await link.waitFor();
    await rig.page.getByRole('button', { name: '关闭' }).press('Enter');
    expect(await rig.page.locator(PANEL).count()).toBe(0);
    expect(await link.evaluate((element) => element === document.activeElement)).toBe(true);
    await rig.page.goBack();
    await eventually(() => text(PANEL)).toContain('时间线');
  });

  it('says why it fired and when it ends, in both languages, and why where it cannot say', async () => {
    await open('?lang=zh');
    await eventually(() => text(PANEL)).toContain('57 条中 37 条提到 8.2.1');
    const zh = await text(PANEL);
    for (const part of ['为什么触发', '24 小时内 57 条，达到 50 条触发', '若不再增加，最早', '自动恢复', '越来越快', '评分模型 fast-1']) expect(zh).toContain(part);
    expect(zh.split('▂▃█')).toHaveLength(2);
    rig.server.answers.set(`/v1/alerts/${ALERT}/reason`, { status: 200, body: { state: 'too-few' } });
    await rig.page.reload();
    await eventually(() => text(PANEL)).toContain('条目太少');
    await rig.page.goto(rig.page.url().replace('lang=zh', 'lang=en'));
    await eventually(() => text(PANEL)).toContain('Too few items to have anything in common');
    for (const part of ['Why it fired', 'fires at 50', 'ends by itself']) expect(await text(PANEL)).toContain(part);
  });

  it('is taken by a named person, who is asked for a token only once the server wants one', async () => {
    await open();
    expect(await rig.page.getByRole('button', { name: 'I have it' }).isDisabled()).toBe(true);
    expect(await rig.page.locator('input[type=password]').count()).toBe(0);
    await rig.page.getByLabel('Who you are').fill('u7');
    rig.server.answers.set(`/v1/incidents/${ALERT}/acknowledge`, { status: 401, body: { code: 'unauthorized', detail: 'This call needs a bearer token.' } });
    await rig.page.getByRole('button', { name: 'I have it' }).click();
    await eventually(() => text(`${PANEL} [role=status]`)).toBe('✕ This call needs a bearer token.');
    const token = rig.page.getByLabel('The server wants its token');
    await token.waitFor();
    expect(await token.evaluate((field) => field === document.activeElement)).toBe(true);
    await token.fill('open sesame');
    const taken = { ...INCIDENT, state: 'acknowledged', acknowledged: { by: 'u7', atMs: SAMPLE_NOW_MS, untilMs: SAMPLE_NOW_MS + 3_600_000 } };
    rig.server.answers.set(`/v1/incidents/${ALERT}/acknowledge`, { status: 200, body: taken });
    rig.server.answers.set(`/v1/incidents/${ALERT}`, { status: 200, body: taken });
    await rig.page.getByLabel('For how long').selectOption('60');
    await rig.page.getByRole('button', { name: 'I have it' }).click();
    await eventually(() => text(`${PANEL} .state`)).toContain('u7 has it until');
    expect(rig.server.posted.at(-1)).toEqual({ path: `/v1/incidents/${ALERT}/acknowledge`, token: 'Bearer open sesame', body: { actor: 'u7', forMinutes: 60 } });
    await token.waitFor({ state: 'detached' });
    rig.forgive('401');
  });

  it('is commented, handed over, silenced, and ended only when asked twice', async () => {
    for (const kind of ['comment', 'assign', 'resolve']) rig.server.answers.set(`/v1/incidents/${ALERT}/${kind}`, { status: 202, body: { operationId: 'o', pending: true } });
    rig.server.answers.set('/v1/silences', { status: 201, body: { silence: { id: 's' }, preview: { matching: 1, alerts: [] }, pending: false, silences: [] } });
    await open();
    await rig.page.getByLabel('Who you are').fill('u7');
    await rig.page.getByLabel('Your comment').fill('carrier called');
    // What is half written outlives the page that it is written on.
    await rig.page.reload();
    await eventually(() => rig.page.getByLabel('Your comment').inputValue()).toBe('carrier called');
    await rig.page.getByRole('button', { name: 'Comment' }).click();
    await eventually(() => text(`${PANEL} [role=status]`)).toBe('✓ kept, and done in a moment');
    await eventually(() => rig.page.evaluate(() => Object.keys(sessionStorage))).toEqual([]);
    await rig.page.getByLabel('Hand over to').fill('auto');
    await rig.page.getByRole('button', { name: 'Hand over' }).click();
    await eventually(() => Promise.resolve(rig.server.posted.length)).toBe(2);
    await rig.page.getByLabel('Why it is silenced').fill('strike');
    await rig.page.getByRole('button', { name: 'Silence this group' }).click();
    await eventually(() => text(`${PANEL} [role=status]`)).toBe('✓ silenced; 1 alert matches now. It can be ended under “Silences”');
    await rig.page.getByRole('button', { name: 'End it by hand' }).click();
    expect(rig.server.posted).toHaveLength(3);
    await rig.page.getByRole('button', { name: 'Really end it?' }).click();
    await eventually(() => Promise.resolve(rig.server.posted.map(({ path, body }) => [path, body]))).toEqual([
      [`/v1/incidents/${ALERT}/comment`, { actor: 'u7', text: 'carrier called' }],
      [`/v1/incidents/${ALERT}/assign`, { actor: 'u7', to: 'auto' }],
      ['/v1/silences', { actor: 'u7', reason: 'strike', durationMinutes: 60, matchers: [{ field: 'rule', value: 'complaint-burst' }, { field: 'category', value: 'logistics' }] }],
      [`/v1/incidents/${ALERT}/resolve`, { actor: 'u7' }],
    ]);
  });

  it('with a next step of its chain is escalated by keyboard, asked twice, to the very step that the page shows', async () => {
    rig.server.answers.set(`/v1/incidents/${ALERT}`, { status: 200, body: { ...INCIDENT, nextStep: { chain: 'up', step: 2, atMs: SAMPLE_NOW_MS + 600_000, who: ['lead', 'boss'] } } });
    rig.server.answers.set(`/v1/incidents/${ALERT}/escalate`, { status: 200, body: INCIDENT });
    await open();
    const button = rig.page.getByRole('button', { name: /^Escalate now to lead, boss \(step 2, else by itself .+\)$/u });
    expect(await button.isDisabled()).toBe(true);
    await rig.page.getByLabel('Who you are').fill('u7');
    await button.press('Enter');
    const sure = rig.page.getByRole('button', { name: 'Really escalate? It pages lead, boss at once' });
    await sure.press('Escape');
    await button.press('Enter');
    expect(rig.server.posted).toEqual([]);
    rig.server.answers.set(`/v1/incidents/${ALERT}`, { status: 200, body: INCIDENT });
    await sure.press('Enter');
    await eventually(() => text(`${PANEL} [role=status]`)).toBe('✓ done');
    expect(rig.server.posted.map(({ path, body }) => [path, body])).toEqual([[`/v1/incidents/${ALERT}/escalate`, { actor: 'u7', step: 2 }]]);
    await button.waitFor({ state: 'detached' });
  });

  it('that is silenced says so on the page, by whom and until when, and the silence can be ended by a named person', async () => {
    const silence = { id: 's 1', matchers: ['rule="complaint-burst"', 'category="logistics"'], author: 'u7', reason: 'strike', warnings: [{ field: 'matchers[0]', message: 'names the rule', messageZh: '没有这条规则' }], state: 'active', untilAt: new Date(SAMPLE_NOW_MS + 3_600_000).toISOString(), nextBeginAt: null };
    rig.server.timeMs = SAMPLE_NOW_MS;
    rig.server.answers.set('/v1/silences', { status: 200, body: { silences: [silence, { ...silence, id: 'over', state: 'over' }] } });
    rig.server.answers.set('/v1/silences/s%201', { status: 200, body: null });
    await rig.open('?lang=zh', { viewport: { width: 390, height: 844 } });
    const silences = 'section[aria-labelledby=silences-heading]';
    await eventually(() => text(`${silences} tbody`)).toMatch(/^物流配送\s+rule="complaint-burst" · category="logistics"\s+提醒： matchers\[0\]：没有这条规则\s+strike\s+u7\s+13:00\s+结束静默$/u);
    expect(await namelessRoles(rig.page)).toEqual([]);
    expect(await rig.page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    const end = rig.page.getByRole('button', { name: '结束静默: 物流配送' });
    expect(await end.isDisabled()).toBe(true);
    await rig.page.getByLabel('姓名或工号').fill('u8');
    await end.click();
    await eventually(() => text(`${silences} [role=status]`)).toBe('✓');
    expect(rig.server.asked).toContain('/v1/silences/s%201?actor=u8');
    rig.server.answers.set('/v1/silences', { status: 200, body: { silences: [] } });
    await rig.page.clock.fastForward(5_000);
    await eventually(() => rig.page.locator(silences).count()).toBe(0);
  });

  it('keeps what was written until the server has taken it', async () => {
    rig.server.answers.set(`/v1/incidents/${ALERT}/comment`, { status: 503, body: { code: 'log_unavailable', detail: 'The log is away.' } });
    await open();
    await rig.page.getByLabel('Who you are').fill('u7');
    await rig.page.getByLabel('Your comment').fill('carrier called');
    await rig.page.getByRole('button', { name: 'Comment' }).click();
    await eventually(() => text(`${PANEL} .said`)).toBe('✕ The log is away.');
    expect(await rig.page.getByLabel('Your comment').inputValue()).toBe('carrier called');
    rig.server.answers.set(`/v1/incidents/${ALERT}/comment`, { status: 200, body: INCIDENT });
    await rig.page.getByRole('button', { name: 'Comment' }).click();
    await eventually(() => rig.page.getByLabel('Your comment').inputValue()).toBe('');
    rig.forgive('503');
  });

  it('can be taken on the first screen of a phone, with buttons for a thumb and nothing sideways', async () => {
    await rig.open(`?lang=zh&alert=${ALERT}`);
    await rig.page.setViewportSize({ width: 390, height: 844 });
    await eventually(() => text(PANEL)).toContain('57 条中 37 条提到 8.2.1');
    const boxes = await rig.page.locator(`${PANEL} button`).evaluateAll((buttons) => buttons.map((button) => ({ name: button.textContent, height: button.getBoundingClientRect().height, bottom: button.getBoundingClientRect().bottom })));
    for (const { name, height } of boxes) expect(height, name ?? '').toBeGreaterThanOrEqual(44);
    expect(boxes.find(({ name }) => name === '我来处理')?.bottom).toBeLessThan(844);
    expect(await rig.page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  });

  it('shows the very items, and counts them again', async () => {
    const item = (id: string): object => ({ id, text: `parcel ${id}`, channel: 'app', sentiment: 'negative', complaint: true, categories: ['logistics'], createdAt: new Date(SAMPLE_NOW_MS).toISOString() });
    rig.server.answers.set(`/v1/alerts/${ALERT}/evidence`, { status: 200, body: { claimed: 2, items: [item('1')], nextCursor: 'next' } });
    rig.server.answers.set(`/v1/alerts/${ALERT}/verify`, { status: 200, body: { outcome: 'differs', why: { zh: '少 1 条', en: 'one is missing' } } });
    await open();
    await rig.page.getByLabel('Who you are').fill('u7');
    await rig.page.getByRole('button', { name: 'Show the items' }).click();
    await eventually(() => text(`${PANEL} td.text >> text=parcel 1`)).toBe('parcel 1');
    rig.server.answers.set(`/v1/alerts/${ALERT}/evidence`, { status: 200, body: { claimed: 2, items: [item('2')], nextCursor: null } });
    await rig.page.locator(`${PANEL} button`, { hasText: 'More' }).click();
    await eventually(() => text(PANEL)).toContain('parcel 2');
    expect(await text(PANEL)).toContain('parcel 1');
    expect(rig.server.asked).toContain(`/v1/alerts/${ALERT}/evidence?limit=20&cursor=next`);
    await rig.page.getByRole('button', { name: 'Count again' }).click();
    await eventually(() => text(PANEL)).toContain('▲ differs: one is missing');
  });

  it('that is not there says so', async () => {
    rig.server.answers.set('/v1/incidents/gone', { status: 404, body: { code: 'not_found', detail: 'There is no such incident.' } });
    rig.server.answers.set('/v1/alerts/gone/deliveries', { status: 404, body: { code: 'not_found', detail: 'There is no such alert.' } });
    await rig.open('?lang=en&alert=gone');
    await eventually(() => text(`${PANEL} [role=alert]`)).toBe('▲ Could not be read: There is no such incident.');
    rig.forgive('404');
  });
});

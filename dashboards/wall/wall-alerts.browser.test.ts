import { describe, expect, it } from 'vitest';
import { findChromium } from '../shared/testing/chromium.mjs';
import { eventually } from '../shared/testing/eventually.ts';
import { readAccessibilityTree } from '../shared/testing/open-page.ts';
import { openedEvent, resolvedEvent, sampleCounts, SAMPLE_NOW_MS } from '../shared/testing/samples.ts';
import { openAlert, WallRig } from '../shared/testing/wall-rig.ts';

const executable = findChromium(process.env);
if (executable === null) console.warn('Skipped: the wall with an alert, in a browser. There is no Chromium on PATH, and TOCSIN_CHROMIUM names none.');

describe.skipIf(executable === null)('the wall with an alert', () => {
  const wall = new WallRig(executable ?? '');
  wall.install();

  it('is taken over by it for 20 s and keeps it on the banner until it is resolved', async () => {
    await wall.open();
    wall.sendCounts();
    await eventually(() => wall.count('.panels')).toBe(1);
    const shown = await wall.follow('.takeover');
    const raised = await wall.raise();
    const screen = await wall.text('.takeover');
    for (const part of ['警告', '同类投诉24小时内达到50起', '物流配送', '57', '/ 50', '24 小时内', '12:00 起', '20:58 自动恢复', '秒前']) expect(screen).toContain(part);
    expect(await wall.page.locator('.takeover .mark-warning').count()).toBe(1);
    await wall.pass(20_000, { openAlerts: [raised] });
    await eventually(() => wall.count('.takeover')).toBe(0);
    const [beganMs, endedMs] = [(await shown())[0]!.atMs, (await shown()).at(-1)!.atMs];
    expect(endedMs - beganMs).toBeGreaterThan(16_000);
    expect(await wall.text('.card')).toContain('物流配送');
    expect(await wall.text('.rows tbody tr.row-alert .bar-threshold')).toContain('50');
    wall.server.send({ topic: 'alerts', data: resolvedEvent(raised, { peak: 64 }) });
    await eventually(() => wall.text('.card-resolved')).toContain('最高 64');
    await wall.pass(31_000);
    await eventually(() => wall.count('.card')).toBe(0);
  });

  it('rings as loudly as it is severe once sound is allowed, once for each alert, and not while it is muted', async () => {
    await wall.open();
    // What a machine without loudspeakers can tell: which notes are played. The rest is the wall's own.
    await wall.page.evaluate(() => {
      const rung: number[] = [];
      const gain = { setValueAtTime: () => undefined, linearRampToValueAtTime: () => undefined };
      const node = { connect: (to: unknown) => to, gain };
      Object.assign(window, {
        rung,
        AudioContext: class { state = 'running'; currentTime = 0; destination = node; resume = () => Promise.resolve(); },
        GainNode: class { connect = node.connect; gain = gain; },
        OscillatorNode: class {
          connect = node.connect;
          stop = () => undefined;
          start: () => void;
          constructor(_context: unknown, { frequency }: { frequency: number }) { this.start = () => void rung.push(frequency); }
        },
      });
    });
    const rung = (): Promise<number> => wall.page.evaluate(() => (window as unknown as { rung: number[] }).rung.length);
    wall.sendCounts();
    await eventually(() => wall.count('.panels')).toBe(1);
    const bell = wall.page.locator('button[data-sound]');
    await eventually(() => bell.getAttribute('data-sound')).toBe('blocked');
    await bell.press('Enter');
    await eventually(() => bell.getAttribute('data-sound')).toBe('on');
    const send = (alertId: string, severity: 'notice' | 'warning' | 'critical'): void => void wall.server.send({ topic: 'alerts', data: openedEvent(openAlert({ alertId, severity }), { atMs: wall.asOfMs }) });
    send('a', 'notice');
    await eventually(rung).toBe(1);
    send('b', 'warning');
    await eventually(rung).toBe(3);
    send('c', 'critical');
    await eventually(rung).toBe(7);
    // During a takeover the board under it is inert.
    await wall.page.keyboard.press('Escape');
    await eventually(() => wall.count('.takeover')).toBe(0);
    await eventually(() => bell.evaluate((button) => button === document.activeElement)).toBe(true);
    await bell.press('Enter');
    await eventually(() => bell.getAttribute('data-sound')).toBe('muted');
    send('d', 'critical');
    await eventually(() => wall.count('.takeover')).toBe(1);
    expect(await rung()).toBe(7);
  });

  it.each(['Escape', 'Enter'])('gives the screen back on %s, and the keyboard with it', async (key) => {
    await wall.open();
    wall.sendCounts();
    await eventually(() => wall.count('.panels')).toBe(1);
    const language = wall.page.getByRole('button', { name: 'Switch to English' });
    await language.focus();
    await wall.raise();
    await eventually(() => wall.page.evaluate(() => document.activeElement?.textContent)).toContain('返回大屏');
    expect(await wall.page.locator('.board').evaluate((board) => (board as HTMLElement).inert)).toBe(true);
    await wall.page.keyboard.press(key);
    await eventually(() => wall.count('.takeover')).toBe(0);
    await eventually(() => language.evaluate((button) => button === document.activeElement)).toBe(true);
    expect(await wall.page.evaluate(() => document.documentElement.lang)).toBe('zh-CN');
  });

  it('shares the screen among several, each with its own shape and word, and counts the rest', async () => {
    await wall.open('?lang=en');
    wall.sendCounts();
    const categories = ['logistics', 'app.crash', 'service.attitude', 'account.login', 'product.price', 'other'];
    for (const [index, category] of categories.entries()) {
      wall.server.send({ topic: 'alerts', data: openedEvent(openAlert({ alertId: category, group: { category }, severity: index === 5 ? 'critical' : index === 4 ? 'notice' : 'warning' }), { atMs: wall.asOfMs }) });
    }
    await eventually(() => wall.text('.takeover footer')).toContain('2 more new alerts');
    expect(await wall.count('.big')).toBe(4);
    expect(await wall.page.locator('.big').first().innerText()).toContain('Critical');
    expect(await wall.count('.big .mark-critical')).toBe(1);
    await wall.page.keyboard.press('Escape');
    await eventually(() => wall.count('.alerts li')).toBe(6);
    expect(await wall.page.locator('.alerts li .mark-notice').count()).toBe(1);
  });

  it('turns the pages of a long list by itself and hides none of it from a screen reader', async () => {
    await wall.open();
    wall.sendCounts({ openAlerts: Array.from({ length: 14 }, (_, index) => openAlert({ alertId: `a${index}`, group: { store: String(index) } })) });
    await eventually(() => wall.count('.alerts li:not(.unseen)')).toBe(6);
    expect(await wall.count('.alerts li')).toBe(14);
    const first = await wall.text('.alerts li:not(.unseen)');
    await wall.page.clock.fastForward(8_000);
    await eventually(() => wall.text('.alerts li:not(.unseen)')).not.toBe(first);
  });

  it('tells a screen reader of alerts at once and of the totals at most every 10 s', async () => {
    await wall.open('?lang=en');
    wall.sendHealth();
    wall.sendCounts();
    const spoken = (): Promise<string> => wall.text('[data-announcer=counts]');
    await eventually(spoken).toBe('Feedback in 24 hours 43,216, complaints 1,284, no alerts.');
    const said = await wall.follow('[data-announcer=counts]');
    wall.sendCounts({ totals24h: { items: 50_000, complaints: 2_000, negative: 1, neutral: 1, positive: 1 } });
    await eventually(() => wall.text('.total dd')).toBe('50,000');
    await wall.pass(12_000, { totals24h: { items: 60_000, complaints: 2_000, negative: 1, neutral: 1, positive: 1 } });
    await wall.pass(12_000, { totals24h: { items: 70_000, complaints: 2_000, negative: 1, neutral: 1, positive: 1 } });
    await eventually(spoken).toContain('70,000');
    const timesMs = (await said()).map(({ atMs }) => atMs);
    expect(timesMs.length).toBeGreaterThan(1);
    for (const [index, atMs] of timesMs.slice(1).entries()) expect(atMs - timesMs[index]!).toBeGreaterThan(8_000);
    await wall.raise();
    expect(await wall.text('[data-announcer=alerts]')).toBe('Warning alert: Logistics, 50 complaints of one category in 24 h. 57, threshold 50 in 24 h.');
  });

  it('says who has it, that it is silenced and what was corrected', async () => {
    const raised = openAlert();
    wall.server.answers.set('/v1/incidents', { status: 200, body: { incidents: [{
      id: raised.alertId, state: 'acknowledged', alertIds: [raised.alertId], alerts: 1, assignee: null, silenced: true,
      acknowledged: { by: 'u7', atMs: SAMPLE_NOW_MS, untilMs: SAMPLE_NOW_MS + 3_600_000 }, corrected: null,
    }] } });
    await wall.open('?lang=en');
    wall.sendCounts({ openAlerts: [raised] });
    await eventually(() => wall.count('.card')).toBe(1);
    await wall.page.clock.fastForward(3_500);
    await eventually(() => wall.text('.card-handled')).toBe('u7 has it until 13:00 · silenced');
    expect(wall.server.asked.some((path) => path.startsWith('/v1/incidents?') && path.includes('workspace=default'))).toBe(true);
    // A server that does not answer leaves what was known.
    wall.server.answers.set('/v1/incidents', { status: 200, body: { what: 'is this' } });
    await wall.page.clock.fastForward(3_500);
    wall.sendCounts({ openAlerts: [raised] });
    await eventually(() => wall.text('.card-handled')).toContain('u7 has it');
  });

  it('tells early what is on its way, and no more once it is an alert', async () => {
    const coming = (category: string, count: number, minutes: number) => ({ ruleId: 'complaint-burst', title: { zh: '同类投诉24小时内达到50起', en: '50 complaints of one category in 24 h' }, group: { category }, count, fireAt: 50, windowMs: 86_400_000, reachesAtMs: wall.asOfMs + minutes * 60_000 });
    await wall.open();
    wall.sendCounts({ approaching: [coming('service.attitude', 42, 120), coming('app.crash', 38, 300), coming('product.quality', 33, 0), coming('other', 30, 600)] });
    await eventually(() => wall.count('.early li')).toBe(3);
    const early = await wall.text('.early');
    for (const part of ['即将达到阈值', '服务态度', '42 / 50', '按当前速度约 2 小时', '即将达到', '另有 1 组']) expect(early).toContain(part);
    expect((await readAccessibilityTree(wall.page)).some(({ role, name }) => role === 'region' && name === '即将达到阈值')).toBe(true);
    wall.sendCounts({ approaching: [coming('service.attitude', 50, 0)], openAlerts: [openAlert({ group: { category: 'service.attitude' } })] });
    await eventually(() => wall.count('.early')).toBe(0);
    // What another version sends costs no counts.
    wall.server.send({ topic: 'counts', data: { ...sampleCounts({ asOfMs: wall.asOfMs + 5_000 }), approaching: [{ what: 1 }] as never } });
    await eventually(() => wall.page.locator('.wall').getAttribute('data-as-of')).toBe(String(wall.asOfMs + 5_000));
  });
});

import { describe, expect, it } from 'vitest';
import { findChromium } from '../shared/testing/chromium.mjs';
import { eventually } from '../shared/testing/eventually.ts';
import { emptyCounts, sampleCounts, SAMPLE_NOW_MS } from '../shared/testing/samples.ts';
import { openAlert, WallRig } from '../shared/testing/wall-rig.ts';

const executable = findChromium(process.env);
if (executable === null) console.warn('Skipped: the wall with data, in a browser. There is no Chromium on PATH, and TOCSIN_CHROMIUM names none.');

describe.skipIf(executable === null)('the wall with data', () => {
  const wall = new WallRig(executable ?? '');
  wall.install();

  it('shows totals, shares and every category, largest first, in Chinese', async () => {
    await wall.open();
    wall.sendCounts();
    await eventually(() => wall.text('.total dd')).toBe('43,216');
    expect(await wall.text('.total-complaints dd')).toBe('1,284');
    const names = await wall.page.locator('.rows tbody th').allInnerTexts();
    expect(names.slice(0, 3).map((name) => name.trim())).toEqual(['物流配送', '服务态度', '产品质量']);
    expect(await wall.page.locator('.rows tbody tr').first().locator('td').allInnerTexts()).toEqual(['', '57', '21', '6']);
    expect((await wall.page.locator('.feeling dd').allInnerTexts()).join(' ')).toBe('22.9% 9,876 27.8% 12,010 49.4% 21,330');
    expect(await wall.page.locator('.figure-items .chart').getAttribute('aria-label')).toContain('每分钟反馈');
    await eventually(() => wall.count('.chart canvas')).toBe(2);
    expect(await wall.page.evaluate(() => [document.documentElement.lang, document.title])).toEqual(['zh-CN', 'Tocsin 监控大屏']);
  });

  it('draws the last hour, and draws it anew as it changes', async () => {
    await wall.open();
    wall.sendCounts();
    await eventually(() => wall.count('.chart canvas')).toBe(2);
    const picture = (): Promise<string> => wall.page.locator('.figure-items canvas').evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
    await eventually(async () => (await picture()).length).toBeGreaterThan(5_000);
    const before = await picture();
    wall.sendCounts({ perMinute: { endMs: wall.asOfMs + 60_000, items: new Array<number>(60).fill(3), complaints: new Array<number>(60).fill(1) } });
    await eventually(picture).not.toBe(before);
  });

  it('switches to English by the button, and keeps that and everything else in the address', async () => {
    await wall.open('?workspace=retail');
    expect(wall.server.subscriptions[0]).toMatchObject({ workspace: 'retail', subscribe: ['counts', 'alerts', 'health'] });
    wall.sendCounts({ workspace: 'retail', categories: [{ id: 'custom.cold-chain', complaints5m: 0, complaints1h: 1, complaints24h: 3 }] });
    await eventually(() => wall.text('.rows tbody th')).toContain('custom.cold-chain');
    await wall.page.getByRole('button', { name: 'Switch to English' }).click();
    await eventually(() => wall.text('h1')).toBe('Feedback and complaints');
    expect(await wall.text('.workspace')).toBe('Workspace retail');
    expect(new URL(wall.page.url()).search).toBe('?workspace=retail&lang=en');
    expect(await wall.page.evaluate(() => document.documentElement.lang)).toBe('en');
    await wall.page.getByRole('button', { name: '切换到中文' }).click();
    await eventually(() => wall.text('h1')).toBe('客户反馈与投诉');
  });

  it('is in English for an English browser', async () => {
    await wall.open('', { locale: 'en-US' });
    wall.sendCounts();
    await eventually(() => wall.text('.rows tbody th')).toContain('Logistics');
  });

  it('says how to send the first feedback to this very server while there is none', async () => {
    await wall.open('?lang=en');
    wall.sendHealth();
    wall.sendCounts({}, emptyCounts);
    await eventually(() => wall.text('.empty h2')).toBe('No feedback yet');
    expect(await wall.text('.empty code')).toContain(`curl -X POST ${wall.address}v1/feedback`);
    wall.sendCounts();
    await eventually(() => wall.count('.empty')).toBe(0);
  });

  it('tells a ready server without any counts from one that is not ready, and from none', async () => {
    await wall.open('?lang=en');
    expect(await wall.text('main h2')).toBe('Connecting to the server');
    const health = (ready: boolean): string => wall.server.send({ topic: 'health', data: { atMs: 1, ready, parts: [{ part: 'scorer', ok: ready }] } });
    health(false);
    await eventually(() => wall.text('main h2')).toBe('The server is not ready yet');
    expect(await wall.text('.notice')).toContain('scoring');
    health(true);
    await eventually(() => wall.text('main h2')).toBe('No feedback yet');
    wall.sendCounts();
    await eventually(() => wall.count('.panels')).toBe(1);
  });

  it('marks every count as a lower bound and says why', async () => {
    await wall.open();
    wall.sendCounts({ exact: false, lowerBound: ['scorer-lag', 'log-unavailable'], openAlerts: [openAlert()] });
    await eventually(() => wall.text('.notice')).toContain('评分积压、日志不可用');
    const numbers = await wall.page.locator('.total dd, .rows td.col-day, .rows td.col-less, .feeling small, .figure-last strong, .card-count strong').allInnerTexts();
    expect(numbers.length).toBeGreaterThan(30);
    expect(numbers.filter((number) => number !== '' && !number.startsWith('≥'))).toEqual([]);
    expect((await wall.page.locator('.feeling dd').allInnerTexts()).every((share) => share.startsWith('≈'))).toBe(true);
    wall.sendCounts();
    await eventually(() => wall.text('.total dd')).toBe('43,216');
  });

  it.each([['en', 'the store (disk full)'], ['zh', '存储（磁盘已满）']])('names the parts of the server that do not work, and why: %s', async (language, named) => {
    await wall.open(`?lang=${language}`);
    wall.sendCounts();
    wall.server.send({ topic: 'health', data: { atMs: 1, ready: false, parts: [{ part: 'store', ok: false, reason: 'disk full', reasonZh: '磁盘已满' }, { part: 'scorer', ok: true }] } });
    await eventually(() => wall.text('.notice')).toContain(named);
  });

  it('says that there is no alert only where it can know: all works, and the numbers are whole and fresh', async () => {
    const tally = (): Promise<string> => wall.text('.tally');
    await wall.open();
    wall.sendCounts({}, emptyCounts);
    await eventually(tally).toBe('? 有无告警未知');
    wall.sendHealth();
    await eventually(tally).toBe('✓ 无告警');
    await eventually(() => wall.count('.empty')).toBe(1);
    // What is refused is not counted: neither alert nor feedback would show.
    wall.sendHealth({ part: 'log', reason: 'the disk is full', reasonZh: '磁盘已满' });
    await eventually(tally).toBe('? 有无告警未知');
    expect(await wall.count('.empty')).toBe(0);
    wall.sendHealth({ part: 'notifier', reason: 'stopped', reasonZh: '已停止' });
    await eventually(tally).toBe('✓ 无告警');
    wall.sendCounts({ exact: false, lowerBound: ['counter-lag'] });
    await eventually(tally).toBe('? 有无告警未知');
    wall.sendCounts();
    await eventually(tally).toBe('✓ 无告警');
    wall.sendCounts({ lagMs: 6_000 });
    await eventually(tally).toBe('? 有无告警未知');
    wall.sendCounts({ openAlerts: [openAlert()] });
    await eventually(tally).toBe('1 个告警');
    wall.sendCounts({ openAlerts: [] });
    await eventually(tally).toBe('✓ 无告警');
    wall.server.accepts = 'none';
    wall.server.cut();
    await eventually(tally).toBe('? 有无告警未知');
    wall.forgive('WebSocket');
  });

  it('shows the time of the server, however wrong the clock of its own machine is', async () => {
    await wall.open();
    wall.sendCounts({ asOfMs: SAMPLE_NOW_MS - 5 * 3_600_000 });
    await eventually(async () => (await wall.text('.clock')).slice(0, 5)).toBe('07:00');
  });

  it('goes on when it is sent what it cannot read', async () => {
    await wall.open();
    for (const junk of ['', '{', 'null', '{"id":"1","topic":"counts","data":{}}', JSON.stringify({ id: '2', topic: 'counts', data: { ...sampleCounts(), categories: [null] } })]) wall.server.sendRaw(junk);
    wall.sendCounts();
    await eventually(() => wall.text('.total dd')).toBe('43,216');
  });
});

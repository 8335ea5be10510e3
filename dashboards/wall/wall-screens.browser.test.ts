import type { BoardCounts } from '../../core/live.ts';
import { describe, expect, it } from 'vitest';
import { findChromium } from '../shared/testing/chromium.mjs';
import { eventually } from '../shared/testing/eventually.ts';
import { namelessRoles, readAccessibilityTree } from '../shared/testing/open-page.ts';
import { openedEvent, resolvedEvent, SAMPLE_NOW_MS, sampleCounts } from '../shared/testing/samples.ts';
import { openAlert, WallRig } from '../shared/testing/wall-rig.ts';

const executable = findChromium(process.env);
if (executable === null) console.warn('Skipped: the wall on any screen, in a browser. There is no Chromium on PATH, and TOCSIN_CHROMIUM names none.');

describe.skipIf(executable === null)('the wall on any screen', () => {
  const wall = new WallRig(executable ?? '');
  wall.install();

  const busy = (): Partial<BoardCounts> => ({ openAlerts: [openAlert(), openAlert({ alertId: 'b', severity: 'critical', group: { channel: 'phone' } })] });

  it.each([[1280, 720], [1920, 1080], [3840, 2160], [1080, 1920], [1920, 1200]])('of %d by %d fits without scrolling and cuts nothing off', async (width, height) => {
    await wall.open('?lang=en', { viewport: { width, height } });
    wall.sendCounts({ ...busy(), exact: false, lowerBound: ['counter-lag'] });
    await eventually(() => wall.count('.card')).toBe(2);
    await eventually(() => wall.count('.chart canvas')).toBe(2);
    const cutOff = (): Promise<string[]> => wall.page.evaluate(() => {
      const found: string[] = [];
      for (const panel of document.querySelectorAll('.panel, .card, .top')) {
        const box = panel.getBoundingClientRect();
        for (const child of panel.querySelectorAll('*')) {
          if (child.closest('.unseen, svg, canvas, .uplot, .card-what > span, .card-what > strong') !== null) continue;
          const { right, bottom, width: childWidth } = child.getBoundingClientRect();
          if (childWidth > 0 && (right > box.right + 1 || bottom > box.bottom + 1)) found.push(`${panel.className}: ${child.className || child.tagName}`);
        }
        if (box.right > innerWidth + 1 || box.bottom > innerHeight + 1) found.push(panel.className);
      }
      return found;
    });
    await eventually(cutOff).toEqual([]);
    const smallest = await wall.page.evaluate(() =>
      Math.min(...[...document.querySelectorAll('.board *')].filter((element) => element.closest('.unseen') === null && [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim() !== '')).map((element) => parseFloat(getComputedStyle(element).fontSize))),
    );
    expect(smallest / Math.min(width, (height * 16) / 9)).toBeGreaterThanOrEqual(0.0115);
  });

  it.each([[1366, 768], [1920, 1080]])('of %d by %d draws no chart where notices leave no room for one, and draws it again', async (width, height) => {
    await wall.open('?lang=zh', { viewport: { width, height } });
    const trouble = (ready: boolean): string => wall.server.send({ topic: 'health', data: { atMs: 1, ready, parts: [{ part: 'store', ok: ready }] } });
    trouble(false);
    wall.sendCounts({ ...busy(), lagMs: 40_000 });
    await eventually(() => wall.freshness()).toBe('stale');
    await eventually(() => wall.count('.chart canvas')).toBe(0);
    expect(await wall.text('.figure-items .figure-last strong')).toMatch(/^\d+$/);
    trouble(true);
    wall.sendCounts(busy());
    await eventually(() => wall.count('.chart canvas')).toBe(2);
  });

  it.each([[1280, 720, 1], [1920, 1080, 2], [1920, 1080, 3], [3840, 2160, 4], [1080, 1920, 2]])('of %d by %d holds a takeover by long alerts whole, %d at a time', async (width, height, alerts) => {
    const handled = { acknowledged: { by: 'on-call-east', atMs: SAMPLE_NOW_MS, untilMs: SAMPLE_NOW_MS + 3_600_000 }, assignee: 'manager-of-care', silenced: true, corrected: { atMs: SAMPLE_NOW_MS, detail: { zh: '更正', en: 'correction' } } };
    wall.server.answers.set('/v1/incidents', { status: 200, body: { incidents: Array.from({ length: alerts }, (_, index) => ({ id: `a${index}`, state: 'acknowledged', alertIds: [`a${index}`], alerts: 1, ...handled })) } });
    await wall.open('?lang=en', { viewport: { width, height } });
    wall.sendCounts({ exact: false, lowerBound: ['scorer-lag'] });
    await eventually(() => wall.count('.panels')).toBe(1);
    for (let index = 0; index < alerts; index++) await wall.raise({ alertId: `a${index}`, group: { category: 'store.environment' }, count: 12_345, fireAt: 10_000, endsAtMs: wall.asOfMs + 86_400_000 });
    await eventually(() => wall.count('.big')).toBe(alerts);
    await wall.page.clock.fastForward(3_500);
    await eventually(() => wall.count('.big-handled')).toBe(alerts);
    expect(await wall.text('.big-handled')).toContain('on-call-east has it until');
    const outside = (): Promise<string[]> =>
      wall.page.locator('.big').evaluateAll((articles) =>
        articles.flatMap((article) => {
          const box = article.getBoundingClientRect();
          const foot = document.querySelector('.takeover footer')?.getBoundingClientRect().top ?? 0;
          const parts = [...article.querySelectorAll('p, h2, svg, b')].filter((part) => {
            const { right, bottom, top } = part.getBoundingClientRect();
            return right > box.right + 1 || bottom > Math.min(box.bottom, foot) + 1 || top < box.top - 1;
          });
          return parts.map((part) => `${part.tagName} ${part.textContent}`);
        }),
      );
    await eventually(outside).toEqual([]);
  });

  it.each([[1280, 720], [1080, 1920], [390, 844]])('of %d by %d says of each alert on it what it is of and how many it counts, 300 of them as well', async (width, height) => {
    await wall.open('?lang=zh', { viewport: { width, height } });
    const many = Array.from({ length: 300 }, (_, index) => openAlert({ alertId: `a${index}`, severity: 'critical', count: 1_234_567 + index, fireAt: 1_000_000 }));
    wall.sendCounts({ openAlerts: many });
    await eventually(() => wall.count('.card:not(.unseen)')).toBe(6);
    const faults = (): Promise<string[]> => wall.page.evaluate(() => {
      const header = [...document.querySelectorAll('.top > *')].filter((part) => part.getBoundingClientRect().right > innerWidth + 1).map((part) => `${part.className} is cut off`);
      const cards = [...document.querySelectorAll('.card:not(.unseen)')].flatMap((card) => {
        const [name, count] = [card.querySelector('.card-what > strong')!, card.querySelector('.card-count > strong')!];
        const [at, countAt, all] = [name.getBoundingClientRect(), count.getBoundingClientRect(), card.getBoundingClientRect()];
        const overlaps = at.right > countAt.left + 1 && at.bottom > countAt.top && countAt.bottom > at.top;
        return [...(name.scrollWidth > name.clientWidth + 1 || at.width < 40 ? [`the name has ${at.width}`] : []), ...(overlaps ? ['name and count overlap'] : []), ...(countAt.right > all.right || countAt.bottom > all.bottom || countAt.left < count.parentElement!.getBoundingClientRect().left - 1 ? ['the count is cut off'] : [])];
      });
      return [...header, ...cards];
    });
    await eventually(faults).toEqual([]);
  });

  it.each([1, 50, 900, 80_000])('shows numbers %d times as large whole, on a wall and on a phone', async (times) => {
    await wall.open('?lang=en');
    const grown = sampleCounts();
    grown.categories = grown.categories.map((row) => ({ id: row.id, complaints5m: row.complaints5m * times, complaints1h: row.complaints1h * times, complaints24h: row.complaints24h * times }));
    const totals24h = { items: 43_216 * times, complaints: 1_284 * times, negative: 9_876 * times, neutral: 12_010 * times, positive: 21_330 * times };
    wall.sendCounts({ categories: grown.categories, totals24h, exact: false, lowerBound: ['scorer-lag'] });
    const cut = (): Promise<string[]> =>
      wall.page.locator('.rows td, .total dd, .feeling dd').evaluateAll((cells) => cells.filter((cell) => cell.scrollWidth > cell.clientWidth + 1).map((cell) => `${cell.className} ${cell.textContent}`));
    await eventually(() => wall.text('.total-complaints dd')).toContain((1_284 * times).toLocaleString('en'));
    await eventually(cut).toEqual([]);
    await wall.page.setViewportSize({ width: 390, height: 844 });
    await eventually(cut).toEqual([]);
  });

  it('of a phone scrolls down and not sideways', async () => {
    await wall.open('', { viewport: { width: 390, height: 844 } });
    wall.sendCounts(busy());
    await eventually(() => wall.count('.rows tbody tr')).toBe(16);
    expect(await wall.page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight > innerHeight])).toEqual([390, true]);
  });

  it('has a name for everything that a screen reader meets, on the board and during a takeover', async () => {
    await wall.open();
    wall.sendCounts(busy());
    await eventually(() => wall.count('.card')).toBe(2);
    expect(await namelessRoles(wall.page)).toEqual([]);
    const landmarks = async (): Promise<string[]> => (await readAccessibilityTree(wall.page)).map(({ role }) => role).filter((role) => ['banner', 'main', 'alertdialog'].includes(role));
    expect(await landmarks()).toEqual(['banner', 'main']);
    await wall.raise({ alertId: 'new' });
    expect(await landmarks()).toEqual(['alertdialog']);
    expect(await namelessRoles(wall.page)).toEqual([]);
  });

  it('is reached by Tab in the order of sight, with the focus to be seen', async () => {
    await wall.open();
    wall.sendCounts();
    await eventually(() => wall.count('.panels')).toBe(1);
    const focused = (): Promise<string> => wall.page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
    await wall.page.keyboard.press('Tab');
    expect(await focused()).toContain('打开控制台');
    await wall.page.keyboard.press('Tab');
    expect(await focused()).toContain('告警提示音');
    await wall.page.keyboard.press('Tab');
    expect(await focused()).toBe('Switch to English');
    expect(await wall.page.evaluate(() => parseFloat(getComputedStyle(document.activeElement as Element).outlineWidth))).toBeGreaterThan(1);
  });

  it('stands still for those who want less motion', async () => {
    await wall.open('', { reducedMotion: 'reduce' });
    wall.sendCounts();
    await wall.raise();
    expect(await wall.page.locator('.takeover').evaluate((element) => getComputedStyle(element).animationName)).toBe('none');
    expect(await wall.page.locator('.bar-fill').first().evaluate((element) => getComputedStyle(element).transitionDuration)).toBe('0s');
  });

  it('shifts its picture every few minutes, within the room at its edge', async () => {
    await wall.open();
    wall.sendCounts();
    await eventually(() => wall.count('.panels')).toBe(1);
    const place = (): Promise<string> => wall.page.locator('.board').evaluate((board) => getComputedStyle(board).translate);
    const before = await place();
    await wall.page.clock.fastForward(181_000);
    await eventually(place).not.toBe(before);
  });

  it('holds no more after thousands of messages than after a few', async () => {
    await wall.open();
    const session = await wall.page.context().newCDPSession(wall.page);
    const held = async (): Promise<{ bytes: number; nodes: number }> => {
      await session.send('HeapProfiler.collectGarbage');
      const { usedSize } = await session.send('Runtime.getHeapUsage');
      return { bytes: usedSize, nodes: await wall.page.evaluate(() => document.querySelectorAll('*').length) };
    };
    const sendMany = async (messages: number): Promise<void> => {
      for (let index = 0; index < messages; index++) {
        const churning = openAlert({ alertId: `churn-${index}`, openedAtMs: wall.asOfMs + 1_000 });
        wall.sendCounts({ openAlerts: [openAlert()] });
        if (index % 10 === 0) wall.server.send({ topic: 'alerts', data: openedEvent(churning) });
        if (index % 10 === 0) wall.server.send({ topic: 'alerts', data: resolvedEvent(churning, { atMs: wall.asOfMs + 2_000 }) });
      }
      wall.sendCounts({ openAlerts: [openAlert()], totals24h: { items: messages, complaints: 1, negative: 1, neutral: 1, positive: 1 } });
      // Thousands are drawn one after the other.
      await eventually(() => wall.text('.total dd'), 200_000).toBe(messages.toLocaleString('en'));
    };
    await sendMany(301);
    const before = await held();
    await sendMany(1_500);
    const after = await held();
    expect(after.nodes - before.nodes).toBeLessThan(60);
    expect(after.bytes - before.bytes).toBeLessThan(1_000_000);
  });
});

import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findChromium } from '../shared/testing/chromium.mjs';
import { eventually } from '../shared/testing/eventually.ts';
import { removeFolder } from '../shared/testing/open-page.ts';
import { openAlert, WallRig } from '../shared/testing/wall-rig.ts';

const executable = findChromium(process.env);
if (executable === null) console.warn('Skipped: the wall without news, in a browser. There is no Chromium on PATH, and TOCSIN_CHROMIUM names none.');

describe.skipIf(executable === null)('the wall without news', () => {
  const wall = new WallRig(executable ?? '');
  wall.install();

  it('turns amber after 5 s and is greyed with a clear message after 15 s', async () => {
    await wall.open();
    wall.sendCounts();
    await eventually(() => wall.freshness()).toBe('fresh');
    expect(await wall.text('.age')).toMatch(/数据 \d\.\d 秒前/);
    await wall.page.clock.fastForward(6_000);
    await eventually(() => wall.freshness()).toBe('slow');
    expect(await wall.text('.age')).toContain('数据变慢');
    wall.server.accepts = 'none';
    await wall.page.clock.fastForward(10_000);
    await eventually(() => wall.freshness()).toBe('stale');
    expect(await wall.text('.stale')).toContain('数据已过期');
    expect(await wall.text('.stale')).toContain('12:00:21');
    expect(await wall.page.locator('.aging').evaluate((board) => getComputedStyle(board).filter)).toBe('grayscale(1)');
    wall.forgive('WebSocket');
  });

  it('trusts the server about how old the counts were when it sent them', async () => {
    await wall.open();
    wall.sendCounts({ lagMs: 40_000 });
    await eventually(() => wall.freshness()).toBe('stale');
  });

  it('says for how long the line is down, comes back by itself, and catches up with what it missed', async () => {
    await wall.open();
    const lastId = wall.sendCounts();
    await eventually(() => wall.freshness()).toBe('fresh');
    wall.server.accepts = 'none';
    wall.server.cut();
    await eventually(() => wall.text('.notice')).toContain('与服务器断开已');
    wall.server.accepts = 'all';
    await eventually(() => wall.server.subscriptions.length).toBe(2);
    expect(wall.server.subscriptions[1]?.lastEventId).toBe(lastId);
    await wall.raise();
    wall.sendCounts({ openAlerts: [openAlert()] });
    await eventually(() => wall.count('.notice')).toBe(0);
    wall.forgive('WebSocket');
  });

  it('gives up a line on which nothing comes any more', async () => {
    await wall.open();
    wall.sendCounts();
    await eventually(() => wall.freshness()).toBe('fresh');
    await wall.page.clock.fastForward(10_500);
    await eventually(() => wall.server.subscriptions.length).toBe(2);
  });

  it('loads itself again when the server comes back with another build, and only then', async () => {
    const upgraded = `${wall.pages}-upgraded`;
    onTestFinished(async () => { await removeFolder(upgraded); });
    await cp(wall.pages, upgraded, { recursive: true });
    const html = await readFile(join(upgraded, 'wall.html'), 'utf8');
    await writeFile(join(upgraded, 'wall.html'), html.replace('</title>', '</title><meta name="build" content="assets/next-build.js">'));
    const loads = (): number => wall.server.asked.filter((path) => path === '/assets/wall' || /^\/assets\/wall-.*\.js$/.test(path)).length;
    const reconnect = async (): Promise<void> => {
      const before = wall.server.subscriptions.length;
      wall.server.cut();
      await eventually(() => wall.server.subscriptions.length).toBeGreaterThan(before);
      wall.sendCounts();
    };
    await wall.open();
    wall.sendCounts();
    await eventually(() => wall.freshness()).toBe('fresh');
    await reconnect();
    await eventually(() => wall.server.asked.filter((path) => path === '/wall').length).toBe(2);
    expect(loads()).toBe(1);
    wall.server.pages = upgraded;
    await reconnect();
    await eventually(() => wall.page.locator('meta[name=build]').count()).toBe(1);
  });
});

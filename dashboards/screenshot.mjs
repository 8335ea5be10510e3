// Takes a picture of a running server's wall: node dashboards/screenshot.mjs --out docs/wall.png --lang zh
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { CHROMIUM_ARGS, findChromium } from './shared/testing/chromium.mjs';

const HELP = `Usage: node dashboards/screenshot.mjs --out FILE [options]
  --out FILE       the PNG to write
  --url URL        address of the server (default http://127.0.0.1:8080/)
  --page PAGE      wall or console (default wall)
  --lang LANG      zh or en (default zh)
  --width PX       width of the screen (default 1920)
  --height PX      height of the screen (default 1080)
  --time-zone ZONE zone of the viewer (default Asia/Shanghai)
  --show WHAT      board: leaves an alert that holds the screen; takeover: waits for one; any (default board)
  --within MS      longest wait for data, or for the takeover (default 60000)
Needs a Chromium on PATH or in TOCSIN_CHROMIUM.`;

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    url: { type: 'string', default: 'http://127.0.0.1:8080/' },
    page: { type: 'string', default: 'wall' },
    lang: { type: 'string', default: 'zh' },
    width: { type: 'string', default: '1920' },
    height: { type: 'string', default: '1080' },
    'time-zone': { type: 'string', default: 'Asia/Shanghai' },
    show: { type: 'string', default: 'board' },
    within: { type: 'string', default: '60000' },
    help: { type: 'boolean', default: false },
  },
});

/** @param {string} message @returns {never} */
function fail(message) {
  console.error(message);
  process.exit(1);
}

if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const { out } = values;
if (out === undefined) fail(HELP);
const executablePath = findChromium(process.env);
if (executablePath === null) fail('There is no Chromium on PATH, and TOCSIN_CHROMIUM names none.');

const address = new URL(values.page === 'console' ? './' : 'wall', values.url);
address.searchParams.set('lang', values.lang);
const timeout = Number(values.within);
const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGS });
try {
  const page = await browser.newPage({ viewport: { width: Number(values.width), height: Number(values.height) }, locale: values.lang === 'en' ? 'en' : 'zh-CN', timezoneId: values['time-zone'] });
  await page.goto(address.href, { timeout });
  if (values.page === 'console') await page.waitForSelector('tbody tr', { timeout });
  else await settleWall(page);
  await page.screenshot({ path: out });
  console.log(`${out}: ${address.href}`);
} catch (error) {
  process.exitCode = 1;
  console.error(`${address.href} could not be photographed: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
} finally {
  await browser.close();
}

/** @param {import('playwright-core').Page} page */
async function settleWall(page) {
  await page.waitForSelector('.wall[data-freshness=fresh], .wall .empty pre', { timeout });
  if (values.show === 'takeover') {
    await page.waitForSelector('.takeover', { timeout });
    await page.waitForTimeout(500);
    return;
  }
  await page.waitForSelector('.chart canvas, .empty pre', { timeout });
  if (values.show === 'board' && (await page.locator('.takeover').count()) > 0) await page.keyboard.press('Escape');
  await page.waitForTimeout(1_000);
}

// Takes a picture of the upper part of a report: node loadtest/run/report/screenshot.mjs
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { CHROMIUM_ARGS, findChromium } from '../../../dashboards/shared/testing/chromium.mjs';

const HELP = `Usage: node loadtest/run/report/screenshot.mjs [options]
  --report FILE    the report (default loadtest/reports/report.html)
  --out FILE       the PNG to write (default docs/loadtest-report.png)
  --height PX      how much of the page (default 2400)
Needs a Chromium on PATH or in TOCSIN_CHROMIUM.`;

const { values } = parseArgs({
  options: {
    report: { type: 'string', default: 'loadtest/reports/report.html' },
    out: { type: 'string', default: 'docs/loadtest-report.png' },
    height: { type: 'string', default: '2400' },
    help: { type: 'boolean', default: false },
  },
});
const executablePath = findChromium(process.env);
if (values.help || executablePath === null) {
  console.error(values.help ? HELP : 'There is no Chromium on PATH, and TOCSIN_CHROMIUM names none.');
  process.exit(values.help ? 0 : 1);
}
const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGS });
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
  /** @type {string[]} */
  const troubles = [];
  page.on('pageerror', (error) => troubles.push(error.message));
  await page.goto(pathToFileURL(resolve(values.report)).href);
  const height = Math.min(Number(values.height), await page.evaluate('document.documentElement.scrollHeight'));
  await page.screenshot({ path: values.out, fullPage: true, clip: { x: 0, y: 0, width: 1280, height } });
  if (troubles.length > 0) throw new Error(`the page is in trouble: ${troubles.join('; ')}`);
  console.log(values.out);
} finally {
  await browser.close();
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { build } from 'vite';
import { fillOnce } from '../../../test/support/made-once.ts';
import { CHROMIUM_ARGS } from './chromium.mjs';

/** How long a test waits for an element that is not there. */
const ELEMENT_WITHIN_MS = 5_000;

/** The pages as they are shipped, in a folder of their own: built once in a run of the tests. @returns the folder */
export async function buildPages(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-pages-'));
  const configFile = fileURLToPath(new URL('../../vite.config.ts', import.meta.url));
  await fillOnce('pages', folder, async () => void await build({ configFile, logLevel: 'error', build: { outDir: folder, emptyOutDir: true } }));
  return folder;
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

export async function launchChromium(executablePath: string): Promise<Browser> {
  return await chromium.launch({ executablePath, args: CHROMIUM_ARGS });
}

interface OpenedPage {
  page: Page;
  /** Errors and warnings of the console, uncaught exceptions, and requests to anywhere but the server. */
  troubles: string[];
}

/** A fresh page in Shanghai's zone with a Chinese browser, whose clock a test can move. */
export async function openPage(browser: Browser, address: string, options: BrowserContextOptions = {}): Promise<OpenedPage> {
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 }, locale: 'zh-CN', timezoneId: 'Asia/Shanghai', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(ELEMENT_WITHIN_MS);
  const troubles: string[] = [];
  const home = new URL(address).host;
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') troubles.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => troubles.push(`exception: ${error.message}`));
  page.on('request', (request) => {
    if (new URL(request.url()).host !== home) troubles.push(`asks elsewhere: ${request.url()}`);
  });
  await page.clock.install();
  await page.goto(address);
  return { page, troubles };
}

const NAMED_ROLES = new Set([
  'alertdialog', 'article', 'button', 'columnheader', 'combobox', 'heading', 'image', 'img', 'link', 'navigation', 'region',
  'rowheader', 'search', 'searchbox', 'table', 'textbox',
]);

/** What a screen reader can reach: each node's role and name, in order. */
export async function readAccessibilityTree(page: Page): Promise<{ role: string; name: string }[]> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  await session.detach();
  return nodes.filter((node) => !node.ignored).map((node) => ({ role: String(node.role?.value), name: String(node.name?.value ?? '').trim() }));
}

/** Roles of nodes that would be announced without saying what they are. */
export async function namelessRoles(page: Page): Promise<string[]> {
  const nodes = await readAccessibilityTree(page);
  return nodes.filter(({ role, name }) => NAMED_ROLES.has(role) && name === '').map(({ role }) => role);
}

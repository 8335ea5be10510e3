import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { BoardCounts, OpenAlert } from '../../../core/live.ts';
import { LiveServer } from './live-server.ts';
import { eventually } from './eventually.ts';
import { buildPages, launchChromium, openPage, removeFolder } from './open-page.ts';
import { openedEvent, sampleAlert, sampleCounts, SAMPLE_NOW_MS } from './samples.ts';

/** A wall in a real browser on a real server, new for each test; a test in which the page complains fails. */
export class WallRig {
  readonly #executable: string;
  #browser: Browser | null = null;
  #server: LiveServer | null = null;
  #page: Page | null = null;
  #troubles: string[] = [];
  #pages = '';
  #address = '';
  #asOfMs = SAMPLE_NOW_MS;

  constructor(executable: string) {
    this.#executable = executable;
  }

  /** Registers the rig with the suite that calls it. */
  install(): void {
    beforeAll(async () => {
      [this.#pages, this.#browser] = await Promise.all([buildPages(), launchChromium(this.#executable)]);
    }, 60_000);
    afterAll(async () => {
      await this.#browser?.close();
      if (this.#pages !== '') await removeFolder(this.#pages);
    });
    beforeEach(async () => {
      this.#server = new LiveServer(this.#pages);
      this.#address = await this.#server.start();
      this.#troubles = [];
      this.#asOfMs = SAMPLE_NOW_MS;
    });
    afterEach(async () => {
      await this.#page?.context().close();
      await this.#server?.stop();
      expect(this.#troubles).toEqual([]);
    });
  }

  get server(): LiveServer {
    if (this.#server === null) throw new Error('the rig has no server outside of a test');
    return this.#server;
  }

  get page(): Page {
    if (this.#page === null) throw new Error('open() comes first');
    return this.#page;
  }

  /** Folder of the built pages. */
  get pages(): string {
    return this.#pages;
  }

  /** Of the server, ending in a slash. */
  get address(): string {
    return this.#address;
  }

  /** Stream time of the last counts sent. */
  get asOfMs(): number {
    return this.#asOfMs;
  }

  async open(search = '', options: BrowserContextOptions = {}): Promise<void> {
    if (this.#browser === null) throw new Error('the rig has no browser outside of its suite');
    const opened = await openPage(this.#browser, `${this.#address}wall${search}`, options);
    this.#page = opened.page;
    this.#troubles = opened.troubles;
    await eventually(() => this.server.subscriptions.length).toBe(1);
  }

  /** Each message is a second younger than the one before. @returns its id */
  sendCounts(over: Partial<BoardCounts> = {}, make = sampleCounts): string {
    this.#asOfMs += 1_000;
    return this.server.send({ topic: 'counts', data: make({ asOfMs: this.#asOfMs, ...over }) });
  }

  /** Lets time pass on a line that stays alive: counts arrive every few seconds of it. */
  async pass(durationMs: number, over: Partial<BoardCounts> = {}): Promise<void> {
    for (let leftMs = durationMs; leftMs > 0; leftMs -= 4_000) {
      this.sendCounts(over);
      await eventually(() => this.page.locator('.wall').getAttribute('data-as-of')).toBe(String(this.#asOfMs));
      await this.page.clock.fastForward(Math.min(leftMs, 4_000));
    }
  }

  /** Sends the event of a new alert and waits until it holds the screen. */
  async raise(over: Partial<OpenAlert> = {}): Promise<OpenAlert> {
    const raised = openAlert(over);
    this.server.send({ topic: 'alerts', data: openedEvent(raised, { atMs: this.#asOfMs }) });
    await eventually(() => this.count('.takeover')).toBe(1);
    return raised;
  }

  /** Of the first that matches; empty while there is none. */
  async text(selector: string): Promise<string> {
    return (await this.page.locator(selector).allInnerTexts())[0] ?? '';
  }

  async count(selector: string): Promise<number> {
    return await this.page.locator(selector).count();
  }

  async freshness(): Promise<string | null> {
    return await this.page.locator('.wall').getAttribute('data-freshness');
  }

  /** Takes back complaints that the test itself caused. */
  forgive(part: string): void {
    const kept = this.#troubles.filter((trouble) => !trouble.includes(part));
    this.#troubles.splice(0, this.#troubles.length, ...kept);
  }
}

/** Open for two minutes by the time of the first counts. */
export function openAlert(over: Partial<OpenAlert> = {}): OpenAlert {
  return sampleAlert({ openedAtMs: SAMPLE_NOW_MS - 120_000, ...over });
}

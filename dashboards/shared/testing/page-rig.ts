import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { LiveServer } from './live-server.ts';
import { buildPages, launchChromium, openPage, removeFolder } from './open-page.ts';

/** A page in a real browser on a real server, new for each test; a test in which the page complains fails. */
export class PageRig {
  readonly #executable: string;
  #browser: Browser | null = null;
  #server: LiveServer | null = null;
  #page: Page | null = null;
  #troubles: string[] = [];
  #forgiven: string[] = [];
  #pages = '';
  #address = '';

  constructor(executable: string) {
    this.#executable = executable;
  }

  /** Registers the rig with the suite that calls it. */
  install(): void {
    beforeAll(async () => {
      [this.#pages, this.#browser] = await Promise.all([buildPages(), launchChromium(this.#executable)]);
    });
    afterAll(async () => {
      await this.#browser?.close();
      if (this.#pages !== '') await removeFolder(this.#pages);
    });
    beforeEach(async () => {
      this.#server = new LiveServer(this.#pages);
      this.#address = await this.#server.start();
      this.#troubles = [];
      this.#forgiven = [];
    });
    afterEach(async () => {
      await this.#page?.context().close();
      await this.#server?.stop();
      expect(this.#troubles.filter((trouble) => !this.#forgiven.some((part) => trouble.includes(part)))).toEqual([]);
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

  /** @param path behind the address, with its query */
  async open(path = '', options: BrowserContextOptions = {}): Promise<void> {
    if (this.#browser === null) throw new Error('the rig has no browser outside of its suite');
    const opened = await openPage(this.#browser, `${this.#address}${path}`, options);
    this.#page = opened.page;
    this.#troubles = opened.troubles;
  }

  /** Of the first that matches; empty while there is none. */
  async text(selector: string): Promise<string> {
    return (await this.page.locator(selector).allInnerTexts())[0] ?? '';
  }

  async count(selector: string): Promise<number> {
    return await this.page.locator(selector).count();
  }

  /** Complaints that the test itself causes, before and after this: a page that asks again goes on to complain until it is closed. */
  forgive(part: string): void {
    this.#forgiven.push(part);
  }
}

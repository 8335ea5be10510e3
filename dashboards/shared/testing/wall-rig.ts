import type { BrowserContextOptions } from 'playwright-core';
import { beforeEach } from 'vitest';
import type { BoardCounts, OpenAlert } from '../../../core/live.ts';
import { eventually } from './eventually.ts';
import { PageRig } from './page-rig.ts';
import { openedEvent, sampleAlert, sampleCounts, SAMPLE_NOW_MS } from './samples.ts';

/** A wall that is sent counts and alerts. */
export class WallRig extends PageRig {
  #asOfMs = SAMPLE_NOW_MS;

  override install(): void {
    super.install();
    beforeEach(() => { this.#asOfMs = SAMPLE_NOW_MS; });
  }

  /** Stream time of the last counts sent. */
  get asOfMs(): number {
    return this.#asOfMs;
  }

  /** @param search the query of the wall's address */
  override async open(search = '', options: BrowserContextOptions = {}): Promise<void> {
    await super.open(`wall${search}`, options);
    await eventually(() => this.server.subscriptions.length).toBe(1);
  }

  /** Each message is a second younger than the one before. @returns its id */
  sendCounts(over: Partial<BoardCounts> = {}, make = sampleCounts): string {
    this.#asOfMs += 1_000;
    return this.server.send({ topic: 'counts', data: make({ asOfMs: this.#asOfMs, ...over }) });
  }

  /** What the server says of its parts: all of them work but the one that is named. */
  sendHealth(broken?: { part: string; reason: string; reasonZh: string }): void {
    const parts = ['log', 'gateway', 'scorer', 'counter'].filter((part) => part !== broken?.part).map((part) => ({ part, ok: true }));
    this.server.send({ topic: 'health', data: { atMs: this.#asOfMs, ready: broken === undefined, parts: broken === undefined ? parts : [...parts, { ok: false, ...broken }] } });
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

  /**
   * Notes from now on what the first that matches says, null while there is none, whenever that changes: by the page's own clock, which also
   * runs on while a busy machine takes its time. @returns what was noted so far
   */
  async follow(selector: string): Promise<() => Promise<{ atMs: number; text: string | null }[]>> {
    const name = `followed-${selector}`;
    await this.page.evaluate(({ of, key }) => {
      const noted: { atMs: number; text: string | null }[] = [];
      const read = (): string | null => document.querySelector(of)?.textContent ?? null;
      let last = read();
      new MutationObserver(() => {
        const text = read();
        if (text !== last) noted.push({ atMs: Date.now(), text });
        last = text;
      }).observe(document.body, { subtree: true, childList: true, characterData: true });
      Object.assign(window, { [key]: noted });
    }, { of: selector, key: name });
    return () => this.page.evaluate((key) => (window as unknown as Record<string, { atMs: number; text: string | null }[]>)[key]!, name);
  }

  async freshness(): Promise<string | null> {
    return await this.page.locator('.wall').getAttribute('data-freshness');
  }
}

/** Open for two minutes by the time of the first counts. */
export function openAlert(over: Partial<OpenAlert> = {}): OpenAlert {
  return sampleAlert({ openedAtMs: SAMPLE_NOW_MS - 120_000, ...over });
}

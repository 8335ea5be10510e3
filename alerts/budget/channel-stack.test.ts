import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AlertSeverity } from '../../core/rule.ts';
import { digestOf } from '../cards/digest-card.ts';
import type { Digest } from '../cards/digest-card.ts';
import { utf8Bytes } from '../cards/fit-card.ts';
import type { SendOutcome } from '../channels/channel.ts';
import { wecomAdapter } from '../channels/kinds/wecom.ts';
import type { Page } from '../notify/page.ts';
import { incident } from '../notify/testing/sample-events.ts';
import { Scene } from '../notify/testing/scene.ts';
import { DEAD, DELIVERED, REFUSED, ScriptedChannel } from '../notify/testing/scripted-channel.ts';
import type { Reply } from '../notify/testing/scripted-channel.ts';
import { ZonedTime } from '../notify/time-text.ts';
import { systemTimers } from '../../stream/system-timers.ts';
import type { TelemetryEvent } from '../../core/telemetry.ts';
import { BudgetedChannel } from './budgeted-channel.ts';
import { ChannelWatch } from './channel-watch.ts';
import { ALARM_AFTER_MS } from './decide-alarm.ts';
import { FailoverChannel } from './failover-channel.ts';
import { PUBLISHED_RATES } from './published-rates.ts';
import { WatchedChannel } from './watched-channel.ts';

/** A robot that also takes digests, and notes when each message came and how many pages it held. */
class Robot extends ScriptedChannel {
  readonly messages: { atMs: number; pages: Page[] }[] = [];

  override async send(page: Page, key: string, signal: AbortSignal): Promise<SendOutcome> {
    this.messages.push({ atMs: Date.now(), pages: [page] });
    return await super.send(page, key, signal);
  }

  async sendDigest(pages: readonly Page[], key: string, signal: AbortSignal): Promise<SendOutcome> {
    this.messages.push({ atMs: Date.now(), pages: [...pages] });
    return await super.send(pages[0]!, key, signal);
  }

  mostInAMinute(): number {
    return Math.max(0, ...this.messages.map(({ atMs }) => this.messages.filter((other) => other.atMs > atMs - 60_000 && other.atMs <= atMs).length));
  }
}

/** A robot whose digests are written as WeCom's are. */
class WecomRobot extends Robot {
  readonly digests: { content: string; pages: readonly Page[] }[] = [];
  readonly #adapter = wecomAdapter({ url: 'https://robot.example/send?key=0123456789' });

  leftOfDigest(pages: readonly Page[]): readonly Page[] {
    return this.#digest(pages).left;
  }

  override async sendDigest(pages: readonly Page[], key: string, signal: AbortSignal): Promise<SendOutcome> {
    const { body } = this.#adapter.compose(this.#digest(pages).card, null, Date.now());
    this.digests.push({ pages, content: (JSON.parse(String(body)) as { markdown: { content: string } }).markdown.content });
    return await super.sendDigest(pages, key, signal);
  }

  #digest(pages: readonly Page[]): Digest {
    return digestOf(pages, 'zh', (card) => this.#adapter.holds(card));
  }
}

const told: TelemetryEvent[] = [];
const parts = { clock: { nowMs: () => Date.now() }, timers: systemTimers, telemetry: (event: TelemetryEvent) => void told.push(event) };
const SETUP: Reply = { outcome: { kind: 'retry', fault: 'setup', detail: 'code 310000 sign not match' } };

beforeEach(() => {
  vi.useFakeTimers();
  told.length = 0;
});
afterEach(() => vi.useRealTimers());

describe('a robot that takes 20 messages a minute', () => {
  const budgeted = (robot: Robot, over: object = {}): BudgetedChannel => new BudgetedChannel(robot, { limits: PUBLISHED_RATES.dingtalk, digestEveryMs: 30_000, alwaysDigest: [], ...over }, parts);

  it('gets a storm of 500 warnings within its rate: some alone, the rest in digests, none lost and none twice', async () => {
    const robot = new Robot('robot');
    const scene = new Scene({ channels: [budgeted(robot) as unknown as ScriptedChannel] });
    await scene.at('10:00');
    await scene.start();
    await scene.raise(...Array.from({ length: 500 }, (_, number) => incident(number).opened));
    await scene.at('10:20');
    const shown = robot.messages.flatMap(({ pages }) => pages.map(({ alertId }) => alertId));
    expect(new Set(shown).size).toBe(500);
    expect(shown).toHaveLength(500);
    expect(robot.mostInAMinute()).toBeLessThanOrEqual(20);
    expect(robot.messages.filter(({ pages }) => pages.length === 1).length).toBeGreaterThanOrEqual(15);
    expect(robot.messages.length).toBeLessThan(60);
    const records = await scene.records();
    expect(records.filter(({ outcome }) => outcome === 'delivered')).toHaveLength(500);
    expect(records.find(({ outcome }) => outcome === 'retrying')?.detail).toBe('rate budget used up, goes into a digest');
    expect(records.some(({ detail }) => /^in a digest of \d+: HTTP 200$/u.test(detail))).toBe(true);
    await scene.stop();
  });

  it('has room left for a critical page in the middle of a storm', async () => {
    const robot = new Robot('robot');
    const scene = new Scene({ channels: [budgeted(robot) as unknown as ScriptedChannel] });
    await scene.at('10:00');
    await scene.start();
    await scene.raise(...Array.from({ length: 100 }, (_, number) => incident(number).opened));
    await scene.at('10:00:05');
    await scene.raise({ ...incident(900).opened, severity: 'critical' });
    expect(robot.messages.at(-1)).toMatchObject({ pages: [{ alertId: 'a-900' }] });
    await scene.stop();
  });

  it('in a storm of all severities lets critical pages through first, each alone, and names all the others', async () => {
    const robot = new WecomRobot('robot');
    const scene = new Scene({ channels: [budgeted(robot) as unknown as ScriptedChannel] });
    await scene.at('10:00');
    await scene.start();
    const severityOf = (number: number): AlertSeverity => (number % 40 === 7 ? 'critical' : number % 2 === 0 ? 'warning' : 'notice');
    const raisedAtMs = new Map<string, number>();
    for (let wave = 0; wave < 8; wave++) {
      for (let index = 0; index < 80; index++) raisedAtMs.set(`a-${wave * 80 + index}`, Date.now());
      await scene.raise(...Array.from({ length: 80 }, (_, index) => ({ ...incident(wave * 80 + index).opened, severity: severityOf(index) })));
      await scene.at(`10:0${Math.floor((wave + 1) / 2)}:${wave % 2 === 0 ? '30' : '10'}`);
    }
    await scene.at('10:40');
    expect(robot.mostInAMinute()).toBeLessThanOrEqual(20);
    const shown = robot.messages.flatMap(({ pages }) => pages);
    expect(shown).toHaveLength(640);
    expect(new Set(shown.map(({ alertId }) => alertId)).size).toBe(640);
    const critical = robot.messages.filter(({ pages }) => pages.some(({ severity }) => severity === 'critical'));
    expect(critical).toHaveLength(16);
    for (const { atMs, pages } of critical) {
      expect(pages).toHaveLength(1);
      expect(atMs - (raisedAtMs.get(pages[0]!.alertId) ?? 0)).toBeLessThan(2_000);
    }
    // What a person reads of a digest: each page by name, within WeCom's 4,096 bytes.
    for (const { content, pages } of robot.digests) {
      expect(utf8Bytes(content)).toBeLessThanOrEqual(4_096);
      expect(content).toContain(`${pages.length} 条通知`);
      for (const { groupName } of pages) expect(content).toMatch(new RegExp(`${groupName.zh}( ·|：)`, 'u'));
    }
    expect(robot.digests.length).toBeGreaterThan(5);
    await scene.stop();
  });

  it('goes on after a restart: what was put off is in no memory and still comes', async () => {
    const robot = new Robot('robot');
    const scene = new Scene({ channels: [budgeted(robot, { alwaysDigest: ['warning', 'resolved'], digestEveryMs: 900_000 }) as unknown as ScriptedChannel] });
    await scene.at('10:01');
    await scene.start();
    await scene.raise(...Array.from({ length: 10 }, (_, number) => incident(number).opened));
    await scene.at('10:03');
    expect(robot.messages).toEqual([]);
    scene.kill();
    await scene.start();
    await scene.at('10:16');
    expect(robot.messages.flatMap(({ pages }) => pages)).toHaveLength(10);
    expect(robot.messages.length).toBeLessThanOrEqual(2);
    await scene.stop();
  });

  it('keeps pages of a digest that failed', async () => {
    const robot = new Robot('robot');
    let isDown = true;
    robot.reply = () => (isDown ? DEAD : DELIVERED);
    const scene = new Scene({ channels: [budgeted(robot, { alwaysDigest: ['warning', 'resolved'] }) as unknown as ScriptedChannel] });
    await scene.at('10:00:10');
    await scene.start();
    await scene.raise(...Array.from({ length: 5 }, (_, number) => incident(number).opened));
    await scene.at('10:02');
    isDown = false;
    await scene.at('10:10');
    const delivered = (await scene.records()).filter(({ outcome }) => outcome === 'delivered');
    expect(new Set(delivered.map(({ alertId }) => alertId)).size).toBe(5);
    await scene.stop();
  });
});

describe('a channel with a second one', () => {
  const pair = (first: ScriptedChannel, second: ScriptedChannel): ScriptedChannel => new FailoverChannel({ first, second }, parts) as unknown as ScriptedChannel;

  async function play(reply: () => Reply, until = '10:10'): Promise<{ first: ScriptedChannel; second: ScriptedChannel; scene: Scene }> {
    const [first, second] = [new ScriptedChannel('first'), new ScriptedChannel('second')];
    first.reply = reply;
    const scene = new Scene({ channels: [pair(first, second)] });
    await scene.at('10:00');
    await scene.start();
    await scene.raise(incident(1).opened);
    await scene.at(until);
    return { first, second, scene };
  }

  it('hands over at once what is refused, and says so on the record of the first', async () => {
    const { second, scene } = await play(() => REFUSED, '10:00:01');
    expect(second.sent.map(({ page }) => page.alertId)).toEqual(['a-1']);
    expect(await scene.records()).toMatchObject([{ channelId: 'first', outcome: 'delivered', detail: 'HTTP 400; over second: HTTP 200' }]);
    await scene.stop();
  });

  it('hands over at once when it is not set up right', async () => {
    const { second, scene } = await play(() => SETUP, '10:00:01');
    expect(second.sent).toHaveLength(1);
    expect(told).toContainEqual({ kind: 'page-failed-over', channel: 'first', to: 'second' });
    await scene.stop();
  });

  it('hands over after a while when nobody answers, probes the first now and then, and goes back to it', async () => {
    let isDown = true;
    const { first, second, scene } = await play(() => (isDown ? DEAD : DELIVERED), '10:02');
    expect(second.sent).toHaveLength(1);
    expect((second.sent[0]?.atMs ?? 0) - (first.sent[0]?.atMs ?? 0)).toBeGreaterThanOrEqual(20_000);
    isDown = false;
    await scene.at('10:03');
    await scene.raise(incident(2).opened);
    expect(first.delivered).toEqual(['a-2:first']);
    expect(second.sent).toHaveLength(1);
    await scene.stop();
  });

  it('tells the end over both where the fire went over the second', async () => {
    let isDown = true;
    const { first, second, scene } = await play(() => (isDown ? REFUSED : DELIVERED));
    isDown = false;
    await scene.raise(incident(1).resolved);
    expect(first.delivered).toEqual(['a-1-r:first']);
    expect(second.sent.map(({ page }) => page.event)).toEqual(['opened', 'resolved']);
    await scene.stop();
  });

  it.each(['killed', 'stopped'] as const)('tells the end over both after the notifier was %s and started again, with channels made anew', async (how) => {
    const [first, second] = [new ScriptedChannel('first'), new ScriptedChannel('second')];
    first.reply = () => REFUSED;
    const channels = [pair(first, second)];
    const scene = new Scene({ channels });
    await scene.at('10:00');
    await scene.start();
    await scene.raise(incident(1).opened, incident(2).opened);
    first.reply = () => DELIVERED;
    await scene.raise(incident(3).opened);
    await scene.at('10:10');
    expect((await scene.records()).map(({ alertId, over }) => [alertId, over])).toEqual([['a-1', 'second'], ['a-2', 'second'], ['a-3', undefined]]);
    if (how === 'killed') scene.kill(); else await scene.stop();
    channels[0] = pair(first, second);
    await scene.start();
    await scene.raise(...[1, 2, 3].map((number) => incident(number).resolved));
    await scene.at('10:20');
    expect(first.delivered.toSorted()).toEqual(['a-1-r:first', 'a-2-r:first', 'a-3-r:first', 'a-3:first'].toSorted());
    expect(second.sent.map(({ key }) => key).toSorted()).toEqual(['a-1:first:second', 'a-2:first:second', 'a-1-r:first:end', 'a-2-r:first:end'].toSorted());
    expect((await scene.records()).find(({ eventId }) => eventId === 'a-1-r')?.detail).toBe('HTTP 200; its end over second as well: HTTP 200');
    await scene.stop();
  });

  it('keeps the page where neither takes it', async () => {
    const [first, second] = [new ScriptedChannel('first'), new ScriptedChannel('second')];
    first.reply = () => DEAD;
    second.reply = () => DEAD;
    const scene = new Scene({ channels: [pair(first, second)] });
    await scene.at('10:00');
    await scene.start();
    await scene.raise(incident(1).opened);
    await scene.at('10:30');
    second.reply = () => DELIVERED;
    await scene.at('10:40');
    expect((await scene.records()).at(-1)).toMatchObject({ outcome: 'delivered', detail: expect.stringContaining('over second: HTTP 200') });
    await scene.stop();
  });
});

describe('a channel that fails', () => {
  async function watched(reply: () => Reply, others: ScriptedChannel[]): Promise<{ scene: Scene; failing: ScriptedChannel; warnings: string[] }> {
    const failing = new ScriptedChannel('failing');
    failing.reply = reply;
    const warnings: string[] = [];
    const watch = new ChannelWatch({ clock: parts.clock, render: { publicUrl: 'https://tocsin.example', times: new ZonedTime('Asia/Shanghai') }, othersThan: () => others, warn: (message) => warnings.push(message) });
    const scene = new Scene({ channels: [new WatchedChannel(failing, (outcome) => void watch.take('failing', outcome)) as unknown as ScriptedChannel] });
    await scene.at('10:00');
    await scene.start();
    await scene.raise(incident(1).opened);
    return { scene, failing, warnings };
  }

  it('is told over another one, once, after five minutes, and so is that it works again', async () => {
    const other = new ScriptedChannel('other');
    let isDown = true;
    const { scene, warnings } = await watched(() => (isDown ? DEAD : DELIVERED), [other]);
    await scene.at('10:04');
    expect(other.sent).toEqual([]);
    await scene.at('10:20');
    expect(other.sent).toHaveLength(1);
    expect(other.sent[0]?.page.summary.zh.line).toMatch(/^【严重】通知渠道 failing 发送失败 · /u);
    expect(other.sent[0]?.page.summary.en.text).toContain('connection refused');
    expect(warnings).toEqual(['The channel failing does not deliver (failing): connection refused']);
    isDown = false;
    await scene.at('10:30');
    expect(other.sent.map(({ page }) => page.event)).toEqual(['opened', 'resolved']);
    expect(other.sent[1]?.page.alertId).toBe(other.sent[0]?.page.alertId);
    await scene.stop();
  });

  it('is told sooner when it says that it is not set up right, and at once when a page is lost', async () => {
    const other = new ScriptedChannel('other');
    const { scene } = await watched(() => SETUP, [other]);
    await scene.at('10:02');
    expect(other.sent).toHaveLength(1);
    expect((other.sent[0]?.atMs ?? 0) - Date.UTC(2026, 10, 23, 10)).toBeGreaterThanOrEqual(ALARM_AFTER_MS.setup);
    await scene.stop();
    const third = new ScriptedChannel('third');
    const refused = await watched(() => REFUSED, [third]);
    expect(third.sent).toHaveLength(1);
    await refused.scene.stop();
  });

  it('is told again while nobody could be told', async () => {
    const other = new ScriptedChannel('other');
    other.reply = () => DEAD;
    const { scene } = await watched(() => DEAD, [other]);
    await scene.at('10:10');
    expect(other.sent.length).toBeGreaterThan(1);
    const tries = other.sent.length;
    other.reply = () => DELIVERED;
    await scene.at('10:20');
    expect(other.sent.length).toBe(tries + 1);
    await scene.stop();
  });
});

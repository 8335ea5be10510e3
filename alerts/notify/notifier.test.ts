import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TocsinError } from '../../core/errors.ts';
import { decodeJson, encodeJson } from '../../stream/frames/record.ts';
import { AckWaitQueue } from './testing/ack-wait-queue.ts';
import { incident } from './testing/sample-events.ts';
import { Scene, timeMs } from './testing/scene.ts';
import { DEAD, DELIVERED, FAULTY, HANGING, REFUSED, ScriptedChannel } from './testing/scripted-channel.ts';
import { encodeOrder, orderOf } from './testing/order-of.ts';

const [one, two] = [incident(1), incident(2)];
let hook: ScriptedChannel;
let desk: ScriptedChannel;
let scene: Scene;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  hook = new ScriptedChannel('hook');
  desk = new ScriptedChannel('desk');
  scene = new Scene({ channels: [hook, desk] });
});
afterEach(async () => {
  scene.kill();
  await scene.bus.close();
  vi.useRealTimers();
});

describe('an alert', () => {
  it('is paged over each channel of its names, once, under a key of its own', async () => {
    await scene.start();
    await scene.raise(one.opened);
    expect(hook.delivered).toEqual(['a-1:hook']);
    expect(desk.delivered).toEqual(['a-1:desk']);
    expect(hook.sent[0]?.page).toMatchObject({ event: 'opened', alertId: 'a-1', idempotencyKey: 'a-1:hook' });
    await scene.at('23:00');
    expect(hook.sent).toHaveLength(1);
  });

  it('leaves a record of each attempt', async () => {
    hook.reply = (_page, attempt) => (attempt === 1 ? DEAD : DELIVERED);
    await scene.start();
    await scene.at('10:00');
    await scene.raise(one.opened);
    await scene.at('10:01');
    const records = await scene.records();
    expect(records.filter(({ channelId }) => channelId === 'hook')).toEqual([
      {
        idempotencyKey: 'a-1:hook', alertId: 'a-1', eventId: 'a-1', eventKind: 'opened', channelId: 'hook', channelKind: 'scripted',
        attempt: 1, outcome: 'retrying', detail: 'connection refused', fault: 'connection-refused', atMs: timeMs('10:00'), durationMs: 0, nextAttemptAtMs: timeMs('10:00') + 500,
      },
      {
        idempotencyKey: 'a-1:hook', alertId: 'a-1', eventId: 'a-1', eventKind: 'opened', channelId: 'hook', channelKind: 'scripted',
        attempt: 2, outcome: 'delivered', detail: 'HTTP 200', atMs: timeMs('10:00') + 500, durationMs: 0,
      },
    ]);
    expect(records.filter(({ channelId }) => channelId === 'desk').map(({ outcome }) => outcome)).toEqual(['delivered']);
  });

  it('whose name is not known goes to the default channel, and that is said once', async () => {
    const [lost, lostToo] = [incident(7, ['ops']), incident(8, ['ops'])];
    await scene.start();
    await scene.raise(lost.opened, lostToo.opened);
    expect(hook.delivered).toEqual(['a-7:hook', 'a-8:hook']);
    expect(desk.sent).toEqual([]);
    expect(scene.warnings).toEqual(['The rule complaint-burst notifies "ops", which is not known here; its pages go to the default channels.']);
  });

  it('that somebody has is told over the channels that hear of it, and rings over no other', async () => {
    const hearing = Object.assign(new ScriptedChannel('pager'), { hearsAcknowledgements: true });
    scene = new Scene({ channels: [hook, hearing] });
    await scene.start();
    await scene.raise(one.opened);
    const order = { ...orderOf(one.opened), id: 'ack', kind: 'escalated' as const, reason: 'acknowledged' as const, previousSeverity: one.opened.severity };
    await scene.bus.log('incidents').append(encodeJson('journal', { number: 2, writer: 'test', inputs: [], pages: [order] }), 'ack');
    await vi.advanceTimersByTimeAsync(0);
    expect(hearing.delivered).toEqual(['a-1:pager', 'ack:pager']);
    expect(hearing.sent[1]?.page).toMatchObject({ event: 'escalated', reason: 'acknowledged', alertId: 'a-1' });
    expect(hook.delivered).toEqual(['a-1:hook']);
    expect((await scene.bus.log('incidents').settledThrough('notifier'))).toBe(2);
  });

  it('that somebody has stops the steps that wait at a channel that is down, and none that comes after that', async () => {
    scene = new Scene({ channels: [hook, desk], routes: new Map([['on-call', ['hook']], ['manager', ['desk']]]) });
    desk.reply = () => DEAD;
    await scene.start();
    await scene.raise(one.opened);
    const order = orderOf(one.opened);
    const put = async (id: string, reason: 'escalation-step' | 'acknowledged', number: number): Promise<void> => {
      const page = { ...order, id, kind: 'escalated' as const, reason, previousSeverity: one.opened.severity, notify: ['manager'], number: order.number + number };
      await scene.bus.log('incidents').append(encodeJson('journal', { number: 1 + number, writer: 'test', inputs: [], pages: [page] }), id);
      await vi.advanceTimersByTimeAsync(0);
    };
    await put('step-1', 'escalation-step', 1);
    expect(desk.sent).toHaveLength(1);
    await put('ack', 'acknowledged', 2);
    desk.reply = () => DELIVERED;
    await scene.at('02:00');
    expect(desk.delivered).toEqual([]);
    expect((await scene.records()).findLast(({ eventId }) => eventId === 'step-1')).toMatchObject({ outcome: 'skipped', detail: 'not sent: somebody acknowledged before it could be sent' });
    await put('step-2', 'escalation-step', 3);
    await scene.at('03:00');
    expect(desk.delivered).toEqual(['step-2:desk']);
    expect((await scene.bus.log('incidents').settledThrough('notifier'))).toBe(4);
  });

  it('that somebody has stops the steps that wait at a channel that is down, also after a restart', async () => {
    scene = new Scene({ channels: [hook, desk], routes: new Map([['on-call', ['hook']], ['manager', ['desk']]]) });
    desk.reply = () => DEAD;
    await scene.start();
    await scene.raise(one.opened);
    await scene.order({ ...orderOf(one.opened), id: 'step-1', kind: 'escalated', reason: 'escalation-step', notify: ['manager'] });
    await scene.order({ ...orderOf(one.opened), id: 'ack', kind: 'escalated', reason: 'acknowledged', notify: ['manager'] });
    expect(desk.sent).toHaveLength(1);
    scene.kill();
    desk.reply = () => DELIVERED;
    await scene.at('02:00');
    await scene.start();
    await scene.at('03:00');
    expect(desk.delivered).toEqual([]);
    expect((await scene.records()).findLast(({ eventId }) => eventId === 'step-1')).toMatchObject({ outcome: 'skipped', detail: 'not sent: somebody acknowledged before it could be sent', mayHaveArrived: true });
    // The killed process may have sent the step, so whoever may have it hears of the end.
    await scene.order({ ...orderOf(one.resolved), notify: ['manager'] });
    await scene.at('04:00');
    expect(desk.sent.at(-1)?.page.event).toBe('resolved');
  });

  it('that was stopped before it can have arrived has no end', async () => {
    scene = new Scene({ channels: [hook, desk], routes: new Map([['on-call', ['hook']], ['manager', ['desk']]]) });
    desk.reply = () => DEAD;
    await scene.start();
    await scene.raise(one.opened);
    await scene.order({ ...orderOf(one.opened), id: 'step-1', kind: 'escalated', reason: 'escalation-step', notify: ['manager'] });
    await scene.order({ ...orderOf(one.opened), id: 'ack', kind: 'escalated', reason: 'acknowledged', notify: ['manager'] });
    desk.reply = () => DELIVERED;
    await scene.order({ ...orderOf(one.resolved), notify: ['manager'] });
    await scene.at('04:00');
    expect(desk.delivered).toEqual([]);
  });

  it('takes as long as it was on its way: the time for which a rule or a rate budget held it does not count', async () => {
    await scene.start();
    await scene.at('10:00');
    let postpones = true;
    hook.reply = () => (postpones ? { outcome: { kind: 'postponed', detail: 'goes into a digest', untilMs: timeMs('10:10') } } : DELIVERED);
    await scene.order({ ...orderOf({ ...one.opened, atMs: timeMs('09:00') }), heldMs: 3_600_000, atMs: timeMs('10:00'), notify: ['on-call'] });
    postpones = false;
    await scene.at('10:30');
    const tookMs = scene.told.flatMap((event) => (event.kind === 'stages-passed' && event.stagesMs.notify !== undefined ? [event.stagesMs.notify] : []));
    expect(tookMs).toHaveLength(2);
    for (const ms of tookMs) expect(ms).toBeLessThan(1_000);
  });

  it('does not pass an earlier one that the log hands out later, after a restart', async () => {
    const queue = new AckWaitQueue();
    scene = new Scene({ channels: [hook, desk], routes: new Map([['on-call', ['hook']], ['manager', ['desk']]]), alerts: queue });
    const step = async (id: string): Promise<void> => await scene.order({ ...orderOf(one.opened), id, kind: 'escalated', reason: 'escalation-step', notify: ['manager'] });
    desk.reply = () => HANGING;
    await scene.raise(one.opened);
    await step('step-1');
    await scene.start();
    await scene.at('00:00:01');
    scene.kill();
    // The first step comes back when the queue has missed its worker; the second one is handed out at once.
    await step('step-2');
    desk.reply = () => DELIVERED;
    await scene.start();
    await scene.at('00:05');
    expect(desk.delivered).toEqual(['step-1:desk', 'step-2:desk']);
  });

  it('that cannot be read is put aside and holds up nothing', async () => {
    await scene.start();
    await scene.bus.log('incidents').append(new Uint8Array([7]), 'broken');
    await scene.bus.log('incidents').append(encodeOrder({ ...two.opened, title: null } as never), 'no title');
    await scene.raise(one.opened);
    expect(hook.delivered).toEqual(['a-1:hook']);
    const dead = await scene.bus.log('dead').last();
    expect(decodeJson('dead', dead?.value ?? new Uint8Array())).toMatchObject({ log: 'incidents', sequence: 2, stage: 'notify' });
    expect(scene.told.filter(({ kind }) => kind === 'frame-dead-lettered')).toHaveLength(2);
  });
});

describe('an escalation', () => {
  beforeEach(() => {
    scene = new Scene({ channels: [hook, desk], routes: new Map([['on-call', ['desk']], ['manager', ['hook']]]) });
  });

  it('that names nobody pages nobody', async () => {
    await scene.start();
    await scene.raise(one.opened, { ...one.escalated, notify: [] }, one.resolved);
    await scene.at('00:01');
    expect(desk.delivered).toEqual(['a-1:desk', 'a-1-r:desk']);
    expect(hook.sent).toEqual([]);
  });

  it('pages those it names at once, and they are told of the end as well', async () => {
    await scene.start();
    await scene.raise(one.opened, { ...one.escalated, notify: ['manager'] });
    expect(hook.delivered).toEqual(['a-1-e:hook']);
    await scene.raise({ ...one.resolved, notify: ['on-call', 'manager'] });
    await scene.at('00:01');
    expect(hook.delivered).toEqual(['a-1-e:hook', 'a-1-r:hook']);
    expect(desk.delivered).toEqual(['a-1:desk', 'a-1-r:desk']);
  });
});

describe('a page that fails', () => {
  it('is tried again at growing distances, at most five minutes, and given up after a day', async () => {
    hook.reply = () => FAULTY;
    await scene.start();
    await scene.at('10:00');
    await scene.raise(one.opened);
    await scene.at('+2d 10:00');
    const waits = hook.sent.slice(1).map(({ atMs }, index) => atMs - (hook.sent[index]?.atMs ?? 0));
    expect(waits.slice(0, 9)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000]);
    expect(new Set(waits.slice(9))).toEqual(new Set([150_000]));
    const records = (await scene.records()).filter(({ channelId }) => channelId === 'hook');
    expect(records).toHaveLength(hook.sent.length);
    expect(records.at(-1)).toMatchObject({ outcome: 'failed', detail: 'HTTP 500; given up after 24 h' });
    expect((records.at(-1)?.atMs ?? 0) - timeMs('10:00')).toBeGreaterThanOrEqual(86_400_000);
    expect(scene.told).toContainEqual({ kind: 'delivery-attempted', channel: 'hook', outcome: 'failed', durationMs: 0 });
    // Whoever answered 500 may have taken it.
    hook.reply = () => DELIVERED;
    await scene.raise(one.resolved);
    await scene.at('+2d 10:05');
    expect(hook.delivered).toEqual(['a-1-r:hook']);
  });

  it('and is given up has no end where it never reached anybody, or was refused at last', async () => {
    scene = new Scene({ channels: [hook, desk], policy: { giveUpAfterMs: 60_000 } });
    hook.reply = () => DEAD;
    desk.reply = (_page, attempt) => (attempt === 1 ? HANGING : REFUSED);
    await scene.start();
    await scene.raise(one.opened);
    await scene.at('01:00');
    expect((await scene.records()).filter(({ outcome }) => outcome === 'failed').map(({ channelId }) => channelId).toSorted()).toEqual(['desk', 'hook']);
    [hook, desk].forEach((channel) => { channel.reply = () => DELIVERED; });
    await scene.raise(one.resolved);
    await scene.at('02:00');
    expect([...hook.delivered, ...desk.delivered]).toEqual([]);
  });

  it('is not tried again when it is refused', async () => {
    hook.reply = () => REFUSED;
    await scene.start();
    await scene.raise(one.opened);
    await scene.at('12:00');
    expect(hook.sent).toHaveLength(1);
    expect((await scene.records()).filter(({ channelId }) => channelId === 'hook')).toMatchObject([{ outcome: 'failed', attempt: 1, detail: 'HTTP 400' }]);
  });

  it('waits as long as the receiver asks, and so do the pages of other alerts', async () => {
    hook.reply = (_page, attempt) => (attempt === 1 && hook.sent.length === 1
      ? { outcome: { kind: 'retry', detail: 'HTTP 429', fault: 'channel', retryAfterMs: 40_000 } } : DELIVERED);
    await scene.start();
    await scene.at('10:00');
    await scene.raise(one.opened);
    await scene.raise(two.opened);
    await scene.at('10:00:39');
    expect(hook.sent).toHaveLength(1);
    expect(desk.delivered).toHaveLength(2);
    await scene.at('10:00:41');
    expect(hook.delivered.toSorted()).toEqual(['a-1:hook', 'a-2:hook']);
  });

  it('does not hold up the pages of other alerts', async () => {
    hook.reply = (page) => (page.alertId === 'a-1' ? FAULTY : DELIVERED);
    await scene.start();
    await scene.raise(one.opened);
    await scene.at('01:00');
    await scene.raise(two.opened);
    expect(hook.delivered).toEqual(['a-2:hook']);
  });

  it('is kept when the channel throws, and what was thrown is told to nobody', async () => {
    hook.reply = (_page, attempt) => {
      if (attempt === 1) throw new Error('token s3cr3t');
      return DELIVERED;
    };
    await scene.start();
    await scene.raise(one.opened);
    await scene.at('00:01');
    expect(hook.delivered).toEqual(['a-1:hook']);
    expect((await scene.records()).find(({ outcome }) => outcome === 'retrying')?.detail).toBe('the scripted channel failed inside');
  });
});

describe('the pages of one alert over one channel', () => {
  it('go out in order, the later ones only once the earlier are settled', async () => {
    let isUp = false;
    hook.reply = () => (isUp ? DELIVERED : DEAD);
    await scene.start();
    await scene.at('10:00');
    await scene.raise(one.opened, one.escalated, one.resolved);
    await scene.at('11:00');
    expect(desk.delivered).toEqual(['a-1:desk', 'a-1-e:desk', 'a-1-r:desk']);
    expect(new Set(hook.sent.map(({ key }) => key))).toEqual(new Set(['a-1:hook']));
    isUp = true;
    await scene.at('11:15');
    expect(hook.delivered).toEqual(['a-1:hook', 'a-1-e:hook', 'a-1-r:hook']);
  });

  it('go out one at a time, however slow', async () => {
    hook.reply = (page) => ({ ...DELIVERED, afterMs: page.event === 'opened' ? 5_000 : 10 });
    await scene.start();
    await scene.raise(one.opened, one.escalated, one.resolved);
    await scene.at('00:01');
    expect(hook.delivered).toEqual(['a-1:hook', 'a-1-e:hook', 'a-1-r:hook']);
    expect(hook.underWayMost).toBe(1);
  });

  it('end with no end where the fire was refused, and the record says why', async () => {
    hook.reply = (page) => (page.event === 'opened' ? REFUSED : DELIVERED);
    await scene.start();
    await scene.raise(one.opened, one.resolved);
    await scene.at('00:05');
    expect(hook.sent.map(({ key }) => key)).toEqual(['a-1:hook']);
    expect(desk.delivered).toEqual(['a-1:desk', 'a-1-r:desk']);
    expect((await scene.records()).filter(({ channelId }) => channelId === 'hook').at(-1))
      .toMatchObject({ eventKind: 'resolved', outcome: 'skipped', attempt: 0, detail: 'not sent: no fire of this alert was delivered here' });
  });

  it('end with no end over a channel that was added while the alert was open', async () => {
    scene = new Scene({ channels: [hook], routes: new Map([['on-call', ['hook']]]) });
    await scene.start();
    await scene.raise(one.opened);
    await scene.stop();
    const { bus } = scene;
    const later = new Scene({ channels: [hook, desk] });
    Object.assign(later, { bus });
    await later.start();
    await later.raise(one.resolved);
    await later.at('00:10');
    expect(hook.delivered).toEqual(['a-1:hook', 'a-1-r:hook']);
    expect(desk.sent).toEqual([]);
    await later.stop();
  });
});

describe('a dead channel', () => {
  it.each([['refuses connections', DEAD], ['hangs', HANGING], ['fails every page', FAULTY]])('that %s delays no page of another channel', async (_name, reply) => {
    hook.reply = () => reply;
    await scene.start();
    await scene.at('10:00');
    for (let number = 0; number < 100; number++) await scene.raise(incident(number).opened);
    await scene.at('10:00:02');
    expect(desk.delivered).toHaveLength(100);
    await scene.at('10:30');
    await scene.raise(incident(900).opened);
    expect(desk.delivered).toHaveLength(101);
  });

  it('is asked seldom, however many pages wait, and gets them all when it is back', async () => {
    let isUp = false;
    hook.reply = () => (isUp ? DELIVERED : DEAD);
    await scene.start();
    await scene.at('10:00');
    for (let number = 0; number < 60; number++) await scene.raise(incident(number).opened);
    await scene.at('10:10');
    const sentBefore = hook.sent.length;
    await scene.at('11:10');
    expect(hook.sent.length - sentBefore).toBeLessThanOrEqual(3_600 / 15 + 1);
    isUp = true;
    await scene.at('11:20');
    expect(new Set(hook.delivered).size).toBe(60);
    expect(hook.delivered).toHaveLength(60);
  });
});

describe('after a restart', () => {
  it('nothing that was delivered is sent again', async () => {
    await scene.start();
    await scene.raise(one.opened, two.opened);
    await scene.stop();
    await scene.start();
    scene.bus.faults.redeliver('alerts');
    await scene.raise(one.resolved);
    await scene.at('01:00');
    expect(hook.delivered).toEqual(['a-1:hook', 'a-2:hook', 'a-1-r:hook']);
  });

  it('a page whose attempt was cut off between sending and recording is sent again under the same key', async () => {
    hook.reply = () => ({ ...DELIVERED, afterMs: 50 });
    await scene.start();
    await scene.raise(one.opened);
    expect(hook.sent).toHaveLength(1);
    scene.kill();
    await scene.at('00:01');
    await scene.start();
    await scene.at('00:02');
    expect(hook.sent.map(({ key }) => key)).toEqual(['a-1:hook', 'a-1:hook']);
    expect(JSON.stringify(hook.sent[1]?.page)).toBe(JSON.stringify(hook.sent[0]?.page));
    expect(desk.sent).toHaveLength(1);
  });

  it('a page whose record was lost on the way is not sent again by the notifier that sent it', async () => {
    await scene.start();
    scene.bus.faults.rejectAppends('deliveries', 4);
    await scene.raise(one.opened);
    await scene.at('00:01');
    expect(hook.sent).toHaveLength(1);
    expect((await scene.records()).map(({ channelId, outcome }) => [channelId, outcome]).toSorted()).toEqual([['desk', 'delivered'], ['hook', 'delivered']]);
  });

  it('the end follows a fire whose record was lost, though a later page was refused, also after one more restart', async () => {
    const queue = new AckWaitQueue();
    scene = new Scene({ channels: [hook, desk], alerts: queue });
    hook.reply = (page) => (page.event === 'escalated' ? REFUSED : DELIVERED);
    await scene.start();
    // The record of the fire over the hook is owed when the process dies.
    scene.bus.faults.rejectAppends('deliveries', 1);
    await scene.raise(one.opened);
    await scene.raise(one.escalated);
    scene.kill();
    expect((await scene.records()).map(({ eventId, channelId }) => `${eventId}:${channelId}`)).not.toContain('a-1:hook');
    for (const time of ['00:01', '00:02']) {
      await scene.start();
      await scene.at(time);
      scene.kill();
    }
    expect((await scene.records()).filter(({ channelId }) => channelId === 'hook')).toMatchObject([{ eventId: 'a-1-e', outcome: 'failed' }, { eventId: 'a-1', outcome: 'skipped', mayHaveArrived: true }]);
    await scene.start();
    await scene.raise(one.resolved);
    await scene.at('00:05');
    expect(hook.delivered).toEqual(['a-1:hook', 'a-1-r:hook']);
  });

  it('the schedule of attempts goes on where it stood', async () => {
    hook.reply = () => FAULTY;
    await scene.start();
    await scene.at('10:00');
    await scene.raise(one.opened);
    await scene.at('10:05');
    const attempts = hook.sent.length;
    const dueAtMs = (await scene.records()).findLast(({ channelId }) => channelId === 'hook')?.nextAttemptAtMs ?? 0;
    scene.kill();
    await scene.at('10:05:10');
    await scene.start();
    await scene.at('10:20');
    expect(hook.sent[attempts]?.atMs).toBe(dueAtMs);
    expect((await scene.records()).filter(({ channelId }) => channelId === 'hook').map(({ attempt }) => attempt))
      .toEqual(Array.from({ length: hook.sent.length }, (_, index) => index + 1));
  });

  it('an end that is handed out before its opening waits for it', async () => {
    const queue = new AckWaitQueue();
    scene = new Scene({ channels: [hook, desk], alerts: queue });
    hook.reply = () => ({ ...DELIVERED, afterMs: 5_000 });
    await scene.start();
    queue.append(encodeOrder(one.opened));
    await scene.at('00:00:02');
    scene.kill();
    await scene.start();
    queue.append(encodeOrder(one.resolved));
    await scene.at('00:00:10');
    expect(hook.sent.map(({ key }) => key)).toEqual(['a-1:hook']);
    await scene.at('00:01');
    expect(hook.delivered).toEqual(['a-1:hook', 'a-1:hook', 'a-1-r:hook']);
    expect(queue.left).toBe(0);
  });
});

describe('a stop', () => {
  it('waits for attempts under way and takes nothing new', async () => {
    hook.reply = () => ({ ...DELIVERED, afterMs: 300 });
    await scene.start();
    await scene.raise(one.opened);
    const stopping = scene.stop(1_000);
    await scene.raise(two.opened);
    await scene.at('00:00:02');
    await stopping;
    expect(hook.delivered).toEqual(['a-1:hook']);
    expect(desk.delivered).toEqual(['a-1:desk']);
  });

  it('ends attempts that take longer; they are made again after the next start', async () => {
    hook.reply = (_page, attempt) => (attempt === 1 ? HANGING : DELIVERED);
    await scene.start();
    await scene.raise(one.opened);
    const stopping = scene.stop(1_000);
    await scene.at('00:00:02');
    await stopping;
    expect((await scene.records()).map(({ channelId }) => channelId)).toEqual(['desk']);
    await scene.start();
    await scene.at('00:00:05');
    expect(hook.delivered).toEqual(['a-1:hook']);
  });
});

describe('limits', () => {
  it('hold with 10,000 alerts at once: every page goes out once', async () => {
    vi.useRealTimers();
    const limits = { inFlightMax: 256, concurrencyMax: 8 };
    scene = new Scene({ channels: [hook, desk], limits });
    hook.reply = () => ({ ...DELIVERED, afterMs: 1 });
    await Promise.all(Array.from({ length: 10_000 }, (_, number) => scene.bus.log('incidents').append(encodeOrder(incident(number).opened), String(number))));
    await scene.start();
    await vi.waitUntil(() => hook.delivered.length >= 10_000, { timeout: 200_000, interval: 50 });
    expect(new Set(hook.delivered).size).toBe(10_000);
    expect(hook.sent).toHaveLength(10_000);
    expect(desk.sent).toHaveLength(10_000);
    expect(hook.underWayMost).toBe(limits.concurrencyMax);
    const depths = scene.told.flatMap((event) => (event.kind === 'queue-depth' ? [event] : []));
    expect(depths.filter(({ depth, limit }) => depth > limit)).toEqual([]);
    expect(new Set(depths.map(({ queue }) => queue))).toEqual(new Set(['notifier', 'channel-hook', 'channel-desk']));
  });

  it('of the deliveries log do not stop pages: people come before records', async () => {
    await scene.start();
    scene.bus.faults.rejectAppends('deliveries', 100, new TocsinError('overloaded', 'full', { retryable: true }));
    await scene.raise(one.opened, one.resolved);
    await scene.at('00:01');
    expect(hook.delivered).toEqual(['a-1:hook', 'a-1-r:hook']);
    expect(scene.warnings).toEqual(['The deliveries log is at its size limit: pages go out and are not recorded.']);
  });
});

import { egressTo } from '../egress/testing/egress-to.ts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AlertEvent } from '../../core/alert.ts';
import { silentLogger } from '../../stream/bus/logger.ts';
import { connectNatsBus } from '../../stream/bus/nats-bus.ts';
import type { NatsBus } from '../../stream/bus/nats-bus.ts';
import { startTestNats } from '../../stream/bus/nats-for-tests.ts';
import type { TestNats } from '../../stream/bus/nats-for-tests.ts';
import { DeadLetters } from '../../stream/dead-letter-box/dead-letters.ts';
import { answer, Receiver } from '../channels/testing/receiver.ts';
import type { Answer } from '../channels/testing/receiver.ts';
import { WebhookChannel } from '../channels/webhook-channel.ts';
import { DeliveryList } from '../list/delivery-list.ts';
import { DELIVERY_POLICY } from './decide-delivery.ts';
import { Notifier } from './notifier.ts';
import { incident } from './testing/sample-events.ts';
import { ZonedTime } from './time-text.ts';
import { encodeOrder } from './testing/order-of.ts';

const clock = { nowMs: () => Date.now() };
const telemetry = (): void => undefined;

let nats: TestNats;
const closers: (() => Promise<void>)[] = [];
beforeEach(async () => {
  nats = await startTestNats();
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await nats.stop();
});

async function connect(): Promise<NatsBus> {
  const bus = await connectNatsBus({
    servers: nats.server.url, name: 'test', clock, telemetry, logger: silentLogger, limits: { logBytesMax: nats.server.logBytesMax },
  });
  closers.push(() => bus.close(1_000));
  return bus;
}

async function receiver(answers: Answer[]): Promise<Receiver> {
  const started = await Receiver.start(answers);
  closers.push(() => started.stop());
  return started;
}

async function startNotifier(bus: NatsBus, url: string): Promise<Notifier> {
  const notifier = new Notifier({
    incidents: bus.log('incidents'),
    deliveries: bus.log('deliveries'),
    deadLetters: new DeadLetters(bus.log('dead'), clock, telemetry),
    channels: [new WebhookChannel({ id: 'webhook', url, clock, egress: egressTo('127.0.0.1') })],
    routes: { byName: new Map([['on-call', ['webhook']]]), fallback: ['webhook'] },
    // An alert of the sample day opened long before this start; its end need not wait here.
    policy: { ...DELIVERY_POLICY, orderWaitAfterStartMs: 0 },
    render: { publicUrl: 'http://127.0.0.1:8080', times: new ZonedTime('Asia/Shanghai') },
    clock, random: Math.random, telemetry, warn: () => undefined,
  });
  closers.push(() => notifier.stop(100));
  await notifier.start();
  return notifier;
}

async function raise(bus: NatsBus, ...events: AlertEvent[]): Promise<void> {
  for (const event of events) await bus.log('incidents').append(encodeOrder(event), event.id);
}

const keys = ({ received }: Receiver): unknown[] => received.map(({ headers }) => headers['idempotency-key']);

async function records(bus: NatsBus, alertId: string): Promise<[outcome: string, detail: string][]> {
  const list = new DeliveryList({ log: bus.log('deliveries'), telemetry });
  await list.start();
  list.stop();
  return list.of(alertId).map(({ outcome, detail }) => [outcome, detail]);
}

describe('on a real log and a real receiver', () => {
  it('pages go out in order, past an error and a request to wait', async () => {
    const hook = await receiver([answer(500), answer(429, '', { 'retry-after': '1' }), answer(204)]);
    const bus = await connect();
    await startNotifier(bus, hook.url);
    const { opened, resolved } = incident(1);
    await raise(bus, opened, resolved);
    await vi.waitUntil(() => hook.received.length >= 4, { timeout: 20_000, interval: 20 });
    expect(keys(hook)).toEqual(['a-1:webhook', 'a-1:webhook', 'a-1:webhook', 'a-1-r:webhook']);
    await vi.waitUntil(async () => (await records(bus, 'a-1')).length >= 4, { timeout: 10_000, interval: 100 });
    expect(await records(bus, 'a-1')).toEqual([['retrying', 'HTTP 500'], ['retrying', 'HTTP 429'], ['delivered', 'HTTP 204'], ['delivered', 'HTTP 204']]);
  });

  it('a page whose attempt was cut off by a restart is sent again under the same key, and what was delivered is not', async () => {
    const hook = await receiver([() => undefined, answer(200)]);
    const first = await connect();
    const notifier = await startNotifier(first, hook.url);
    await raise(first, incident(1).opened);
    await vi.waitUntil(() => hook.received.length === 1, { timeout: 20_000, interval: 20 });
    await notifier.stop(10);
    await first.close(1_000);

    const second = await connect();
    const again = await startNotifier(second, hook.url);
    await vi.waitUntil(() => hook.received.length === 2, { timeout: 30_000, interval: 20 });
    expect(keys(hook)).toEqual(['a-1:webhook', 'a-1:webhook']);
    expect(hook.received[1]?.body).toBe(hook.received[0]?.body);
    await vi.waitUntil(async () => (await records(second, 'a-1')).length === 1, { timeout: 10_000, interval: 100 });
    await again.stop(1_000);

    await startNotifier(await connect(), hook.url);
    await raise(second, incident(2).opened);
    await vi.waitUntil(() => hook.received.length >= 3, { timeout: 20_000, interval: 20 });
    expect(keys(hook).slice(2)).toEqual(['a-2:webhook']);
  });
});

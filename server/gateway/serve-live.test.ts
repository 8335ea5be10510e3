import { afterEach, describe, expect, it } from 'vitest';
import type { BoardCounts } from '../../core/live.ts';
import { TestSocket } from '../live/testing/test-socket.ts';
import { eventually, startTestGateway, type TestGateway, type TestGatewayOptions } from './testing/test-gateway.ts';

let server: TestGateway | undefined;
async function start(options?: TestGatewayOptions): Promise<TestGateway> {
  server = await startTestGateway(options);
  return server;
}
afterEach(() => server?.gateway.stop());

const counts = (asOfMs: number): BoardCounts => ({
  workspace: 'default', asOfMs, lagMs: 0, exact: true, lowerBound: [], totals24h: { items: 0, complaints: 0, negative: 0, neutral: 0, positive: 0 },
  categories: [], perMinute: { endMs: asOfMs, items: [], complaints: [] }, openAlerts: [],
}) as BoardCounts;

describe('WS /live', () => {
  it('greets with the latest counts and goes on with the next', async () => {
    const { port, live } = await start();
    live.publishCounts(counts(1));
    const socket = await TestSocket.open(port);
    socket.send('{"subscribe":["counts"]}');
    await eventually(() => socket.messages.length === 1);
    live.publishCounts(counts(2));
    await eventually(() => socket.messages.length === 2);
    expect(socket.messages.map((text) => (JSON.parse(text) as { data: BoardCounts }).data.asOfMs)).toEqual([1, 2]);
    socket.destroy();
    await eventually(() => live.clients === 0);
  });

  it('closes a client that sends something else with 1008, and one whose message is too long', async () => {
    const { port, live } = await start();
    const odd = await TestSocket.open(port);
    odd.send('hello');
    await eventually(() => odd.closed);
    expect(odd.closeCode).toBe(1008);
    const long = await TestSocket.open(port);
    long.send('x'.repeat(5_000));
    await eventually(() => long.closed && live.clients === 0);
  });

  it('lets in pages of its own host and programs, and no page of another', async () => {
    const { port } = await start();
    (await TestSocket.open(port, { Origin: `http://127.0.0.1:${port}` })).destroy();
    (await TestSocket.open(port)).destroy();
    await expect(TestSocket.open(port, { Origin: 'https://elsewhere.example' })).rejects.toThrow('403 Forbidden');
    await expect(TestSocket.open(port, { Origin: 'null' })).rejects.toThrow('403 Forbidden');
  });

  it('sends clients over its number away before they are connected', async () => {
    const { port, live } = await start({ live: { clientsMax: 1 } });
    const first = await TestSocket.open(port);
    await eventually(() => live.clients === 1);
    await expect(TestSocket.open(port)).rejects.toThrow('503 Service Unavailable');
    first.destroy();
  });

  it('passes a client that hangs over, then drops it, and others feel nothing', async () => {
    const { port, live } = await start({ live: { bufferedBytesSoftMax: 64 * 1024, bufferedBytesMax: 1024 ** 2 } });
    const [hanging, healthy] = [await TestSocket.open(port), await TestSocket.open(port)];
    for (const socket of [hanging, healthy]) socket.send('{"subscribe":["alerts","feedback"]}');
    await eventually(() => live.clients === 2);
    hanging.pause();
    const long = { id: 'i', text: '长'.repeat(15_000), channel: 'app', sentiment: 'negative', complaint: true, categories: [], createdAtMs: 1 };
    let published = 0;
    await eventually(() => {
      // Alerts are never passed over, so a client that hangs comes over the limit.
      live.publishAlert({
        kind: 'resolved', id: `e${published}`, alertId: 'a', workspace: 'default', ruleId: 'r', title: { zh: long.text, en: 'A' }, group: {}, severity: 'warning', count: 1,
        fireAt: 50, resolveBelow: 40, windowMs: 1, firstItemAtMs: null, lastItemAtMs: null, atMs: 1, sequence: 1, index: 0, notify: [], reason: 'below-threshold', openedAtMs: 0, peak: 50,
      });
      live.publishFeedback('default', [long]);
      published += 1;
      return live.clients === 1;
    });
    await eventually(() => healthy.messages.length >= published);
    expect(healthy.closed).toBe(false);
    hanging.destroy();
    healthy.destroy();
  });

  it('tells its clients to go when the server drains', async () => {
    const { port, gateway } = await start();
    const socket = await TestSocket.open(port);
    await gateway.drain(100);
    await eventually(() => socket.closed);
    expect(socket.closeCode).toBe(1001);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logisticsComplaints } from '../support/complaints.ts';
import { getJson, postRaw, toNdjson } from '../support/http.ts';
import { eventually } from '../support/poll.ts';
import { startServer } from '../support/start-server.ts';
import { answerStatus, hangUp, startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';


interface Delivery {
  channelKind: string;
  attempt: number;
  outcome: string;
  idempotencyKey: string;
}

describe('a webhook receiver that fails', () => {
  let receiver: WebhookReceiver;
  let server: Awaited<ReturnType<typeof startServer>>;
  beforeAll(async () => {
    receiver = await startWebhookReceiver();
    server = await startServer({ env: { TOCSIN_WEBHOOK_URL: receiver.url, TOCSIN_ALLOW_PRIVATE_HOSTS: '127.0.0.1' } });
  });
  afterAll(async () => {
    await server?.dispose();
    await receiver?.stop();
  });

  it('is tried again with the same page and the same key until it takes it, and each attempt is on record', async () => {
    receiver.script(hangUp, answerStatus(503, { 'retry-after': '0' }));
    const texts = await logisticsComplaints(server.url, 50);
    await postRaw(`${server.url}/v1/feedback`, toNdjson(texts.map((text) => ({ text, channel: 'web' }))), 'application/x-ndjson');
    await eventually(() => receiver.pages.length >= 3, { what: 'the third attempt', limitMs: 100_000 });
    const { body } = await getJson<{ alerts: { alertId: string }[] }>(`${server.url}/v1/alerts`);
    expect(body.alerts).toHaveLength(1);
    const byWebhook = await eventually(async () => {
      const { deliveries } = (await getJson<{ deliveries: Delivery[] }>(`${server.url}/v1/alerts/${body.alerts[0]?.alertId}/deliveries`)).body;
      const found = deliveries.filter(({ channelKind }) => channelKind === 'webhook');
      return found.length >= 3 && found;
    }, { what: 'three records of delivery' });
    expect(byWebhook.map(({ attempt, outcome }) => `${attempt} ${outcome}`)).toEqual(['1 retrying', '2 retrying', '3 delivered']);
    expect(receiver.pages).toHaveLength(3);
    // How far its numbers can be trusted is told anew at each attempt.
    expect(new Set(receiver.pages.map(({ body: { trust: _trust, summary: _summary, ...facts } }) => JSON.stringify(facts))).size).toBe(1);
    expect(new Set([...receiver.pages.map(({ headers }) => headers['idempotency-key']), ...byWebhook.map(({ idempotencyKey }) => idempotencyKey)]).size).toBe(1);
  });
});

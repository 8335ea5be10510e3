import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logisticsComplaints } from '../support/complaints.ts';
import { countsBy } from '../support/counts.ts';
import { getJson, postJson, postRaw, toNdjson } from '../support/http.ts';
import { eventually } from '../support/poll.ts';
import { startServer } from '../support/start-server.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';

const FLOOD_ITEMS = 20_000;
const BATCH_ITEMS = 1_000;
const STEP_MS = 120_000;

/** Steps of one story: each goes on from where the one before it ended. */
describe('50 complaints of one category in 24 hours, with the shipped rules', () => {
  let receiver: WebhookReceiver;
  let server: Awaited<ReturnType<typeof startServer>>;
  let texts: string[];
  // Everybody has a phone of their own: one customer's repeats would not count.
  const phone = (index: number): string => `138001${String(index).padStart(5, '0')}`;
  const item = (index: number): object => ({ id: `parcel-${index}`, text: texts[index % texts.length], channel: 'app', customer: { phone: phone(index) } });
  const post = (from: number, to: number) =>
    postRaw<{ accepted: number }>(`${server.url}/v1/feedback`, toNdjson(Array.from({ length: to - from }, (_, offset) => item(from + offset))), 'application/x-ndjson');

  beforeAll(async () => {
    receiver = await startWebhookReceiver();
    server = await startServer({ env: { TOCSIN_WEBHOOK_URL: receiver.url, TOCSIN_ALLOW_PRIVATE_HOSTS: '127.0.0.1', TOCSIN_REASON_WAIT_MS: '10000' } });
    texts = await logisticsComplaints(server.url, 200);
  });
  afterAll(async () => {
    await server?.dispose();
    await receiver?.stop();
  });

  it('49 ring nothing', async () => {
    expect((await post(0, 49)).body).toMatchObject({ accepted: 49, rejected: [] });
    await server.settled();
    expect(await countsBy(server.url, 'category', 'complaint')).toMatchObject({ logistics: 49 });
    expect((await getJson(`${server.url}/v1/alerts`)).body).toEqual({ alerts: [] });
    expect(receiver.pages).toEqual([]);
  });

  it('an id that came before is answered as before and rings nothing', async () => {
    expect((await post(48, 49)).body).toMatchObject({ accepted: 1, ids: ['parcel-48'] });
    await server.settled();
    expect(await countsBy(server.url, 'category', 'complaint')).toMatchObject({ logistics: 49 });
    expect(receiver.pages).toEqual([]);
  });

  it('the 50th rings exactly once', async () => {
    const postedAtMs = Date.now();
    await postJson(`${server.url}/v1/feedback`, item(49));
    const page = await eventually(() => receiver.pages[0], { what: 'the page of the 50th complaint' });
    console.info(`the 50th complaint was paged ${page.atMs - postedAtMs} ms after it was posted`);
    await server.settled();
    expect(receiver.pages.length).toBe(1);
    expect(page.body).toMatchObject({ event: 'opened', rule: { id: 'complaint-burst' }, group: { category: 'logistics' }, count: 50, threshold: 50, late: false });
    expect(page.body['quotes']).toHaveLength(3);
    expect(page.headers['idempotency-key']).toBe(page.body['idempotencyKey']);
    expect(JSON.stringify(page.body)).not.toMatch(/138001\d{5}/);
    const { body } = await getJson<{ alerts: { ruleId: string; group: object; state: string }[] }>(`${server.url}/v1/alerts`);
    expect(body.alerts).toMatchObject([{ ruleId: 'complaint-burst', group: { category: 'logistics' }, state: 'firing' }]);
  });

  it('20,000 more ring nothing more', async () => {
    for (let from = 50; from < 50 + FLOOD_ITEMS; from += BATCH_ITEMS) expect((await post(from, from + BATCH_ITEMS)).status).toBe(202);
    await server.settled(STEP_MS);
    expect(await countsBy(server.url, 'category', 'complaint')).toMatchObject({ logistics: 50 + FLOOD_ITEMS });
    expect(receiver.pages.map(({ body }) => `${String(body['event'])} ${JSON.stringify(body['rule'])}`)).toHaveLength(1);
  });

  it('a restart keeps the data, the open alert and the rules, and rings nothing', async () => {
    const rule = { id: 'anything-at-all', title: { zh: '任何反馈', en: 'Anything' }, kind: 'threshold', groupBy: [], window: '1h', atLeast: 1_000_000, resolveBelow: 1, severity: 'notice', notify: ['on-call'] };
    expect((await postJson(`${server.url}/v1/rules`, rule)).status).toBe(201);
    const before = await state();
    expect(await server.stop()).toBe(0);
    await server.start();
    expect(await state()).toEqual(before);
    expect(before.rules).toContain('anything-at-all');
    expect(receiver.pages.length).toBe(1);
  });

  it.each([['the server', 'server', 50 + FLOOD_ITEMS], ['every process', 'everything', 150 + FLOOD_ITEMS]] as const)('a kill -9 of %s loses nothing that was accepted', async (_name, what, from) => {
    expect((await post(from, from + 100)).body).toMatchObject({ accepted: 100 });
    await server.kill(what);
    await server.start();
    await server.settled();
    expect(await countsBy(server.url, 'category', 'complaint')).toMatchObject({ logistics: from + 100 });
    expect((await getJson(`${server.url}/v1/feedback/parcel-${from + 99}`)).status).toBe(200);
    expect(receiver.pages.length).toBe(1);
  });

  it('a burst of one second has its reason in the page, though nothing of it is stored yet', async () => {
    const where = 'complaint && product == "kettle"';
    const rule = { id: 'shelf', title: { zh: '单品突发', en: 'One product' }, kind: 'threshold', groupBy: ['product'], where, window: '24h', atLeast: 20, resolveBelow: 1, severity: 'notice', notify: ['on-call'] };
    expect((await postJson(`${server.url}/v1/rules`, rule)).status).toBe(201);
    // Exact once it is in force and its past is filled.
    await countsBy(server.url, 'product', where);
    const burst = Array.from({ length: 20 }, (_, index) => ({ ...item(100_000 + index), product: 'kettle', attributes: { version: index < 15 ? '8.2.1' : '8.2.0' } }));
    await postRaw(`${server.url}/v1/feedback`, toNdjson(burst), 'application/x-ndjson');
    const page = await eventually(() => receiver.pages.find(({ body }) => (body['rule'] as { id: string }).id === 'shelf'), { what: 'the page of the burst' });
    expect(page.body['findings']).toMatchObject({ state: 'found', items: 20, count: 20 });
    expect(JSON.stringify(page.body['findings'])).toContain('20 条里 15 条的 version 是 8.2.1');
  });

  /** What a person can see and a restart must not change. */
  async function state(): Promise<{ rules: string[]; counts: Record<string, number>; alerts: unknown; stored: unknown }> {
    const rules = await getJson<{ rules: { rule: { id: string } }[] }>(`${server.url}/v1/rules`);
    const stored = await getJson(`${server.url}/v1/feedback?limit=5`);
    return {
      rules: rules.body.rules.map(({ rule }) => rule.id).sort(),
      counts: await countsBy(server.url, 'category', 'complaint'),
      alerts: (await getJson<{ alerts: { alertId: string; state: string; openedAt: string }[] }>(`${server.url}/v1/alerts`)).body.alerts.map(({ alertId, state, openedAt }) => ({ alertId, state, openedAt })),
      stored: stored.body,
    };
  }
});

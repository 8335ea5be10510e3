import { afterAll, describe, expect, it } from 'vitest';
import { getJson, postJson } from '../support/http.ts';
import { eventually } from '../support/poll.ts';
import { startServer } from '../support/start-server.ts';
import { startWebhookReceiver } from '../support/webhook-receiver.ts';

const WHOLE_MS = 420_000;
const OVER_WITHIN_MS = 300_000;
const KEYS_MAX = 10_000;
const ITEMS = 11_000;
const BATCH = 1_000;
const RULE = { id: 'per-agent', title: { zh: '坐席', en: 'agent' }, kind: 'threshold', groupBy: ['agent'], window: '2m', atLeast: 1_000, resolveBelow: 1_000, severity: 'warning', notify: ['on-call'] };

interface Alert {
  alertId: string;
  ruleId: string;
  state: string;
  count: number;
}

describe('a field that somebody fills with ever new values', async () => {
  const webhook = await startWebhookReceiver();
  const server = await startServer({ env: { TOCSIN_WEBHOOK_URL: webhook.url, TOCSIN_ALLOW_PRIVATE_HOSTS: '127.0.0.1' } });
  afterAll(async () => {
    await server.dispose();
    await webhook.stop();
  });
  const alerts = async (): Promise<Alert[]> => (await getJson<{ alerts: Alert[] }>(`${server.url}/v1/alerts?limit=100`)).body.alerts.filter(({ ruleId }) => ruleId === 'tocsin.key-limit');

  it('meets the limit of groups: the overflow group says so, an operator is paged once, and told when it is over', async () => {
    expect((await postJson(`${server.url}/v1/rules`, RULE)).status).toBe(201);
    for (let first = 0; first < ITEMS; first += BATCH) {
      const items = Array.from({ length: BATCH }, (_, index) => ({ text: `服务一般 ${first + index}`, channel: 'chat', agent: `a${first + index}`, customer: { id: `c${first + index}` } }));
      expect((await postJson(`${server.url}/v1/feedback`, items)).status).toBe(202);
    }
    const [opened] = await eventually(async () => {
      const found = await alerts();
      return found.length > 0 && found;
    }, { what: 'the alert about the limit', limitMs: 120_000, everyMs: 250 });
    expect(opened).toMatchObject({ state: 'firing' });
    const { body: counts } = await getJson<{ groups: { key: { agent: string }; count: number }[] }>(`${server.url}/v1/counts?${new URLSearchParams({ groupBy: 'agent', window: '2m', where: '' })}`);
    const overflow = counts.groups.find(({ key }) => key.agent === '(over the key limit)');
    expect(counts.groups.length).toBeLessThanOrEqual(KEYS_MAX + 1);
    expect(overflow?.count).toBeGreaterThan(0);
    const pages = () => webhook.pages.filter(({ body }) => body['alertId'] === opened!.alertId);
    await eventually(() => pages().length > 0, { what: 'the page', limitMs: 60_000 });
    expect(pages()[0]!.body).toMatchObject({ event: 'opened', measure: { kind: 'trouble', trouble: 'key-limit', about: 'agent' }, groupName: { zh: 'Tocsin 自身' } });

    expect((await fetch(`${server.url}/v1/rules/per-agent`, { method: 'DELETE' })).ok).toBe(true);
    await eventually(async () => (await alerts())[0]?.state === 'resolved', { what: 'the alert to be over', limitMs: OVER_WITHIN_MS, everyMs: 500 });
    await eventually(() => pages().length > 1, { what: 'the page of its end', limitMs: 60_000 });
    expect(pages().map(({ body }) => body['event'])).toEqual(['opened', 'resolved']);
    expect(await alerts()).toHaveLength(1);
    await server.settled();
  }, WHOLE_MS);
});

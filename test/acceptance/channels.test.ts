import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getJson, postJson } from '../support/http.ts';
import { eventually } from '../support/poll.ts';
import { runTocsin } from '../support/run-tocsin.ts';
import { startServer } from '../support/start-server.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';

const KEY = 'k3y-of-the-hook';
const RULE = { id: 'any-item', title: { zh: '任何反馈', en: 'Any feedback' }, kind: 'threshold', window: '1h', atLeast: 3, notify: ['hook'] };

/** Steps of one story: each goes on from where the one before it ended. */
describe('a channel made over the API', () => {
  let receiver: WebhookReceiver;
  let server: Awaited<ReturnType<typeof startServer>>;
  const api = (path: string): string => `${server.url}${path}`;

  beforeAll(async () => {
    receiver = await startWebhookReceiver();
    server = await startServer({ env: { TOCSIN_SECRET_HOOK: `${receiver.url}?key=${KEY}`, TOCSIN_ALLOW_PRIVATE_HOSTS: '127.0.0.1' } });
  });
  afterAll(async () => {
    await server?.dispose();
    await receiver?.stop();
  });

  it('is refused with key and reason where it does not fit, and a rule that names it is until it is there', async () => {
    expect(await postJson(api('/v1/rules'), RULE)).toMatchObject({ status: 400, body: { code: 'invalid_rule', detail: expect.stringContaining('notify[0] names "hook"') } });
    expect(await postJson(api('/v1/channels'), { id: 'hook', kind: 'webhok' })).toMatchObject({ status: 400, body: { code: 'invalid_channel', detail: expect.stringContaining('did you mean webhook?') } });
    expect(await postJson(api('/v1/channels/hook/test'), {})).toMatchObject({ status: 404 });
  });

  it('can be tried at once', async () => {
    expect(await postJson(api('/v1/channels'), { id: 'hook', kind: 'webhook', url: 'env:TOCSIN_SECRET_HOOK', default: false })).toMatchObject({ status: 201, body: { source: 'api' } });
    const { body } = await eventually(async () => {
      const tried = await postJson<{ delivered?: boolean; detail: string }>(api('/v1/channels/hook/test'), {});
      return tried.body.delivered === true ? tried : undefined;
    }, { what: 'the channel to be in use' });
    expect(body).toMatchObject({ detail: 'HTTP 200' });
    expect(receiver.pages[0]?.body).toMatchObject({ event: 'opened', rule: { id: 'channel-test', title: { zh: '渠道测试（非真实告警）' } } });
  });

  it('gets the pages of the rule that names it', async () => {
    expect(await postJson(api('/v1/rules'), RULE)).toMatchObject({ status: 201 });
    await eventually(async () => {
      await postJson(api('/v1/feedback'), { text: '还行', channel: 'app' });
      return receiver.pages.some(({ body }) => (body['rule'] as { id: string }).id === RULE.id);
    }, { what: 'the page of the rule', limitMs: 60_000 });
    expect(await fetch(api('/v1/channels/hook'), { method: 'DELETE' }).then((response) => response.json())).toMatchObject({ code: 'conflict', detail: 'channel hook is in use: rule any-item notifies it' });
  });

  it('is told the reason, and acts by a link: opening it does nothing, its button acts once', async () => {
    const page = receiver.pages.find(({ body }) => (body['rule'] as { id: string }).id === RULE.id)?.body as { incident: { id: string }; links: { acknowledge: string }; findings: { state: string }; trust: { lowerBound: string[] } };
    expect(['found', 'too-slow', 'nothing-stored-yet']).toContain(page.findings.state);
    expect(page.trust).toMatchObject({ deadLetters: 0 });
    const stateOf = async (): Promise<string> => (await getJson<{ state: string }>(api(`/v1/incidents/${page.incident.id}`))).body.state;
    const opened = await fetch(page.links.acknowledge);
    expect([opened.status, await opened.text(), await stateOf()]).toEqual([200, expect.stringContaining('我来处理'), 'firing']);
    expect((await fetch(page.links.acknowledge, { method: 'POST' })).status).toBeLessThan(300);
    await eventually(async () => (await stateOf()) === 'acknowledged', { what: 'the incident to be acknowledged' });
    expect((await fetch(page.links.acknowledge, { method: 'POST' })).status).toBe(409);
    expect((await fetch(`${page.links.acknowledge}x`)).status).toBe(403);
  });

  it('keeps its secret to itself: in answers, logs and records', async () => {
    const shown = JSON.stringify([await getJson(api('/v1/channels')), await getJson(api('/v1/alerts')), server.logs, server.printed]);
    expect(shown).toContain('env:TOCSIN_SECRET_HOOK');
    expect(shown).not.toContain(KEY);
  });
});

describe('a start', () => {
  it('with a webhook on a private address that nothing allows says so', async () => {
    const { code, stderr } = await runTocsin(['serve'], { env: { TOCSIN_HTTP_PORT: '0', TOCSIN_WEBHOOK_URL: 'http://169.254.169.254/x', TOCSIN_DATA_DIR: `/tmp/tocsin-none-${process.pid}` } });
    expect(code).toBe(1);
    expect(stderr).toContain('169.254.169.254 is a private address; TOCSIN_ALLOW_PRIVATE_HOSTS may allow it');
  });
});

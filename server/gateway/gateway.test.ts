import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { TocsinError } from '../../core/errors.ts';
import type { Rule } from '../../core/rule.ts';
import { MemoryBus } from '../../stream/bus/memory-bus.ts';
import { RuleBook } from '../rules/rule-book.ts';
import { eventually, startTestGateway, type TestGateway, type TestGatewayOptions } from './testing/test-gateway.ts';

const running: TestGateway[] = [];
async function start(options?: TestGatewayOptions): Promise<TestGateway> {
  const server = await startTestGateway(options);
  running.push(server);
  return server;
}
afterEach(() => {
  for (const server of running.splice(0)) server.gateway.stop();
});

const post = (server: TestGateway, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${server.url}/v1/feedback`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
const good = { text: '物流太慢', channel: 'app' };

const rule: Rule = {
  id: 'burst', title: { zh: '甲', en: 'A' }, kind: 'threshold', groupBy: ['category'], windowMs: 86_400_000, fireAt: 50, resolveBelow: 40,
  severity: 'warning', escalate: [], notify: ['on-call'],
};

describe('posting feedback', () => {
  it('is answered when the items are on the log, masked', async () => {
    const server = await start();
    const response = await post(server, [good, { ...good, id: 'mine', text: '卡号4111 1111 1111 1111', customer: { phone: '13800138000' } }]);
    expect(response.status).toBe(202);
    const answer = (await response.json()) as { ids: string[] };
    const items = await server.logged(2);
    expect(items.map((item) => item.id)).toEqual(answer.ids);
    expect(JSON.stringify(items)).not.toMatch(/4111|13800138000/u);
    expect(server.telemetry).toContainEqual({ kind: 'items-admitted', count: 2, channel: 'app' });
    expect(server.telemetry).toContainEqual(expect.objectContaining({ kind: 'frame-appended', log: 'raw', items: 2 }));
    expect(server.telemetry).toContainEqual(expect.objectContaining({ kind: 'request-finished', route: '/v1/feedback', method: 'POST', status: 202 }));
  });

  it('is answered 503 with Retry-After while the log is away, and taken when it is back', async () => {
    const server = await start({ gather: { retryForMs: 50, retryDelayMs: 10 } });
    server.bus.faults.disconnect();
    const refused = await post(server, good);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('2');
    expect(await refused.json()).toMatchObject({ code: 'log_unavailable', title: 'Log unavailable' });
    server.bus.faults.reconnect();
    expect((await post(server, good)).status).toBe(202);
  });

  it('is answered 429 with Retry-After when too much waits for the log', async () => {
    const server = await start({ gather: { itemsWaitingMax: 2, retryDelayMs: 10, retryForMs: 60_000 } });
    server.bus.faults.disconnect();
    const waiting = post(server, [good, good]);
    await eventually(() => server.telemetry.some((event) => event.kind === 'queue-depth' && event.queue === 'items-waiting' && event.depth === 2));
    const refused = await post(server, good);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toMatchObject({ code: 'overloaded' });
    expect(server.telemetry).toContainEqual({ kind: 'request-refused', reason: 'overloaded' });
    server.bus.faults.reconnect();
    expect((await waiting).status).toBe(202);
    expect((await post(server, [good, good])).status).toBe(202);
  });

  it('in a batch that could never wait is told 413, not to try again', async () => {
    const server = await start({ gather: { itemsWaitingMax: 2 } });
    expect(await (await post(server, [good, good, good])).json()).toMatchObject({ code: 'batch_too_large', detail: expect.stringContaining('at most 2 go into one') });
  });
});

describe('the gateway', () => {
  it('names the port that another program has', async () => {
    const first = await start();
    await expect(start({ gateway: { port: first.port } })).rejects.toMatchObject({
      code: 'port_in_use', message: expect.stringContaining(`Port ${first.port} of 127.0.0.1 cannot be listened on`),
    });
  });

  it('starts once, however often it is told to', async () => {
    const { gateway, port } = await start();
    expect(await gateway.start()).toEqual({ port });
  });

  it.each([
    ['GET', '/nothing', 404, 'not_found', null],
    ['POST', '/nothing', 404, 'not_found', null],
    ['GET', '/v1/feedback/none', 404, 'not_found', null],
    ['GET', '/v1/alerts/none', 404, 'not_found', null],
    ['GET', '/v1/alerts/none/deliveries', 404, 'not_found', null],
    ['GET', '/assets/none.js', 404, 'not_found', null],
    ['DELETE', '/v1/feedback', 405, 'method_not_allowed', 'POST, GET, HEAD'],
    ['PATCH', '/v1/rules/x', 405, 'method_not_allowed', 'GET, PUT, DELETE, HEAD'],
    ['GET', '/v1/score', 405, 'method_not_allowed', 'POST'],
    ['GET', '/v1/alerts/%ff', 400, 'invalid_request', null],
  ])('answers %s %s with %i', async (method, path, status, code, allow) => {
    const server = await start();
    const response = await fetch(server.url + path, { method });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('allow')).toBe(allow);
    expect(await response.json()).toMatchObject({ code, status, type: `urn:tocsin:error:${code}`, detail: expect.stringMatching(/\.$/u) });
  });

  it('answers HEAD as GET, without the body', async () => {
    const server = await start();
    const [get, head] = [await fetch(`${server.url}/healthz`), await fetch(`${server.url}/healthz`, { method: 'HEAD' })];
    expect(head.status).toBe(200);
    expect(head.headers.get('content-type')).toBe('application/json');
    expect(head.headers.get('content-length')).toBe(String((await get.text()).length));
    expect(await head.text()).toBe('');
  });

  it.each([
    ['/v1/counts', 'window: '],
    ['/v1/counts?window=1s', 'window: "1s" is out of range'],
    ['/v1/counts?window=24h&groupBy=colour', 'groupBy: must be some of category'],
    ['/v1/counts?window=24h&window=1h', 'window: is given more than once'],
    ['/v1/counts?window=24h&grupBy=channel', 'grupBy: is not known here'],
    ['/v1/feedback?limit=0', 'limit: must be from 1 to 200'],
    ['/v1/feedback?limit=ten', 'limit: must be a whole number from 1 to 200'],
    ['/v1/feedback?from=yesterday', 'from: must be an RFC 3339 time'],
    ['/v1/feedback?sentiment=angry', 'sentiment: '],
    ['/v1/alerts?state=open', 'state: '],
  ])('refuses the query of %s', async (path, detail) => {
    const response = await fetch((await start()).url + path);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'invalid_request', detail: expect.stringContaining(detail), errors: [expect.objectContaining({ field: detail.split(':')[0] })] });
  });

  it('hands queries on with their defaults, and times as milliseconds', async () => {
    const asked: unknown[] = [];
    const server = await start({
      services: (services) => ({
        ...services,
        feedback: { ...services.feedback, search: async (query) => (asked.push(query), { items: [], nextCursor: null }) },
        counts: { count: async (query) => (asked.push(query), { asOfMs: 0, lagMs: 5, exact: true, lowerBound: [], groups: [{ key: { category: 'logistics' }, count: 2, distinctCustomers: 1, nextExpiryAtMs: 1_000 }] }) },
      }),
    });
    await fetch(`${server.url}/v1/feedback?from=2025-01-01T08:00:00%2B08:00&text=${encodeURIComponent('慢')}&category=`);
    const counts = await fetch(`${server.url}/v1/counts?groupBy=category,channel&window=24h&where=complaint`);
    expect(asked).toEqual([
      { workspace: 'default', limit: 50, text: '慢', fromMs: Date.parse('2025-01-01T00:00:00Z') },
      { workspace: 'default', groupBy: ['category', 'channel'], windowMs: 86_400_000, where: 'complaint' },
    ]);
    expect(await counts.json()).toEqual({
      asOf: '1970-01-01T00:00:00.000Z', lagMs: 5, exact: true, lowerBound: [],
      groups: [{ key: { category: 'logistics' }, count: 2, distinctCustomers: 1, nextExpiryAt: '1970-01-01T00:00:01.000Z' }],
      approaching: [],
    });
  });

  it('scores texts, within limits', async () => {
    const texts: string[][] = [];
    const server = await start({ services: (services) => ({ ...services, scores: { score: async (given) => (texts.push(given), { model: 'm1', results: [] }) } }) });
    const ask = (body: unknown): Promise<Response> => fetch(`${server.url}/v1/score`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    expect(await (await ask({ texts: ['a', ''] })).json()).toEqual({ model: 'm1', results: [] });
    expect(texts).toEqual([['a', '']]);
    for (const body of [{}, { texts: [] }, { texts: [1] }, { texts: Array(257).fill('a') }, { texts: ['x'.repeat(200_001)] }, { texts: ['a'], model: 'm' }]) {
      expect((await ask(body)).status).toBe(400);
    }
  });

  it('serves rules in the form of the rule files', async () => {
    const view = { rule: { id: 'burst', title: { zh: '甲', en: 'A' }, kind: 'threshold', groupBy: ['category'], window: '24h', atLeast: 50, resolveBelow: 40, severity: 'warning', escalate: [], notify: ['on-call'] }, source: 'file', warnings: [{ field: 'where', message: 'compares channel with "sms", which it never is. It is one of app', messageZh: 'channel 从不为 "sms"，可用的值：app' }] };
    const server = await start({ services: (services) => ({ ...services, rules: { ...services.rules, list: async () => [{ rule, source: 'file' as const }], warningsOf: (all) => all.map(() => [{ key: 'where', message: view.warnings[0]!.message }]), check: (input) => new RuleBook([], new MemoryBus({ clock: { nowMs: () => 0 } }).keyValue('rules')).check(input), create: async () => ({ rule, source: 'api' as const }), remove: async () => undefined } }) });
    expect(await (await fetch(`${server.url}/v1/rules`)).json()).toEqual({ rules: [view] });
    const send = (path: string, method: string, body?: string): Promise<Response> => fetch(server.url + path, { method, headers: { 'content-type': 'application/json' }, ...(body === undefined ? {} : { body }) });
    const created = await send('/v1/rules', 'POST', '{}');
    expect([created.status, created.headers.get('location')]).toEqual([201, '/v1/rules/burst']);
    expect(await created.json()).toMatchObject({ warnings: view.warnings });
    expect((await send('/v1/rules/burst', 'DELETE')).status).toBe(204);
    expect(await (await send('/v1/rules/validate', 'POST', JSON.stringify(view.rule))).json()).toEqual({ valid: true, problems: [], warnings: view.warnings });
    // As a rule file writes it.
    expect(await (await send('/v1/rules/validate', 'POST', JSON.stringify(`- ${JSON.stringify(view.rule)}`))).json()).toEqual({ valid: true, problems: [], warnings: view.warnings });
    expect(await (await send('/v1/rules/validate', 'POST', JSON.stringify('- id: a\n  kind:threshold\n  window: 1h'))).json())
      .toMatchObject({ code: 'invalid_rule', detail: 'The rule is not valid YAML: a space is missing behind the colon (line 2).' });
    expect(await (await send('/v1/rules/validate', 'POST', JSON.stringify({ ...view.rule, window: '24x' }))).json())
      .toMatchObject({ valid: false, problems: [{ field: 'window' }] });
  });

  it('answers a fault of its own with 500, keeps its text at home and logs it', async () => {
    const server = await start({ services: (services) => ({ ...services, alerts: { ...services.alerts, list: async () => { throw new Error('password=hunter2'); } } }) });
    const response = await fetch(`${server.url}/v1/alerts`);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('hunter2');
    expect(server.errors).toHaveLength(1);
  });

  it('passes the code of a service on', async () => {
    const server = await start({ services: (services) => ({ ...services, counts: { count: async () => { throw new TocsinError('counter_unavailable', 'No counter answers.', { retryable: true }); } } }) });
    const response = await fetch(`${server.url}/v1/counts?window=1h`);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2']);
    expect(await response.json()).toMatchObject({ code: 'counter_unavailable', detail: 'No counter answers.' });
  });
});

describe('a bearer token', () => {
  it('guards what changes something, and leaves reading open', async () => {
    const server = await start({ gateway: { authToken: 'open sesame' } });
    const refused = await post(server, good);
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect(await refused.json()).toMatchObject({ code: 'unauthorized', detail: expect.stringContaining('needs the header Authorization') });
    const detail = async (language: string): Promise<unknown> => {
      const wrong = await post(server, good, { authorization: 'Bearer open sesam', 'accept-language': language });
      return [wrong.status, ((await wrong.json()) as { detail: string }).detail];
    };
    expect(await detail('en')).toEqual([401, 'The token that this call carries is not the token of this server.']);
    expect(await detail('zh-CN')).toEqual([401, '此调用所带的令牌不是本服务器的令牌，请核对后重发。']);
    expect((await post(server, good, { authorization: 'Basic open sesame' })).status).toBe(401);
    expect((await fetch(`${server.url}/v1/rules/x`, { method: 'DELETE' })).status).toBe(401);
    expect((await post(server, good, { authorization: 'bearer open sesame' })).status).toBe(202);
    expect((await fetch(`${server.url}/v1/alerts`)).status).toBe(200);
  });
});

describe('shutting down', () => {
  it('answers what is in flight, and refuses what is new', async () => {
    let release: (() => void) | undefined;
    const server = await start({ services: (services) => ({ ...services, alerts: { ...services.alerts, list: () => new Promise((resolve) => (release = () => resolve([]))) } }) });
    // Its connection stays, as those of clients that keep theirs do.
    await (await fetch(`${server.url}/healthz`)).text();
    let answered = 0;
    const inFlight = fetch(`${server.url}/v1/alerts`).then((response) => (answered = response.status));
    await eventually(() => release !== undefined);
    const drained = server.gateway.drain(5_000).then(() => 'drained');
    const late = await fetch(`${server.url}/v1/feedback`).then((response) => response.json(), () => 'refused');
    expect(late === 'refused' || (late as { code: string }).code === 'draining').toBe(true);
    expect(answered).toBe(0);
    release?.();
    await inFlight;
    expect(answered).toBe(200);
    expect(await drained).toBe('drained');
    await expect(fetch(`${server.url}/healthz`, { headers: { connection: 'close' } })).rejects.toThrow();
  });

  it('waits no longer than it is told to', async () => {
    let asked = false;
    const server = await start({ services: (services) => ({ ...services, alerts: { ...services.alerts, list: () => new Promise(() => (asked = true)) } }) });
    void fetch(`${server.url}/v1/alerts`).catch(() => undefined);
    await eventually(() => asked);
    await server.gateway.drain(20);
    server.gateway.stop();
  });
});

describe('pages', () => {
  it('are served with a policy, assets for good, and both by their ETag', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tocsin-pages-'));
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'wall.html'), '<!doctype html>');
    writeFileSync(join(folder, 'assets', 'a-1.js'), 'export {};');
    const server = await start({ gateway: { pages: { folder, pages: { '/wall': 'wall.html', '/': 'index.html' } } } });
    rmSync(folder, { recursive: true });

    const wall = await fetch(`${server.url}/wall`);
    expect([wall.status, wall.headers.get('content-type'), wall.headers.get('cache-control')]).toEqual([200, 'text/html; charset=utf-8', 'no-cache']);
    expect(wall.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(wall.headers.get('x-content-type-options')).toBe('nosniff');
    const again = await fetch(`${server.url}/wall`, { headers: { 'if-none-match': wall.headers.get('etag') ?? '' } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    const asset = await fetch(`${server.url}/assets/a-1.js`);
    expect([asset.status, asset.headers.get('content-type'), asset.headers.get('cache-control')])
      .toEqual([200, 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable']);
    for (const path of ['/', '/assets/../wall.html', '/assets/..%2fwall.html', '/assets/none.js']) {
      expect((await fetch(server.url + path)).status).toBe(404);
    }
  });
});

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logisticsComplaints } from '../support/complaints.ts';
import { getJson, postJson, postRaw, toNdjson } from '../support/http.ts';
import { eventually } from '../support/poll.ts';
import { runTocsin } from '../support/run-tocsin.ts';
import { startServer } from '../support/start-server.ts';
import { startWebhookReceiver, type ReceivedPage, type WebhookReceiver } from '../support/webhook-receiver.ts';

const STEP_MS = 400_000;
const WAIT_MS = 180_000;
const MINUTE_MS = 60_000;

const RULES = `
- {id: by-store, title: {zh: 同店投诉, en: Of one store}, kind: threshold, where: complaint && store != "" && store != "blip", groupBy: [category, store], window: 6h, atLeast: 10, resolveBelow: 5, notify: [hook]}
- {id: by-category, title: {zh: 同类投诉, en: Of one category}, kind: threshold, where: complaint, groupBy: [category], window: 6h, atLeast: 10, resolveBelow: 5, notify: [hook]}
- {id: blip, title: {zh: 反复, en: Comes and goes}, kind: threshold, where: complaint && store == "blip", window: 1m, atLeast: 3, resolveBelow: 3, notify: [hook]}
`;
const ROUTING = `
policy: {flapping: {reopenings: 2, within: 1h, quiet: 1h}}
chains:
  - {id: up, steps: [{wait: 15s, notify: [second]}]}
routes:
  - {id: climbing, when: [store=climb], notify: [hook], chain: up}
  - {id: all, notify: [hook]}
inhibitions:
  - {id: store-explains, source: [rule=by-store], target: [rule=by-category], equal: [category], sharedAtLeast: 0.9}
`;

interface Incident {
  id: string;
  state: string;
  waitsBecause: string | null;
  flapping: boolean;
  members: { ruleId: string; group: Record<string, string> }[];
  timeline: { kind: string; reason: string | null; by: string | null; detail: { zh: string; en: string } }[];
}

/** Steps of one story: each goes on from where the one before it ended. */
describe('the desk of a running server', () => {
  let [hook, second, monitor]: WebhookReceiver[] = [];
  let server: Awaited<ReturnType<typeof startServer>>;
  let folder: string;
  let texts: string[];
  let posted = 0;

  /** Complaints of as many customers, all said at one time. */
  async function complain(store: string, count: number, createdAtMs = Date.now()): Promise<void> {
    const items = Array.from({ length: count }, () => {
      posted += 1;
      return { id: `f-${posted}`, text: texts[posted % texts.length], channel: 'app', store, createdAt: new Date(createdAtMs).toISOString(), customer: { id: `c-${posted}` } };
    });
    expect((await postRaw(`${server.url}/v1/feedback`, toNdjson(items), 'application/x-ndjson')).status).toBe(202);
  }
  /** The incident of a rule, and of a store where one is named, once it is as asked. */
  async function incident(rule: string, what: string, is: (incident: Incident) => boolean, store?: string): Promise<Incident> {
    return await eventually(async () => {
      const { body } = await getJson<{ incidents: { id: string }[] }>(`${server.url}/v1/incidents`);
      for (const { id } of body.incidents) {
        const { body: found } = await getJson<Incident>(`${server.url}/v1/incidents/${id}`);
        if (found.members.some(({ ruleId, group }) => ruleId === rule && (store === undefined || group['store'] === store)) && is(found)) return found;
      }
      return false;
    }, { what, limitMs: WAIT_MS });
  }
  const told = (receiver: WebhookReceiver | undefined, rule: string): ReceivedPage[] => receiver!.pages.filter(({ body }) => (body['rule'] as { id: string }).id === rule);
  /** By alert: pages of one arrive in order, those of different ones do not wait for each other. */
  function reasons(rule: string): unknown[][] {
    const byAlert = new Map<unknown, unknown[]>();
    for (const { body } of told(hook, rule)) byAlert.set(body['alertId'], [...(byAlert.get(body['alertId']) ?? []), body['reason']]);
    return [...byAlert.values()];
  }
  const natsPid = (): number => Number(server.logs.find(({ part, pid }) => part === 'nats-server' && typeof pid === 'number')?.['pid']);

  beforeAll(async () => {
    [hook, second, monitor] = [await startWebhookReceiver(), await startWebhookReceiver(), await startWebhookReceiver()];
    folder = await mkdtemp(join(tmpdir(), 'tocsin-on-call-'));
    await mkdir(join(folder, 'rules'));
    await writeFile(join(folder, 'rules', 'rules.yaml'), RULES);
    await writeFile(join(folder, 'routing.yaml'), ROUTING);
    await writeFile(join(folder, 'channels.yaml'), '- {id: hook, kind: webhook, url: "env:TOCSIN_SECRET_HOOK"}\n- {id: second, kind: webhook, url: "env:TOCSIN_SECRET_SECOND"}\n');
    server = await startServer({ env: {
      TOCSIN_RULES_DIR: join(folder, 'rules'), TOCSIN_ROUTING_FILE: join(folder, 'routing.yaml'), TOCSIN_CHANNELS_FILE: join(folder, 'channels.yaml'),
      TOCSIN_SECRET_HOOK: hook.url, TOCSIN_SECRET_SECOND: second.url, TOCSIN_ALLOW_PRIVATE_HOSTS: '127.0.0.1', TOCSIN_SNAPSHOT_INTERVAL_SECONDS: '1',
      TOCSIN_HEARTBEAT_URL: monitor.url, TOCSIN_HEARTBEAT_SECONDS: '5', TOCSIN_HEARTBEAT_GRACE_SECONDS: '1',
    } });
    texts = await logisticsComplaints(server.url, 60);
  }, STEP_MS);
  afterAll(async () => {
    await server?.dispose();
    await Promise.all([hook, second, monitor].map((receiver) => receiver?.stop()));
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  it('holds back the page of an alert that another one explains by the very same items', async () => {
    await complain('12', 10);
    await incident('by-category', 'the category to be explained by the store', ({ waitsBecause, timeline }) => waitsBecause === 'inhibited' && timeline.some(({ detail }) => detail.en.includes('100 % of the items are the same')));
    await eventually(() => told(hook, 'by-store')[0], { what: 'the page of the store', limitMs: WAIT_MS });
    expect(told(hook, 'by-category')).toEqual([]);
  }, STEP_MS);

  it('names what comes and goes, and is quiet of it until it is steady', async () => {
    // Each three complete a minute that is over, a later one each time: the alert opens late and ends at once.
    for (const round of [1, 2, 3]) {
      await complain('blip', 3, Date.now() - 10 * (4 - round) * MINUTE_MS);
      await incident('blip', `round ${round} to be over`, ({ timeline }) => timeline.filter(({ kind }) => kind === 'alert-ended').length === round);
    }
    const flapping = await incident('blip', 'it to be named', (found) => found.flapping);
    expect(flapping.timeline.at(-1)).toMatchObject({ kind: 'page-withheld', reason: 'flapping' });
    await eventually(() => reasons('blip').flat().length === 5, { what: 'five pages of what flaps', limitMs: WAIT_MS });
    expect(reasons('blip').sort()).toEqual([['fired', 'resolved'], ['flapping'], ['reopened', 'resolved']]);
  }, STEP_MS);

  it('keeps an acknowledgement over a kill -9, climbs on, and pages nothing under two keys', async () => {
    const { id } = await incident('by-store', 'the store', () => true, '12');
    // 202 where the desk is slow to say so.
    expect([200, 202]).toContain((await postJson(`${server.url}/v1/incidents/${id}/acknowledge`, { actor: 'u1', comment: '在查' })).status);
    await incident('by-store', 'the acknowledgement', ({ state }) => state === 'acknowledged', '12');
    await complain('climb', 10);
    await eventually(() => told(hook, 'by-store')[1], { what: 'the page of the other store', limitMs: WAIT_MS });
    await server.kill('everything');
    await server.start();
    const step = await eventually(() => second!.pages[0], { what: 'the next step of the chain', limitMs: WAIT_MS });
    expect(step.body).toMatchObject({ event: 'escalated', reason: 'escalation-step', group: { store: 'climb' } });
    const kept = await incident('by-store', 'the store', () => true, '12');
    expect(kept).toMatchObject({ state: 'acknowledged', acknowledged: { by: 'u1' } });
    await server.settled();
    // A page whose record the kill cut off is sent again under its key, by which a receiver knows it.
    const once = (pages: readonly ReceivedPage[]): ReceivedPage[] => [...new Map(pages.map((page) => [page.headers['idempotency-key'], page])).values()];
    expect(once(second!.pages)).toHaveLength(1);
    expect(once(told(hook, 'by-store')).map(({ body }) => body['reason'])).toEqual(['fired', 'fired']);
    expect(told(hook, 'by-category')).toEqual([]);
    // Catching up is no trouble of its own, and no reason to complain about heartbeats.
    const { body } = await getJson<{ alerts: { ruleId: string }[] }>(`${server.url}/v1/alerts`);
    expect(body.alerts.map(({ ruleId }) => ruleId).filter((ruleId) => !['by-category', 'by-store', 'blip'].includes(ruleId))).toEqual([]);
  }, STEP_MS);

  it('corrects what it told of when feedback of that time comes late', async () => {
    const { id } = await incident('by-store', 'the store', () => true, '12');
    const fired = told(hook, 'by-store')[0]!;
    await complain('12', 1, fired.atMs - 2 * MINUTE_MS);
    const corrected = await incident('by-store', 'the correction', ({ timeline }) => timeline.some(({ kind }) => kind === 'corrected'), '12');
    expect(corrected.id).toBe(id);
    expect(corrected.timeline.find(({ kind }) => kind === 'corrected')?.detail.en).toMatch(/\b10\b.*\b11\b/u);
    expect(corrected.state).toBe('acknowledged');
  }, STEP_MS);

  it('holds back what a silence matches, pages it when that ends, and tells the end during another one', async () => {
    const silence = { actor: 'u1', reason: '盘点', matchers: ['store=quiet'] };
    const made = await postJson<{ silence: { id: string } }>(`${server.url}/v1/silences`, { ...silence, durationMinutes: 60 });
    expect(made.status).toBe(201);
    await complain('quiet', 10);
    const { id } = await incident('by-store', 'it to be silenced', ({ waitsBecause }) => waitsBecause === 'silenced', 'quiet');
    const ofQuiet = (): ReceivedPage[] => told(hook, 'by-store').filter(({ body }) => (body['group'] as { store: string }).store === 'quiet');
    expect(ofQuiet()).toEqual([]);
    expect((await postJson(`${server.url}/v1/silences/preview`, { matchers: silence.matchers })).body).toMatchObject({ matching: 1 });
    const changed = await fetch(`${server.url}/v1/silences/${made.body.silence.id}`, {
      method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ...silence, endsAt: new Date(Date.now() + 10_000).toISOString() }),
    });
    expect(changed.status).toBe(200);
    const page = await eventually(() => ofQuiet()[0], { what: 'the page at the end of the silence', limitMs: WAIT_MS });
    expect(page.body).toMatchObject({ event: 'opened', reason: 'silence-ended' });
    expect((await postJson(`${server.url}/v1/silences`, { ...silence, durationMinutes: 60 })).status).toBe(201);
    expect([200, 202]).toContain((await postJson(`${server.url}/v1/incidents/${id}/resolve`, { actor: 'u1', comment: '盘点结束' })).status);
    const end = await eventually(() => ofQuiet()[1], { what: 'the page of the end', limitMs: WAIT_MS });
    expect(end.body).toMatchObject({ event: 'resolved', reason: 'resolved-by-hand', incident: { resolvedBy: 'u1' }, resolvedAt: end.body['at'] });
    expect(Date.parse(String(end.body['resolvedAt']))).toBeGreaterThan(Date.parse(String(end.body['openedAt'])) + 10_000);
  }, STEP_MS);

  it('says of the rules in force what they did, and how well that fits what happened', async () => {
    await server.settled();
    const fromText = new Date(Date.now() - 120 * MINUTE_MS).toISOString();
    await writeFile(join(folder, 'incidents.yaml'), `- {from: ${fromText}, to: ${new Date().toISOString()}}\n`);
    const { code, stdout, stderr } = await runTocsin(['backtest', '--rule', join(folder, 'rules', 'rules.yaml'), '--incidents', join(folder, 'incidents.yaml'), '--from', fromText, '--url', server.url, '--json'], { limitMs: WAIT_MS });
    expect(code, stderr).toBe(0);
    const lines = stdout.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    const opened = lines.filter(({ kind }) => kind === 'alert').map(({ ruleId, group }) => `${String(ruleId)} ${(group as Record<string, string>)['store'] ?? ''}`.trim());
    expect(opened.filter((alert) => alert.startsWith('by-')).sort()).toEqual(['by-category', 'by-store 12', 'by-store climb', 'by-store quiet']);
    for (const summary of lines.filter(({ kind }) => kind === 'summary')) {
      expect(summary).toMatchObject({ pagesPerWeek: expect.any(Number) as number, medianFirstItemToAlertMs: expect.any(Number) as number });
      expect(summary).toHaveProperty('longestStorm');
    }
    expect(lines.find(({ kind }) => kind === 'incidents')).toMatchObject({ incidents: 1, found: 1, precision: 1, recall: 1 });
  }, STEP_MS);

  it('sends no heartbeat while the stream is stuck, and says so', async () => {
    const [stopped, beats] = [natsPid(), monitor!.pages.length];
    await eventually(() => monitor!.pages[beats], { what: 'a heartbeat after the restart', limitMs: WAIT_MS });
    const logged = server.logs.length;
    process.kill(stopped, 'SIGSTOP');
    let stuck: number;
    try {
      await eventually(() => server.logs.slice(logged).find(({ part, msg }) => part === 'heartbeat' && String(msg).includes('are withheld')), { what: 'heartbeats to be withheld', limitMs: WAIT_MS });
      stuck = monitor!.pages.length;
    } finally {
      process.kill(stopped, 'SIGCONT');
    }
    const wellAgainMs = Date.now();
    const beat = await eventually(() => monitor!.pages[stuck], { what: 'heartbeats again', limitMs: WAIT_MS });
    expect(beat.atMs).toBeGreaterThanOrEqual(wellAgainMs);
  }, STEP_MS);
});

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../server/telemetry/system-clock.ts';
import { connectNatsBus } from '../../stream/bus/nats-bus.ts';
import { getJson, postJson, postRaw, toNdjson } from '../support/http.ts';
import { eventually } from '../support/poll.ts';
import { startServer } from '../support/start-server.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';

const STEP_MS = 420_000;
const WAIT_MS = 180_000;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

const TITLE = { zh: '标题', en: 'Title' };
/** Told apart by the store, so that no model decides what is counted. */
const RULES = [
  { id: 'many', kind: 'threshold', where: 'store == "t"', groupBy: ['store'], window: '6h', atLeast: 10, resolveBelow: 5, notify: ['hook'] },
  { id: 'people', kind: 'threshold', of: 'customers', where: 'store == "t"', window: '6h', atLeast: 8 },
  { id: 'weight', kind: 'threshold', of: 'probability', where: 'store == "t"', window: '6h', atLeast: 1, resolveBelow: 1 },
  { id: 'part', kind: 'share', where: 'store == "s" && rating == 1', groupBy: ['store'], window: '6h', atLeast: '40%', minVolume: 10, minCount: 3 },
  { id: 'surge', kind: 'spike', where: 'store == "p"', groupBy: ['store'], window: '1h', against: '3 days', calendar: 'none', atLeast: 6, times: 2, sensitivity: 2 },
  { id: 'silent', kind: 'absence', where: 'store == "q"', groupBy: ['store'], window: '1m', normal: 5 },
  { id: 'topic', kind: 'newTopic', where: 'store == "n"', window: '1h', atLeast: 4, times: 3, memory: '1d' },
  { id: 'safety', kind: 'severe', where: 'text.contains("起火")', groupBy: ['store'] },
  { id: 'both', kind: 'composite', when: 'many and part', groupBy: [] },
].map((rule) => ({ title: TITLE, notify: [] as string[], ...rule }));

interface Alert {
  alertId: string;
  ruleId: string;
  count: number;
}
interface Proof {
  outcome: string;
  claimed: number;
  counted: number;
  parts: { id: string; outcome: string; claimed: number; counted: number }[];
  missing: object[];
}

/** Steps of one story: each goes on from where the one before it ended. */
describe('the proof of an alert of each kind', () => {
  let [hook, monitor]: WebhookReceiver[] = [];
  let server: Awaited<ReturnType<typeof startServer>>;
  let folder: string;
  let posted = 0;
  let alerts: Alert[] = [];

  /** Of as many customers, in texts that are unlike each other. */
  async function say(store: string, count: number, { agoMs = 0, ...fields }: { agoMs?: number; rating?: number; text?: string } = {}): Promise<void> {
    const items = Array.from({ length: count }, () => {
      posted += 1;
      return { id: `f-${posted}`, text: `${posted}号单:快递太慢了,客服也不回消息`, channel: 'app', store, createdAt: new Date(Date.now() - agoMs).toISOString(), customer: { id: `c-${posted}` }, ...fields };
    });
    expect((await postRaw(`${server.url}/v1/feedback`, toNdjson(items), 'application/x-ndjson')).status).toBe(202);
  }
  const listed = async (): Promise<Alert[]> => (await getJson<{ alerts: Alert[] }>(`${server.url}/v1/alerts`)).body.alerts;
  /** The first alert of a rule; while there is none `nudge` is done before each look. */
  const alertOf = (ruleId: string, nudge: () => Promise<void> = async () => undefined): Promise<Alert> => eventually(async () => {
    const found = (await listed()).find((alert) => alert.ruleId === ruleId);
    if (found === undefined) await nudge();
    return found;
  }, { what: `an alert of ${ruleId}`, limitMs: WAIT_MS, everyMs: 500 });

  /** Each is counted again and comes to what was said, number by number, and its items are listed, each once. */
  async function allProven(): Promise<void> {
    for (const { alertId, ruleId } of alerts) {
      const proof = await eventually(async () => {
        const { status, body } = await postJson<Proof>(`${server.url}/v1/alerts/${alertId}/verify`, { actor: 'u1' });
        // On its way to the store, or the counter is still reading back.
        return status === 200 && body;
      }, { what: `the proof of ${ruleId}`, limitMs: WAIT_MS, everyMs: 250 });
      expect({ ruleId, outcome: proof.outcome, missing: proof.missing, counted: proof.counted, differing: proof.parts.filter(({ outcome }) => outcome !== 'equal') })
        .toEqual({ ruleId, outcome: 'equal', missing: [], counted: proof.claimed, differing: [] });
      const ids: string[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const { body }: { body: { items: { id: string }[]; nextCursor: string | null } } = await getJson(`${server.url}/v1/alerts/${alertId}/evidence?limit=7${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
        ids.push(...body.items.map(({ id }) => id));
        cursor = body.nextCursor;
      }
      expect(new Set(ids).size, ruleId).toBe(ids.length);
      const items = proof.parts.filter(({ id }) => id === 'count' || id.endsWith('/count')).reduce((sum, { counted }) => sum + counted, 0);
      if (ruleId !== 'weight') expect(ids, ruleId).toHaveLength(items);
    }
  }
  /** As the product trims it, which else comes after hours; what it holds is in a snapshot and stored. Gives the first entry left. */
  async function trimScored(upToSequence: number): Promise<number> {
    const address = server.logs.find((line) => line['part'] === 'nats-server' && typeof line['address'] === 'string')?.['address'];
    const secret = (await readFile(join(server.dataDir, 'nats', 'secret'), 'utf8')).trim();
    const bus = await connectNatsBus({ servers: `nats://tocsin:${secret}@${String(address)}`, name: 'test', clock: systemClock, telemetry: () => undefined });
    try {
      await bus.log('scored').trim(upToSequence);
      return (await bus.log('scored').info()).firstSequence;
    } finally {
      await bus.close(5_000);
    }
  }

  beforeAll(async () => {
    [hook, monitor] = [await startWebhookReceiver(), await startWebhookReceiver()];
    folder = await mkdtemp(join(tmpdir(), 'tocsin-proof-'));
    await mkdir(join(folder, 'rules'));
    await writeFile(join(folder, 'channels.yaml'), '- {id: hook, kind: webhook, url: "env:TOCSIN_SECRET_HOOK"}\n');
    server = await startServer({ env: {
      TOCSIN_RULES_DIR: join(folder, 'rules'), TOCSIN_CHANNELS_FILE: join(folder, 'channels.yaml'), TOCSIN_SECRET_HOOK: hook.url, TOCSIN_ALLOW_PRIVATE_HOSTS: '127.0.0.1',
      TOCSIN_SNAPSHOT_INTERVAL_SECONDS: '1', TOCSIN_SNAPSHOT_GENERATIONS: '1', TOCSIN_LINK_SECONDS: '1', TOCSIN_LOG_LEVEL: 'debug',
      TOCSIN_HEARTBEAT_URL: monitor.url, TOCSIN_HEARTBEAT_SECONDS: '5', TOCSIN_HEARTBEAT_GRACE_SECONDS: '86400',
    } });
    // Days that were: what is usual of a spike's hour, and of what people say.
    for (const day of [3, 2, 1]) {
      await say('p', 2, { agoMs: day * DAY_MS + 10 * MINUTE_MS });
      await say('n', 3, { agoMs: day * DAY_MS });
    }
    await server.settled();
    for (const rule of RULES) expect((await postJson(`${server.url}/v1/rules`, rule)).status).toBe(201);
  }, STEP_MS);
  afterAll(async () => {
    await server?.dispose();
    await Promise.all([hook, monitor].map((receiver) => receiver?.stop()));
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  it('is there for all seven, with every number that it rests on', async () => {
    await say('q', 2);
    await say('t', 12);
    await say('s', 6);
    await say('s', 6, { rating: 1 });
    await say('s', 1, { text: '充电宝起火了' });
    await say('p', 8);
    const ofOne: Record<string, () => Promise<void>> = {
      // It fires with the next item that says it once the rule knows what was usual.
      topic: () => say('n', 1, { text: `${posted}:壁挂炉漏水了` }),
      surge: () => say('p', 1),
    };
    alerts = [];
    for (const { id } of RULES) alerts.push(await alertOf(id, ofOne[id]));
    await server.settled();
    await allProven();
    const partsOf = async (ruleId: string): Promise<string[]> => (await getJson<{ parts: { id: string }[] }>(`${server.url}/v1/alerts/${alerts.find((alert) => alert.ruleId === ruleId)!.alertId}/evidence`)).body.parts.map(({ id }) => id);
    expect(await partsOf('part')).toEqual(['count', 'volume']);
    expect(await partsOf('surge')).toEqual(['count', 'earlier-1', 'earlier-2', 'earlier-3']);
    expect(await partsOf('silent')).toContain('count');
    expect((await partsOf('both')).length).toBeGreaterThan(1);
  }, STEP_MS);

  it('is the same after a kill -9 of everything', async () => {
    await server.kill('everything');
    await server.start();
    await server.settled();
    await allProven();
  }, STEP_MS);

  it('is the same when the log that they were counted from has been trimmed, and after another kill', async () => {
    const opened = await Promise.all(alerts.map(async ({ alertId }) => (await getJson<{ opening: { sequence: number } }>(`${server.url}/v1/alerts/${alertId}`)).body.opening.sequence));
    const upTo = Math.max(...opened);
    await eventually(async () => {
      // One is written only when something was counted.
      await say('bulk', 5);
      await server.settled(WAIT_MS);
      return server.logs.some(({ msg, sequence }) => msg === 'a snapshot of the counter was written' && Number(sequence) >= upTo);
    }, { what: 'a snapshot after every alert', limitMs: WAIT_MS, everyMs: 500 });
    expect(await trimScored(upTo)).toBe(upTo + 1);
    await allProven();
    await server.kill('everything');
    await server.start();
    await server.settled();
    await allProven();
    expect((await listed()).filter(({ ruleId }) => RULES.some(({ id }) => id === ruleId)).length).toBeGreaterThanOrEqual(RULES.length);
  }, STEP_MS);

  it('comes with links that work for as long as the setting says, and then neither show nor act', async () => {
    const page = await eventually(() => hook!.pages.find(({ body }) => (body['rule'] as { id: string }).id === 'many'), { what: 'the page', limitMs: WAIT_MS });
    const { acknowledge = '', silence = '' } = page.body['links'] as { acknowledge?: string; silence?: string };
    for (const link of [acknowledge, silence]) {
      const here = `${server.url}${new URL(link).pathname}`;
      const answer = await eventually(async () => {
        const response = await fetch(here);
        return response.status === 410 && response.text();
      }, { what: 'the link to have expired', limitMs: WAIT_MS });
      expect(answer).toContain('此链接已过期');
      expect((await fetch(here, { method: 'POST' })).status).toBe(410);
    }
    const { body } = await getJson<{ state: string; timeline: { kind: string }[] }>(`${server.url}/v1/incidents/${alerts[0]!.alertId}`);
    expect(body.state).toBe('firing');
    expect(body.timeline.some(({ kind }) => kind === 'acknowledged')).toBe(false);
    expect((await getJson<{ silences: object[] }>(`${server.url}/v1/silences`)).body.silences).toEqual([]);
  }, STEP_MS);

  it('outlives a stream that is stuck: no heartbeat goes out, and in the grace after a start the log does not complain of that', async () => {
    const nats = Number(server.logs.find(({ part, pid }) => part === 'nats-server' && typeof pid === 'number')?.['pid']);
    const beats = monitor!.pages.length;
    await eventually(() => monitor!.pages[beats], { what: 'a heartbeat after the restart', limitMs: WAIT_MS });
    const logged = server.logs.length;
    const since = (): typeof server.logs => server.logs.slice(logged).filter(({ part }) => part === 'heartbeat');
    process.kill(nats, 'SIGSTOP');
    try {
      await eventually(() => since().find(({ msg }) => String(msg).includes('withheld in the grace')), { what: 'a heartbeat to be withheld', limitMs: WAIT_MS });
    } finally {
      process.kill(nats, 'SIGCONT');
    }
    const stuck = monitor!.pages.length;
    await eventually(() => monitor!.pages[stuck], { what: 'heartbeats again', limitMs: WAIT_MS });
    expect(since().filter(({ msg }) => String(msg).includes('are withheld'))).toEqual([]);
  }, STEP_MS);
});

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logisticsComplaints } from '../support/complaints.ts';
import { getJson, postJson, postRaw, toNdjson } from '../support/http.ts';
import { eventually } from '../support/poll.ts';
import { startServer } from '../support/start-server.ts';
import { startWebhookReceiver, type ReceivedPage, type WebhookReceiver } from '../support/webhook-receiver.ts';


const RULES = `
- id: many
  title: {zh: 同类投诉达到 10 起, en: 10 complaints of one category}
  kind: threshold
  where: complaint
  groupBy: [category]
  window: 6h
  atLeast: 10
  resolveBelow: 5
  severity: warning
  notify: [hook]
`;
const ROUTING = `
routes:
  - id: all
    notify: [hook]
    gatherBy: [rule]
    wait: 0s
`;

interface Incident {
  id: string;
  state: string;
  alerts: number;
}

/** Steps of one story: each goes on from where the one before it ended. */
describe('the incident desk of a running server', () => {
  let receiver: WebhookReceiver;
  let monitor: WebhookReceiver;
  let server: Awaited<ReturnType<typeof startServer>>;
  let folder: string;
  let texts: string[];
  let posted = 0;

  /** Complaints of as many customers. */
  async function complain(count: number): Promise<void> {
    const items = Array.from({ length: count }, () => {
      posted += 1;
      return { id: `f-${posted}`, text: texts[posted % texts.length], channel: 'app', customer: { id: `c-${posted}` } };
    });
    expect((await postRaw(`${server.url}/v1/feedback`, toNdjson(items), 'application/x-ndjson')).status).toBe(202);
    await server.settled();
  }
  const incidents = async (): Promise<Incident[]> => (await getJson<{ incidents: Incident[] }>(`${server.url}/v1/incidents`)).body.incidents;
  const acted = (id: string, act: string, body: object) => postJson<Incident>(`${server.url}/v1/incidents/${id}/${act}`, { actor: 'u1', ...body });
  const pageBecause = (reason: string): Promise<ReceivedPage> => eventually(() => receiver.pages.find(({ body }) => body['reason'] === reason), { what: `a page because of ${reason}` });
  const reasons = (): unknown[] => receiver.pages.map(({ body }) => body['reason']);

  beforeAll(async () => {
    [receiver, monitor] = [await startWebhookReceiver(), await startWebhookReceiver()];
    folder = await mkdtemp(join(tmpdir(), 'tocsin-desk-'));
    await mkdir(join(folder, 'rules'));
    await writeFile(join(folder, 'rules', 'rules.yaml'), RULES);
    await writeFile(join(folder, 'routing.yaml'), ROUTING);
    await writeFile(join(folder, 'channels.yaml'), `- {id: hook, kind: webhook, url: "env:TOCSIN_SECRET_HOOK", acknowledgements: true}\n`);
    server = await startServer({ env: {
      TOCSIN_RULES_DIR: join(folder, 'rules'), TOCSIN_ROUTING_FILE: join(folder, 'routing.yaml'), TOCSIN_CHANNELS_FILE: join(folder, 'channels.yaml'), TOCSIN_SECRET_HOOK: receiver.url,
      TOCSIN_ALLOW_PRIVATE_HOSTS: '127.0.0.1', TOCSIN_HEARTBEAT_URL: monitor.url, TOCSIN_HEARTBEAT_SECONDS: '5', TOCSIN_HEARTBEAT_GRACE_SECONDS: '1', TOCSIN_SNAPSHOT_INTERVAL_SECONDS: '1',
    } });
    texts = await logisticsComplaints(server.url, 60);
  });
  afterAll(async () => {
    await server?.dispose();
    await Promise.all([receiver?.stop(), monitor?.stop()]);
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  it('tells the outside monitor that all is well, over HTTP', async () => {
    const beat = await eventually(() => monitor.pages.at(-1), { what: 'a heartbeat' });
    expect(beat.body).toMatchObject({ service: 'tocsin', state: 'ok', url: server.url });
  });

  it('pages once, and its acknowledgement is told to the receiver that asked for it', async () => {
    await complain(10);
    await pageBecause('fired');
    const [open] = await incidents();
    // 202 where the desk is slow to say so.
    expect([200, 202]).toContain((await acted(open!.id, 'acknowledge', { comment: '在查' })).status);
    await eventually(async () => (await incidents())[0]?.state === 'acknowledged', { what: 'the acknowledgement' });
    expect((await pageBecause('acknowledged')).body).toMatchObject({ event: 'escalated', detail: { zh: '在查' }, incident: { state: 'acknowledged', acknowledgedBy: 'u1' } });
  });

  it('keeps quiet until the count has doubled, then pages again', async () => {
    await complain(9);
    expect((await incidents())[0]).toMatchObject({ state: 'acknowledged' });
    expect(reasons()).toEqual(['fired', 'acknowledged']);
    await complain(1);
    expect((await pageBecause('grew')).body).toMatchObject({ incident: { totalCount: 20 } });
    expect(reasons()).toEqual(['fired', 'acknowledged', 'grew']);
  });
});

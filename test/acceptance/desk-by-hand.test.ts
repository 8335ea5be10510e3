import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getJson, postJson } from '../support/http.ts';
import { eventually } from '../support/poll.ts';
import { startServer } from '../support/start-server.ts';
import { startWebhookReceiver, type ReceivedPage, type WebhookReceiver } from '../support/webhook-receiver.ts';

const STEP_MS = 300_000;
const WAIT_MS = 120_000;
/** Counts whatever is said of a store: no model decides what this story is about. */
const RULE = { id: 'of-store', title: { zh: '同店反馈', en: 'Of one store' }, kind: 'threshold', where: 'store != ""', groupBy: ['store'], window: '6h', atLeast: 3, resolveBelow: 1, notify: ['hook'] };
const ROUTING = `
users:
  - {id: u1, notify: [hook]}
  - {id: u2, notify: [second]}
routes:
  - {id: all, notify: [hook]}
`;

interface Incident {
  id: string;
  state: string;
  assignee: string | null;
  waitsBecause: string | null;
  members: { alertId: string; group: { store: string } }[];
  timeline: { kind: string; by: string | null }[];
}

/** Steps of one story: each goes on from where the one before it ended. */
describe('what people do at the desk of a running server', () => {
  let [hook, second]: WebhookReceiver[] = [];
  let server: Awaited<ReturnType<typeof startServer>>;
  let folder: string;
  let said = 0;

  async function say(store: string): Promise<void> {
    const items = Array.from({ length: 3 }, () => ({ id: `f-${(said += 1)}`, text: `第 ${said} 次到店`, channel: 'store', store, customer: { id: `c-${said}` } }));
    expect((await postJson(`${server.url}/v1/feedback`, items)).status).toBe(202);
  }
  const read = async (id: string): Promise<Incident> => (await getJson<Incident>(`${server.url}/v1/incidents/${id}`)).body;
  /** The open incident with an alert of a store, once it is as asked. */
  async function incident(store: string, what: string, is: (incident: Incident) => boolean = () => true): Promise<Incident> {
    return await eventually(async () => {
      const { body } = await getJson<{ incidents: { id: string; state: string }[] }>(`${server.url}/v1/incidents`);
      for (const { id, state } of body.incidents) {
        const found = state === 'resolved' ? undefined : await read(id);
        if (found !== undefined && found.members.some(({ group }) => group.store === store) && is(found)) return found;
      }
      return false;
    }, { what, limitMs: WAIT_MS });
  }
  /** 202 where the desk is slow to say so. */
  async function act(id: string, kind: string, body: object): Promise<void> {
    expect([200, 202]).toContain((await postJson(`${server.url}/v1/incidents/${id}/${kind}`, { actor: 'u1', ...body })).status);
  }
  async function page(receiver: WebhookReceiver | undefined, what: string, is: (body: Record<string, unknown>) => boolean): Promise<ReceivedPage> {
    return await eventually(() => receiver!.pages.find(({ body }) => is(body)), { what, limitMs: WAIT_MS });
  }
  const isOf = (store: string, reason: string) => ({ group, reason: given }: Record<string, unknown>): boolean => given === reason && (group as { store: string }).store === store;

  beforeAll(async () => {
    [hook, second] = [await startWebhookReceiver(), await startWebhookReceiver()];
    folder = await mkdtemp(join(tmpdir(), 'tocsin-by-hand-'));
    await writeFile(join(folder, 'routing.yaml'), ROUTING);
    await writeFile(join(folder, 'channels.yaml'), '- {id: hook, kind: webhook, url: "env:TOCSIN_SECRET_HOOK"}\n- {id: second, kind: webhook, url: "env:TOCSIN_SECRET_SECOND"}\n');
    server = await startServer({ env: {
      TOCSIN_ROUTING_FILE: join(folder, 'routing.yaml'), TOCSIN_CHANNELS_FILE: join(folder, 'channels.yaml'),
      TOCSIN_SECRET_HOOK: hook.url, TOCSIN_SECRET_SECOND: second.url, TOCSIN_ALLOW_PRIVATE_HOSTS: '127.0.0.1',
    } });
    expect((await postJson(`${server.url}/v1/rules`, RULE)).status).toBe(201);
  }, STEP_MS);
  afterAll(async () => {
    await server?.dispose();
    await Promise.all([hook, second].map((receiver) => receiver?.stop()));
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  it('merges one incident into another: who was told of it is told so, and the other one has its alerts', async () => {
    await say('one');
    await say('two');
    await page(hook, 'the page of the first store', isOf('one', 'fired'));
    await page(hook, 'the page of the second store', isOf('two', 'fired'));
    const [one, two] = [await incident('one', 'the first incident'), await incident('two', 'the second incident')];
    await act(two.id, 'merge', { into: one.id, comment: '同一原因' });
    expect((await page(hook, 'the page of the merge', isOf('two', 'merged'))).body).toMatchObject({ event: 'resolved', resolvedBecause: 'merged' });
    const whole = await incident('two', 'both to be one', ({ members }) => members.length === 2);
    expect(whole.id).toBe(one.id);
    expect(whole.timeline).toContainEqual(expect.objectContaining({ kind: 'merged', by: 'u1' }));
    expect((await read(two.id)).id, 'what the address of the merged one leads to').toBe(one.id);
  }, STEP_MS);

  it('splits it again: the part is an incident of its own, paged to those who know of the whole', async () => {
    const whole = await incident('two', 'the whole');
    const part = whole.members.find(({ group }) => group.store === 'two')!;
    await act(whole.id, 'split', { alertIds: [part.alertId] });
    const own = await incident('two', 'the part to stand alone', ({ id }) => id !== whole.id);
    expect(own.members.map(({ alertId }) => alertId)).toEqual([part.alertId]);
    expect((await page(hook, 'the page of the part', isOf('two', 'split'))).body).toMatchObject({ incident: { id: own.id, alerts: 1 } });
    expect((await incident('one', 'the rest')).members).toHaveLength(1);
  }, STEP_MS);

  it('is handed over: the new owner is told on the channel of the owner, and it is theirs', async () => {
    const { id } = await incident('one', 'the incident to hand over');
    await act(id, 'assign', { to: 'u2' });
    expect((await page(second, 'the page of the new owner', isOf('one', 'handed-over'))).body).toMatchObject({ incident: { id, assignee: 'u2' } });
    expect((await incident('one', 'the new owner', ({ assignee }) => assignee === 'u2')).timeline).toContainEqual(expect.objectContaining({ kind: 'assigned', by: 'u1' }));
    expect(second!.pages).toHaveLength(1);
  }, STEP_MS);

  it('is quiet in a maintenance window that recurs, and pages what still fires once no window is open', async () => {
    const window = { actor: 'u1', reason: '每日盘点', matchers: ['store=three'] };
    // A window of an hour each minute: always open.
    const made = await postJson<{ silence: { id: string } }>(`${server.url}/v1/silences`, { ...window, recurring: { cron: '* * * * *', timeZone: 'UTC', durationMinutes: 60 } });
    expect(made.status).toBe(201);
    await say('three');
    await incident('three', 'it to be quiet', ({ waitsBecause }) => waitsBecause === 'silenced');
    expect(hook!.pages.filter(({ body }) => (body['group'] as { store: string }).store === 'three')).toEqual([]);
    // The same window once a day, twelve hours from now.
    const later = new Date(Date.now() + 12 * 3_600_000);
    const changed = await fetch(`${server.url}/v1/silences/${made.body.silence.id}`, {
      method: 'PUT', headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...window, recurring: { cron: `${later.getUTCMinutes()} ${later.getUTCHours()} * * *`, timeZone: 'UTC', durationMinutes: 1 } }),
    });
    expect(changed.status).toBe(200);
    expect((await page(hook, 'the page once no window is open', isOf('three', 'silence-ended'))).body).toMatchObject({ event: 'opened' });
    expect(hook!.pages.filter(({ body }) => (body['group'] as { store: string }).store === 'three')).toHaveLength(1);
  }, STEP_MS);
});

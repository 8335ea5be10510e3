import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logisticsComplaints } from '../support/complaints.ts';
import { countsBy } from '../support/counts.ts';
import { getJson, postJson, postRaw, toNdjson } from '../support/http.ts';
import { eventually } from '../support/poll.ts';
import { startServer } from '../support/start-server.ts';

const OWN_CATEGORY = `categories:
  - id: logistics.rain
    name: {zh: 淋雨, en: Rain}
    seedWords: [淋湿, soaked]
`;

interface Model {
  model: string;
  refused: { code: string; message: string } | null;
}
interface Alert {
  alertId: string;
  state: string;
  openedAtMs?: number;
}

/** Steps of one story: each goes on from where the one before it ended. */
describe('a model that changes while the server runs', () => {
  let folder: string;
  let taxonomy: string;
  let server: Awaited<ReturnType<typeof startServer>>;
  let texts: string[];
  const post = (from: number, to: number) =>
    postRaw<{ accepted: number }>(`${server.url}/v1/feedback`, toNdjson(Array.from({ length: to - from }, (_, at) => ({ id: `m-${from + at}`, text: texts[(from + at) % texts.length], channel: 'app' }))), 'application/x-ndjson');
  const modelNow = async (): Promise<Model> => (await getJson<Model>(`${server.url}/v1/model`)).body;
  const alertsNow = async (): Promise<Alert[]> => (await getJson<{ alerts: Alert[] }>(`${server.url}/v1/alerts`)).body.alerts;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tocsin-taxonomy-'));
    taxonomy = join(folder, 'taxonomy.yaml');
    await writeFile(taxonomy, 'categories: []\n');
    server = await startServer({ env: { TOCSIN_TAXONOMY_FILE: taxonomy, TOCSIN_MODEL_WATCH_SECONDS: '1' } });
    texts = await logisticsComplaints(server.url, 120);
  });
  afterAll(async () => {
    await server?.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  let first: Model;
  let alerts: Alert[];

  it('rings with the first model', async () => {
    first = await modelNow();
    expect(first).toMatchObject({ model: expect.stringMatching(/^fast-[0-9a-f]{8}\+[0-9a-f]{8}$/), refused: null });
    await post(0, 60);
    await server.settled();
    alerts = await eventually(async () => {
      const now = await alertsNow();
      return now.length > 0 ? now : undefined;
    }, { what: 'the alert' });
    expect(alerts).toMatchObject([{ state: 'firing' }]);
  });

  it('takes an edited taxonomy up by itself, and says in each item which one decided', async () => {
    await writeFile(taxonomy, OWN_CATEGORY);
    const changed = await eventually(async () => {
      const now = await modelNow();
      return now.model === first.model ? undefined : now;
    }, { what: 'the edited taxonomy', limitMs: 60_000 });
    expect(changed.model.split('+')[0]).toBe(first.model.split('+')[0]);
    const { body } = await postJson<{ model: string; results: { categories: object[] }[] }>(`${server.url}/v1/score`, { texts: ['包裹都淋湿了'] });
    expect(body.model).toBe(changed.model);
    expect(body.results[0]?.categories).toContainEqual({ id: 'logistics.rain', probability: 1, decidedBy: 'taxonomy' });
    await postJson(`${server.url}/v1/feedback`, { id: 'rain-1', text: '包裹都淋湿了', channel: 'app' });
    await server.settled();
    expect((await getJson<{ model: string }>(`${server.url}/v1/feedback/rain-1`)).body).toMatchObject({ model: changed.model, categories: expect.arrayContaining(['logistics.rain']) });
    expect((await getJson<{ model: string }>(`${server.url}/v1/feedback/m-0`)).body.model).toBe(first.model);
  });

  it('rings no alert again', async () => {
    expect((await alertsNow()).map(({ alertId }) => alertId)).toEqual(alerts.map(({ alertId }) => alertId));
    await post(60, 70);
    await post(0, 20);
    await server.settled();
    expect((await alertsNow()).map(({ alertId, state }) => [alertId, state])).toEqual(alerts.map(({ alertId }) => [alertId, 'firing']));
  });

  it('refuses a broken taxonomy with file, category and reason, and goes on', async () => {
    const { model } = await modelNow();
    await writeFile(taxonomy, OWN_CATEGORY.replace('seedWords: [淋湿, soaked]', 'patterns: ["(淋湿"]'));
    const answer = await postJson<{ code: string; detail: string }>(`${server.url}/v1/model/reload`, {});
    expect(answer).toMatchObject({ status: 409, body: { code: 'model_refused', detail: expect.stringContaining('logistics.rain: the pattern (淋湿 is not RE2') } });
    expect(await modelNow()).toMatchObject({ model, refused: { code: 'invalid_setting' } });
    expect((await postJson<{ model: string }>(`${server.url}/v1/score`, { texts: ['太慢了'] })).body.model).toBe(model);
  });

  it.each([
    [{ model: 'slow' }, 409, 'There is no model "slow"'],
    [{ model: '../fast' }, 409, 'There is no model "../fast"'],
    [{ model: 7 }, 400, 'model'],
    [{ folder: '/tmp' }, 400, 'folder'],
  ])('refuses %j', async (body, status, words) => {
    const answer = await postJson<{ detail: string }>(`${server.url}/v1/model/reload`, body);
    expect(answer.status).toBe(status);
    expect(answer.body.detail).toContain(words);
  });

  it('reads anew on SIGHUP too', async () => {
    const sinceOf = async (): Promise<string> => (await getJson<{ since: string }>(`${server.url}/v1/model`)).body.since;
    await writeFile(taxonomy, OWN_CATEGORY);
    const { model } = (await postJson<Model>(`${server.url}/v1/model/reload`, {})).body;
    const before = await sinceOf();
    process.kill(server.pid ?? 0, 'SIGHUP');
    await eventually(async () => (await sinceOf()) !== before, { what: 'the model read anew', limitMs: 60_000 });
    expect(await modelNow()).toMatchObject({ model, refused: null });
  });

  it('loses nothing of what arrives during a change', async () => {
    await writeFile(taxonomy, 'categories: []\n');
    const before = await countsBy(server.url, 'channel', '');
    const [changed] = await Promise.all([
      postJson<Model>(`${server.url}/v1/model/reload`, {}),
      ...Array.from({ length: 20 }, (_, at) => post(1_000 + at * 100, 1_100 + at * 100)),
    ]);
    expect(changed.body).toMatchObject({ model: first.model, refused: null });
    await server.settled();
    expect((await countsBy(server.url, 'channel', ''))['app']).toBe((before['app'] ?? 0) + 2_000);
    expect((await getJson<{ deadLetters: object[] }>(`${server.url}/v1/dead-letters`)).body.deadLetters).toEqual([]);
  });
});

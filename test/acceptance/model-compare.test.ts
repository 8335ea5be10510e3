import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultModelDir } from '../../models/package-root.ts';
import type { ModelComparison } from '../../server/gateway/services.ts';
import { logisticsComplaints } from '../support/complaints.ts';
import { postJson } from '../support/http.ts';
import { runTocsin } from '../support/run-tocsin.ts';
import { startServer } from '../support/start-server.ts';

const STEP_MS = 180_000;

/** Steps of one story: each goes on from where the one before it ended. */
describe('a model that is looked at before it takes over', () => {
  let folder: string;
  let dataDir: string;
  let server: Awaited<ReturnType<typeof startServer>>;
  const compare = (body: object) => postJson<ModelComparison & { code?: string; detail?: string }>(`${server.url}/v1/model/compare`, body);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tocsin-compare-'));
    dataDir = join(folder, 'data');
    server = await startServer({ dataDir });
    const texts = await logisticsComplaints(server.url, 60);
    await postJson(`${server.url}/v1/feedback`, texts.map((text, at) => ({ id: `c-${at}`, text, channel: 'app' })));
    await server.settled();
  });
  afterAll(async () => {
    await server?.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  it('changes nothing when it is the one that runs', async () => {
    const { status, body } = await compare({});
    expect(status).toBe(200);
    expect(body).toMatchObject({ texts: 60, models: [body.model], changed: { sentiment: 0, complaint: 0, severity: 0, categories: 0 }, complaintsBefore: 60, complaintsAfter: 60, alerts: { silenced: [], added: [], shifted: [] } });
    expect(body.alerts.same).toBeGreaterThan(0);
  });

  it('shows what a taxonomy would add', async () => {
    const { body } = await compare({ taxonomy: 'categories:\n  - {id: logistics.any, name: {zh: 全部, en: Any}, patterns: ["."]}\n' });
    expect(body).toMatchObject({ changed: { complaint: 0, categories: 60 } });
    expect(body.categories[0]).toEqual({ category: 'logistics.any', complaintsBefore: 0, complaintsAfter: 60 });
    expect(body.alerts.added).toMatchObject([{ ruleId: 'complaint-burst', group: { category: 'logistics.any' } }]);
  });

  it.each([
    [{ taxonomy: 'categories: {' }, 409, 'taxonomy'],
    [{ model: 'slow' }, 409, 'There is no model "slow"'],
    [{ hours: 0 }, 400, 'hours'],
    [{ hours: 10_000 }, 400, 'hours'],
    [{ days: 1 }, 400, 'days: is not known here'],
  ])('refuses %j', async (body, status, words) => {
    const answer = await compare(body);
    expect([answer.status, answer.body.detail]).toEqual([status, expect.stringContaining(words)]);
  });

  it('shows on the data folder what another model would silence', async () => {
    await server.stop();
    const modelDir = join(folder, 'deaf');
    await cp(defaultModelDir(), modelDir, { recursive: true });
    const points = JSON.parse(await readFile(join(modelDir, 'operating-points.json'), 'utf8')) as object;
    await writeFile(join(modelDir, 'operating-points.json'), JSON.stringify({ ...points, complaint: 1 }));
    const { code, stdout, stderr } = await runTocsin(['model', 'compare', '--model', modelDir, '--json'], { env: { TOCSIN_DATA_DIR: dataDir }, limitMs: STEP_MS });
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('[')]);
    const result = JSON.parse(stdout) as ModelComparison;
    expect(result).toMatchObject({ texts: 60, complaintsBefore: 60, complaintsAfter: 0, alertsAfter: 0 });
    expect(result.alerts.silenced).toMatchObject([{ ruleId: 'complaint-burst', group: { category: 'logistics' } }]);
    const shown = await runTocsin(['model', 'compare', '--model', modelDir], { env: { TOCSIN_DATA_DIR: dataDir }, limitMs: STEP_MS });
    expect(shown.stdout).toContain('would not have rung:');
  });
});

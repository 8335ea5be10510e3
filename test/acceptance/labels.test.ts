import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCorrections } from '../../models/training/corrections.ts';
import { withCorrections } from '../../server/cli/fetch-corrections.ts';
import { getJson, postJson } from '../support/http.ts';
import { eventually } from '../support/poll.ts';
import { runTocsin } from '../support/run-tocsin.ts';
import { startServer } from '../support/start-server.ts';

const STEP_MS = 120_000;

interface Answer {
  current: Record<string, { value: unknown; by: string }>;
  history: object[];
}

/** Steps of one story: each goes on from where the one before it ended. */
describe('labels that people set', () => {
  let server: Awaited<ReturnType<typeof startServer>>;
  const label = (id: string, body: object) => postJson<Answer>(`${server.url}/v1/feedback/${id}/labels`, body);

  beforeAll(async () => {
    server = await startServer();
    await postJson(`${server.url}/v1/feedback`, [{ id: 'f1', text: '还没用,电话13800138000', channel: 'app' }, { id: 'f2', text: '物流太慢', channel: 'app' }]);
    await server.settled();
  });
  afterAll(() => server?.dispose());

  it('are answered at once, and by who looks next', async () => {
    expect((await label('f1', { by: 'u1', sentiment: 'positive', stars: 4 })).status).toBe(201);
    expect((await label('f1', { by: 'u2', sentiment: 'neutral', complaint: false })).status).toBe(201);
    expect((await label('f1', { by: 'u2', sentiment: 'neutral', complaint: false })).status).toBe(200);
    expect((await label('f2', { by: 'u1', complaint: true, severity: 'moderate', categories: ['logistics', 'service.speed'], implicit: false })).status).toBe(201);
    expect((await label('f3', { by: 'u1', stars: 1 })).status).toBe(404);
    const { body } = await getJson<Answer>(`${server.url}/v1/feedback/f1/labels`);
    expect(body.current).toMatchObject({ sentiment: { value: 'neutral', by: 'u2' }, stars: { value: 4, by: 'u1' }, complaint: { value: false, by: 'u2' } });
    expect(body.history).toHaveLength(2);
  });

  it('outlive a kill', async () => {
    await server.kill('everything');
    await server.start();
    const { body } = await getJson<Answer>(`${server.url}/v1/feedback/f1/labels`);
    expect(body.history).toHaveLength(2);
    expect((await label('f1', { by: 'u2', sentiment: 'neutral', complaint: false })).status).toBe(200);
  });

  it('come to the store, masked, and from there into training', async () => {
    await eventually(async () => (await getJson<{ items: object[] }>(`${server.url}/v1/labels`)).body.items.length === 2, { what: 'both items in the store' });
    const rows = await withCorrections(server.url, 'default', (file, texts) => {
      expect(texts).toBe(2);
      expect(readFileSync(file, 'utf8')).not.toContain('13800138000');
      return readCorrections(file);
    });
    expect(rows).toMatchObject([
      { sentiment: 'neutral', stars: 4, implicit: null, known: { complaint: false } },
      { text: '物流太慢', sentiment: null, stars: null, implicit: false, known: { complaint: true, severity: 'moderate', categories: ['logistics', 'service.speed'] } },
    ]);
  });

  it('come from the data folder as well, once no server has it open, and are refused while one has', async () => {
    const nobody = { TOCSIN_DATA_DIR: server.dataDir };
    const train = (extra: string[]) => runTocsin(['train', '--with-corrections', '--data', join(server.dataDir, 'nowhere'), '--out', join(server.dataDir, 'weights'), ...extra], { env: nobody, limitMs: STEP_MS });
    const beside = await train([]);
    expect(beside.code).not.toBe(0);
    expect(beside.stderr).toMatch(/While a server runs on it, ask that server/);
    await server.stop();
    const alone = await train([]);
    // The labels are read first, and said; then the data set that was named is not there.
    expect(alone.stderr + alone.stdout).toContain('2 texts that people labelled');
    expect(alone.stderr).toMatch(/Cannot read .*train_zh/);
  });
});

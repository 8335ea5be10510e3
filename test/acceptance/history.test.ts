import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getJson, postJson, postRaw, toNdjson } from '../support/http.ts';
import { eventually } from '../support/poll.ts';
import { runTocsin } from '../support/run-tocsin.ts';
import { startServer } from '../support/start-server.ts';

const STEP_MS = 120_000;
const RULE_YAML = `
- id: two-of-a-shop
  title: {zh: 门店反馈, en: Feedback of a shop}
  kind: threshold
  groupBy: [store]
  window: 24h
  atLeast: 30
  notify: []
  severity: warning
`;
const RULE = { id: 'two-of-a-shop', title: { zh: '门店反馈', en: 'Feedback of a shop' }, kind: 'threshold', groupBy: ['store'], window: '24h', atLeast: 30, severity: 'warning', notify: [] };

/** Steps of one story: each goes on from where the one before it ended. */
describe('a rule that comes after the feedback', () => {
  let server: Awaited<ReturnType<typeof startServer>>;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tocsin-history-'));
    await writeFile(join(folder, 'rule.yaml'), RULE_YAML);
    server = await startServer();
    const items = Array.from({ length: 70 }, (_, index) => ({ text: `第${index}条`, channel: 'store', store: index < 50 ? 'S1' : 'S2' }));
    expect((await postRaw(`${server.url}/v1/feedback`, toNdjson(items), 'application/x-ndjson')).body).toMatchObject({ accepted: 70 });
    await server.settled();
  });
  afterAll(async () => {
    await server?.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  const lines = (stdout: string): Record<string, unknown>[] => stdout.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
  const ask = (...args: string[]) => runTocsin([...args, '--url', server.url, '--json'], { limitMs: STEP_MS });

  it('says beforehand what it would have done', async () => {
    for (const source of ['store', 'log']) {
      const { code, stdout, stderr } = await ask('backtest', '--rule', join(folder, 'rule.yaml'), '--source', source);
      expect(code, stderr).toBe(0);
      const [alert, summary, ...rest] = lines(stdout);
      expect(alert).toMatchObject({ kind: 'alert', group: { store: 'S1' }, count: 30, peak: 50, resolvedAtMs: null });
      expect(summary).toMatchObject({ kind: 'summary', alerts: 1, openAtEnd: 1, items: 70 });
      expect(rest).toEqual([]);
    }
  });

  it('fires at once when it is made, with all that came before', async () => {
    expect((await postJson(`${server.url}/v1/rules`, RULE)).status).toBe(201);
    const alerts = await eventually(async () => {
      const { body } = await getJson<{ alerts: { ruleId: string; group: object; count: number }[] }>(`${server.url}/v1/alerts`);
      return body.alerts.some(({ ruleId }) => ruleId === RULE.id) ? body.alerts : undefined;
    }, { what: 'the alert', limitMs: STEP_MS });
    expect(alerts.filter(({ ruleId }) => ruleId === RULE.id)).toMatchObject([{ group: { store: 'S1' }, count: 50 }]);
  });

  it('is there after a restart with the same counts', async () => {
    await server.stop();
    await server.start();
    const { body } = await getJson<{ groups: { key: object; count: number }[] }>(`${server.url}/v1/counts?groupBy=store&window=24h`);
    expect(body.groups.map(({ key, count }) => [key, count])).toEqual([[{ store: 'S1' }, 50], [{ store: 'S2' }, 20]]);
  });

  it('has no dead letters behind it, and log and store are equal', async () => {
    expect(await ask('dead-letters', 'list')).toMatchObject({ code: 0, stdout: '' });
    await server.stop();
    const { code, stdout } = await runTocsin(['reconcile', '--json'], { env: { TOCSIN_DATA_DIR: server.dataDir }, limitMs: STEP_MS });
    expect(code).toBe(0);
    expect(lines(stdout)).toMatchObject([{ kind: 'summary', outcome: 'equal' }]);
  });
});

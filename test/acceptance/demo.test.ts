import type { ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DemoProgress } from '../../server/play/play-demo.ts';
import { getJson, postJson } from '../support/http.ts';
import { eventually } from '../support/poll.ts';
import { endProcess, killGroup, spawnTocsin } from '../support/run-tocsin.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';

const WHOLE_MS = 480_000;

type Said = { kind: 'started'; wall: string } | ({ kind: 'progress' } & DemoProgress);

describe('tocsin demo', () => {
  let receiver: WebhookReceiver;
  let demo: ChildProcess;
  /** What this machine has for temporary files, as the demo sees it: others may run one as well. */
  let folder: string;
  let output = '';
  const said = (): Said[] => output.split('\n').slice(0, -1).filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Said);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tocsin-demo-test-'));
    receiver = await startWebhookReceiver();
  });
  afterAll(async () => {
    if (demo !== undefined && (await endProcess(demo, 20_000)) === undefined) killGroup(demo);
    await receiver?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('reaches one firing alert, pages it once, shows the wall, can be escalated and taken, and leaves nothing behind when it is interrupted', async () => {
    const startedAtMs = Date.now();
    demo = spawnTocsin(['demo', '--json', '--port', '0'], { TOCSIN_WEBHOOK_URL: receiver.url, TOCSIN_ALLOW_PRIVATE_HOSTS: '127.0.0.1', TMPDIR: folder });
    demo.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
    let terminal = '';
    demo.stderr?.setEncoding('utf8').on('data', (text: string) => (terminal += text));
    const closed = new Promise<number | null>((resolve) => demo.once('close', resolve));

    const { wall } = await eventually(() => said().find((line) => line.kind === 'started'), { what: 'the demo to start', limitMs: 120_000 });
    const page = await eventually(() => receiver.pages[0], { what: 'the page of the demo', limitMs: 180_000 });
    console.info(`the demo paged ${((page.atMs - startedAtMs) / 1_000).toFixed(1)} s after its start`);
    expect(page.body).toMatchObject({ event: 'opened', rule: { id: 'complaint-burst' }, group: { category: 'logistics' }, count: 50 });

    await eventually(() => said().some((line) => line.kind === 'progress' && line.phase === 'live'), { what: 'the live part', limitMs: 120_000 });
    const server = new URL(wall).origin;
    expect((await getJson<{ alerts: object[] }>(`${server}/v1/alerts`)).body.alerts).toMatchObject([{ ruleId: 'complaint-burst', group: { category: 'logistics' }, state: 'firing' }]);
    expect(receiver.pages).toHaveLength(1);

    // It has a chain to climb, whose steps go to the terminal alone.
    const incident = `${server}/v1/incidents/${(await getJson<{ alerts: { alertId: string }[] }>(`${server}/v1/alerts`)).body.alerts[0]!.alertId}`;
    expect((await getJson(incident)).body).toMatchObject({ route: 'demo', nextStep: { chain: 'demo', who: [expect.stringMatching(/^(?:lead|manager)$/u)] } });
    expect((await postJson(`${incident}/escalate`, { actor: 'u7' })).status).toBe(200);
    await eventually(() => terminal.includes('【u7 手动升级】'), { what: 'the page of the step in the terminal' });
    const taken = (await postJson<object>(`${incident}/acknowledge`, { actor: 'u7' })).body;
    expect(taken).toMatchObject({ state: 'acknowledged' });
    expect(taken).not.toHaveProperty('nextStep');
    expect(receiver.pages).toHaveLength(1);

    demo.kill('SIGINT');
    expect(await closed).toBe(0);
    await expect(fetch(`${server}/healthz`)).rejects.toThrow();
    expect(await demoFolders(folder)).toEqual([]);
    expect(await demoProcesses(folder)).toEqual([]);
  }, WHOLE_MS);

  it('ends at once where it is interrupted while it starts, and leaves nothing behind', async () => {
    demo = spawnTocsin(['demo', '--json', '--port', '0'], { TMPDIR: folder });
    const closed = new Promise<number | null>((resolve) => demo.once('close', resolve));
    await eventually(async () => (await demoProcesses(folder)).length > 0, { what: 'the nats-server of the demo', limitMs: 120_000 });
    demo.kill('SIGINT');
    // 0 is the end of a demo that had started.
    expect(await closed).toBe(130);
    expect(await demoFolders(folder)).toEqual([]);
    await eventually(async () => (await demoProcesses(folder)).length === 0, { what: 'the end of its nats-server', limitMs: 20_000 });
  }, WHOLE_MS);
});

async function demoFolders(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.startsWith('tocsin-demo-')).sort();
}

/** Processes that were started for a demo's folder, such as its nats-server. */
async function demoProcesses(folder: string): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const commands = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return commands.filter((command) => command.includes(join(folder, 'tocsin-demo-')));
}

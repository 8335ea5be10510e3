import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PipelineStatus } from '../../core/pipeline.ts';
import { startChildServer, type ChildServer } from '../../loadtest/run/child-server.ts';
import { ensureTool } from '../../loadtest/run/tools.ts';
import { silentLogger } from '../../stream/bus/logger.ts';
import { connectNatsBus, type NatsBus } from '../../stream/bus/nats-bus.ts';
import { startNatsServer, type NatsServer } from '../../stream/bus/nats-server.ts';
import { encodeScoredEntry } from '../../stream/frames/scored-entry.ts';
import { SUBJECTS } from '../../stream/subjects.ts';
import { systemClock } from '../../server/telemetry/system-clock.ts';
import { postJson } from '../support/http.ts';
import { eventually } from '../support/poll.ts';
import { ServerProcess } from '../support/start-server.ts';

const WITHIN_MS = 60_000;

describe('a gateway whose counter counts less than what is scored', () => {
  let folder: string;
  let nats: NatsServer;
  let engine: ChildServer<{ port: number }>;
  let bus: NatsBus;
  let gateway: ServerProcess;
  let stopAnswers: () => void;
  /** What the scored log held, and what of it was counted. */
  let [appended, counted] = [0, 0];
  const post = async (): Promise<{ status: number; body: { code?: string; detail?: string } }> => await postJson(`${gateway.url}/v1/feedback`, { channel: 'app', text: '等了十天还没到' });

  /** The log grows by a hundred ticks a turn, of which a tenth is counted. */
  async function fallBehind(): Promise<void> {
    const tick = encodeScoredEntry({ kind: 'tick' });
    await Promise.all(Array.from({ length: 100 }, (_, at) => bus.log('scored').append(tick, `behind-${appended + at}`)));
    appended += 100;
    counted += 10;
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tocsin-behind-'));
    nats = await startNatsServer({ binaryPath: await ensureTool('nats-server', () => undefined), dataDir: join(folder, 'nats'), logger: silentLogger });
    engine = await startChildServer<{ port: number }>('loadtest/run/testing/clickhouse-port.js', [join(folder, 'engine'), 'tocsin', 'test']);
    bus = await connectNatsBus({ servers: nats.url, name: 'test', clock: systemClock, telemetry: () => undefined });
    const status = (): PipelineStatus => ({ unscoredFrames: 0, uncountedEntries: appended - counted, unstoredRows: 0, deadLetters: 0, lagMs: 0 });
    stopAnswers = bus.respond(SUBJECTS.status, async () => new TextEncoder().encode(JSON.stringify(status())));
    gateway = new ServerProcess(join(folder, 'gateway'), {
      TOCSIN_ROLES: 'gateway', NATS_URL: nats.url, CLICKHOUSE_URL: `http://tocsin:test@127.0.0.1:${engine.ready.port}`, TOCSIN_BACKLOG_SECONDS_MAX: '2',
    });
    await gateway.start();
  }, 2 * WITHIN_MS);
  afterAll(async () => {
    await gateway?.stop();
    await bus?.close(5_000);
    await engine?.stop();
    await nats?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('refuses with 429 and says what waits, until it is counted', async () => {
    const refused = await eventually(async () => {
      await fallBehind();
      const answer = await post();
      return answer.status === 429 ? answer : false;
    }, { what: 'feedback to be refused', limitMs: WITHIN_MS, everyMs: 100 });
    expect(refused.body).toMatchObject({ code: 'overloaded', detail: expect.stringContaining('to be counted') });
    counted = appended;
    await eventually(async () => (await post()).status === 202, { what: 'feedback to be taken once all is counted', limitMs: WITHIN_MS });
  }, 2 * WITHIN_MS);

  it('takes feedback while no counter is there, for it waits on the log', async () => {
    await eventually(async () => {
      await fallBehind();
      return (await post()).status === 429;
    }, { what: 'feedback to be refused again', limitMs: WITHIN_MS, everyMs: 100 });
    stopAnswers();
    await eventually(async () => (await post()).status === 202, { what: 'feedback to be taken without a counter', limitMs: WITHIN_MS });
  }, 2 * WITHIN_MS);
});

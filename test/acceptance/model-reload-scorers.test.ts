import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startChildServer, type ChildServer } from '../../loadtest/run/child-server.ts';
import { ensureTool } from '../../loadtest/run/tools.ts';
import { silentLogger } from '../../stream/bus/logger.ts';
import { connectNatsBus, type NatsBus } from '../../stream/bus/nats-bus.ts';
import { startNatsServer, type NatsServer } from '../../stream/bus/nats-server.ts';
import { systemClock } from '../../server/telemetry/system-clock.ts';
import { SUBJECTS } from '../../stream/subjects.ts';
import { eventually } from '../support/poll.ts';
import { endProcess, killGroup, spawnTocsin } from '../support/run-tocsin.ts';

const READY_WITHIN_MS = 120_000;
const ASK_MS = 60_000;
const OWN_CATEGORY = 'categories:\n  - id: logistics.rain\n    name: {zh: 淋雨, en: Rain}\n    seedWords: [淋湿]\n';

interface LogLine {
  msg?: string;
  model?: string;
}

/** A process with the scorer role alone, and the lines that it logs. */
class ScorerProcess {
  readonly lines: LogLine[] = [];
  printed = '';
  readonly #child: ChildProcess;
  #rest = '';

  constructor(env: Record<string, string>) {
    this.#child = spawnTocsin(['serve', '--roles', 'scorer'], { TOCSIN_LOG_FORMAT: 'json', ...env });
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => this.#take(text));
  }

  #take(text: string): void {
    this.printed = `${this.printed}${text}`.slice(-20_000);
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) if (line.startsWith('{')) this.lines.push(JSON.parse(line) as LogLine);
  }

  /** The model of the last line that says so: the one that was warmed first, or that took over. */
  get model(): string | undefined {
    return this.lines.findLast(({ msg }) => msg === 'the model is warm' || msg === 'another model has taken over')?.model;
  }

  async ready(): Promise<void> {
    await eventually(() => this.lines.some(({ msg }) => msg === 'ready'), { what: `a scorer to be ready\n${this.printed}`, limitMs: READY_WITHIN_MS });
  }

  async stop(): Promise<void> {
    if ((await endProcess(this.#child, 20_000)) === undefined) killGroup(this.#child);
  }
}

describe('two scorer processes', () => {
  let folder: string;
  let taxonomy: string;
  let nats: NatsServer;
  let engine: ChildServer<{ port: number }>;
  let bus: NatsBus;
  let scorers: ScorerProcess[] = [];
  const ask = async <T>(subject: string, body: object): Promise<T> =>
    JSON.parse(new TextDecoder().decode(await bus.request(subject, new TextEncoder().encode(JSON.stringify(body)), ASK_MS))) as T;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tocsin-scorers-'));
    taxonomy = join(folder, 'taxonomy.yaml');
    await writeFile(taxonomy, 'categories: []\n');
    nats = await startNatsServer({ binaryPath: await ensureTool('nats-server', () => undefined), dataDir: join(folder, 'nats'), logger: silentLogger });
    engine = await startChildServer<{ port: number }>('loadtest/run/testing/clickhouse-port.js', [join(folder, 'engine'), 'tocsin', 'test']);
    const shared = { NATS_URL: nats.url, CLICKHOUSE_URL: `http://tocsin:test@127.0.0.1:${engine.ready.port}`, TOCSIN_TAXONOMY_FILE: taxonomy, TOCSIN_MODEL_WATCH_SECONDS: '0', TOCSIN_SCORER_WORKERS: '1' };
    bus = await connectNatsBus({ servers: nats.url, name: 'test', clock: systemClock, telemetry: () => undefined });
    // One after the other: both would create the store's tables.
    for (const name of ['first', 'second']) {
      const scorer = new ScorerProcess({ ...shared, TOCSIN_DATA_DIR: join(folder, name) });
      scorers.push(scorer);
      await scorer.ready();
    }
  });
  afterAll(async () => {
    await Promise.all(scorers.map((scorer) => scorer.stop()));
    await bus?.close(5_000);
    await engine?.stop();
    await nats?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('both take over what one of them was told to read anew', async () => {
    const [first, second] = scorers.map(({ model }) => model);
    expect(second).toBe(first);
    await writeFile(taxonomy, OWN_CATEGORY);
    const { model } = await ask<{ model: string }>(SUBJECTS.modelReload, {});
    expect(model).not.toBe(first);
    await eventually(() => scorers.every((scorer) => scorer.model === model), { what: 'both scorers to have the new taxonomy', limitMs: ASK_MS });
  });

  it('answer alike afterwards, whichever of them is asked', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask<{ model: string; results: { categories: { id: string }[] }[] }>(SUBJECTS.score, { texts: ['包裹都淋湿了'] })));
    expect(new Set(answers.map(({ model }) => model))).toEqual(new Set([scorers[0]?.model]));
    for (const { results } of answers) expect(results[0]?.categories.map(({ id }) => id)).toContain('logistics.rain');
  });

  it('neither take over what the one that was told refuses', async () => {
    const before = scorers.map(({ model }) => model);
    await writeFile(taxonomy, OWN_CATEGORY.replace('seedWords: [淋湿]', 'patterns: ["(淋湿"]'));
    await expect(ask(SUBJECTS.modelReload, {})).rejects.toMatchObject({ code: 'model_refused' });
    expect((await ask<{ model: string; refused: object | null }>(SUBJECTS.model, {})).model).toBe(before[0]);
    expect(scorers.map(({ model }) => model)).toEqual(before);
  });
});

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TelemetryEvent } from '../core/telemetry.ts';
import { findPackageRoot } from './package-root.ts';
import { createScorerPool } from './worker-pool.ts';
import type { ScorerPool, ScorerPoolOptions } from './worker-pool.ts';

const program = new URL('./testing/mortal-worker.mjs', import.meta.url);
let folder: string;
let pool: ScorerPool | null = null;
let events: TelemetryEvent[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-pool-'));
  events = [];
});
afterEach(async () => {
  await pool?.stop();
  pool = null;
  rmSync(folder, { recursive: true, force: true });
});

async function startPool(options: Partial<ScorerPoolOptions> = {}): Promise<ScorerPool> {
  pool = createScorerPool({ workers: 2, modelDir: join(folder, 'mark'), telemetry: (event) => events.push(event), program, ...options });
  await pool.start();
  return pool;
}

const textsOf = (count: number): { text: string }[] => Array.from({ length: count }, (_, at) => ({ text: `text ${at}` }));

describe('the pool of scorer threads', () => {
  it('answers in the order of the inputs, whatever thread scored them', async () => {
    const scorers = await startPool({ workers: 3, batchMax: 7 });
    const inputs = textsOf(500);
    const scores = await scorers.score(inputs);
    expect(scores.map(({ keywords }) => keywords[0])).toEqual(inputs.map(({ text }) => text));
  });

  it('answers each of many requests at once with its own scores', async () => {
    const scorers = await startPool();
    const answers = await Promise.all(Array.from({ length: 200 }, (_, at) => scorers.score([{ text: `a${at}` }, { text: `b${at}` }])));
    expect(answers.map((scores) => scores.map(({ keywords }) => keywords[0]))).toEqual(Array.from({ length: 200 }, (_, at) => [`a${at}`, `b${at}`]));
  });

  it('answers nothing for nothing', async () => {
    expect(await (await startPool()).score([])).toEqual([]);
  });

  it('replaces a thread that dies and scores its batch again', async () => {
    const scorers = await startPool();
    const scores = await scorers.score([{ text: 'before' }, { text: 'die' }, { text: 'after' }]);
    expect(scores.map(({ keywords }) => keywords[0])).toEqual(['before', 'die', 'after']);
    expect(existsSync(join(folder, 'mark'))).toBe(true);
    expect(events.filter(({ kind }) => kind === 'worker-replaced')).toEqual([expect.objectContaining({ reason: 'exit code 3' })]);
    expect(await scorers.score([{ text: 'goes on' }])).toHaveLength(1);
  });

  it('gives up on a text that ends every thread, and goes on with others', async () => {
    const scorers = await startPool();
    await expect(scorers.score([{ text: 'always die' }])).rejects.toMatchObject({ code: 'scorer_unavailable', retryable: true });
    expect(await scorers.score([{ text: 'fine' }])).toHaveLength(1);
  });

  it('replaces a thread that does not answer in time', async () => {
    const scorers = await startPool({ workers: 1, batchTimeoutMs: 30 });
    await expect(scorers.score([{ text: 'hang' }])).rejects.toMatchObject({ code: 'scorer_unavailable' });
    expect(events.filter(({ kind }) => kind === 'worker-replaced').length).toBeGreaterThanOrEqual(3);
  });

  it('hands on the error of a batch that fails', async () => {
    await expect((await startPool()).score([{ text: 'fail' }])).rejects.toMatchObject({ code: 'internal', message: 'this text fails' });
  });

  it('refuses what does not fit into the queue', async () => {
    const scorers = await startPool({ workers: 1, batchMax: 1, queueMax: 10, batchTimeoutMs: 60_000 });
    const first = scorers.score(textsOf(9));
    await expect(scorers.score(textsOf(5))).rejects.toMatchObject({ code: 'overloaded', retryable: true });
    expect(await first).toHaveLength(9);
  });

  it('fails to start with what the model is missing', async () => {
    const refused = createScorerPool({ workers: 1, backend: 'refused', telemetry: () => undefined, program });
    await expect(refused.start()).rejects.toMatchObject({ code: 'model_corrupt', message: 'table.bin is wrong' });
    await expect(refused.score([{ text: 'x' }])).rejects.toMatchObject({ code: 'scorer_unavailable' });
  });

  it('ends the waiting requests when it stops', async () => {
    const scorers = await startPool({ workers: 1, stopTimeoutMs: 20 });
    const waiting = scorers.score([{ text: 'hang' }]);
    const settled = expect(waiting).rejects.toMatchObject({ code: 'scorer_unavailable' });
    await scorers.stop();
    await settled;
  });
});

describe.skipIf(!existsSync(join(findPackageRoot(), 'dist', 'models', 'score-worker.js')))('the pool with the shipped model', () => {
  it('scores on threads', async () => {
    pool = createScorerPool({ workers: 1, telemetry: () => undefined });
    await pool.start();
    const [bad, good] = await pool.score([{ text: '客服态度极差,投诉!' }, { text: '很好,下次还来' }]);
    expect([bad?.sentiment, good?.sentiment]).toEqual(['negative', 'positive']);
    expect(pool.version).toMatch(/^fast-[0-9a-f]{8}\+[0-9a-f]{8}$/);
  });
});

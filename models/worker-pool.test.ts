import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TocsinError } from '../core/errors.ts';
import type { TelemetryEvent } from '../core/telemetry.ts';
import type { FrameToScore, ScoredBytes } from '../stream/score/score-frame-batch.ts';
import { encodeRawFrame } from '../stream/frames/raw-frame.ts';
import { decodeScoredEntry } from '../stream/frames/scored-entry.ts';
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

const frameOf = (text: string, sequence = 1): FrameToScore => ({ bytes: Buffer.from(`..${text}`).subarray(2), sequence, rawAtMs: 1, takenAtMs: 2 });
const textOf = ({ bytes }: ScoredBytes): string => new TextDecoder().decode(bytes);

describe('frames through the pool', () => {
  it('come back each to who gave it, together with texts', async () => {
    const scorers = await startPool({ workers: 3 });
    const [frames, scores] = await Promise.all([
      Promise.all(Array.from({ length: 100 }, (_, at) => scorers.scoreFrame(frameOf(`frame ${at}`, at)))),
      scorers.score(textsOf(100)),
    ]);
    expect(frames.map(textOf)).toEqual(Array.from({ length: 100 }, (_, at) => `mortal-1 FRAME ${at}`));
    expect(scores.map(({ keywords }) => keywords[0])).toEqual(textsOf(100).map(({ text }) => text));
  });

  it('go in larger batches the more of them wait', async () => {
    const scorers = await startPool({ workers: 1 });
    const alone = await scorers.scoreFrame(frameOf('alone'));
    const crowd = await Promise.all(Array.from({ length: 50 }, (_, at) => scorers.scoreFrame(frameOf(`${at}`))));
    // The double tells the size of the batch in place of a time.
    expect(alone.scoredAtMs).toBe(1);
    expect(Math.max(...crowd.map(({ scoredAtMs }) => scoredAtMs))).toBeGreaterThan(20);
  });

  it('are never refused for want of room: they are off the log and have to be scored', async () => {
    const scorers = await startPool({ workers: 1, batchMax: 1, queueMax: 10, batchTimeoutMs: 60_000 });
    const frames = Promise.all(Array.from({ length: 40 }, (_, at) => scorers.scoreFrame(frameOf(`frame ${at}`, at))));
    await expect(scorers.score(textsOf(5))).rejects.toMatchObject({ code: 'overloaded', retryable: true });
    expect((await frames).map(textOf)).toEqual(Array.from({ length: 40 }, (_, at) => `mortal-1 FRAME ${at}`));
  });

  it('are scored again when their thread dies, and the innocent beside a deadly one are', async () => {
    const scorers = await startPool({ workers: 1 });
    const waiting = ['before', 'always die', 'after'].map((text) => scorers.scoreFrame(frameOf(text)).then(textOf, (error: TocsinError) => error.code));
    expect(await Promise.all(waiting)).toEqual(['mortal-1 BEFORE', 'scorer_unavailable', 'mortal-1 AFTER']);
  });

  it('that cannot be read have their own error and keep no other back', async () => {
    const scorers = await startPool({ workers: 1 });
    const waiting = ['first', 'broken', 'last'].map((text) => scorers.scoreFrame(frameOf(text)).then(textOf, (error: TocsinError) => error.code));
    expect(await Promise.all(waiting)).toEqual(['mortal-1 FIRST', 'frame_corrupt', 'mortal-1 LAST']);
  });
});

describe('a pool that is told to load again', () => {
  const mark = (): string => join(folder, 'mark');

  it('changes thread by thread, loses nothing, and everything says which model scored it', async () => {
    const scorers = await startPool({ workers: 3 });
    const versions: string[] = [];
    let running = true;
    const traffic = Promise.all([1, 2, 3, 4].map(async (lane) => {
      for (let at = 0; running; at++) versions.push(textOf(await scorers.scoreFrame(frameOf(`${lane}-${at}`))).replace(` ${lane}-${at}`, ''));
    }));
    await scorers.reload({ model: 'mortal-2', modelDir: mark() });
    expect(scorers.version).toBe('mortal-2');
    const after = await Promise.all(Array.from({ length: 30 }, (_, at) => scorers.scoreFrame(frameOf(`late ${at}`))));
    running = false;
    await traffic;
    expect(new Set(after.map((each) => textOf(each).split(' ')[0]))).toEqual(new Set(['mortal-2']));
    expect(versions[0]).toBe('mortal-1');
    expect(new Set(versions)).toEqual(new Set(['mortal-1', 'mortal-2']));
    expect(events.filter(({ kind }) => kind === 'worker-replaced')).toEqual([]);
  });

  it('goes on with the old model when the new one does not load, and says why', async () => {
    const scorers = await startPool();
    await expect(scorers.reload({ backend: 'refused' })).rejects.toMatchObject({ code: 'model_corrupt', message: 'table.bin is wrong' });
    expect(scorers.version).toBe('mortal-1');
    expect(textOf(await scorers.scoreFrame(frameOf('on')))).toBe('mortal-1 ON');
    // A thread that dies comes back with the old one too.
    await scorers.score([{ text: 'die' }]);
    expect(textOf(await scorers.scoreFrame(frameOf('still')))).toBe('mortal-1 STILL');
  });

  it('brings threads back with the new model', async () => {
    const scorers = await startPool();
    await scorers.reload({ model: 'mortal-2', modelDir: mark() });
    await scorers.score([{ text: 'die' }]);
    const [score] = await scorers.score([{ text: 'x' }]);
    expect(score?.keywords[1]).toBe('mortal-2');
  });

  it('serves two calls one after the other', async () => {
    const scorers = await startPool();
    await Promise.all([scorers.reload({ model: 'mortal-2' }), scorers.reload({ model: 'mortal-3' })]);
    expect(scorers.version).toBe('mortal-3');
    const seen = await Promise.all(Array.from({ length: 10 }, (_, at) => scorers.scoreFrame(frameOf(`${at}`))));
    expect(seen.every((each) => textOf(each).startsWith('mortal-3'))).toBe(true);
  });

  it('refuses once it has stopped', async () => {
    const scorers = await startPool();
    await scorers.stop();
    await expect(scorers.reload({})).rejects.toMatchObject({ code: 'scorer_unavailable' });
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

  it('scores a frame into the bytes that the counter reads', async () => {
    pool = createScorerPool({ workers: 1, telemetry: () => undefined });
    await pool.start();
    const item = { id: 'a', idGiven: true, workspace: 'default', channel: 'app' as const, createdAtMs: 1, receivedAtMs: 2 };
    const raw = encodeRawFrame({ kind: 'raw', gatheredAtMs: 3, items: [{ ...item, text: '物流太慢,等了十天' }, { ...item, id: 'b', text: '很好', rating: 5 }] });
    const [scored, broken] = await Promise.allSettled([
      pool.scoreFrame({ bytes: raw, sequence: 7, rawAtMs: 4, takenAtMs: 5 }),
      pool.scoreFrame({ bytes: raw.subarray(0, raw.length - 1), sequence: 8, rawAtMs: 4, takenAtMs: 5 }),
    ]);
    expect(broken).toMatchObject({ status: 'rejected', reason: { code: 'frame_corrupt' } });
    if (scored.status !== 'fulfilled') throw scored.reason;
    const entry = decodeScoredEntry(scored.value.bytes);
    expect(entry).toMatchObject({ kind: 'scored', rawSequence: 7, gatheredAtMs: 3, rawAtMs: 4, takenAtMs: 5, model: pool.version, items: [{ score: { complaint: true } }, { score: { sentiment: 'positive' } }] });
    expect(scored.value.items).toBe(2);
  });
});

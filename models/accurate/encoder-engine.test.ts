import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detectLanguage } from '../text/language.ts';
import { chooseBackend } from '../backends.ts';
import { SILENT_PROBABILITIES } from '../decide-score.ts';
import type { ModelEngine } from '../engine.ts';
import { openEngine } from '../open-engine.ts';
import { defaultModelDir } from '../package-root.ts';
import { writeTinyModel } from './testing/tiny-model.ts';

let folder: string;
let engine: ModelEngine;
let fast: ModelEngine;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-engine-'));
  cpSync(defaultModelDir(), join(folder, 'fast'), { recursive: true });
  fast = await openEngine(join(folder, 'fast'), undefined);
  const { version } = JSON.parse(readFileSync(join(folder, 'fast', 'manifest.json'), 'utf8')) as { version: string };
  writeTinyModel(join(folder, 'accurate'), version);
  engine = await openEngine(join(folder, 'accurate'), undefined);
});
afterAll(() => {
  engine.dispose();
  fast.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const read = (model: ModelEngine, texts: readonly string[]): ReturnType<ModelEngine['read']> => model.read(texts, texts.map(detectLanguage));

describe('an engine of encoders', () => {
  it('asks the encoder of the language and no other', async () => {
    const texts = ['太慢了', 'so slow', '好'];
    const [asked, plain] = [await read(engine, texts), await read(fast, texts)];
    expect(asked[0]?.probabilities).not.toEqual(plain[0]?.probabilities);
    expect(asked[1]?.probabilities).toEqual(plain[1]?.probabilities);
    expect(asked.map(({ keywords }) => keywords)).toEqual(plain.map(({ keywords }) => keywords));
  });

  it('takes few texts at once where there is no accelerator', async () => {
    const { name } = await chooseBackend();
    expect(engine.textsMax).toBe(name === 'tfjs-node-gpu' || name === 'webgpu' ? fast.textsMax : 32);
  });

  it('answers silence as silence', async () => {
    expect((await read(engine, ['', ' \n']))[1]?.probabilities).toBe(SILENT_PROBABILITIES);
  });

  it('answers any text with probabilities', async () => {
    const texts = [...fc.sample(fc.string({ unit: 'binary', maxLength: 120 }), { numRuns: 2_000, seed: 5 }), '太慢了,'.repeat(8_500), 'a'.repeat(100_000), '😡'.repeat(60), '好\ud800差', '\u0000'];
    for (let from = 0; from < texts.length; from += engine.textsMax) {
      for (const { probabilities } of await read(engine, texts.slice(from, from + engine.textsMax))) {
        expect([...probabilities].every((value) => value >= 0 && value <= 1)).toBe(true);
        expect((probabilities[0] ?? 0) + (probabilities[1] ?? 0) + (probabilities[2] ?? 0)).toBeCloseTo(1, 4);
      }
    }
  });

  it('holds no tensor after a request and gives back all when let go', async () => {
    const { tf } = await chooseBackend();
    const start = tf.memory().numTensors;
    const another = await openEngine(join(folder, 'accurate'), undefined);
    const loaded = tf.memory().numTensors;
    await read(another, ['太慢了', 'slow', '好好好']);
    expect(tf.memory().numTensors).toBe(loaded);
    another.dispose();
    expect(tf.memory().numTensors).toBe(start);
  });

  it('is not opened beside another n-gram model than it was made with', async () => {
    writeTinyModel(join(folder, 'stale'), 'fast-00000000');
    await expect(openEngine(join(folder, 'stale'), undefined)).rejects.toMatchObject({ code: 'model_corrupt', message: expect.stringContaining('fast-00000000') });
  });
});

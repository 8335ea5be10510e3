import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generatePhrases } from '../labelling/generate-phrases.ts';
import { findPackageRoot } from '../package-root.ts';
import { loadScorer } from '../scorer.ts';
import { train } from '../train.ts';
import { PHRASE_SOURCE } from '../training/dataset.ts';
import { trainAccurate } from './train-accurate.ts';

/** A Python with numpy, tensorflow and onnx; `npm test` makes one in continuous integration (scripts/train-python.mjs). */
const python = process.env.TOCSIN_TEST_TRAIN_PYTHON;
const isCompiled = existsSync(join(findPackageRoot(), 'dist', 'models', 'train.js'));
const SMALL = { epochs: 1, vocabularyMax: 3_000, dimensions: 8, pools: 1, hidden: 8 };

const testing = (name: string): string => join(findPackageRoot(), 'models', 'accurate', 'testing', name);

function writeData(dataDir: string): void {
  mkdirSync(dataDir);
  const phrases = generatePhrases(3).filter((_, at) => at % 40 === 0);
  const write = (name: string, rows: object[]): void => writeFileSync(join(dataDir, name), gzipSync(rows.map((row) => JSON.stringify(row)).join('\n')));
  const rowsOf = (language: string, source: string): object[] => phrases.filter((phrase) => phrase.language === language).map(({ text, sentiment }) => ({ text, label: sentiment, source }));
  // One long text a language, as places are as many as the longest text has pieces.
  write('train_zh.jsonl.gz', [...rowsOf('zh', 'jd_laptop'), { text: '太慢了，不好。'.repeat(40), label: 'negative', source: 'jd_laptop' }]);
  write('train_en.jsonl.gz', [...rowsOf('en', 'twitter_us_airline'), { text: 'too slow, not good. '.repeat(40), label: 'negative', source: 'twitter_us_airline' }]);
  write('replay.jsonl.gz', [{ text: '没有标签的一句', source: 'replay' }, { text: 'a text without a label', source: 'replay' }]);
}

describe.skipIf(python === undefined || !isCompiled)('the whole chain of the accurate model', () => {
  let folder: string;
  let imported: ChildProcess;
  /** Runs each program in a fork of a Python that has imported TensorFlow. */
  let forking: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tocsin-train-chain-'));
    forking = join(folder, 'python');
    imported = spawn(python ?? '', [testing('forking_python.py'), join(folder, 'socket'), forking], { stdio: ['pipe', 'pipe', 'inherit'] });
    await Promise.race([once(imported.stdout!, 'data'), once(imported, 'exit').then(([code]) => Promise.reject(new Error(`Python ended with ${String(code)}`)))]);
  });
  afterAll(() => {
    imported.stdin!.end();
    rmSync(folder, { recursive: true, force: true });
  });

  it('makes a model that scores, from data and pretrained encoders alone, and makes nothing twice', async () => {
    const dataDir = join(folder, 'data');
    const fastDir = join(folder, 'models', 'fast');
    const modelDir = join(folder, 'models', 'accurate');
    const mavenDir = join(folder, 'maven');
    writeData(dataDir);
    execFileSync(forking, [testing('make_tiny_packages.py'), mavenDir]);
    const fast = train({ dataDir, modelDir: fastDir, recipe: SMALL }, () => undefined);

    const options = { dataDir, modelDir, workDir: join(folder, 'work'), python: forking, mavenDir, batchesMax: 2 };
    const messages: string[] = [];
    await trainAccurate(options, ({ message }) => messages.push(message));
    expect(messages.join('\n')).toMatch(/zh: first stage: .*2 steps[\s\S]*zh: second stage[\s\S]*en: first stage[\s\S]*accurate-[0-9a-f]{8} is in/);

    for (const language of ['zh', 'en']) {
      const exported = JSON.parse(readFileSync(join(options.workDir, 'rows', language, 'rows.json'), 'utf8')) as [source: string, part: string][];
      expect(exported.filter(([source, part]) => source === PHRASE_SOURCE && part === 'train').length, `made-up texts to learn from, ${language}`).toBeGreaterThan(10_000);
    }

    const scorer = await loadScorer({ modelDir, backend: 'wasm' });
    try {
      expect(scorer.version).toMatch(/^accurate-[0-9a-f]{8}/);
      for (const score of await scorer.score([{ text: '太慢了，不好' }, { text: 'too slow' }])) {
        const { negative, neutral, positive } = score.probabilities;
        expect(negative + neutral + positive).toBeCloseTo(1, 3);
      }
    } finally {
      scorer.dispose();
    }
    expect(fast.version).toMatch(/^fast-/);

    const again: string[] = [];
    await trainAccurate(options, ({ message }) => again.push(message));
    expect(again.filter((message) => message.endsWith('made before'))).toHaveLength(11);
  }, 600_000);

  it('fine-tunes to the same weights when it was stopped between', () => {
    const work = join(folder, 'work');
    const program = join(findPackageRoot(), 'models', 'accurate', 'training', 'fine_tune.py');
    const learn = (out: string, options: string[]): string => execFileSync(forking, [program, join(work, 'rows', 'zh'), join(work, 'encoders', 'zh.onnx'), join(work, out), 'zh', '--tokens', '512', '--steps', '4', '--judge', 'none', ...options], { encoding: 'utf8' });
    learn('one', []);
    learn('stopped', ['--save', '1', '--time', '3']);
    expect(learn('stopped', [])).toContain('going on after step 2');
    const compare = 'import sys, numpy as np\na, b = [np.load(p) for p in sys.argv[1:]]\nprint(len(a.files), all(np.array_equal(a[n], b[n]) for n in a.files))';
    const said = execFileSync(forking, ['-c', compare, ...['one', 'stopped'].map((name) => join(work, name, 'weights.npz'))], { encoding: 'utf8' });
    expect(said).toMatch(/^[1-9]\d* True/);
  }, 600_000);
});

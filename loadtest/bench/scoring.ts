import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Option } from 'commander';
import type { FeedbackItem } from '../../core/feedback.ts';
import { generatePhrases } from '../../models/labelling/generate-phrases.ts';
import { nativeKindOf } from '../../models/backends.ts';
import { findPackageRoot } from '../../models/package-root.ts';
import { loadScorer } from '../../models/scorer.ts';
import type { Scorer } from '../../models/scorer.ts';
import { createScorerPool } from '../../models/worker-pool.ts';
import { encodeRawFrame } from '../../stream/frames/raw-frame.ts';
import { scoreFrameBatch } from '../../stream/score/score-frame-batch.ts';
import { benchmark, wholeNumber } from './command/benchmark.ts';
import { readRealTexts } from './texts/real-texts.ts';

/**
 * Texts per second by backend and batch size, of raw frames into scored ones, and the time of one text, in one thread; and of
 * frames on several threads, as a server has them. On the texts of the replay file; each figure is the median of several
 * rounds, with the slowest and the fastest. A backend that is named and not there is set up first.
 */

const BACKENDS = ['tfjs-node-gpu', 'webgpu', 'tfjs-node', 'wasm'] as const;
const BATCHES = [1, 16, 64, 256] as const;
const FRAME_ITEMS = 64;
const FRAMES_TOGETHER = 4;
const ROUNDS = 5;
const LATENCY_SAMPLES = 1_000;
const TEXTS_MAX = 20_000;
const SINGLE_TARGET_MS = 5;
/** In one thread. */
const THROUGHPUT_TARGETS: Record<string, number> = { wasm: 8_000 };
/** On two threads, or on as many as a GPU is fed by. */
const THREADS_TARGETS: Record<string, number> = { 'tfjs-node': 12_000, webgpu: 200_000, 'tfjs-node-gpu': 200_000 };
const FRAMES_UNDER_WAY_PER_THREAD = 8;

interface Result {
  name: string;
  value: number;
  unit: string;
  slowest?: number;
  fastest?: number;
  target?: number;
  met?: boolean;
  detail?: string;
}

function readTexts(): { texts: string[]; origin: string } {
  const all = readRealTexts();
  if (all === null) return { texts: generatePhrases(7).map(({ text }) => text), origin: 'made-up texts' };
  // Every n-th one, so that all sources of the file are met.
  const stride = Math.max(1, Math.floor(all.length / TEXTS_MAX));
  return { texts: all.filter((_, at) => at % stride === 0), origin: 'texts of replay.jsonl.gz' };
}

interface Speed {
  perSecond: number;
  /** Of this process's own CPU time: what a core of its own would give on a machine that others use too. */
  perCpuSecond: number;
}

/** `work` does something for some texts and answers how many. */
async function round(seconds: number, work: () => Promise<number>): Promise<Speed> {
  const startedMs = performance.now();
  const before = process.cpuUsage();
  let done = 0;
  while (performance.now() < startedMs + seconds * 1_000) done += await work();
  const { user, system } = process.cpuUsage(before);
  return { perSecond: done / ((performance.now() - startedMs) / 1_000), perCpuSecond: done / ((user + system) / 1e6) };
}

async function latencies(scorer: Scorer, texts: readonly string[]): Promise<number[]> {
  const taken: number[] = [];
  for (let sample = 0; sample < LATENCY_SAMPLES; sample++) {
    const startedMs = performance.now();
    await scorer.score([{ text: texts[sample % texts.length] ?? '' }]);
    taken.push(performance.now() - startedMs);
  }
  return taken.sort((a, b) => a - b);
}

function textWork(scorer: Scorer, texts: readonly string[], batch: number): () => Promise<number> {
  let at = 0;
  return async () => {
    await scorer.score(Array.from({ length: batch }, () => ({ text: texts[at++ % texts.length] ?? '' })));
    return batch;
  };
}

function framesOf(texts: readonly string[]): Uint8Array[] {
  const itemOf = (text: string, at: number): FeedbackItem => ({ id: `id-${at}`, idGiven: false, workspace: 'default', text, channel: 'app', createdAtMs: at, receivedAtMs: at, customer: { id: `c-${at % 1_000}` } });
  return Array.from({ length: Math.floor(texts.length / FRAME_ITEMS) }, (_, at) =>
    encodeRawFrame({ kind: 'raw', gatheredAtMs: 1, items: texts.slice(at * FRAME_ITEMS, (at + 1) * FRAME_ITEMS).map(itemOf) }));
}

/** What a scorer thread does with frames: parse, score, write. */
function frameWork(scorer: Scorer, texts: readonly string[]): () => Promise<number> {
  const frames = framesOf(texts);
  let at = 0;
  return async () => {
    const together = Array.from({ length: FRAMES_TOGETHER }, () => ({ bytes: frames[at++ % frames.length]!, sequence: at, rawAtMs: 1, takenAtMs: 1 }));
    await scoreFrameBatch(together, scorer, Date.now);
    return FRAME_ITEMS * FRAMES_TOGETHER;
  };
}

function summary(speeds: readonly Speed[], key: keyof Speed): { value: number; slowest: number; fastest: number } {
  const sorted = speeds.map((speed) => Math.round(speed[key])).sort((a, b) => a - b);
  return { value: sorted[Math.floor(sorted.length / 2)]!, slowest: sorted[0]!, fastest: sorted.at(-1)! };
}

/** Frames through the pool of threads that a server has. */
async function measureThreads({ backend, model, seconds, threads }: Asked, emit: (result: Result) => void): Promise<void> {
  const { texts, origin } = readTexts();
  const frames = framesOf(texts);
  const pool = createScorerPool({ workers: threads, backend, model, telemetry: () => undefined });
  await pool.start();
  let at = 0;
  let stopped = false;
  let done = 0;
  const feeders = Array.from({ length: threads * FRAMES_UNDER_WAY_PER_THREAD }, async () => {
    while (!stopped) {
      const { items } = await pool.scoreFrame({ bytes: frames[at++ % frames.length]!, sequence: at, rawAtMs: 1, takenAtMs: 1 });
      // After the wait: "done += await …" would forget what the other feeders added meanwhile.
      done += items;
    }
  });
  const pause = async (): Promise<number> => {
    const before = done;
    await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
    return done - before;
  };
  await pause();
  const speeds: Speed[] = [];
  for (let turn = 0; turn < ROUNDS; turn++) speeds.push(await round(seconds * 0.9, pause));
  stopped = true;
  await Promise.all(feeders);
  const target = threads === 2 || backend !== 'tfjs-node' ? THREADS_TARGETS[backend] : undefined;
  const name = `scoring ${backend} frames of ${FRAME_ITEMS} on ${threads} threads`;
  const wall = summary(speeds, 'perSecond');
  const detail = `${pool.version}, ${origin}`;
  emit({ name, ...wall, unit: 'texts/s', detail, ...(target === undefined ? {} : { target, met: wall.value >= target }) });
  emit({ name, ...summary(speeds, 'perCpuSecond'), unit: 'texts/CPU s', detail });
  await pool.stop();
}

interface Asked {
  backend: string;
  model: string | undefined;
  seconds: number;
  threads: number;
}

/** Brings the packages of a native backend that is not there yet. */
function setUpNative(backend: string): void {
  const kind = nativeKindOf(backend);
  if (kind === undefined || existsSync(join(findPackageRoot(), '.native', kind))) return;
  const { status } = spawnSync(process.execPath, [join(findPackageRoot(), 'scripts', 'setup-native.mjs'), kind], { stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error(`${backend} is not there, and npm run setup:native -- ${kind} ended with ${status ?? 'a signal'}`);
}

async function measure({ backend, model, seconds }: Asked, emit: (result: Result) => void): Promise<void> {
  const { texts, origin } = readTexts();
  const scorer = await loadScorer({ backend, model });
  const detail = `${scorer.version}, one thread, ${origin}`;
  const measured: { name: string; work: () => Promise<number>; target?: number | undefined }[] = [
    ...BATCHES.map((batch) => ({ name: `batch ${batch}`, work: textWork(scorer, texts, batch), target: batch === BATCHES.at(-1) ? THROUGHPUT_TARGETS[backend] : undefined })),
    { name: `frames of ${FRAME_ITEMS}`, work: frameWork(scorer, texts) },
  ];
  for (const { work } of measured) await round(seconds, work);
  const rounds: Speed[][] = measured.map(() => []);
  // In turns, so that what else the machine does meets all of them.
  for (let turn = 0; turn < ROUNDS; turn++) for (const [at, { work }] of measured.entries()) rounds[at]!.push(await round(seconds, work));
  for (const [at, { name, target }] of measured.entries()) {
    for (const [key, unit] of [['perSecond', 'texts/s'], ['perCpuSecond', 'texts/CPU s']] as const) {
      const found = summary(rounds[at]!, key);
      emit({ name: `scoring ${backend} ${name}`, ...found, unit, detail, ...(target === undefined ? {} : { target, met: found.value >= target }) });
    }
  }
  const taken = await latencies(scorer, texts);
  const at = (share: number): number => Math.round((taken[Math.floor(taken.length * share)] ?? 0) * 1_000) / 1_000;
  emit({ name: `scoring ${backend} one text p50`, value: at(0.5), unit: 'ms', target: SINGLE_TARGET_MS, met: at(0.5) <= SINGLE_TARGET_MS });
  emit({ name: `scoring ${backend} one text p99`, value: at(0.99), unit: 'ms' });
  scorer.dispose();
}

function show(result: Result): string {
  const spread = result.slowest === undefined ? '' : `  (${result.slowest}–${result.fastest})`;
  const target = result.target === undefined ? '' : `  target ${result.target}: ${result.met === true ? 'met' : 'missed'}`;
  return `${result.name.padEnd(36)} ${String(result.value).padStart(9)} ${result.unit}${spread}${target}`;
}

const values = benchmark('scoring')
  .addOption(new Option('--backend <name>', 'only this one, set up first where it is missing').choices(BACKENDS))
  .option('--model <name>', 'fast, accurate or a folder (fast when absent)')
  .option('--seconds <n>', 'length of a round', wholeNumber, 1)
  .option('--threads <n>', 'threads of the last figures', wholeNumber, availableParallelism())
  .parse().opts<{ backend?: (typeof BACKENDS)[number]; model?: string; seconds: number; threads: number; json: boolean }>();
if (values.backend !== undefined) {
  const asked: Asked = { backend: values.backend, model: values.model, seconds: values.seconds, threads: values.threads };
  const emit = (result: Result): void => console.log(values.json ? JSON.stringify(result) : show(result));
  setUpNative(values.backend);
  await measure(asked, emit);
  await measureThreads(asked, emit);
} else {
  // Each backend in a process of its own: their packages do not bear each other. What is not installed is left out.
  for (const backend of BACKENDS) {
    const kind = nativeKindOf(backend);
    if (kind !== undefined && !existsSync(join(findPackageRoot(), '.native', kind))) {
      console.error(`${backend} is not measured: not installed (npm run setup:native -- ${kind}, or --backend ${backend})`);
      continue;
    }
    const { status, stdout, stderr } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), '--backend', backend, ...process.argv.slice(2)], { encoding: 'utf8' });
    if (status === 0) process.stdout.write(stdout);
    else console.error(`${backend} is not measured: ${/message: '([^']*)'|: (No TensorFlow\.js[^\n]*)/u.exec(stderr)?.slice(1).find(Boolean) ?? stderr.trim().split('\n').at(-1)}`);
  }
}

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { generatePhrases } from '../../models/labelling/generate-phrases.ts';
import { loadScorer } from '../../models/scorer.ts';
import type { Scorer } from '../../models/scorer.ts';
import { defaultDataDir } from '../../models/train.ts';

/** Texts per second by batch size and the latency of one text, in one thread, on the texts of the replay file. */

const BATCHES = [1, 16, 64, 256] as const;
const SECONDS_PER_BATCH = 3;
const LATENCY_SAMPLES = 1_000;
const TEXTS_MAX = 20_000;
const SINGLE_TARGET_MS = 5;
const THROUGHPUT_TARGETS: Record<string, number> = { wasm: 8_000, 'tfjs-node': 12_000, webgpu: 200_000, 'tfjs-node-gpu': 200_000 };

interface Result {
  name: string;
  value: number;
  unit: string;
  target?: number;
  met?: boolean;
  detail?: string;
}

function readTexts(): { texts: string[]; origin: string } {
  const path = join(defaultDataDir(), 'replay.jsonl.gz');
  if (!existsSync(path)) return { texts: generatePhrases(7).map(({ text }) => text), origin: 'made-up texts' };
  const lines = gunzipSync(readFileSync(path)).toString('utf8').split('\n').filter((line) => line !== '');
  // Every n-th line, so that all sources of the file are met.
  const stride = Math.max(1, Math.floor(lines.length / TEXTS_MAX));
  const texts = lines.filter((_, at) => at % stride === 0).map((line) => (JSON.parse(line) as { text: string }).text);
  return { texts, origin: 'texts of replay.jsonl.gz' };
}

interface Speed {
  perSecond: number;
  /** Of this process's own CPU time: what a core of its own would give on a machine that others use too. */
  perCpuSecond: number;
}

async function throughput(scorer: Scorer, texts: readonly string[], batch: number): Promise<Speed> {
  const untilMs = performance.now() + SECONDS_PER_BATCH * 1_000;
  const startedMs = performance.now();
  const before = process.cpuUsage();
  let at = 0;
  let done = 0;
  while (performance.now() < untilMs) {
    const inputs = Array.from({ length: batch }, () => ({ text: texts[at++ % texts.length] ?? '' }));
    await scorer.score(inputs);
    done += batch;
  }
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

async function measure(backend: string | undefined, emit: (result: Result) => void): Promise<void> {
  const { texts, origin } = readTexts();
  const scorer = await loadScorer(backend === undefined ? {} : { backend });
  const device = scorer.backend.replace(/^TensorFlow\.js on (\S+).*$/, '$1').replace(/;$/, '');
  for (const batch of BATCHES) await throughput(scorer, texts, batch).then(() => undefined);
  for (const batch of BATCHES) {
    const { perSecond: value, perCpuSecond } = await throughput(scorer, texts, batch);
    const target = batch === BATCHES.at(-1) ? THROUGHPUT_TARGETS[device] : undefined;
    emit({
      name: `scoring ${device} batch ${batch}`, value: Math.round(value), unit: 'texts/s', detail: `${scorer.version}, one thread, ${origin}`,
      ...(target === undefined ? {} : { target, met: value >= target }),
    });
    emit({ name: `scoring ${device} batch ${batch} per CPU second`, value: Math.round(perCpuSecond), unit: 'texts/s' });
  }
  const sorted = await latencies(scorer, texts);
  const at = (share: number): number => Math.round((sorted[Math.floor(sorted.length * share)] ?? 0) * 1_000) / 1_000;
  emit({ name: `scoring ${device} one text p50`, value: at(0.5), unit: 'ms', target: SINGLE_TARGET_MS, met: at(0.5) <= SINGLE_TARGET_MS });
  emit({ name: `scoring ${device} one text p99`, value: at(0.99), unit: 'ms' });
  scorer.dispose();
}

const { values } = parseArgs({ options: { json: { type: 'boolean' }, backend: { type: 'string' } } });
await measure(values.backend, (result) => {
  if (values.json === true) console.log(JSON.stringify(result));
  else console.log(`${result.name.padEnd(44)} ${String(result.value).padStart(9)} ${result.unit}${result.target === undefined ? '' : `  (target ${result.target}: ${result.met === true ? 'met' : 'missed'})`}`);
});

// How long a restart takes with many items in windows, and what saving them costs: a real nats-server, the counter's own code.
// `--items 10000000`; `--duplicates`: with what is remembered of texts and customers, too.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { ScoredItem } from '../../core/frame.ts';
import { packageRoot } from '../../server/app/package-root.ts';
import { systemClock } from '../../server/telemetry/system-clock.ts';
import { DEFAULT_LOG_BYTES_MAX } from '../../stream/bus/limits.ts';
import { silentLogger } from '../../stream/bus/logger.ts';
import { connectNatsBus } from '../../stream/bus/nats-bus.ts';
import { startNatsServer } from '../../stream/bus/nats-server.ts';
import { completeConfig } from '../../stream/duplicates/config.ts';
import { duplicateBytes } from '../../stream/duplicates/state.ts';
import { captureState } from '../../stream/counter/capture-state.ts';
import { STATE_FORMAT, decodeState } from '../../stream/counter/encode-state.ts';
import { createState } from '../../stream/counter/state.ts';
import { stateBytes } from '../../stream/counter/state-bytes.ts';
import { step } from '../../stream/counter/step.ts';
import type { CounterState } from '../../stream/counter/state.ts';
import type { SnapshotStore } from '../../stream/ports.ts';
import { encodeSnapshot } from '../../stream/snapshot/format.ts';
import { snapshotName } from '../../stream/snapshot/kind.ts';
import { restoreState } from '../../stream/snapshot/restore.ts';
import { benchmark, wholeNumber } from './command/benchmark.ts';

const START_MS = Date.UTC(2026, 2, 1);
const DAY_MS = 24 * 3_600_000;
const FRAME_ITEMS = 200;
const KEYS = 10_000;
const LETTERS = 24;
const MIB = 1024 ** 2;
const RESTORE_MS_MAX = 3_000;
const PAUSE_MS_MAX = 50;

interface Result {
  name: string;
  value: number;
  unit: string;
  target?: number;
  met?: boolean;
  peer?: string;
  ratio?: number;
}

/** The same items for the same number, spread over a day; where duplicates are looked for no two texts are alike. */
class Source {
  readonly #duplicates: 'on' | 'off';
  #seed = 7;

  constructor(duplicates: 'on' | 'off') {
    this.#duplicates = duplicates;
  }

  frame(first: number, total: number): { timeMs: number; items: ScoredItem[] } {
    const timeMs = START_MS + Math.floor((first / total) * DAY_MS);
    const items = Array.from({ length: FRAME_ITEMS }, (_, index) => this.#item(first + index, timeMs));
    return { timeMs, items };
  }

  #item(number: number, timeMs: number): ScoredItem {
    const complaint = this.#random() < 0.35;
    return {
      item: { id: `feedback-${number}`, idGiven: true, workspace: 'default', text: this.#duplicates === 'on' ? this.#text() : '等了十天还没到', channel: 'app', createdAtMs: timeMs - Math.floor(this.#random() * 20_000), receivedAtMs: timeMs, customer: { id: `c${Math.floor(this.#random() * 500_000)}` }, product: `product-${Math.floor(this.#random() * KEYS)}` },
      score: {
        sentiment: complaint ? 'negative' : 'positive', probabilities: { negative: 0.5, neutral: 0.2, positive: 0.3 }, stars: complaint ? 1 : 5, starProbabilities: [0.2, 0.2, 0.2, 0.2, 0.2], complaint,
        complaintProbability: 0.5, severity: 'mild', categories: [{ id: `category-${Math.floor(this.#random() * 8)}`, probability: 0.9, decidedBy: 'model' }], implicit: false, keywords: [], language: 'zh',
      },
    };
  }

  #text(): string {
    let text = '';
    while (text.length < LETTERS) text += String.fromCharCode(0x4e00 + Math.floor(this.#random() * 3_000));
    return text;
  }

  #random(): number {
    this.#seed = (Math.imul(this.#seed, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#seed / 2 ** 32;
  }
}

function fill(state: CounterState, source: Source, total: number): void {
  const title = { zh: '投诉激增', en: 'Complaints surge' };
  step(state, { sequence: 1, timeMs: START_MS, value: { kind: 'rules', rules: (['category', 'product'] as const).map((field) => ({ id: field, title, kind: 'threshold', where: 'complaint', groupBy: [field], windowMs: DAY_MS, fireAt: 1_000_000, resolveBelow: 900_000, severity: 'warning', escalate: [], notify: [] })) } });
  for (let done = 0; done < total; done += FRAME_ITEMS) countFrame(state, source, done, total);
}

function countFrame(state: CounterState, source: Source, first: number, total: number): void {
  const { timeMs, items } = source.frame(first, total);
  step(state, { sequence: state.sequence + 1, timeMs, value: { kind: 'scored', rawSequence: state.sequence, gatheredAtMs: timeMs, scoredAtMs: timeMs, model: 'bench', items } });
}

/** Frames counted while the snapshot is written: what each of them takes then, beside what it takes without. */
async function save(state: CounterState, store: SnapshotStore, whileWriting: () => void): Promise<{ captureMs: number; sliceMsMax: number; writeMs: number; bytes: number; peakBytes: number }> {
  const startedMs = performance.now();
  const capture = captureState(state);
  const captureMs = performance.now() - startedMs;
  let [sliceMsMax, bytes, isDone] = [0, 0, false];
  let peakBytes = 0;
  const pieces = (): Uint8Array | null => {
    const fromMs = performance.now();
    const piece = capture.next();
    sliceMsMax = Math.max(sliceMsMax, performance.now() - fromMs);
    bytes += piece?.length ?? 0;
    return piece;
  };
  const header = { stateFormat: STATE_FORMAT, logIdentity: 'bench', sequence: capture.sequence, madeAtMs: capture.nowMs, marks: [] };
  const put = store.put(snapshotName(capture.sequence), encodeSnapshot(header, pieces, async () => undefined)).finally(() => {
    isDone = true;
  });
  while (!isDone) {
    whileWriting();
    peakBytes = Math.max(peakBytes, process.memoryUsage().rss);
    await turn();
  }
  await put;
  capture.release();
  return { captureMs, sliceMsMax, writeMs: performance.now() - startedMs, bytes, peakBytes };
}

async function measure(items: number, duplicates: 'on' | 'off', emit: (result: Result) => void): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tocsin-restart-'));
  const root = packageRoot();
  const installer = (await import(pathToFileURL(join(root, 'scripts', 'install-nats-server.mjs')).href)) as { ensureNatsServer(options: { root: string; report(line: string): void }): Promise<string> };
  const server = await startNatsServer({ binaryPath: await installer.ensureNatsServer({ root, report: () => undefined }), dataDir, logger: silentLogger, limits: { logBytesMax: DEFAULT_LOG_BYTES_MAX } });
  const connect = () => connectNatsBus({ servers: server.url, name: 'bench', clock: systemClock, telemetry: () => undefined, limits: { logBytesMax: server.logBytesMax } });
  try {
    await measureOn(await connect(), { items, duplicates }, emit);
  } finally {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function measureOn(bus: Awaited<ReturnType<typeof connectNatsBus>>, { items, duplicates }: { items: number; duplicates: 'on' | 'off' }, emit: (result: Result) => void): Promise<void> {
  const store = bus.snapshots();
  const source = new Source(duplicates);
  let state: CounterState | null = createState({ idsMax: items, duplicates: duplicates === 'on' ? completeConfig({}) : null });
  fill(state, source, items);
  const { itemsHeld } = stateBytes(state);
  emit({ name: 'items in windows', value: items, unit: 'items' });
  emit({ name: 'items held by all groupings', value: itemsHeld, unit: 'items' });
  if (state.duplicates !== null) {
    const { items: texts, itemBytes, indexBytes, historyBytes } = duplicateBytes(state.duplicates);
    emit({ name: 'texts held for duplicates', value: texts, unit: 'texts' });
    emit({ name: 'memory for duplicates', value: Math.round((itemBytes + indexBytes + historyBytes) / MIB), unit: 'MiB' });
  }
  globalThis.gc?.();
  const beforeBytes = process.memoryUsage().rss;
  const alone: number[] = [];
  const during: number[] = [];
  const counting = (into: number[]) => () => {
    const fromMs = performance.now();
    countFrame(state!, source, items, items);
    into.push(performance.now() - fromMs);
  };
  for (let round = 0; round < 200; round++) counting(alone)();
  const saved = await save(state, store, counting(during));
  emit({ name: 'snapshot', value: Math.round(saved.bytes / MIB), unit: 'MiB' });
  const pauseMs = Math.max(saved.captureMs, saved.sliceMsMax, ...during);
  emit({ name: 'longest pause: capture', value: round(saved.captureMs), unit: 'ms' });
  emit({ name: 'longest pause: one piece', value: round(saved.sliceMsMax), unit: 'ms' });
  emit({ name: `longest pause: a frame of ${FRAME_ITEMS} items meanwhile`, value: round(Math.max(...during)), unit: 'ms', peer: `without a snapshot: ${round(Math.max(...alone))} ms, median ${round(median(alone))} to ${round(median(during))}` });
  emit({ name: 'longest pause for a snapshot', value: round(pauseMs), unit: 'ms', target: PAUSE_MS_MAX, met: pauseMs <= PAUSE_MS_MAX });
  emit({ name: 'snapshot written, counting meanwhile', value: round(saved.writeMs / 1000), unit: 's' });
  emit({ name: 'memory on top while it is written', value: Math.round((saved.peakBytes - beforeBytes) / MIB), unit: 'MiB' });
  state = null;
  globalThis.gc?.();
  await restore(store, emit);
  await bus.close(2_000);
}

async function restore(store: SnapshotStore, emit: (result: Result) => void): Promise<void> {
  const times: number[] = [];
  const raws: number[] = [];
  for (let attempt = 0; attempt < 3; attempt++) {
    globalThis.gc?.();
    const rawFromMs = performance.now();
    for await (const chunk of store.get((await store.list())[0]!.name)) void chunk;
    raws.push(performance.now() - rawFromMs);
    globalThis.gc?.();
    const fromMs = performance.now();
    const restored = await restoreState({ store, log: { identity: 'bench', firstSequence: 1, lastSequence: Infinity }, reader: { format: STATE_FORMAT, decode: (bytes) => decodeState(bytes) }, onRejected: (_, sentence) => process.stderr.write(`${sentence}\n`) });
    step(restored!.state, { sequence: restored!.state.sequence + 1, timeMs: restored!.state.nowMs, value: { kind: 'tick' } });
    times.push(performance.now() - fromMs);
  }
  const usual = median(times);
  const raw = median(raws);
  emit({ name: 'counting again after a restart', value: round(usual), unit: 'ms', target: RESTORE_MS_MAX, met: usual <= RESTORE_MS_MAX, peer: `reading the same bytes from nats-server: ${round(raw)} ms`, ratio: round(usual / raw) });
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

const { items, duplicates, json } = benchmark('restart')
  .option('--items <n>', 'items held', wholeNumber, 10_000_000)
  .option('--duplicates', 'with what is remembered to find repeats', false)
  .parse().opts<{ items: number; duplicates: boolean; json: boolean }>();
await measure(items, duplicates ? 'on' : 'off', (result) => {
  if (json) console.log(JSON.stringify(result));
  else console.log(`${result.name.padEnd(56)} ${String(result.value).padStart(11)} ${result.unit}${result.target === undefined ? '' : `  (target ${result.target}: ${result.met === true ? 'met' : 'missed'})`}${result.peer === undefined ? '' : `  [${result.peer}]`}`);
});

import { Option } from 'commander';
import type { FeedbackItem } from '../../core/feedback.ts';
import { createGenerator } from '../../server/play/generator.ts';
import { loadSampleData } from '../../server/play/sample-data.ts';
import type { Sample } from '../../server/play/sample-schemas.ts';
import { samplesFolder } from '../../server/play/samples-folder.ts';
import { decodeDuplicates, encodeDuplicates } from '../../stream/duplicates/encode-duplicates.ts';
import { fillFromHistory } from '../../stream/duplicates/fill-from-history.ts';
import { link } from '../../stream/duplicates/link.ts';
import { createDuplicateState, duplicateBytes } from '../../stream/duplicates/state.ts';
import { makeLabelledSet } from '../../stream/duplicates/testing/labelled-set.ts';
import type { TextPool } from '../../stream/duplicates/testing/labelled-set.ts';
import { makeItem, measureLinks } from '../../stream/duplicates/testing/measure-links.ts';
import { Random } from '../../stream/duplicates/testing/random.ts';
import { benchmark, wholeNumber } from './command/benchmark.ts';
import { readRealTexts } from './texts/real-texts.ts';

/**
 * How well repeats are linked, on pairs of texts made by perturbing real ones, and how fast. With the folder of public data
 * beside the checkout the texts are real; without it they are the samples and the generator's.
 */

const MADE_TEXTS = 8_000;
const RECALL_MIN = 0.92;
const PRECISION_MIN = 0.98;
const ITEMS_PER_SECOND_MIN = 400_000;
const TEXT_LETTERS = 60;
const CUSTOMERS = 200_000;
const ITEMS = 400_000;
const FRAME_ITEMS = 200;
const PIECES = 4;
const ROUNDS = 5;

interface Result {
  name: string;
  value: number;
  unit: string;
  target?: number;
  met?: boolean;
  detail?: string;
}

async function readPool(): Promise<{ pool: TextPool; origin: string }> {
  const data = await loadSampleData(samplesFolder());
  const topics = topicsOf(data.samples);
  const real = readRealTexts();
  if (real !== null) return { pool: { topics, texts: real }, origin: 'texts of replay.jsonl.gz' };
  const generator = createGenerator({ seed: 7, data });
  const texts = Array.from({ length: MADE_TEXTS }, () => generator.nextLabelled(0).item.text);
  return { pool: { topics, texts: [...texts, ...data.samples.map(({ text }) => text)] }, origin: 'made-up texts' };
}

function topicsOf(samples: readonly Sample[]): string[][] {
  const topics = new Map<string, string[]>();
  for (const { text, attributes } of samples) {
    const topic = `${attributes.sampleCategory} ${attributes.sampleSentiment}`;
    topics.set(topic, [...(topics.get(topic) ?? []), text]);
  }
  return [...topics.values()].filter((texts) => texts.length >= 2);
}

function measureQuality(pool: TextPool, origin: string, { each, seed }: { each: number; seed: number }, emit: (result: Result) => void): void {
  const { precision, recall, kinds } = measureLinks(makeLabelledSet(pool, each, seed), pool.texts, seed);
  const detail = `${origin}, seed ${seed}, ${kinds.reduce((sum, { pairs }) => sum + pairs, 0)} pairs`;
  for (const { kind, isSame, isLimit, pairs, linked, wronglyLinked } of kinds) {
    const name = isSame ? `duplicates recall, ${kind}` : `duplicates told apart, ${kind}${isLimit ? ' (not in the totals)' : ''}`;
    emit({ name, value: round((isSame ? linked : pairs - linked) / pairs), unit: 'share', detail: `${pairs} pairs, ${linked} linked, ${wronglyLinked} wrongly` });
  }
  emit({ name: 'duplicates precision', value: round(precision), unit: 'share', target: PRECISION_MIN, met: precision >= PRECISION_MIN, detail });
  emit({ name: 'duplicates recall', value: round(recall), unit: 'share', target: RECALL_MIN, met: recall >= RECALL_MIN, detail });
}

/** A frame of items that nobody sent before: each text made of pieces of four others, parsed from JSON as it comes from the log. */
function makeFrame(pieces: readonly string[], random: Random, made: number): FeedbackItem[] {
  const items = Array.from({ length: FRAME_ITEMS }, (_, index) => makeItem({
    id: `${(random.unit() * 2 ** 32 >>> 0).toString(16)}-${(made + index).toString(36)}-feedback`,
    text: Array.from({ length: PIECES }, () => random.pick(pieces)).join(''),
    customer: { id: `C${random.below(CUSTOMERS)}`, ...(random.unit() < 0.5 ? { tier: 'gold' } : {}) },
    product: `product ${random.below(500)}`,
  }));
  return JSON.parse(JSON.stringify(items)) as FeedbackItem[];
}

function measureSpeed(texts: readonly string[], seed: number, emit: (result: Result) => void): void {
  const letters = TEXT_LETTERS / PIECES;
  const pieces = texts.flatMap((text) => Array.from({ length: Math.floor(text.length / letters) }, (_, at) => text.slice(at * letters, (at + 1) * letters)));
  const random = new Random(seed);
  const detail = `${ITEMS} new texts of ${TEXT_LETTERS} letters, ${CUSTOMERS} customers, best of ${ROUNDS} rounds, by CPU time`;
  let linkBest = 0;
  let fillBest = 0;
  let originals = 0;
  let state = createDuplicateState();
  for (let roundNumber = 0; roundNumber < ROUNDS; roundNumber++) {
    state = createDuplicateState();
    originals = 0;
    let linkSeconds = 0;
    let fillSeconds = 0;
    for (let made = 0; made < ITEMS; made += FRAME_ITEMS) {
      const items = makeFrame(pieces, random, made);
      const nowMs = 1_767_225_600_000 + made;
      fillSeconds += cpuSeconds(() => {
        for (const item of items) fillFromHistory(state, item, nowMs);
      });
      linkSeconds += cpuSeconds(() => {
        for (const item of items) if (link(state, item, nowMs).kind === 'original') originals++;
      });
    }
    linkBest = Math.max(linkBest, ITEMS / linkSeconds);
    fillBest = Math.max(fillBest, ITEMS / fillSeconds);
  }
  const { items: held, itemBytes, indexBytes, historyBytes } = duplicateBytes(state);
  emit({ name: 'duplicates link', value: Math.round(linkBest), unit: 'items/s', target: ITEMS_PER_SECOND_MIN, met: linkBest >= ITEMS_PER_SECOND_MIN, detail: `${detail}, ${originals} originals` });
  emit({ name: 'duplicates fill from history', value: Math.round(fillBest), unit: 'items/s', detail });
  emit({ name: 'duplicates memory', value: Math.round((itemBytes + indexBytes) / held), unit: 'bytes/item', detail: `${held} texts held` });
  emit({ name: 'duplicates history memory', value: Math.round(historyBytes / CUSTOMERS), unit: 'bytes/customer' });
  let bytes: Uint8Array = new Uint8Array(0);
  const encodeMs = 1_000 * cpuSeconds(() => void (bytes = encodeDuplicates(state)));
  const decodeMs = 1_000 * cpuSeconds(() => void decodeDuplicates(bytes));
  emit({ name: 'duplicates encode', value: round(encodeMs), unit: 'ms', detail: `${bytes.length} bytes` });
  emit({ name: 'duplicates decode', value: round(decodeMs), unit: 'ms' });
}

/** A machine that others use too does not change a process's own CPU time much. */
function cpuSeconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}

const { each, seed, only, json } = benchmark('duplicates')
  .option('--each <n>', 'pairs of each kind of change', wholeNumber, 800)
  .option('--seed <n>', 'what the pairs are drawn by', wholeNumber, 1)
  .addOption(new Option('--only <part>', 'one part alone').choices(['quality', 'speed']))
  .parse().opts<{ each: number; seed: number; only?: 'quality' | 'speed'; json: boolean }>();
const emit = (result: Result): void => {
  const target = result.target === undefined ? '' : `  (target ${result.target}: ${result.met === true ? 'met' : 'missed'})`;
  console.log(json ? JSON.stringify(result) : `${result.name}: ${result.value} ${result.unit}${target}  ${result.detail ?? ''}`);
};
const { pool, origin } = await readPool();
if (only !== 'speed') measureQuality(pool, origin, { each, seed }, emit);
if (only !== 'quality') measureSpeed(pool.texts, seed, emit);

import { TextHash } from '../../../stream/windows/hash.ts';

/** What the machine gives at the time, so that a figure of the step can be read beside it. */
export interface MachineLimits {
  /** Nanoseconds of a look at a random place of a table, one after the other and many at once. */
  lookAloneNs: number;
  lookTogetherNs: number;
  /** Nanoseconds for one UTF-16 unit of a text in the counter's hash. */
  hashUnitNs: number;
}

const TABLE_WORDS = 2 ** 24;
const LINE_WORDS = 16;
const LOOKS = 2_000_000;
const TEXTS = 4_096;
const TEXT_ROUNDS = 40;

export function machineLimits(): MachineLimits {
  const table = new Uint32Array(TABLE_WORDS);
  const lines = TABLE_WORDS / LINE_WORDS;
  // A walk through all lines in an order that no prefetcher guesses: a full-period linear congruential one.
  for (let line = 0; line < lines; line++) table[line * LINE_WORDS] = (((Math.imul(line, 1_664_525) + 1_013_904_223) >>> 0) % lines) * LINE_WORDS;
  return { lookAloneNs: best(() => alone(table)) / LOOKS, lookTogetherNs: best(() => together(table, lines)) / LOOKS, hashUnitNs: hashing() };
}

function alone(table: Uint32Array): number {
  let at = 0;
  for (let look = 0; look < LOOKS; look++) at = table[at]!;
  return at;
}

function together(table: Uint32Array, lines: number): number {
  let seed = 7;
  let seen = 0;
  for (let look = 0; look < LOOKS; look++) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) | 0;
    seen ^= table[((seed >>> 8) % lines) * LINE_WORDS]!;
  }
  return seen;
}

function hashing(): number {
  const texts = JSON.parse(JSON.stringify(Array.from({ length: TEXTS }, (_, index) => `customer-${index}-of-many`))) as string[];
  const hash = new TextHash();
  let units = 0;
  for (const text of texts) units += text.length;
  const all = (): number => {
    let seen = 0;
    for (let round = 0; round < TEXT_ROUNDS; round++) for (const text of texts) seen ^= hash.start('default').text(text).finish().low;
    return seen;
  };
  return best(all) / (units * TEXT_ROUNDS);
}

/** Nanoseconds of CPU, the best of three after one that warms up. */
function best(work: () => number): number {
  let bestNs = Infinity;
  for (let round = 0; round < 4; round++) {
    const before = process.cpuUsage();
    if (work() === 0.5) throw new Error('never');
    const { user, system } = process.cpuUsage(before);
    if (round > 0) bestNs = Math.min(bestNs, (user + system) * 1_000);
  }
  return bestNs;
}

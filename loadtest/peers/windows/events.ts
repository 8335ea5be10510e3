import { RULE } from './rule.ts';
import type { WindowEvent } from './rule.ts';

/** What a load is made of; the same numbers give the same events. */
export interface LoadShape {
  seed: number;
  events: number;
  keys: number;
  spanMs: number;
  disorderMs: number;
}

const START_MS = Date.UTC(2026, 2, 1);
/** Out of a hundred events, how many belong to the keys that are busy at the time. */
const BUSY_PERCENT = 30;
const BUSY_SPELL_MS = 3 * 3_600_000;
/** One key in a hundred is busy in each spell. */
const BUSY_KEYS_SHARE = 0.01;

/**
 * Events in the order of their arrival, evenly spread in time. Most go to all keys alike; the others go to a few keys that
 * change every three hours, so that alerts fire, end a day later, and some fire again.
 */
export function makeEvents({ seed, events, keys, spanMs, disorderMs }: LoadShape): WindowEvent[] {
  const random = makeRandom(seed);
  const busyKeys = Math.max(1, Math.round(keys * BUSY_KEYS_SHARE));
  const made: WindowEvent[] = [];
  for (let index = 0; index < events; index++) {
    const arrivalMs = START_MS + Math.floor((index * spanMs) / events);
    const spell = Math.floor((arrivalMs - START_MS) / BUSY_SPELL_MS);
    const isBusy = random() * 100 < BUSY_PERCENT;
    const key = isBusy ? (spell * busyKeys + Math.floor(random() * busyKeys)) % keys : Math.floor(random() * keys);
    made.push({
      timeMs: arrivalMs - Math.floor(random() * (disorderMs + 1)),
      arrivalMs,
      key: `product-${key}`,
      id: `${hex(random)}${hex(random)}-${index.toString(36)}`,
    });
  }
  return made;
}

/** The events of every `share`-th key: fewer of them, and as many in each window as before. */
export function everyNthKey(events: readonly WindowEvent[], share: number): WindowEvent[] {
  if (share === 1) return [...events];
  return events.filter(({ key }) => Number(key.slice(key.indexOf('-') + 1)) % share === 0);
}

/** One event a line: time, arrival, key, id, with tabs between them. */
export function writeEvents(events: readonly WindowEvent[]): string {
  return events.map(({ timeMs, arrivalMs, key, id }) => `${timeMs}\t${arrivalMs}\t${key}\t${id}\n`).join('');
}

/** Reads lines from `lines[from]` on. Texts are new strings, as from a parser: no two events share one. */
export function readEvents(lines: readonly string[], from: number, count: number): WindowEvent[] {
  return lines.slice(from, from + count).map((line) => {
    const [timeMs, arrivalMs, key, id] = line.split('\t');
    return { timeMs: Number(timeMs), arrivalMs: Number(arrivalMs), key: key!, id: id! };
  });
}

/** Uniform in [0, 1): the linear congruential generator of Numerical Recipes, its low bits mixed away. */
export function makeRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const mixed = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d);
    return ((mixed ^ (mixed >>> 13)) >>> 0) / 2 ** 32;
  };
}

function hex(random: () => number): string {
  return Math.floor(random() * 2 ** 32).toString(16).padStart(8, '0');
}

export const LOAD_DEFAULTS: LoadShape = { seed: 7, events: 1_000_000, keys: 10_000, spanMs: 48 * 3_600_000, disorderMs: RULE.disorderMs };

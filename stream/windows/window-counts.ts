import { COUNT as CHUNK_COUNT, HIGH_UNIT_MS, NEXT } from './chunks.ts';
import type { Chunks } from './chunks.ts';
import { WINDOWS } from './records.ts';
import type { Records } from './records.ts';

/** Words of one window in a key's record: items inside, chunk of the oldest of them (0: window empty), that item's time. */
const INSIDE = 0;
const OLDEST_CHUNK = 1;
const OLDEST_HIGH = 2;
const OLDEST_LOW = 3;
const WORDS = 4;

/**
 * The count of each window `(now − W, now]` of each key, kept as it slides: an item enters once and leaves once, so a step
 * is O(1) amortised whatever W and the count are. A key is brought up to date when it is touched.
 */
export class WindowCounts {
  readonly chunks: Chunks;
  records: Records;
  /** Lengths in ascending order, milliseconds. */
  readonly windowsMs: readonly number[];
  readonly #cutoffMs: number[];

  constructor(chunks: Chunks, records: Records, windowsMs: readonly number[]) {
    this.chunks = chunks;
    this.records = records;
    this.windowsMs = windowsMs;
    this.#cutoffMs = windowsMs.map(() => -Infinity);
  }

  setNow(nowMs: number): void {
    for (let window = 0; window < this.windowsMs.length; window++) this.#cutoffMs[window] = nowMs - this.windowsMs[window]!;
  }

  /** Lets expired items out of every window of a key. */
  advance(at: number): void {
    for (let window = 0; window < this.windowsMs.length; window++) {
      const words = this.records.words;
      const own = at + WINDOWS + window * WORDS;
      if (words[own + OLDEST_CHUNK] === 0) continue;
      const oldestMs = words[own + OLDEST_HIGH]! * HIGH_UNIT_MS + words[own + OLDEST_LOW]!;
      if (oldestMs <= this.#cutoffMs[window]!) this.#drop(own, oldestMs, this.#cutoffMs[window]!);
    }
  }

  /** Counts an item that has just been inserted into `chunk`. The key must be advanced. */
  added(at: number, ms: number, chunk: number): void {
    const words = this.records.words;
    for (let window = 0; window < this.windowsMs.length; window++) {
      if (ms <= this.#cutoffMs[window]!) continue;
      const own = at + WINDOWS + window * WORDS;
      words[own + INSIDE] = words[own + INSIDE]! + 1;
      if (words[own + OLDEST_CHUNK] !== 0 && words[own + OLDEST_HIGH]! * HIGH_UNIT_MS + words[own + OLDEST_LOW]! <= ms) continue;
      words[own + OLDEST_CHUNK] = chunk;
      words[own + OLDEST_LOW] = ms >>> 0;
      words[own + OLDEST_HIGH] = (ms - (ms >>> 0)) / HIGH_UNIT_MS;
    }
  }

  /** Items inside, once the key is advanced. */
  inside(at: number, window: number): number {
    return this.records.words[at + WINDOWS + window * WORDS + INSIDE]!;
  }

  /** Event time of the oldest item inside, or null; once the key is advanced. */
  oldestMs(at: number, window: number): number | null {
    const words = this.records.words;
    const own = at + WINDOWS + window * WORDS;
    if (words[own + OLDEST_CHUNK] === 0) return null;
    return words[own + OLDEST_HIGH]! * HIGH_UNIT_MS + words[own + OLDEST_LOW]!;
  }

  /** A chunk at or before the oldest item inside; 0 for an empty window. */
  oldestChunk(at: number, window: number): number {
    return this.records.words[at + WINDOWS + window * WORDS + OLDEST_CHUNK]!;
  }

  chunkMoved(at: number, from: number, to: number): void {
    const words = this.records.words;
    for (let own = at + WINDOWS; own < at + this.records.stride; own += WORDS) {
      if (words[own + OLDEST_CHUNK] === from) words[own + OLDEST_CHUNK] = to;
    }
  }

  /** Sets a window of a key from its items; `first`: a chunk at or before the oldest item. */
  recount(at: number, window: number, first: number): void {
    const words = this.records.words;
    const own = at + WINDOWS + window * WORDS;
    const cutoffMs = this.#cutoffMs[window]!;
    let inside = 0;
    words.fill(0, own, own + WORDS);
    for (let chunk = first; chunk !== 0; chunk = this.chunks.get(chunk, NEXT)) {
      const place = this.chunks.firstAfter(chunk, cutoffMs);
      const count = this.chunks.get(chunk, CHUNK_COUNT);
      if (place === count) continue;
      if (inside === 0) this.#setOldest(own, chunk, place);
      inside += count - place;
    }
    words[own + INSIDE] = inside;
  }

  #drop(own: number, oldestMs: number, cutoffMs: number): void {
    const words = this.records.words;
    let dropped = 0;
    for (let chunk = words[own + OLDEST_CHUNK]!; chunk !== 0; chunk = this.chunks.get(chunk, NEXT)) {
      const to = this.chunks.firstAfter(chunk, cutoffMs);
      // Times are whole milliseconds: what comes after `oldest − 1` was inside.
      dropped += to - Math.min(to, this.chunks.firstAfter(chunk, oldestMs - 1));
      if (to < this.chunks.get(chunk, CHUNK_COUNT)) {
        words[own + INSIDE] = words[own + INSIDE]! - dropped;
        this.#setOldest(own, chunk, to);
        return;
      }
    }
    words.fill(0, own, own + WORDS);
  }

  #setOldest(own: number, chunk: number, place: number): void {
    const words = this.records.words;
    const ms = this.chunks.timeAt(chunk, place);
    words[own + OLDEST_CHUNK] = chunk;
    words[own + OLDEST_LOW] = ms >>> 0;
    words[own + OLDEST_HIGH] = (ms - (ms >>> 0)) / HIGH_UNIT_MS;
  }
}

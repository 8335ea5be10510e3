import type { ListListener } from './chunk-list.ts';
import { COUNT, HIGH_UNIT_MS, NEXT } from './chunks.ts';
import type { Chunks } from './chunks.ts';
import type { Kinds } from './kinds.ts';
import { HEAD, SIZE, WINDOWS } from './records.ts';
import type { Records } from './records.ts';

/** A window whose counts are kept as it slides. */
export interface CountedWindow {
  windowMs: number;
  /** Marks whose items are counted in it. */
  marks: readonly number[];
  /** `each-item`: expired items leave it whenever the key is touched; `batches`: when some have gathered, for counts that are seldom read. */
  leaves: 'each-item' | 'batches';
}

/** A key's windows that let items go in batches do so when this divides the number of items held. */
const BATCH_ITEMS = 32;

/**
 * Words of a window in a key's record: chunk of the oldest item counted (0: none is) or one before it, its place there when
 * that was noted, its time; the time of the newest item that has left; then a count for each mark.
 */
const OLDEST_CHUNK = 0;
const OLDEST_PLACE = 1;
const OLDEST_HIGH = 2;
const OLDEST_LOW = 3;
const LEFT_HIGH = 4;
const LEFT_LOW = 5;
const COUNTS = 6;

/**
 * Counts of windows `(now − W, now]` for each key and mark, kept as they slide: an item enters once and leaves once, so a step
 * is O(1) amortised whatever W and the counts are. A key is brought up to date when it is touched.
 */
export class WindowCounts implements ListListener {
  readonly chunks: Chunks;
  records: Records;
  readonly windows: readonly CountedWindow[];
  readonly #kinds: Kinds;
  /** First word of each window in a record. */
  readonly #firstWord: number[] = [];
  readonly #cutoffMs: number[];
  readonly #leavesAtOnce: Uint8Array;
  /** For each window and kind: words of the counts that an item of the kind is in. */
  readonly #counted: Uint16Array[][];

  constructor(chunks: Chunks, records: Records, kinds: Kinds, windows: readonly CountedWindow[]) {
    this.chunks = chunks;
    this.records = records;
    this.#kinds = kinds;
    this.windows = windows;
    this.#cutoffMs = windows.map(() => -Infinity);
    this.#leavesAtOnce = Uint8Array.from(windows, ({ leaves }) => (leaves === 'each-item' ? 1 : 0));
    this.#counted = windows.map(() => []);
    let word = WINDOWS;
    for (const { marks } of windows) {
      this.#firstWord.push(word);
      word += COUNTS + marks.length;
    }
  }

  /** Words that a record needs for these windows. */
  static stride(windows: readonly CountedWindow[]): number {
    return windows.reduce((words, { marks }) => words + COUNTS + marks.length, WINDOWS);
  }

  setNow(nowMs: number): void {
    for (let window = 0; window < this.windows.length; window++) this.#cutoffMs[window] = nowMs - this.windows[window]!.windowMs;
  }

  /** Place of a count within a record, for `read`; −1 where it is not kept. */
  placeOf(windowMs: number, mark: number): number {
    const window = this.windows.findIndex((one) => one.windowMs === windowMs);
    const index = window < 0 ? -1 : this.windows[window]!.marks.indexOf(mark);
    return index < 0 ? -1 : this.#firstWord[window]! + COUNTS + index;
  }

  windowOf(windowMs: number): number {
    return this.windows.findIndex((one) => one.windowMs === windowMs);
  }

  /** A count, once the key is advanced. */
  read(at: number, place: number): number {
    return this.records.words[at + place]!;
  }

  /** Lets expired items out of every window of a key. */
  advance(at: number): void {
    for (let window = 0; window < this.windows.length; window++) this.#advance(at, window);
  }

  /** As `advance`, before an item is added: windows that let items go in batches may wait. */
  advanceForItem(at: number): void {
    const isBatch = this.records.words[at + SIZE]! % BATCH_ITEMS === 0;
    for (let window = 0; window < this.windows.length; window++) {
      if (isBatch || this.#leavesAtOnce[window] === 1) this.#advance(at, window);
    }
  }

  beforeReclaim(at: number): void {
    this.advance(at);
  }

  /** Counts an item that has just been inserted into `chunk`, after `advanceForItem`. */
  added(at: number, ms: number, chunk: number, kind: number): void {
    const words = this.records.words;
    for (let window = 0; window < this.windows.length; window++) {
      const own = at + this.#firstWord[window]!;
      const isEmpty = words[own + OLDEST_CHUNK] === 0;
      const oldestMs = words[own + OLDEST_HIGH]! * HIGH_UNIT_MS + words[own + OLDEST_LOW]!;
      // An expired item between others that have not left yet is counted, and leaves with them.
      if (ms <= this.#cutoffMs[window]! && (isEmpty || ms < oldestMs)) {
        if (ms > this.newestLeftMs(at, window)) this.#setTime(own + LEFT_HIGH, ms);
        continue;
      }
      const counted = this.#counted[window]![kind] ?? this.#list(window, kind);
      for (let index = 0; index < counted.length; index++) {
        const word = at + counted[index]!;
        words[word] = words[word]! + 1;
      }
      if (!isEmpty && oldestMs <= ms) continue;
      words[own + OLDEST_CHUNK] = chunk;
      words[own + OLDEST_PLACE] = 0;
      this.#setTime(own + OLDEST_HIGH, ms);
    }
  }

  /** Brings what `advanceForItem` will look at nearer; the answer means nothing. */
  touchOldest(at: number): number {
    const words = this.records.words;
    let touched = 0;
    for (let window = 0; window < this.windows.length; window++) {
      const own = at + this.#firstWord[window]!;
      const chunk = words[own + OLDEST_CHUNK]!;
      if (this.#leavesAtOnce[window] === 0 || chunk === 0) continue;
      const oldestMs = words[own + OLDEST_HIGH]! * HIGH_UNIT_MS + words[own + OLDEST_LOW]!;
      if (oldestMs > this.#cutoffMs[window]!) continue;
      const place = words[own + OLDEST_PLACE]!;
      touched ^= this.chunks.timeAt(chunk, place) ^ this.chunks.kindAt(chunk, place);
    }
    return touched;
  }

  /** A chunk at or before the oldest item inside; 0 for an empty window. */
  oldestChunk(at: number, window: number): number {
    return this.records.words[at + this.#firstWord[window]! + OLDEST_CHUNK]!;
  }

  /** Event time of the oldest item inside a window that is not empty, whatever its marks. */
  oldestMs(at: number, window: number): number {
    const own = at + this.#firstWord[window]!;
    return this.records.words[own + OLDEST_HIGH]! * HIGH_UNIT_MS + this.records.words[own + OLDEST_LOW]!;
  }

  /** Event time of the newest item held that is too old for the window; 0 where none has been. */
  newestLeftMs(at: number, window: number): number {
    const own = at + this.#firstWord[window]!;
    return this.records.words[own + LEFT_HIGH]! * HIGH_UNIT_MS + this.records.words[own + LEFT_LOW]!;
  }

  /** After kinds' numbers have been freed: another kind may have one of them now. */
  forgetKinds(): void {
    for (const lists of this.#counted) lists.length = 0;
  }

  chunkMoved(at: number, from: number, to: number): void {
    const words = this.records.words;
    for (const first of this.#firstWord) if (words[at + first + OLDEST_CHUNK] === from) words[at + first + OLDEST_CHUNK] = to;
  }

  /** Sets every window of a key from the items held, from its settled head on. */
  recount(at: number): void {
    const words = this.records.words;
    words.fill(0, at + WINDOWS, at + this.records.stride);
    for (let chunk = words[at + HEAD]!; chunk !== 0; chunk = this.chunks.get(chunk, NEXT)) {
      const count = this.chunks.get(chunk, COUNT);
      for (let place = 0; place < count; place++) this.added(at, this.chunks.timeAt(chunk, place), chunk, this.chunks.kindAt(chunk, place));
    }
  }

  #advance(at: number, window: number): void {
    const words = this.records.words;
    const own = at + this.#firstWord[window]!;
    if (words[own + OLDEST_CHUNK] === 0) return;
    const oldestMs = words[own + OLDEST_HIGH]! * HIGH_UNIT_MS + words[own + OLDEST_LOW]!;
    if (oldestMs <= this.#cutoffMs[window]!) this.#drop(at, window, oldestMs);
  }

  #drop(at: number, window: number, oldestMs: number): void {
    const words = this.records.words;
    const own = at + this.#firstWord[window]!;
    const cutoffMs = this.#cutoffMs[window]!;
    const lists = this.#counted[window]!;
    let leftMs = oldestMs;
    let chunk = words[own + OLDEST_CHUNK]!;
    let place = this.#placeOfOldest(chunk, words[own + OLDEST_PLACE]!, oldestMs);
    while (chunk !== 0) {
      const { halves, start } = this.chunks.kindsOf(chunk);
      const count = this.chunks.get(chunk, COUNT);
      for (; place < count; place++) {
        const ms = this.chunks.timeAt(chunk, place);
        if (ms > cutoffMs) {
          words[own + OLDEST_CHUNK] = chunk;
          words[own + OLDEST_PLACE] = place;
          this.#setTime(own + OLDEST_HIGH, ms);
          this.#setTime(own + LEFT_HIGH, leftMs);
          return;
        }
        const kind = halves[start + place]!;
        const counted = lists[kind] ?? this.#list(window, kind);
        for (let index = 0; index < counted.length; index++) {
          const word = at + counted[index]!;
          words[word] = words[word]! - 1;
        }
        leftMs = ms;
      }
      chunk = this.chunks.get(chunk, NEXT);
      place = chunk === 0 ? 0 : this.chunks.firstAfter(chunk, oldestMs - 1);
    }
    // Nothing is left of what stood there: the same items give the same words, however often the window was looked at.
    words[own + OLDEST_CHUNK] = 0;
    words[own + OLDEST_PLACE] = 0;
    this.#setTime(own + OLDEST_HIGH, 0);
    this.#setTime(own + LEFT_HIGH, leftMs);
  }

  /** Where the first item of a time stands in a chunk: where it was noted, unless others have moved it since. */
  #placeOfOldest(chunk: number, noted: number, oldestMs: number): number {
    const isThere = noted < this.chunks.get(chunk, COUNT) && this.chunks.timeAt(chunk, noted) === oldestMs;
    if (isThere && (noted === 0 || this.chunks.timeAt(chunk, noted - 1) < oldestMs)) return noted;
    // Times are whole milliseconds: what comes after `oldest − 1` was inside.
    return this.chunks.firstAfter(chunk, oldestMs - 1);
  }

  #setTime(highWord: number, ms: number): void {
    const low = ms >>> 0;
    this.records.words[highWord] = (ms - low) / HIGH_UNIT_MS;
    this.records.words[highWord + 1] = low;
  }

  #list(window: number, kind: number): Uint16Array {
    const first = this.#firstWord[window]! + COUNTS;
    const { marks } = this.windows[window]!;
    const list = Uint16Array.from(this.#kinds.marksOf(kind).filter((mark) => marks.includes(mark)), (mark) => first + marks.indexOf(mark));
    this.#counted[window]![kind] = list;
    return list;
  }
}

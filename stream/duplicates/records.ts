import { unitAt } from '../../core/unit-at.ts';
import type { ByteReader, LargePart, StateWriter } from '../windows/bytes.ts';
import { SKETCH_WORDS } from './sketch.ts';

/** Places of a record's words. */
export const CUSTOMER_LOW = 0;
export const CUSTOMER_HIGH = 1;
export const OTHER_LOW = 2;
export const OTHER_HIGH = 3;
export const TEXT_LOW = 4;
export const TEXT_HIGH = 5;
/** Stream time modulo 2^32 ms; a record is gone long before that comes round. */
const SEEN_MS = 6;
/** Event time, whole seconds since the epoch. */
export const EVENT_SECONDS = 7;
/** Number of the record before it with the same first key (`CUSTOMER_`), 0 for none. */
export const BEFORE = 8;
/** The same by the second key (`OTHER_`). */
export const BEFORE_BY_OTHER = 9;
/** Campaign group, 0 for none. */
export const GROUP = 10;
/** Hashes of what the item names, 0 where it names none. */
export const ORDER = 11;
export const PRODUCT = 12;
export const DIGITS = 13;
/** 16 bits of weight; above them 8 bits of the id's length, and whether its characters take two bytes. */
const WEIGHT_AND_ID = 14;
/** A bit of that word: the first key is a customer's and not an order's or a ticket's. */
const OF_CUSTOMER = 1 << 25;
const ID_FROM = 15;
export const SKETCH = 16;
const RECORD_WORDS = SKETCH + SKETCH_WORDS;

const SEGMENT_SHIFT = 12;
const SEGMENT_RECORDS = 1 << SEGMENT_SHIFT;
const SEGMENT_MASK = SEGMENT_RECORDS - 1;
/** An id is at most this long; of a longer one only the start is kept. */
const ID_UNITS_MAX = 255;
const ID_BYTES_EACH = 32;
/** Records that the first segment has room for; it doubles up to the whole. One that follows another has the whole room at once. */
const FIRST_RECORDS = 128;

/** Records of neighbouring numbers, and the bytes of their ids. */
interface Segment {
  words: Uint32Array;
  ids: Uint8Array;
  idBytes: number;
}

interface HeldSegment extends Segment {
  index: number;
  /** Words in use. */
  filled: number;
}

const NO_WORDS = new Uint32Array(0);

/**
 * Latest texts in the order in which they came: numbered 1, 2, 3 … modulo 2^32 (0 means none), the oldest ones leave first.
 * Memory is taken and given back in segments of 4,096.
 */
export class Records {
  readonly #segments: (Segment | null)[];
  readonly #itemsMax: number;
  #held: HeldSegment[] | null = null;
  /** Number of the oldest record. */
  first = 1;
  size = 0;
  /** Records that left before the horizon because `itemsMax` were held. */
  forgottenEarly = 0;
  /** The words of the segment that `at` found last. */
  words: Uint32Array = new Uint32Array(0);

  /** `itemsMax`: a power of two, 4,096 at least. */
  constructor(itemsMax: number) {
    this.#itemsMax = itemsMax;
    // Twice the places that can be in use at once, so that the one being filled never holds the oldest records as well.
    this.#segments = new Array<Segment | null>((itemsMax / SEGMENT_RECORDS) * 2).fill(null);
  }

  has(number: number): boolean {
    return number !== 0 && (number - this.first) >>> 0 < this.size;
  }

  /** Where a live record's words start in `words`, which is set to its segment's. */
  at(number: number): number {
    this.words = this.#segmentOf(number)!.words;
    return (number & SEGMENT_MASK) * RECORD_WORDS;
  }

  /** Brings the words of the first `count` of some live records nearer, many looks at once; the answer means nothing. */
  touch(numbers: Uint32Array, count: number): number {
    const segments = this.#segments;
    const mask = segments.length - 1;
    let touched = 0;
    for (let index = 0; index < count; index++) {
      const number = numbers[index]!;
      const { words } = segments[(number >>> SEGMENT_SHIFT) & mask]!;
      const from = (number & SEGMENT_MASK) * RECORD_WORDS;
      touched ^= words[from]! ^ words[from + RECORD_WORDS - 1]!;
    }
    return touched;
  }

  /** Adds a record with its id and time; the caller fills the other words, which are 0. Returns where they start in `words`. */
  add(id: string, nowMs: number, weight: number): number {
    // Number 0 is left out: when it is its turn a record stands there that nothing refers to.
    if ((this.first + this.size) >>> 0 === 0) this.#push('', nowMs, 0);
    return this.#push(id, nowMs, weight);
  }

  id(number: number): string {
    const { words, ids } = this.#segmentOf(number)!;
    const from = (number & SEGMENT_MASK) * RECORD_WORDS;
    const packed = words[from + WEIGHT_AND_ID]! >>> 16;
    const isWide = (packed & 0x100) !== 0;
    let id = '';
    let at = words[from + ID_FROM]!;
    for (let unit = 0; unit < (packed & 0xff); unit++) {
      id += String.fromCharCode(isWide ? ids[at]! | (ids[at + 1]! << 8) : ids[at]!);
      at += isWide ? 2 : 1;
    }
    return id;
  }

  /** Number of the record that was added last. */
  get last(): number {
    return (this.first + this.size - 1) >>> 0;
  }

  /** Lets go of records that were seen longer than `horizonMs` ago. `idleMs`: time since the call before. */
  retire(nowMs: number, horizonMs: number, idleMs: number): void {
    if (idleMs > horizonMs) {
      // All of them, and the wrapped times of the records could not tell.
      this.#segments.fill(null);
      this.first = (this.first + this.size) >>> 0;
      this.size = 0;
      return;
    }
    while (this.size > 0) {
      const from = this.at(this.first);
      if ((toSeen(nowMs) - this.words[from + SEEN_MS]!) >>> 0 <= horizonMs) return;
      this.#dropFirst();
    }
  }

  bytes(): number {
    let bytes = 0;
    for (const segment of this.#segments) if (segment !== null) bytes += segment.words.byteLength + segment.ids.byteLength;
    return bytes;
  }

  /** To be called before words of a live record are changed: they may be waiting to be saved as they stand. */
  beforeWrite(number: number): void {
    if (this.#held !== null) this.#putAside((number >>> SEGMENT_SHIFT) & (this.#segments.length - 1));
  }

  encode(out: StateWriter): void {
    const part = this.#part();
    out.number(this.first);
    out.number(this.size);
    out.number(this.forgottenEarly);
    out.number(part.pieces);
    out.large(part);
  }

  static decode(from: ByteReader, itemsMax: number): Records {
    const records = new Records(itemsMax);
    records.first = from.number();
    records.size = from.number();
    records.forgottenEarly = from.number();
    for (let left = from.number(); left > 0; left--) {
      const index = from.number();
      const words = new Uint32Array(from.bytes().buffer);
      const ids = from.bytes();
      records.#segments[index] = { words, ids, idBytes: ids.length };
    }
    return records;
  }

  /** A segment a piece. Ids are only ever added behind the others, so their bytes need no copy. */
  #part(): LargePart {
    const lastIndex = (this.last >>> SEGMENT_SHIFT) & (this.#segments.length - 1);
    const filled = ((this.last & SEGMENT_MASK) + 1) * RECORD_WORDS;
    const segments = this.#segments.flatMap((segment, index): HeldSegment[] => {
      if (segment === null) return [];
      return [{ ...segment, index, filled: index === lastIndex && this.size > 0 ? filled : segment.words.length }];
    });
    return {
      pieces: segments.length,
      hold: () => {
        this.#held = segments;
      },
      write: (piece, out) => {
        const { index, words, filled: used, ids, idBytes } = segments[piece]!;
        out.number(index);
        out.words(words.subarray(0, used));
        out.bytes(ids.subarray(0, idBytes));
        segments[piece]!.words = NO_WORDS;
      },
      letGo: () => {
        this.#held = null;
      },
    };
  }

  #putAside(index: number): void {
    const words = this.#segments[index]!.words;
    for (const held of this.#held!) if (held.words === words) held.words = words.slice();
  }

  #segmentOf(number: number): Segment | null {
    return this.#segments[(number >>> SEGMENT_SHIFT) & (this.#segments.length - 1)]!;
  }

  #push(id: string, nowMs: number, weight: number): number {
    if (this.size === this.#itemsMax) {
      this.forgottenEarly++;
      this.#dropFirst();
    }
    const number = (this.first + this.size) >>> 0;
    const index = (number >>> SEGMENT_SHIFT) & (this.#segments.length - 1);
    let segment = this.#segments[index]!;
    if (segment === null) {
      const isFirst = this.#segmentOf(number - SEGMENT_RECORDS) === null;
      const records = isFirst ? FIRST_RECORDS : SEGMENT_RECORDS;
      segment = { words: new Uint32Array(records * RECORD_WORDS), ids: new Uint8Array(records * ID_BYTES_EACH), idBytes: 0 };
      this.#segments[index] = segment;
    }
    this.beforeWrite(number);
    makeRoom(segment, ((number & SEGMENT_MASK) + 1) * RECORD_WORDS);
    this.size++;
    const from = (number & SEGMENT_MASK) * RECORD_WORDS;
    this.words = segment.words;
    segment.words[from + SEEN_MS] = toSeen(nowMs);
    segment.words[from + ID_FROM] = segment.idBytes;
    segment.words[from + WEIGHT_AND_ID] = weight | (writeId(segment, id) << 16);
    return from;
  }

  #dropFirst(): void {
    // Where none is left the next one begins as in an empty memory, however much room there was: the same bytes are saved then.
    const isLastOfSegment = this.size === 1 || (this.first & SEGMENT_MASK) === SEGMENT_MASK;
    if (isLastOfSegment) this.#segments[(this.first >>> SEGMENT_SHIFT) & (this.#segments.length - 1)] = null;
    this.first = (this.first + 1) >>> 0;
    this.size--;
  }
}

export function markCustomer(words: Uint32Array, from: number): void {
  words[from + WEIGHT_AND_ID] = words[from + WEIGHT_AND_ID]! | OF_CUSTOMER;
}

export function isOfCustomer(words: Uint32Array, from: number): boolean {
  return (words[from + WEIGHT_AND_ID]! & OF_CUSTOMER) !== 0;
}

function makeRoom(segment: Segment, words: number): void {
  if (words <= segment.words.length) return;
  const grown = new Uint32Array(Math.min(SEGMENT_RECORDS * RECORD_WORDS, Math.max(words, segment.words.length * 2)));
  grown.set(segment.words);
  segment.words = grown;
}

function toSeen(ms: number): number {
  return (ms % 0x1_0000_0000) >>> 0;
}

/** Appends the id's characters and returns their count, with bit 8 set where they take two bytes each. */
function writeId(segment: Segment, id: string): number {
  const units = Math.min(id.length, ID_UNITS_MAX);
  if (segment.idBytes + units * 2 > segment.ids.length) {
    const grown = new Uint8Array(segment.ids.length * 2 + units * 2);
    grown.set(segment.ids.subarray(0, segment.idBytes));
    segment.ids = grown;
  }
  const { ids, idBytes } = segment;
  for (let unit = 0; unit < units; unit++) {
    const code = unitAt(id, unit);
    if (code > 0xff) return writeWide(segment, id, units);
    ids[idBytes + unit] = code;
  }
  segment.idBytes = idBytes + units;
  return units;
}

function writeWide(segment: Segment, id: string, units: number): number {
  let at = segment.idBytes;
  for (let unit = 0; unit < units; unit++) {
    const code = unitAt(id, unit);
    segment.ids[at++] = code & 0xff;
    segment.ids[at++] = code >>> 8;
  }
  segment.idBytes = at;
  return units | 0x100;
}

import type { Arena } from './arena.ts';
import type { ByteReader, ByteWriter } from './bytes.ts';
import { Chunks } from './chunks.ts';
import { Hash64 } from './hash.ts';
import { KeyTable } from './key-table.ts';
import { CHECK_AT, HEAD, LINK, Records } from './records.ts';
import { Timelines } from './timelines.ts';
import { WindowCounts } from './window-counts.ts';

/** Stands for every value past the key limit: a key of its own that says so. */
export const OVERFLOW_VALUE = '(over the key limit)';
/** Keys over the limit that may exist: one for each workspace, then one for all. */
const OVERFLOW_KEYS_MAX = 1_000;
/** A key is looked at this often while it has items, to give memory back. */
const CHECKS_PER_KEEP = 8;
const CHECKS_PER_SWEEP_MAX = 2_000;

export interface SeriesShape {
  /** Values of a key: the workspace, then one for each field. */
  width: number;
  /** Items are held this long, milliseconds; at least the longest window. */
  keepMs: number;
  /** Windows whose counts are kept as they slide, ascending, milliseconds. */
  windowsMs: number[];
  keysMax: number;
}

/** Every item of one kind by key: which windows it is in, exactly, for as long as it is held. */
export class Series {
  readonly shape: SeriesShape;
  #records: Records;
  readonly keys: KeyTable;
  readonly times: Timelines;
  #windows: WindowCounts;
  readonly #arena: Arena;
  readonly #chunks: Chunks;
  /** Keys in the order of their next check, slot + 1 each. */
  #firstCheck = 0;
  #lastCheck = 0;
  #nowMs = 0;
  /** Items that went to an overflow key since the series began. */
  overflowItems = 0;

  constructor(arena: Arena, shape: SeriesShape, saved?: { records: Records; values: string[] }) {
    this.#arena = arena;
    this.shape = shape;
    this.#records = saved?.records ?? new Records(shape.windowsMs.length);
    this.#chunks = new Chunks(arena);
    this.keys = new KeyTable(this.#records, shape.width, saved?.values);
    this.#windows = new WindowCounts(this.#chunks, this.#records, shape.windowsMs);
    this.times = new Timelines(this.#chunks, this.#records, (at, from, to) => this.#windows.chunkMoved(at, from, to));
  }

  get windows(): WindowCounts {
    return this.#windows;
  }

  get keyCount(): number {
    return this.#records.live;
  }

  /** Where a key's record starts. Valid until the next key is added. */
  recordOf(slot: number): number {
    return slot * this.#records.stride;
  }

  setNow(nowMs: number): void {
    this.#nowMs = nowMs;
    this.#windows.setNow(nowMs);
  }

  /** Slot of a key, added where it is new. Past the key limit it is the workspace's overflow key, then the common one. */
  slotFor(hash: number, values: readonly string[], from: number): number {
    const found = this.keys.find(hash, values, from);
    if (found >= 0) return found;
    if (this.#records.live < this.shape.keysMax) return this.#add(hash, values, from);
    this.overflowItems++;
    const overflow = [values[from]!, ...new Array<string>(this.shape.width - 1).fill(OVERFLOW_VALUE)];
    const own = this.keys.find(keyHash(overflow, 0, overflow.length), overflow, 0);
    if (own >= 0) return own;
    if (this.#records.live >= this.shape.keysMax + OVERFLOW_KEYS_MAX) overflow[0] = OVERFLOW_VALUE;
    const hashed = keyHash(overflow, 0, overflow.length);
    const common = this.keys.find(hashed, overflow, 0);
    return common >= 0 ? common : this.#add(hashed, overflow, 0);
  }

  /** False for an item that is too old to be held. */
  holds(ms: number): boolean {
    return ms >= 0 && ms > this.#nowMs - this.shape.keepMs;
  }

  /** Adds an item that the series holds to a key. `ms`: whole milliseconds, at most the stream's now. */
  add(slot: number, ms: number, customer: number): void {
    const at = slot * this.#records.stride;
    this.#windows.advance(at);
    const chunk = this.times.insert(at, ms, customer, this.#nowMs - this.shape.keepMs);
    this.#windows.added(at, ms, chunk);
  }

  /** Gives back what has left the series; at most a bounded part of it a call. `removed` is told of each key that is gone. */
  sweep(removed: (slot: number) => void): void {
    const second = Math.floor(this.#nowMs / 1000);
    const keepAfterMs = this.#nowMs - this.shape.keepMs;
    for (let checks = 0; this.#firstCheck !== 0 && checks < CHECKS_PER_SWEEP_MAX; checks++) {
      const slot = this.#firstCheck - 1;
      const at = slot * this.#records.stride;
      const words = this.#records.words;
      if (words[at + CHECK_AT]! > second) return;
      this.#firstCheck = words[at + LINK]!;
      if (this.#firstCheck === 0) this.#lastCheck = 0;
      this.#windows.advance(at);
      this.times.reclaim(at, keepAfterMs);
      if (words[at + HEAD] === 0) {
        this.keys.remove(slot);
        removed(slot);
      } else this.#queue(slot, second);
    }
  }

  /** The same items under another shape; windows that were not counted before are counted from the items held. */
  reshape(shape: SeriesShape): Series {
    for (const slot of this.slots()) this.times.settle(slot * this.#records.stride);
    const next = new Series(this.#arena, shape, { records: this.#records.withWindows(shape.windowsMs.length), values: this.keys.values });
    next.#adopt(this.#firstCheck, this.#lastCheck);
    next.overflowItems = this.overflowItems;
    next.setNow(this.#nowMs);
    for (const slot of next.slots()) {
      const at = next.recordOf(slot);
      for (let window = 0; window < shape.windowsMs.length; window++) next.#windows.recount(at, window, next.#records.words[at + HEAD]!);
    }
    return next;
  }

  /** Gives every chunk back; the series must not be used after. */
  dispose(): void {
    for (const slot of this.slots()) this.times.clear(slot * this.#records.stride);
  }

  /** Slots in use, in the order of their next check. */
  slots(): number[] {
    const slots: number[] = [];
    for (let link = this.#firstCheck; link !== 0; link = this.#records.words[(link - 1) * this.#records.stride + LINK]!) slots.push(link - 1);
    return slots;
  }

  /** Bytes beside the chunks: records, table and, at a guess of 40 bytes each, the values' texts. */
  keyBytes(): number {
    return this.#records.words.byteLength + this.keys.bytes() + this.#records.live * this.shape.width * 8 + this.#records.live * 40;
  }

  encode(out: ByteWriter): void {
    out.json(this.shape);
    out.number(this.#firstCheck);
    out.number(this.#lastCheck);
    out.number(this.#nowMs);
    out.number(this.overflowItems);
    this.#records.encode(out);
    out.json(this.keys.values);
  }

  static decode(from: ByteReader, arena: Arena): Series {
    const shape = from.json() as SeriesShape;
    const firstCheck = from.number();
    const lastCheck = from.number();
    const nowMs = from.number();
    const overflowItems = from.number();
    const records = Records.decode(from);
    const series = new Series(arena, shape, { records, values: from.json() as string[] });
    series.#adopt(firstCheck, lastCheck);
    series.overflowItems = overflowItems;
    series.setNow(nowMs);
    return series;
  }

  #adopt(firstCheck: number, lastCheck: number): void {
    this.#firstCheck = firstCheck;
    this.#lastCheck = lastCheck;
    this.keys.restore(this.slots());
  }

  #add(hash: number, values: readonly string[], from: number): number {
    const slot = this.keys.add(hash, values, from);
    this.#queue(slot, Math.floor(this.#nowMs / 1000));
    return slot;
  }

  #queue(slot: number, second: number): void {
    const { words, stride } = this.#records;
    words[slot * stride + CHECK_AT] = second + Math.ceil(this.shape.keepMs / 1000 / CHECKS_PER_KEEP);
    words[slot * stride + LINK] = 0;
    if (this.#lastCheck === 0) this.#firstCheck = slot + 1;
    else words[(this.#lastCheck - 1) * stride + LINK] = slot + 1;
    this.#lastCheck = slot + 1;
  }
}

/** Hash of `width` values from `from` on, as `Series.slotFor` wants it. */
export function keyHash(values: readonly string[], from: number, width: number): number {
  const hash = new Hash64();
  for (let index = from; index < from + width; index++) hash.text(values[index]!);
  return hash.finish().low;
}

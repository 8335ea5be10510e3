import type { Arena } from './arena.ts';
import type { ByteReader, ByteWriter } from './bytes.ts';
import { Chunks } from './chunks.ts';
import { keyHash } from './key-names.ts';
import type { KeyNames } from './key-names.ts';
import { CHECK_AT, HEAD, KEY, LINK, Records } from './records.ts';
import { SlotTable } from './slot-table.ts';
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
  /** Texts of the keys: the workspace, then one for each field; shared by all series with the same fields. */
  readonly names: KeyNames;
  readonly times: Timelines;
  #windows: WindowCounts;
  readonly #chunks: Chunks;
  #slots: SlotTable;
  /** Keys in the order of their next check, slot + 1 each. */
  #firstCheck = 0;
  #lastCheck = 0;
  #nowMs = 0;
  #keepAfterMs = 0;
  /** Items that went to an overflow key since the series began. */
  overflowItems = 0;

  constructor(arena: Arena, names: KeyNames, shape: SeriesShape, records = new Records(shape.windowsMs.length)) {
    this.shape = shape;
    this.names = names;
    this.#records = records;
    this.#slots = new SlotTable(records);
    this.#chunks = new Chunks(arena);
    this.#windows = new WindowCounts(this.#chunks, records, shape.windowsMs);
    this.times = new Timelines(this.#chunks, records, (at, from, to) => this.#windows.chunkMoved(at, from, to));
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
    this.#keepAfterMs = nowMs - this.shape.keepMs;
    this.#windows.setNow(nowMs);
  }

  /** Number of a slot's key in `names`. */
  keyOf(slot: number): number {
    return this.#records.words[slot * this.#records.stride + KEY]!;
  }

  /** Slot of a key, or −1; `key`: its number in `names`, or −1 where it has none. */
  find(key: number): number {
    return key < 0 ? -1 : this.#slots.find(key);
  }

  /**
   * Slot of the key whose texts stand in `texts` from `from` on and that `find` did not find. Past the key limit it is the
   * workspace's overflow key, then the common one.
   */
  open(hash: number, texts: readonly string[], from: number): number {
    if (this.#records.live < this.shape.keysMax) return this.#add(this.names.findOrAdd(hash, texts, from));
    this.overflowItems++;
    const { width } = this.names;
    const overflow = [texts[from]!, ...new Array<string>(width - 1).fill(OVERFLOW_VALUE)];
    const own = this.find(this.names.find(keyHash(overflow, 0, width), overflow, 0));
    if (own >= 0) return own;
    if (this.#records.live >= this.shape.keysMax + OVERFLOW_KEYS_MAX) overflow[0] = OVERFLOW_VALUE;
    const key = this.names.findOrAdd(keyHash(overflow, 0, width), overflow, 0);
    const common = this.find(key);
    return common >= 0 ? common : this.#add(key);
  }

  /** False for an item that is too old to be held. */
  holds(ms: number): boolean {
    return ms >= 0 && ms > this.#keepAfterMs;
  }

  /** Adds an item that the series holds to a key. `ms`: whole milliseconds, at most the stream's now. */
  add(slot: number, ms: number, customer: number): void {
    const at = slot * this.#records.stride;
    this.#windows.advance(at);
    const chunk = this.times.insert(at, ms, customer, this.#keepAfterMs);
    this.#windows.added(at, ms, chunk);
  }

  /** Gives back what has left the series; at most a bounded part of it a call. `removed` is told of each key that is gone. */
  sweep(removed: (slot: number) => void): void {
    const second = Math.floor(this.#nowMs / 1000);
    for (let checks = 0; this.#firstCheck !== 0 && checks < CHECKS_PER_SWEEP_MAX; checks++) {
      const slot = this.#firstCheck - 1;
      const at = slot * this.#records.stride;
      const words = this.#records.words;
      if (words[at + CHECK_AT]! > second) return;
      this.#firstCheck = words[at + LINK]!;
      if (this.#firstCheck === 0) this.#lastCheck = 0;
      this.#windows.advance(at);
      this.times.reclaim(at, this.#keepAfterMs);
      if (words[at + HEAD] === 0) {
        this.#slots.remove(slot);
        this.names.release(this.keyOf(slot));
        this.#records.release(slot);
        removed(slot);
      } else this.#queue(slot, second);
    }
  }

  /** The same items under another shape; windows that were not counted before are counted from the items held. */
  reshape(shape: SeriesShape): Series {
    for (const slot of this.slots()) this.times.settle(slot * this.#records.stride);
    const next = new Series(this.#chunks.arena, this.names, shape, this.#records.withWindows(shape.windowsMs.length));
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
    for (const slot of this.slots()) {
      this.times.clear(slot * this.#records.stride);
      this.names.release(this.keyOf(slot));
    }
  }

  /** Slots in use, in the order of their next check. */
  slots(): number[] {
    const slots: number[] = [];
    for (let link = this.#firstCheck; link !== 0; link = this.#records.words[(link - 1) * this.#records.stride + LINK]!) slots.push(link - 1);
    return slots;
  }

  /** Bytes beside the chunks and the names. */
  keyBytes(): number {
    return this.#records.words.byteLength + this.#slots.bytes();
  }

  encode(out: ByteWriter): void {
    out.json(this.shape);
    out.number(this.#firstCheck);
    out.number(this.#lastCheck);
    out.number(this.#nowMs);
    out.number(this.overflowItems);
    this.#records.encode(out);
  }

  static decode(from: ByteReader, arena: Arena, names: KeyNames): Series {
    const shape = from.json() as SeriesShape;
    const firstCheck = from.number();
    const lastCheck = from.number();
    const nowMs = from.number();
    const overflowItems = from.number();
    const records = Records.decode(from);
    const series = new Series(arena, names, shape, records);
    series.#adopt(firstCheck, lastCheck);
    series.overflowItems = overflowItems;
    series.setNow(nowMs);
    return series;
  }

  #adopt(firstCheck: number, lastCheck: number): void {
    this.#firstCheck = firstCheck;
    this.#lastCheck = lastCheck;
    this.#slots = new SlotTable(this.#records, this.slots());
  }

  #add(key: number): number {
    const slot = this.#records.allocate();
    this.#records.words[slot * this.#records.stride + KEY] = key;
    this.names.retain(key);
    this.#slots.add(slot);
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

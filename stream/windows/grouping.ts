import type { Arena } from './arena.ts';
import type { ByteReader, StateWriter } from './bytes.ts';
import { COUNT, Chunks, NEXT } from './chunks.ts';
import { TextHash } from './hash.ts';
import { KeyNames } from './key-names.ts';
import { Kinds } from './kinds.ts';
import { CHECK_AT, HEAD, LINK, Records, SIZE } from './records.ts';
import { Timelines } from './timelines.ts';
import { WindowCounts } from './window-counts.ts';
import type { CountedWindow } from './window-counts.ts';

/** Stands for every value past the key limit: a key of its own that says so. */
export const OVERFLOW_VALUE = '(over the key limit)';
/** Keys over the limit that may exist: one for each workspace, then one for all. */
const OVERFLOW_KEYS_MAX = 1_000;
/** A key is looked at this often while it has items, to give memory back. */
const CHECKS_PER_KEEP = 8;
const CHECKS_PER_SWEEP_MAX = 2_000;

export interface GroupingShape {
  /** Texts of a key: the workspace, then one for each field. */
  width: number;
  /** Items are held this long, milliseconds; at least the longest window. */
  keepMs: number;
  /** Conditions that an item may meet, 0 … markCount − 1. */
  markCount: number;
  /** Windows whose counts are kept as they slide. */
  windows: CountedWindow[];
  keysMax: number;
  /** At most KINDS_MAX. */
  kindsMax: number;
}

/** Items by key, each held once with what it counts for: which windows it is in, exactly, for as long as it is held. */
export class Grouping {
  readonly shape: GroupingShape;
  readonly names: KeyNames;
  readonly kinds: Kinds;
  readonly times: Timelines;
  readonly counts: WindowCounts;
  readonly #records: Records;
  /** Keys in the order of their next check, key + 1 each. */
  #firstCheck = 0;
  #lastCheck = 0;
  #nowMs = 0;
  #keepAfterMs = 0;
  #kindsCollectedAtMs = -1;
  /** Grows when numbers of kinds have been freed: another kind may have one of them now. */
  kindsGeneration = 0;
  /** Items that went to an overflow key since the grouping began. */
  overflowItems = 0;

  constructor(arena: Arena, shape: GroupingShape, from?: { names: KeyNames; kinds: Kinds; records: Records }) {
    const chunks = new Chunks(arena);
    this.shape = shape;
    this.names = from?.names ?? new KeyNames(shape.width);
    this.kinds = from?.kinds ?? new Kinds(shape.markCount, [], shape.kindsMax);
    this.#records = from?.records ?? new Records(WindowCounts.stride(shape.windows));
    this.counts = new WindowCounts(chunks, this.#records, this.kinds, shape.windows);
    this.times = new Timelines(chunks, this.#records, this.counts);
  }

  /** Where a key's record starts. */
  recordOf(key: number): number {
    return key * this.#records.stride;
  }

  setNow(nowMs: number): void {
    this.#nowMs = nowMs;
    this.#keepAfterMs = nowMs - this.shape.keepMs;
    this.counts.setNow(nowMs);
  }

  /** False for an item that is too old to be held. */
  holds(ms: number): boolean {
    return ms >= 0 && ms > this.#keepAfterMs;
  }

  /** The key with these texts; `hash`: `TextHash.all` of them. Past the key limit a new one is the workspace's overflow key, then the common one. */
  keyOf(hash: number, texts: readonly string[]): number {
    const found = this.names.find(hash, texts);
    if (found >= 0) return found;
    if (this.names.live < this.shape.keysMax) return this.#add(hash, texts);
    this.overflowItems++;
    const overflow = [texts[0]!, ...new Array<string>(this.shape.width - 1).fill(OVERFLOW_VALUE)];
    const own = this.names.find(new TextHash().all(overflow), overflow);
    if (own >= 0) return own;
    if (this.names.live >= this.shape.keysMax + OVERFLOW_KEYS_MAX) overflow[0] = OVERFLOW_VALUE;
    const overflowHash = new TextHash().all(overflow);
    const common = this.names.find(overflowHash, overflow);
    return common >= 0 ? common : this.#add(overflowHash, overflow);
  }

  /** The kind of an item that meets the conditions with a 1; −1 where there are too many kinds: add it once for each mark then, with `kinds.alone`. */
  kindOf(present: Uint8Array): number {
    const kind = this.kinds.of(present);
    const isTooSoon = this.#kindsCollectedAtMs >= 0 && this.#nowMs - this.#kindsCollectedAtMs < this.shape.keepMs / CHECKS_PER_KEEP;
    if (kind >= 0 || isTooSoon) return kind;
    this.#kindsCollectedAtMs = this.#nowMs;
    this.kinds.keepOnly(this.#kindsInUse());
    this.counts.forgetKinds();
    this.kindsGeneration++;
    return this.kinds.of(present);
  }

  /** Adds an item that the grouping holds. `ms`: whole milliseconds, at most the stream's now. */
  add(key: number, ms: number, item: { customer: number; kind: number }): void {
    const at = key * this.#records.stride;
    this.counts.advanceForItem(at);
    const chunk = this.times.insert(at, ms, item, this.#keepAfterMs);
    this.counts.added(at, ms, chunk, item.kind);
  }

  /** Gives back what has left; at most a bounded part of it a call. `removed` is told of each key that is gone. */
  sweep(removed: (key: number) => void): void {
    const second = Math.floor(this.#nowMs / 1000);
    const words = this.#records.words;
    for (let checks = 0; this.#firstCheck !== 0 && checks < CHECKS_PER_SWEEP_MAX; checks++) {
      const key = this.#firstCheck - 1;
      const at = key * this.#records.stride;
      if (words[at + CHECK_AT]! > second) return;
      this.#firstCheck = words[at + LINK]!;
      if (this.#firstCheck === 0) this.#lastCheck = 0;
      this.counts.advance(at);
      this.times.reclaim(at, this.#keepAfterMs);
      if (words[at + HEAD] === 0) {
        this.names.remove(key);
        removed(key);
      } else this.#queue(key, second);
    }
  }

  /** Lets go at once of every item that is too old to be held. */
  trim(): void {
    for (const key of this.keys()) {
      const at = key * this.#records.stride;
      this.counts.advance(at);
      this.times.reclaim(at, this.#keepAfterMs);
    }
  }

  /**
   * The same items under another shape. `marks`: for each old mark its number now, or −1 where it counts no more. Items are
   * not touched; their counts are taken anew.
   */
  reshape(shape: GroupingShape, marks: readonly number[]): Grouping {
    this.kinds.keepOnly(this.#kindsInUse());
    const kinds = new Kinds(shape.markCount, this.kinds.save().map((old) => old && old.map((mark) => marks[mark]!).filter((mark) => mark >= 0).sort((a, b) => a - b)), shape.kindsMax);
    const records = this.#records.withStride(WindowCounts.stride(shape.windows));
    const next = new Grouping(this.times.chunks.arena, shape, { names: this.names, kinds, records });
    next.#firstCheck = this.#firstCheck;
    next.#lastCheck = this.#lastCheck;
    next.overflowItems = this.overflowItems;
    next.setNow(this.#nowMs);
    for (const key of next.keys()) {
      const at = key * records.stride;
      next.times.settle(at);
      next.counts.recount(at);
    }
    return next;
  }

  /** Gives every chunk back; the grouping must not be used after. */
  dispose(): void {
    for (const key of this.keys()) this.times.clear(key * this.#records.stride);
  }

  /** Keys in use, in the order of their next check. */
  keys(): number[] {
    const keys: number[] = [];
    for (let link = this.#firstCheck; link !== 0; link = this.#records.words[(link - 1) * this.#records.stride + LINK]!) keys.push(link - 1);
    return keys;
  }

  /** Items held by all keys, the not yet reclaimed ones included. */
  itemsHeld(): number {
    return this.keys().reduce((sum, key) => sum + this.#records.words[key * this.#records.stride + SIZE]!, 0);
  }

  /** Bytes beside the chunks. */
  keyBytes(): number {
    return this.#records.words.byteLength + this.names.bytes();
  }

  encode(out: StateWriter): void {
    out.json({ shape: this.shape, kinds: this.kinds.save() });
    out.number(this.#firstCheck);
    out.number(this.#lastCheck);
    out.number(this.#nowMs);
    out.number(this.#kindsCollectedAtMs);
    out.number(this.overflowItems);
    this.#records.encode(out);
    this.names.encode(out);
  }

  static decode(from: ByteReader, arena: Arena): Grouping {
    const { shape, kinds } = from.json() as { shape: GroupingShape; kinds: (number[] | null)[] };
    const numbers = [from.number(), from.number(), from.number(), from.number(), from.number()] as const;
    const records = Records.decode(from);
    const grouping = new Grouping(arena, shape, { names: KeyNames.decode(from), kinds: new Kinds(shape.markCount, kinds, shape.kindsMax), records });
    const [firstCheck, lastCheck, nowMs, kindsCollectedAtMs, overflowItems] = numbers;
    grouping.#firstCheck = firstCheck;
    grouping.#lastCheck = lastCheck;
    grouping.#kindsCollectedAtMs = kindsCollectedAtMs;
    grouping.overflowItems = overflowItems;
    grouping.setNow(nowMs);
    return grouping;
  }

  #add(hash: number, texts: readonly string[]): number {
    const key = this.names.add(hash, texts);
    this.#records.clear(key);
    this.#queue(key, Math.floor(this.#nowMs / 1000));
    return key;
  }

  #queue(key: number, second: number): void {
    const { words, stride } = this.#records;
    words[key * stride + CHECK_AT] = second + Math.ceil(this.shape.keepMs / 1000 / CHECKS_PER_KEEP);
    words[key * stride + LINK] = 0;
    if (this.#lastCheck === 0) this.#firstCheck = key + 1;
    else words[(this.#lastCheck - 1) * stride + LINK] = key + 1;
    this.#lastCheck = key + 1;
  }

  #kindsInUse(): Uint8Array {
    const used = new Uint8Array(2 ** 16);
    const { chunks } = this.times;
    for (const key of this.keys()) {
      for (let chunk = this.#records.words[key * this.#records.stride + HEAD]!; chunk !== 0; chunk = chunks.get(chunk, NEXT)) {
        const count = chunks.get(chunk, COUNT);
        for (let place = 0; place < count; place++) used[chunks.kindAt(chunk, place)] = 1;
      }
    }
    return used;
  }
}

import type { ScoredItem } from '../../core/frame.ts';
import { READ_AHEAD_MAX, readAhead } from '../duplicates/readers.ts';
import { TextHash } from '../windows/hash.ts';
import type { KeysAhead } from '../windows/keys-ahead.ts';
import type { CountedGrouping } from './counting-plan.ts';
import type { CounterState } from './state.ts';

/**
 * Hashes by which the next items of a frame and their customers are known again, made in one go, and the places touched at which
 * tables of millions will be looked into for them. A look into such a table waits for memory; in a loop that does nothing else
 * the looks wait together. Nothing is decided here.
 */
export class ReadAhead {
  readonly #hash = new TextHash();
  readonly #idLow = new Int32Array(READ_AHEAD_MAX);
  readonly #idHigh = new Int32Array(READ_AHEAD_MAX);
  readonly #customerLow = new Int32Array(READ_AHEAD_MAX);
  readonly #customerHigh = new Int32Array(READ_AHEAD_MAX);
  #from = 0;
  #to = 0;
  /** Keeps the compiler from leaving out looks that only bring memory nearer. */
  touched = 0;
  /** Of the item that was taken last: lanes of its id and of its customer. */
  readonly id = { low: 0, high: 0 };
  readonly customer = { low: 0, high: 0 };
  /** The item that was taken last as it was read ahead, and its place. */
  item: ScoredItem | null = null;
  place = 0;

  /** Begins with another frame. */
  begin(): void {
    this.#from = 0;
    this.#to = 0;
  }

  /** Makes the item at an index of the frame the present one; indexes go up. */
  take(state: CounterState, items: readonly ScoredItem[], index: number): void {
    if (index >= this.#to) this.#read(state, items, index);
    const place = index - this.#from;
    this.id.low = this.#idLow[place]!;
    this.id.high = this.#idHigh[place]!;
    this.customer.low = this.#customerLow[place]!;
    this.customer.high = this.#customerHigh[place]!;
    this.item = items[index]!;
    this.place = place;
  }

  #read(state: CounterState, items: readonly ScoredItem[], from: number): void {
    const count = Math.min(READ_AHEAD_MAX, items.length - from);
    this.#from = from;
    this.#to = from + count;
    for (let place = 0; place < count; place++) this.#hashOne(items[from + place]!, place);
    const { ids, customers } = state;
    let touched = ids.touch(this.#idLow, this.#idHigh, count) ^ customers.touch(this.#customerLow, this.#customerHigh, count);
    for (const counted of state.plan.groupings) if (counted.keysAhead !== null) touched ^= this.#readKeys(counted, counted.keysAhead, items, count);
    this.touched = touched;
    if (state.duplicates !== null) readAhead(state.duplicates, items, from, this.#to);
  }

  #readKeys({ grouping, keyTexts }: CountedGrouping, ahead: KeysAhead, items: readonly ScoredItem[], count: number): number {
    for (let place = 0; place < count; place++) {
      keyTexts.read(items[this.#from + place]!);
      ahead.note(place, keyTexts.texts, this.#hash.all(keyTexts.texts));
    }
    return ahead.find(grouping, count);
  }

  /** Lanes of what the item does not name stay as they are: nobody asks for them, and looking at them does no harm. */
  #hashOne({ item }: ScoredItem, place: number): void {
    const hash = this.#hash;
    if (item.idGiven) {
      hash.start(item.workspace).text(item.id).finish();
      this.#idLow[place] = hash.low;
      this.#idHigh[place] = hash.high;
    }
    const id = item.customer?.id;
    if (id === undefined || id === '') return;
    hash.start(item.workspace).text(id).finish();
    this.#customerLow[place] = hash.low;
    this.#customerHigh[place] = hash.high;
  }
}

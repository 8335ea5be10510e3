import type { ByteReader, StateWriter } from '../windows/bytes.ts';
import type { FilledField } from '../../core/stored-item.ts';
import { FIELDS, HistoryTable } from './history-table.ts';

const DAY_MS = 86_400_000;
const DAYS_MAX = 0xffff;

export type FieldValues = Partial<Record<FilledField, string>>;

export interface HistoryLimits {
  days: number;
  customersMax: number;
  valuesMax: number;
}

/**
 * What each customer was last known by, each field with the day of the stream on which it was last said. Two generations: who is
 * heard of moves to the newer one; when that is `days` old, or full, the older one is dropped whole.
 */
export class CustomerHistory {
  readonly #limits: HistoryLimits;
  #current = new HistoryTable();
  #older = new HistoryTable();
  #currentSinceDay = -1;
  /** Generations closed because they were full before their time. */
  closedEarly = 0;
  /** Values that were not remembered because there were too many different ones. */
  valuesRefused = 0;

  constructor(limits: HistoryLimits) {
    this.#limits = limits;
  }

  /**
   * Remembers the fields that an item of the customer says (by the place in FILLED_FIELDS; '' says nothing) and writes what is
   * known of the others into `known`, '' where nothing is. Days are whole: a value is used on day d + `days` and not after.
   */
  see(key: { low: number; high: number }, said: readonly string[], known: string[], nowMs: number): void {
    const low = key.low | 0;
    const high = key.high | 0;
    const day = Math.min(Math.floor(nowMs / DAY_MS), DAYS_MAX);
    this.#turn(day);
    const current = this.#current;
    let at = current.find(low, high);
    if (at < 0) {
      const from = this.#older.find(low, high);
      let says = from >= 0;
      for (let field = 0; field < FIELDS && !says; field++) says = said[field] !== '';
      if (!says) {
        known.fill('');
        return;
      }
      at = current.open(low, high);
      if (from >= 0) this.#move(from, at);
    }
    const { words } = current;
    for (let field = 0; field < FIELDS; field++) {
      known[field] = '';
      if (said[field] !== '') {
        const number = current.values.take(said[field]!, this.#limits.valuesMax);
        if (number === 0) this.valuesRefused++;
        words[at + field] = number === 0 ? 0 : pack(number, day);
        continue;
      }
      const word = words[at + field]!;
      if (word !== 0 && day - (word >>> 16) <= this.#limits.days) known[field] = current.values.text(word & 0xffff);
    }
  }

  /** Brings what `see` will look at for the first `count` customers nearer; the answer means nothing. */
  touch(low: Int32Array, high: Int32Array, count: number): number {
    return this.#current.touch(low, high, count);
  }

  bytes(): number {
    return this.#current.bytes() + this.#older.bytes();
  }

  encode(out: StateWriter): void {
    out.number(this.#currentSinceDay);
    out.number(this.closedEarly);
    out.number(this.valuesRefused);
    this.#current.encode(out);
    this.#older.encode(out);
  }

  static decode(from: ByteReader, limits: HistoryLimits): CustomerHistory {
    const history = new CustomerHistory(limits);
    history.#currentSinceDay = from.number();
    history.closedEarly = from.number();
    history.valuesRefused = from.number();
    history.#current = HistoryTable.decode(from);
    history.#older = HistoryTable.decode(from);
    return history;
  }

  #turn(day: number): void {
    if (this.#currentSinceDay < 0) this.#currentSinceDay = day;
    const isFull = this.#current.size >= this.#limits.customersMax;
    // One day more than `days`: what was said late on the first day is still used on the last one.
    if (!isFull && day - this.#currentSinceDay <= this.#limits.days) return;
    if (isFull) this.closedEarly++;
    this.#older = this.#current;
    this.#current = new HistoryTable();
    this.#currentSinceDay = day;
  }

  #move(from: number, to: number): void {
    for (let field = 0; field < FIELDS; field++) {
      const word = this.#older.words[from + field]!;
      if (word === 0) continue;
      const text = this.#older.values.text(word & 0xffff);
      const number = this.#current.values.take(text, this.#limits.valuesMax);
      this.#current.words[to + field] = number === 0 ? 0 : pack(number, word >>> 16);
    }
  }
}

function pack(number: number, day: number): number {
  return ((day << 16) | number) >>> 0;
}

import type { AlertMeasure, GroupKey } from '../../core/alert.ts';
import type { AlertSeverity, Escalation } from '../../core/rule.ts';

/** Words of a key: 0 where no alert is open, NOT_LEARNT, or the count at which the open one says something new; then its highest count. */
const WORDS = 2;
const NOT_LEARNT = 1;
/** Stands for no count at all. */
const NO_LEVEL = 0xffffffff;
const KEYS_MIN = 64;
const OWN_BITS = 31;
const SHARED_BIT = 1 << OWN_BITS;

/** An alert of one rule and group, from opened to resolved. */
export interface OpenAlertState {
  alertId: string;
  workspace: string;
  group: GroupKey;
  severity: AlertSeverity;
  /** Highest `atLeast` announced; 0 before the first escalation. */
  escalatedAt: number;
  openedAtMs: number;
  peak: number;
  /** When its end is looked at next: never after it. */
  dueMs: number;
  /** Of a new topic the term that it is counted by; its name in `group` may be longer. */
  term?: string;
  /** What a watched rule found when it was last looked at. */
  reading?: { count: number; fireAt: number; resolveBelow: number; measure?: AlertMeasure; endsAtMs: number | null };
}

/** For each key of a grouping a bit for each rule with an open alert: of nearly all keys one look says that there is none. */
export class OpenBits {
  #bits = new Int32Array(KEYS_MIN);

  /** The bit of the n-th rule, from 0 on. Beyond 31 rules the others share the last one, which stays once it is set. */
  static bitOf(place: number): number {
    return 1 << Math.min(place, OWN_BITS);
  }

  /** The bits of a key. */
  of(key: number): number {
    return key < this.#bits.length ? this.#bits[key]! : 0;
  }

  set(key: number, bit: number): void {
    if (key >= this.#bits.length) {
      const grown = new Int32Array(key * 2);
      grown.set(this.#bits);
      this.#bits = grown;
    }
    this.#bits[key] = this.#bits[key]! | bit;
  }

  clear(key: number, bit: number): void {
    if (bit !== SHARED_BIT && key < this.#bits.length) this.#bits[key] = this.#bits[key]! & ~bit;
  }
}

/**
 * The open alerts of a rule by key. What every item of a group with an open alert asks for stands in two words by key: a look into a
 * map and at the alert would be several waits for memory.
 */
export class OpenAlerts {
  readonly #byKey = new Map<number, OpenAlertState>();
  #words = new Uint32Array(KEYS_MIN * WORDS);
  #bits: OpenBits | null = null;
  #bit = 0;

  constructor(saved: readonly (readonly [number, OpenAlertState])[] = []) {
    for (const [key, alert] of saved) this.set(key, alert);
  }

  /** Says in a bit of its grouping's keys from now on which of them have an alert. */
  showIn(bits: OpenBits, bit: number): void {
    this.#bits = bits;
    this.#bit = bit;
    for (const key of this.#byKey.keys()) bits.set(key, bit);
  }

  get(key: number): OpenAlertState | undefined {
    if (!this.isOpen(key)) return undefined;
    const alert = this.#byKey.get(key)!;
    alert.peak = Math.max(alert.peak, this.#words[key * WORDS + 1]!);
    return alert;
  }

  isOpen(key: number): boolean {
    return key * WORDS < this.#words.length && this.#words[key * WORDS] !== 0;
  }

  set(key: number, alert: OpenAlertState): void {
    if (key * WORDS >= this.#words.length) {
      const grown = new Uint32Array(key * 2 * WORDS);
      grown.set(this.#words);
      this.#words = grown;
    }
    this.#words[key * WORDS] = NOT_LEARNT;
    this.#words[key * WORDS + 1] = 0;
    this.#byKey.set(key, alert);
    this.#bits?.set(key, this.#bit);
  }

  /** The count at which the open alert of a key says something new, Infinity for none: the next level of its rule. */
  nextLevel(key: number, escalate: readonly Escalation[]): number {
    const known = this.#words[key * WORDS]!;
    if (known !== NOT_LEARNT) return known === NO_LEVEL ? Infinity : known;
    const { escalatedAt } = this.#byKey.get(key)!;
    const level = escalate.find(({ atLeast }) => atLeast > escalatedAt)?.atLeast ?? Infinity;
    this.#words[key * WORDS] = level === Infinity ? NO_LEVEL : level;
    return level;
  }

  /** Notes a count of a key with an open alert. */
  notePeak(key: number, count: number): void {
    if (count > this.#words[key * WORDS + 1]!) this.#words[key * WORDS + 1] = count;
  }

  /** A key's alert was escalated. */
  escalated(key: number): void {
    this.#words[key * WORDS] = NOT_LEARNT;
  }

  /** The rule may have other levels now. */
  forgetLevels(): void {
    for (const key of this.#byKey.keys()) this.escalated(key);
  }

  delete(key: number): void {
    if (!this.isOpen(key)) return;
    this.#words[key * WORDS] = 0;
    this.#byKey.delete(key);
    this.#bits?.clear(key, this.#bit);
  }

  * entries(): Generator<[number, OpenAlertState]> {
    for (const key of this.#byKey.keys()) yield [key, this.get(key)!];
  }
}

import { Arena } from '../../../stream/windows/arena.ts';
import { Grouping } from '../../../stream/windows/grouping.ts';
import { TextHash } from '../../../stream/windows/hash.ts';
import { KeysAhead } from '../../../stream/windows/keys-ahead.ts';
import { nthNewestMs } from '../../../stream/windows/measure.ts';
import { findPastWindow } from '../../../stream/windows/past-window.ts';
import { runIfMain } from './measure.ts';
import type { NodePeer } from './measure.ts';
import { RULE } from './rule.ts';
import type { Fire, WindowEvent } from './rule.ts';

const KEYS_MAX = 1_000_000;
/** Events whose keys are looked up together. */
const AHEAD_EVENTS = 32;
/** Items stay this long after they have left, so that late ones can complete a window that has ended. */
const LATENESS_MAX_MS = 48 * 3_600_000;

/**
 * The counter's windows (`stream/windows/`) without the step around them: what the other programs are given, a key and a time, and
 * what they do with it. A key's group is found by its text, its item put where its time says, the count kept as it slides; a flag
 * for each key says whether it may fire.
 */
export class TocsinWindowsPeer implements NodePeer<WindowEvent[]> {
  readonly chunkEvents = 6_400;
  readonly #groups = new Grouping(new Arena(), {
    width: 1, keepMs: RULE.windowMs + LATENESS_MAX_MS, markCount: 1, windows: [{ windowMs: RULE.windowMs, marks: [0], leaves: 'each-item' }], keysMax: KEYS_MAX, kindsMax: 1,
  });
  readonly #place = this.#groups.counts.placeOf(RULE.windowMs, 0);
  readonly #hash = new TextHash();
  readonly #ahead = new KeysAhead(AHEAD_EVENTS, 1);
  readonly #texts = [''];
  /** By key: 1 from an alert until fewer than `rearmBelow` are in the window. */
  #fired = new Uint8Array(1_024);
  readonly #fires: Fire[] = [];
  #nowMs = 0;

  async start(): Promise<void> {}

  prepare(events: WindowEvent[]): WindowEvent[] {
    return events;
  }

  take(events: WindowEvent[]): void {
    const ahead = this.#ahead;
    for (let from = 0; from < events.length; from += AHEAD_EVENTS) {
      const count = Math.min(AHEAD_EVENTS, events.length - from);
      for (let place = 0; place < count; place++) {
        this.#texts[0] = events[from + place]!.key;
        ahead.note(place, this.#texts, this.#hash.all(this.#texts));
      }
      ahead.find(this.#groups, count);
      for (let place = 0; place < count; place++) this.#count(events[from + place]!, place);
    }
    this.#groups.sweep((key) => {
      if (key < this.#fired.length) this.#fired[key] = 0;
    });
  }

  async otherCpuUs(): Promise<number> {
    return 0;
  }

  fires(): Fire[] {
    return this.#fires;
  }

  async stop(): Promise<void> {}

  #count({ key: text, timeMs }: WindowEvent, place: number): void {
    const groups = this.#groups;
    if (timeMs > this.#nowMs) groups.setNow((this.#nowMs = timeMs));
    const key = this.#ahead.keyAt(place, groups);
    groups.add(key, timeMs, ITEM);
    const count = groups.counts.read(groups.recordOf(key), this.#place);
    if (count <= RULE.rearmBelow) {
      if (this.#fired[key] === 1) this.#fired[key] = 0;
    } else if (this.#fired[key] !== 1 && (count >= RULE.fireAt || this.#completesPastWindow(key, timeMs, count))) this.#fire(key, text);
  }

  /** Whether a late event completes a window that has ended; nearly always nothing has left since its time, and then it does not. */
  #completesPastWindow(key: number, timeMs: number, insideNow: number): boolean {
    const { times, counts, kinds } = this.#groups;
    const at = this.#groups.recordOf(key);
    if (times.held(at) < RULE.fireAt || counts.newestLeftMs(at, 0) <= timeMs - RULE.windowMs) return false;
    return findPastWindow(times, counts, at, { window: 0, of: kinds.having(0), items: RULE.fireAt, insideNow, itemMs: timeMs, endsAfterMs: -1, nowMs: this.#nowMs }) !== null;
  }

  #fire(key: number, text: string): void {
    if (key >= this.#fired.length) {
      const grown = new Uint8Array(key * 2);
      grown.set(this.#fired);
      this.#fired = grown;
    }
    this.#fired[key] = 1;
    const { times, kinds } = this.#groups;
    this.#fires.push({ key: text, timeMs: nthNewestMs(times, this.#groups.recordOf(key), 1, kinds.having(0))! });
  }
}

/** All events name the same customer, none, and meet the same condition. */
const ITEM = { customer: 0, kind: 0 };

await runIfMain(import.meta.url, () => new TocsinWindowsPeer());

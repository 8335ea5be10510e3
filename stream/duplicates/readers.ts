import type { FeedbackItem } from '../../core/feedback.ts';
import { mix32 } from '../windows/hash.ts';
import { CustomerKeys } from './customer-keys.ts';
import { BEFORE, BEFORE_BY_OTHER, CUSTOMER_LOW, GROUP, OTHER_LOW, SKETCH } from './records.ts';
import { BANDS, TextSketch } from './sketch.ts';
import type { DuplicateState } from './state.ts';

/** Items that are read ahead at a time. */
export const READ_AHEAD_MAX = 32;
/** Shorter texts are written alike by chance; they make no campaign. */
export const CAMPAIGN_WEIGHT_MIN = 24;

/** What was read of one item: who sent it, and what it says. */
export interface Reader {
  keys: CustomerKeys;
  sketch: TextSketch;
  /** False for a text that nobody will compare: nobody is known to have sent it, and it is too short to be a copied one. */
  isSketched: boolean;
}

export function createReaders(): Reader[] {
  return Array.from({ length: READ_AHEAD_MAX }, () => ({ keys: new CustomerKeys(), sketch: new TextSketch(), isSketched: false }));
}

/** Reads an item; `link` is about it from now on. */
export function readItem(state: DuplicateState, item: FeedbackItem): void {
  read(state.readers[0]!, item);
  useReader(state, 0);
}

/** Makes the item that was read ahead at a place the present one. */
export function useReader(state: DuplicateState, place: number): void {
  const reader = state.readers[place]!;
  state.keys = reader.keys;
  state.sketch = reader.sketch;
  state.isSketched = reader.isSketched;
}

/**
 * Reads up to READ_AHEAD_MAX items and touches where the tables will be looked into for them. Looks into large tables wait for
 * memory: one after the other where each item is finished before the next, all at once in a loop that does nothing else.
 */
export function readAhead(state: DuplicateState, items: readonly { item: FeedbackItem }[], from: number, to: number): void {
  const { readers, senders, bands, history } = state;
  const count = to - from;
  for (let place = 0; place < count; place++) read(readers[place]!, items[from + place]!.item);
  let touched = 0;
  for (let place = 0; place < count; place++) {
    const { sketch, keys, isSketched } = readers[place]!;
    if (keys.kind !== 'none') touched ^= senders.touch(keys.low) ^ history.touch(keys.low, keys.high);
    if (!isSketched || sketch.weight < CAMPAIGN_WEIGHT_MIN) continue;
    for (let band = 0; band < BANDS; band++) touched ^= bands.touch(mix32(sketch.bands[band]! ^ keys.workspace));
  }
  state.touched = touched ^ touchSenders(state, count) ^ touchCopies(state, count);
}

const LATEST = new Uint32Array(READ_AHEAD_MAX);
const CANDIDATES = new Uint32Array(READ_AHEAD_MAX * BANDS);

/** The earlier texts of each item's sender: the latest of all senders, then the one before it of all … */
function touchSenders(state: DuplicateState, count: number): number {
  const { readers, senders, records, config } = state;
  for (let place = 0; place < count; place++) {
    const { keys } = readers[place]!;
    LATEST[place] = keys.kind === 'none' ? 0 : senders.get(keys.low);
  }
  let touched = 0;
  let left = count;
  for (let depth = 0; left > 0 && depth < config.perCustomerMax; depth++) {
    left = 0;
    for (let place = 0; place < count; place++) {
      const number = LATEST[place]!;
      if (!records.has(number)) continue;
      left++;
      const from = records.at(number);
      const { words } = records;
      touched ^= words[from + SKETCH]!;
      const low = readers[place]!.keys.low >>> 0;
      LATEST[place] = words[from + CUSTOMER_LOW] === low ? words[from + BEFORE]! : words[from + OTHER_LOW] === low ? words[from + BEFORE_BY_OTHER]! : 0;
    }
  }
  return touched;
}

/** Texts that may be the same as an item's, whoever sent them, and the groups that they are of. */
function touchCopies(state: DuplicateState, count: number): number {
  const { readers, bands, records, campaigns } = state;
  for (let place = 0; place < count; place++) {
    const { sketch, keys, isSketched } = readers[place]!;
    const isCopyable = isSketched && sketch.weight >= CAMPAIGN_WEIGHT_MIN;
    for (let band = 0; band < BANDS; band++) CANDIDATES[place * BANDS + band] = isCopyable ? bands.get(mix32(sketch.bands[band]! ^ keys.workspace)) : 0;
  }
  let touched = 0;
  for (let index = 0; index < count * BANDS; index++) {
    const number = CANDIDATES[index]!;
    if (number === 0) continue;
    const from = records.at(number);
    touched ^= records.words[from + SKETCH]!;
    CANDIDATES[index] = records.words[from + GROUP]!;
  }
  for (let index = 0; index < count * BANDS; index++) if (CANDIDATES[index] !== 0) touched ^= campaigns.touch(CANDIDATES[index]!);
  return touched;
}

function read(reader: Reader, item: FeedbackItem): void {
  reader.keys.read(item);
  reader.isSketched = reader.keys.kind !== 'none' || item.text.length * 2 >= CAMPAIGN_WEIGHT_MIN;
  if (reader.isSketched) reader.sketch.read(item.text);
}

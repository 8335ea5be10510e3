import type { FeedbackItem } from '../../core/feedback.ts';
import { mix32 } from '../windows/hash.ts';
import { CustomerKeys } from './customer-keys.ts';
import { BEFORE, BEFORE_BY_OTHER, CUSTOMER_LOW, GROUP, OTHER_LOW } from './records.ts';
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

/** Of the items that were read ahead: their senders, and the keys of their bands where others may have sent the same. */
const SENDER_LOW = new Int32Array(READ_AHEAD_MAX);
const SENDER_HIGH = new Int32Array(READ_AHEAD_MAX);
const BAND_KEYS = new Int32Array(READ_AHEAD_MAX * BANDS);
/** Records that are looked at next, and whose sender's each is. */
const NUMBERS = new Uint32Array(READ_AHEAD_MAX * BANDS);
const PLACES = new Uint8Array(READ_AHEAD_MAX);

/**
 * Reads up to READ_AHEAD_MAX items and touches where the tables will be looked into for them. A look into a large table waits for
 * memory: one after the other where each item is finished before the next, many at once in a loop that does nothing else. Nothing
 * is decided by what such a loop finds: the processor would guess, and begin anew once the memory has come.
 */
export function readAhead(state: DuplicateState, items: readonly { item: FeedbackItem }[], from: number, to: number): void {
  const { readers, senders, bands, history } = state;
  const count = to - from;
  let copyable = 0;
  for (let place = 0; place < count; place++) {
    const reader = readers[place]!;
    read(reader, items[from + place]!.item);
    const { sketch, keys, isSketched } = reader;
    SENDER_LOW[place] = keys.low;
    SENDER_HIGH[place] = keys.high;
    if (!isSketched || sketch.weight < CAMPAIGN_WEIGHT_MIN) continue;
    for (let band = 0; band < BANDS; band++) BAND_KEYS[copyable++] = mix32(sketch.bands[band]! ^ keys.workspace);
  }
  const touched = senders.touch(SENDER_LOW, count) ^ history.touch(SENDER_LOW, SENDER_HIGH, count) ^ bands.touch(BAND_KEYS, copyable);
  state.touched = touched ^ touchSenders(state, count) ^ touchCopies(state, copyable);
}

/** The earlier texts of each item's sender: the latest of all senders, then the one before it of all … */
function touchSenders({ senders, records, config }: DuplicateState, count: number): number {
  let left = 0;
  for (let place = 0; place < count; place++) {
    const number = SENDER_LOW[place] === 0 ? 0 : senders.get(SENDER_LOW[place]!);
    if (number !== 0) left = takeRecord(left, place, number);
  }
  let touched = 0;
  for (let depth = 1; left > 0; depth++) {
    touched ^= records.touch(NUMBERS, left);
    if (depth === config.perCustomerMax) break;
    let next = 0;
    for (let index = 0; index < left; index++) {
      const place = PLACES[index]!;
      const from = records.at(NUMBERS[index]!);
      const { words } = records;
      const low = SENDER_LOW[place]! >>> 0;
      const number = words[from + CUSTOMER_LOW] === low ? words[from + BEFORE]! : words[from + OTHER_LOW] === low ? words[from + BEFORE_BY_OTHER]! : 0;
      if (records.has(number)) next = takeRecord(next, place, number);
    }
    left = next;
  }
  return touched;
}

function takeRecord(index: number, place: number, number: number): number {
  PLACES[index] = place;
  NUMBERS[index] = number;
  return index + 1;
}

/** Texts that may be the same as an item's, whoever sent them, and the groups that they are of. */
function touchCopies({ bands, records, campaigns }: DuplicateState, keys: number): number {
  let candidates = 0;
  for (let index = 0; index < keys; index++) {
    const number = bands.get(BAND_KEYS[index]!);
    if (number !== 0) NUMBERS[candidates++] = number;
  }
  let touched = records.touch(NUMBERS, candidates);
  for (let index = 0; index < candidates; index++) {
    const from = records.at(NUMBERS[index]!);
    const group = records.words[from + GROUP]!;
    if (group !== 0) touched ^= campaigns.touch(group);
  }
  return touched;
}

function read(reader: Reader, item: FeedbackItem): void {
  reader.keys.read(item);
  reader.isSketched = reader.keys.kind !== 'none' || item.text.length * 2 >= CAMPAIGN_WEIGHT_MIN;
  if (reader.isSketched) reader.sketch.read(item.text);
}

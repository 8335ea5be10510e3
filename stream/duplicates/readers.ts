import type { FeedbackItem } from '../../core/feedback.ts';
import { mix32 } from '../windows/hash.ts';
import { CustomerKeys } from './customer-keys.ts';
import { BANDS, TextSketch } from './sketch.ts';
import type { DuplicateState } from './state.ts';

/** Items that are read ahead at a time. */
export const READ_AHEAD_MAX = 64;
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
    const { keys } = readers[place]!;
    if (keys.kind === 'none') continue;
    touched ^= senders.touch(keys.low) ^ history.touch(keys.low, keys.high);
  }
  for (let place = 0; place < count; place++) {
    const { sketch, keys, isSketched } = readers[place]!;
    if (!isSketched || sketch.weight < CAMPAIGN_WEIGHT_MIN) continue;
    for (let band = 0; band < BANDS; band++) touched ^= bands.touch(mix32(sketch.bands[band]! ^ keys.workspace));
  }
  state.touched = touched;
}

function read(reader: Reader, item: FeedbackItem): void {
  reader.keys.read(item);
  reader.isSketched = reader.keys.kind !== 'none' || item.text.length * 2 >= CAMPAIGN_WEIGHT_MIN;
  if (reader.isSketched) reader.sketch.read(item.text);
}

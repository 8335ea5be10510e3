import { end, firstFrom, nthForward, seekBack, seekForward } from './measure.ts';
import type { Position, Selection } from './measure.ts';
import { SIZE } from './records.ts';
import type { Timelines } from './timelines.ts';
import type { WindowCounts } from './window-counts.ts';

export interface PastWindowQuestion {
  /** Which of the key's counted windows, and which items count in it. */
  window: number;
  of: Selection;
  /** Items that a window must hold. */
  items: number;
  /** Items in the window that ends now. */
  insideNow: number;
  /** Event time of the item that has just been inserted; only windows that hold it are looked at. */
  itemMs: number;
  /** Windows must end after this. */
  endsAfterMs: number;
  nowMs: number;
}

export interface PastWindow {
  endMs: number;
  count: number;
  firstItemAtMs: number | null;
}

/**
 * The first window `(end − W, end]`, `end` ≤ now, that holds the item and at least `items` selected ones; null where there is
 * none. The key must be advanced.
 *
 * For an item that is late by d it looks at what left the window in the last d: mostly nothing, which is known without a
 * look. Where windows near `items` exist it jumps from candidate to candidate by as many items as are missing.
 */
export function findPastWindow(times: Timelines, counts: WindowCounts, at: number, question: PastWindowQuestion): PastWindow | null {
  const { window, of, items, itemMs, nowMs } = question;
  const { windowMs } = counts.windows[window]!;
  const firstEndMs = Math.max(itemMs, question.endsAfterMs + 1);
  if (times.records.words[at + SIZE]! < items || firstEndMs > nowMs || firstEndMs >= itemMs + windowMs) return null;
  if (counts.newestLeftMs(at, window) <= firstEndMs - windowMs) return null;

  const startNow = windowStart(times, counts, at, window);
  const start = seekBack(times, at, startNow, firstEndMs - windowMs, of);
  if (question.insideNow + start.passed < items) return null;
  const after = seekBack(times, at, end(times, at), firstEndMs, of);
  let count = question.insideNow + start.passed - after.passed;
  let first: Position = start;
  let next: Position = after;
  let endMs = firstEndMs;
  while (count < items) {
    const last = nthForward(times, next, items - count, of);
    if (last === null) return null;
    endMs = times.chunks.timeAt(last.chunk, last.place);
    if (endMs >= itemMs + windowMs) return null;
    const dropped = seekForward(times, first, endMs - windowMs, of);
    first = dropped;
    count = items - dropped.passed;
    next = { chunk: last.chunk, place: last.place + 1 };
  }
  // Items of the very same instant are in that window too.
  const equal = seekForward(times, next, endMs, of).passed;
  return { endMs, count: count + equal, firstItemAtMs: firstFrom(times, first, of) };
}

/** Before the oldest item inside a counted window; after the newest one where it is empty. The key must be advanced. */
export function windowStart(times: Timelines, counts: WindowCounts, at: number, window: number): Position {
  const chunk = counts.oldestChunk(at, window);
  if (chunk === 0) return end(times, at);
  return seekForward(times, { chunk, place: 0 }, counts.oldestMs(at, window) - 1, EMPTY);
}

/** No kind at all: for seeks that need only the place. */
const EMPTY: Selection = new Uint8Array(0);

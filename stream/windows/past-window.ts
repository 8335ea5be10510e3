import { end, forward, seekBack, seekForward, timeOf } from './measure.ts';
import type { Position } from './measure.ts';
import { SIZE } from './records.ts';
import type { Timelines } from './timelines.ts';

export interface PastWindowQuestion {
  windowMs: number;
  /** Items that a window must hold. */
  items: number;
  /** Event time of the item that has just been inserted; only windows that hold it are looked at. */
  itemMs: number;
  /** Windows must end after this. */
  endsAfterMs: number;
  nowMs: number;
  /** Items in the window that ends now, and a chunk at or before the oldest of them (0: none). */
  insideNow: number;
  oldestChunkNow: number;
}

export interface PastWindow {
  endMs: number;
  count: number;
  firstItemAtMs: number;
}

/**
 * The first window `(end − W, end]`, `end` ≤ now, that holds the item and at least `items` items; null where there is none.
 * For an item that is late by d the usual cost is a look at what left the window during d. Where windows near `items` exist
 * it jumps from candidate to candidate, each jump as many items long as are missing.
 */
export function findPastWindow(times: Timelines, at: number, question: PastWindowQuestion): PastWindow | null {
  const { windowMs, items, itemMs, nowMs } = question;
  if (times.records.words[at + SIZE]! < items) return null;
  const firstEndMs = Math.max(itemMs, question.endsAfterMs + 1);
  if (firstEndMs > nowMs || firstEndMs >= itemMs + windowMs) return null;

  const windowStartNow = startNow(times, at, question);
  const start = seekBack(times, at, windowStartNow, firstEndMs - windowMs);
  if (question.insideNow + start.passed < items) return null;

  const after = seekBack(times, at, end(times, at), firstEndMs);
  let count = question.insideNow + start.passed - after.passed;
  let first: Position = start;
  let next: Position = after;
  let endMs = firstEndMs;
  while (count < items) {
    const missing = items - count;
    const last = forward(times, next, missing - 1);
    if (last === null) return null;
    endMs = times.chunks.timeAt(last.chunk, last.place);
    if (endMs >= itemMs + windowMs) return null;
    const dropped = seekForward(times, first, endMs - windowMs);
    first = dropped;
    count = items - dropped.passed;
    next = { chunk: last.chunk, place: last.place + 1 };
  }
  return { endMs, count, firstItemAtMs: timeOf(times, first)! };
}

function startNow(times: Timelines, at: number, question: PastWindowQuestion): Position {
  if (question.oldestChunkNow === 0) return end(times, at);
  return seekForward(times, { chunk: question.oldestChunkNow, place: 0 }, question.nowMs - question.windowMs);
}

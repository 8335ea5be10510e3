import { COUNT, NEXT, PREVIOUS } from './chunks.ts';
import { HEAD, SIZE, START, TAIL } from './records.ts';
import type { Timelines } from './timelines.ts';

/** A place between two items of a key: before the item at `place` of `chunk`, or after the last one. `chunk` 0: no items. */
export interface Position {
  chunk: number;
  place: number;
}

/** Before the first item later than `ms`, and how many items lie from there to `from`. Walks back from `from`. */
export function seekBack(times: Timelines, at: number, from: Position, ms: number): Position & { passed: number } {
  const words = times.records.words;
  let { chunk, place } = from;
  let passed = 0;
  while (chunk !== 0) {
    const isHead = chunk === words[at + HEAD];
    const start = isHead ? words[at + START]! : 0;
    const first = Math.max(times.chunks.firstAfter(chunk, ms), start);
    if (first < place) {
      passed += place - first;
      place = first;
    }
    if (place > start || isHead) break;
    const previous = times.chunks.get(chunk, PREVIOUS);
    const count = times.chunks.get(previous, COUNT);
    if (times.chunks.firstAfter(previous, ms) === count) break;
    chunk = previous;
    place = count;
  }
  return { chunk, place, passed };
}

/** After the newest item. */
export function end(times: Timelines, at: number): Position {
  const chunk = times.records.words[at + TAIL]!;
  return { chunk, place: chunk === 0 ? 0 : times.chunks.get(chunk, COUNT) };
}

/** Items later than `ms`. */
export function countAfter(times: Timelines, at: number, ms: number): number {
  return seekBack(times, at, end(times, at), ms).passed;
}

/** Event time of the item at a position, or null after the last one. */
export function timeOf(times: Timelines, position: Position): number | null {
  const { chunk, place } = position;
  if (chunk === 0) return null;
  if (place < times.chunks.get(chunk, COUNT)) return times.chunks.timeAt(chunk, place);
  const next = times.chunks.get(chunk, NEXT);
  return next === 0 ? null : times.chunks.timeAt(next, 0);
}

/** Event time of the newest item, or null. */
export function newestMs(times: Timelines, at: number): number | null {
  const chunk = times.records.words[at + TAIL]!;
  return chunk === 0 ? null : times.chunks.timeAt(chunk, times.chunks.get(chunk, COUNT) - 1);
}

/** Event time of the newest item at or before `ms`, or null. */
export function newestUpTo(times: Timelines, at: number, ms: number): number | null {
  const position = seekBack(times, at, end(times, at), ms);
  const words = times.records.words;
  let { chunk, place } = position;
  if (chunk === 0) return null;
  if (place === 0 && chunk !== words[at + HEAD]) {
    chunk = times.chunks.get(chunk, PREVIOUS);
    place = times.chunks.get(chunk, COUNT);
  }
  const first = chunk === words[at + HEAD] ? words[at + START]! : 0;
  return place > first ? times.chunks.timeAt(chunk, place - 1) : null;
}

/** Event time of the n-th newest item, 1 being the newest; null where fewer are held. Walks from the nearer end. */
export function nthNewestMs(times: Timelines, at: number, n: number): number | null {
  const words = times.records.words;
  const size = words[at + SIZE]!;
  if (n < 1 || n > size) return null;
  if (n <= size / 2) {
    let chunk = words[at + TAIL]!;
    let left = n;
    for (let count = times.chunks.get(chunk, COUNT); left > count; count = times.chunks.get(chunk, COUNT)) {
      left -= count;
      chunk = times.chunks.get(chunk, PREVIOUS);
    }
    return times.chunks.timeAt(chunk, times.chunks.get(chunk, COUNT) - left);
  }
  return nthFromMs(times, { chunk: words[at + HEAD]!, place: words[at + START]! }, size - n);
}

/** Event time of the item `steps` after a position. The caller knows that it is there. */
export function nthFromMs(times: Timelines, from: Position, steps: number): number {
  const position = forward(times, from, steps)!;
  return times.chunks.timeAt(position.chunk, position.place);
}

/** The position of the item `steps` after one; null past the last item. */
export function forward(times: Timelines, from: Position, steps: number): Position | null {
  let chunk = from.chunk;
  let place = from.place + steps;
  while (chunk !== 0) {
    const count = times.chunks.get(chunk, COUNT);
    if (place < count) return { chunk, place };
    place -= count;
    chunk = times.chunks.get(chunk, NEXT);
  }
  return null;
}

/** Before the first item later than `ms`, walking forward, and how many items lie in between. */
export function seekForward(times: Timelines, from: Position, ms: number): Position & { passed: number } {
  let { chunk, place } = from;
  let passed = 0;
  while (chunk !== 0) {
    const count = times.chunks.get(chunk, COUNT);
    const first = Math.max(place, times.chunks.firstAfter(chunk, ms));
    passed += first - place;
    const next = times.chunks.get(chunk, NEXT);
    if (first < count || next === 0) return { chunk, place: first, passed };
    chunk = next;
    place = 0;
  }
  return { chunk, place, passed };
}

/** Calls `visit` with the customer of each item later than `ms`, newest chunk first. */
export function visitCustomers(times: Timelines, at: number, ms: number, visit: (customer: number) => void): void {
  const words = times.records.words;
  for (let chunk = words[at + TAIL]!; chunk !== 0; chunk = times.chunks.get(chunk, PREVIOUS)) {
    const start = chunk === words[at + HEAD] ? words[at + START]! : 0;
    const first = Math.max(times.chunks.firstAfter(chunk, ms), start);
    const count = times.chunks.get(chunk, COUNT);
    for (let place = first; place < count; place++) visit(times.chunks.customerAt(chunk, place));
    if (first > start) return;
  }
}

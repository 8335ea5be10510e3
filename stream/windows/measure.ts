import { COUNT, NEXT, PREVIOUS } from './chunks.ts';
import { HEAD, SIZE, START, TAIL } from './records.ts';
import type { Timelines } from './timelines.ts';

/** A place between two items of a key: before the item at `place` of `chunk`, or after the last one. `chunk` 0: no items. */
export interface Position {
  chunk: number;
  place: number;
}

/** Which items count: 1 for their kind. From `Kinds.having`. */
export type Selection = Uint8Array;

/** After the newest item. */
export function end(times: Timelines, at: number): Position {
  const chunk = times.records.words[at + TAIL]!;
  return { chunk, place: chunk === 0 ? 0 : times.chunks.get(chunk, COUNT) };
}

/** Before the first item later than `ms`, walking back from a position, and how many selected items lie in between. */
export function seekBack(times: Timelines, at: number, from: Position, ms: number, of: Selection): Position & { passed: number } {
  const words = times.records.words;
  let { chunk, place } = from;
  let passed = 0;
  while (chunk !== 0) {
    const isHead = chunk === words[at + HEAD];
    const start = isHead ? words[at + START]! : 0;
    const first = Math.max(times.chunks.firstAfter(chunk, ms), start);
    if (first < place) {
      passed += selected(times, { chunk, place: first }, place, of);
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

/** As `seekBack`, walking forward. */
export function seekForward(times: Timelines, from: Position, ms: number, of: Selection): Position & { passed: number } {
  let { chunk, place } = from;
  let passed = 0;
  while (chunk !== 0) {
    const count = times.chunks.get(chunk, COUNT);
    const first = Math.max(place, times.chunks.firstAfter(chunk, ms));
    passed += selected(times, { chunk, place }, first, of);
    const next = times.chunks.get(chunk, NEXT);
    if (first < count || next === 0) return { chunk, place: first, passed };
    chunk = next;
    place = 0;
  }
  return { chunk, place, passed };
}

/** Event time of the item right before a position, selected or not; null where there is none. */
export function beforeMs(times: Timelines, at: number, { chunk, place }: Position): number | null {
  const words = times.records.words;
  const isHead = chunk === words[at + HEAD];
  if (place > (isHead ? words[at + START]! : 0)) return times.chunks.timeAt(chunk, place - 1);
  if (chunk === 0 || isHead) return null;
  const previous = times.chunks.get(chunk, PREVIOUS);
  return times.chunks.timeAt(previous, times.chunks.get(previous, COUNT) - 1);
}

/** The position of the n-th selected item at or after a position, 1 being the first; null where there are fewer. */
export function nthForward(times: Timelines, from: Position, n: number, of: Selection): Position | null {
  let { chunk, place } = from;
  let left = n;
  for (; chunk !== 0; chunk = times.chunks.get(chunk, NEXT), place = 0) {
    const count = times.chunks.get(chunk, COUNT);
    for (; place < count; place++) if (of[times.chunks.kindAt(chunk, place)] === 1 && --left === 0) return { chunk, place };
  }
  return null;
}

/** The position of the n-th selected item before a position, 1 being the last; null where there are fewer. */
function nthBack(times: Timelines, at: number, from: Position, n: number, of: Selection): Position | null {
  const words = times.records.words;
  let { chunk, place } = from;
  let left = n;
  while (chunk !== 0) {
    const isHead = chunk === words[at + HEAD];
    const start = isHead ? words[at + START]! : 0;
    for (place--; place >= start; place--) if (of[times.chunks.kindAt(chunk, place)] === 1 && --left === 0) return { chunk, place };
    if (isHead) return null;
    chunk = times.chunks.get(chunk, PREVIOUS);
    place = times.chunks.get(chunk, COUNT);
  }
  return null;
}

/** Selected items later than `ms`. */
export function countAfter(times: Timelines, at: number, ms: number, of: Selection): number {
  return seekBack(times, at, end(times, at), ms, of).passed;
}

/** Event time of the first selected item at or after a position, or null. */
export function firstFrom(times: Timelines, from: Position, of: Selection): number | null {
  const found = nthForward(times, from, 1, of);
  return found === null ? null : times.chunks.timeAt(found.chunk, found.place);
}

/** Event time of the last selected item before a position, or null. */
export function lastBefore(times: Timelines, at: number, from: Position, of: Selection): number | null {
  const found = nthBack(times, at, from, 1, of);
  return found === null ? null : times.chunks.timeAt(found.chunk, found.place);
}

/** Event time of the n-th newest selected item, 1 being the newest; null where fewer are held. */
export function nthNewestMs(times: Timelines, at: number, n: number, of: Selection): number | null {
  if (n > times.records.words[at + SIZE]!) return null;
  const found = nthBack(times, at, end(times, at), n, of);
  return found === null ? null : times.chunks.timeAt(found.chunk, found.place);
}

/** Calls `visit` with the customer and the time of each selected item later than `afterMs`. */
export function visitCustomers(times: Timelines, at: number, query: { afterMs: number; of: Selection }, visit: (customer: number, ms: number) => void): void {
  const words = times.records.words;
  for (let chunk = words[at + TAIL]!; chunk !== 0; chunk = times.chunks.get(chunk, PREVIOUS)) {
    const start = chunk === words[at + HEAD] ? words[at + START]! : 0;
    const first = Math.max(times.chunks.firstAfter(chunk, query.afterMs), start);
    const count = times.chunks.get(chunk, COUNT);
    for (let place = first; place < count; place++) {
      if (query.of[times.chunks.kindAt(chunk, place)] === 1) visit(times.chunks.customerAt(chunk, place), times.chunks.timeAt(chunk, place));
    }
    if (first > start) return;
  }
}

/** Selected items of one chunk from a place up to another. */
function selected(times: Timelines, { chunk, place }: Position, to: number, of: Selection): number {
  const kinds = times.chunks.kindsOf(chunk);
  let count = 0;
  for (let index = kinds.start + place; index < kinds.start + to; index++) count += of[kinds.halves[index]!]!;
  return count;
}

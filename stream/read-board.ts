import type { BoardCounts } from '../core/live.ts';

/** By the very bytes that came. */
const read = new WeakMap<Uint8Array, BoardCounts>();

/** Board counts as they go over the bus. Who listens in one process gets the same bytes, so they are read once; nobody may change the answer. */
export function readBoard(body: Uint8Array): BoardCounts {
  const known = read.get(body);
  if (known !== undefined) return known;
  const board = JSON.parse(new TextDecoder().decode(body)) as BoardCounts;
  read.set(body, board);
  return board;
}

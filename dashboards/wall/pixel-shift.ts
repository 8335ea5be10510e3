/** How often the picture moves, against burn-in. */
export const SHIFT_EVERY_MS = 180_000;
/** Farthest from its place in any direction, CSS pixels. The page keeps this much free at its edge. */
export const SHIFT_MAX_PX = 4;

/** A small square walked around its middle; each step moves every edge, and after eight it is back at the start. */
const PATH: readonly (readonly [number, number])[] = [
  [0, 0], [1, 0], [1, 1], [0, 1], [-1, 1], [-1, 0], [-1, -1], [0, -1],
];

/** Offset of step `step`, a whole number from 0, as `[x, y]` in CSS pixels. */
export function pixelShift(step: number): [number, number] {
  const [x, y] = PATH[step % PATH.length] ?? [0, 0];
  return [x * SHIFT_MAX_PX, y * SHIFT_MAX_PX];
}

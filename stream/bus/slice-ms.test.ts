import { expect, test } from 'vitest';
import { sliceMsAfter } from './slice-ms.ts';

test.each([
  ['a loop with nothing else to do gives the shortest slice', 0, 5],
  ['a short turn too', 8, 5],
  ['a turn of many requests gives half of its own length', 60, 30],
  ['a stall does not give a stall', 2_000, 50],
])('%s', (_name, pauseMs, sliceMs) => {
  expect(sliceMsAfter(pauseMs)).toBe(sliceMs);
});

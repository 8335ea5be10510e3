import { expect, it } from 'vitest';
import { StoredAfter } from './stored-after.ts';

it('tells how long the oldest entry of a batch waited, and each entry once', () => {
  const after = new StoredAfter();
  for (const [sequence, atMs] of [[3, 100], [4, 110], [9, 150]] as const) after.counted(sequence, atMs);
  expect(after.stored(2, 120)).toBeUndefined();
  expect(after.stored(4, 160)).toBe(60);
  expect(after.stored(4, 170)).toBeUndefined();
  expect(after.stored(12, 180)).toBe(30);
  expect(after.stored(12, 190)).toBeUndefined();
});

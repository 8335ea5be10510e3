import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DueHeap } from './due-heap.ts';

describe('what is due', () => {
  it('comes by time, then by id, whatever the order in which it was added, as sorting would give it', () => {
    fc.assert(fc.property(fc.array(fc.record({ atMs: fc.nat(20), id: fc.constantFrom('a', 'b', 'c') })), fc.nat(20), (added, nowMs) => {
      const heap = new DueHeap();
      for (const due of added) heap.add(due);
      const expected = added.filter(({ atMs }) => atMs <= nowMs).map(({ atMs, id }) => `${String(atMs).padStart(2, '0')}${id}`).sort();
      const taken: string[] = [];
      for (let due = heap.take(nowMs); due !== undefined; due = heap.take(nowMs)) taken.push(`${String(due.atMs).padStart(2, '0')}${due.id}`);
      expect(taken).toEqual(expected);
      expect(heap.size).toBe(added.length - expected.length);
      expect(heap.nextMs).toBe(Math.min(Infinity, ...added.map(({ atMs }) => atMs).filter((atMs) => atMs > nowMs)));
    }));
  });
});

import { expect, it } from 'vitest';
import { MemoryBus } from '../bus/memory-bus.ts';
import { DeadLetters } from './dead-letters.ts';

const clock = { nowMs: () => 1_000 };

it('two parts of one entry are two dead letters, and each stands there once', async () => {
  const bus = new MemoryBus({ clock });
  const dead = new DeadLetters(bus.log('dead'), clock, () => undefined);
  const letter = { stage: 'store', log: 'scored', sequence: 7, bytes: new Uint8Array([1]), error: new Error('refused') } as const;
  expect(await dead.put({ ...letter, index: 0 })).toBe(true);
  expect(await dead.put({ ...letter, index: 3 })).toBe(true);
  expect(await dead.put({ ...letter, index: 3 })).toBe(true);
  expect((await bus.log('dead').info()).entries).toBe(2);
});

import { describe, expect, it } from 'vitest';
import { idOf, inId, startOfIds } from './ids.ts';

/** Past the numbers of items whose digits would be the letters around them, were these digits. */
const SENDERS = 120;
const REQUESTS = 2_000;

describe('ids of the load', () => {
  it('are different for every sender and item, one by one', () => {
    const ids = new Set<string>();
    for (let sender = 1; sender <= SENDERS; sender++) {
      const start = startOfIds('run', 's', sender);
      for (let request = 0; request < REQUESTS; request++) ids.add(idOf(start, inId(request), null));
    }
    expect(ids.size).toBe(SENDERS * REQUESTS);
  });

  it('are different for every sender, batch and item', () => {
    const ids = new Set<string>();
    for (let sender = 1; sender <= SENDERS; sender++) {
      const start = startOfIds('run', 's', sender);
      for (let request = 0; request < REQUESTS; request += 40) for (let item = 0; item < 100; item++) ids.add(idOf(start, inId(request).padStart(6, '0'), item));
    }
    expect(ids.size).toBe(SENDERS * (REQUESTS / 40) * 100);
  });

  it('read as no telephone number', () => {
    for (const number of [13_800_138_000, 13_912_345_678, 400_800_123]) expect(idOf(startOfIds('run', 's', number), inId(number), number)).not.toMatch(/\d{7}/u);
  });
});

import { describe, expect, it } from 'vitest';
import type { Measured } from './measured.ts';
import { planCapacity, type Capacity, type LoadPlan, type PlannedPart } from './plan-capacity.ts';

const measured: Measured = {
  gatewayUs: { single: 100, batches: 20 }, scorerUs: 50, counterUs: 40, counterUsPerRule: 1, natsUs: { single: 50, batches: 10 }, storeUs: 60,
  windowBytesPerItem: 16, windowBytesPerKey: 200, storeBytesPerItem: 100, scoredBytesPerItem: 800,
  baseBytes: { gateway: 150e6, scorer: 250e6, counter: 200e6, nats: 100e6, clickhouse: 1_000e6 }, on: 'a test',
};
const load: LoadPlan = {
  itemsPerDay: 864_000, peakFactor: 5, sending: 'batches', windowMs: 86_400_000, rules: 10, keys: 1_000, keepDays: 365, scoredLogKeepHours: 168, coresPerNode: 8, copies: 1,
};
const plan = (more: Partial<LoadPlan> = {}): Capacity => planCapacity({ ...load, ...more }, measured);
const part = (capacity: Capacity, name: PlannedPart['part']): PlannedPart => capacity.parts.find((each) => each.part === name)!;

describe('a plan', () => {
  it('of a small company is one process', () => {
    const capacity = plan();
    expect(capacity).toMatchObject({ meanPerSecond: 10, peakPerSecond: 50, fits: 'one-process' });
    expect(capacity.parts.map(({ nodes }) => nodes)).toEqual([1, 1, 1, 1, 1]);
  });

  it('counts memory of windows by items, rules and keys', () => {
    expect(part(plan(), 'counter').memoryBytes - part(plan({ windowMs: 1, keys: 1 }), 'counter').memoryBytes).toBeCloseTo(864_000 * 16 * 10 + 999 * 200 * 10, -4);
  });

  it('counts disk by days kept and copies', () => {
    expect(part(plan({ copies: 3 }), 'clickhouse')).toMatchObject({ nodes: 3, diskBytes: 864_000 * 365 * 100 * 3 });
    expect(part(plan(), 'nats').diskBytes).toBeCloseTo(10 * 168 * 3_600 * 800);
  });

  it('grows by processes where one core is the limit, and by machines where it is not', () => {
    const large = plan({ itemsPerDay: 864_000 * 1_000, peakFactor: 2 });
    expect(large.fits).toBe('several');
    // 20,000 a second: 0.4, 1 and 1 cores, half of a core or of 8 cores may be busy.
    expect(large.parts.map(({ nodes }) => nodes)).toEqual([1, 1, 2, 1, 16]);
  });

  it('counts the memory of every server, not of every copy', () => {
    const store = part(plan({ itemsPerDay: 864_000 * 1_000, peakFactor: 2 }), 'clickhouse');
    expect(store).toMatchObject({ nodes: 16, memoryBytes: 16 * 1_000e6 });
  });

  it('needs more gateways for single items than for batches', () => {
    const many = { itemsPerDay: 864_000 * 1_000, peakFactor: 2 };
    expect(part(plan({ ...many, sending: 'single' }), 'gateway').nodes).toBeGreaterThan(part(plan(many), 'gateway').nodes);
  });

  it('never shrinks when the load grows', () => {
    let before = plan({ itemsPerDay: 1 });
    for (let itemsPerDay = 10; itemsPerDay <= 1e11; itemsPerDay *= 10) {
      const now = plan({ itemsPerDay });
      now.parts.forEach((each, at) => expect(each.nodes).toBeGreaterThanOrEqual(before.parts[at]!.nodes));
      before = now;
    }
  });

  it.each([['itemsPerDay', 0], ['itemsPerDay', NaN], ['peakFactor', -1], ['windowMs', Infinity]] as const)('is none for %s of %d', (name, value) => {
    expect(() => plan({ [name]: value })).toThrow(`${name} must be a number above 0`);
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TocsinError } from '../../core/errors.ts';
import { systemTimers } from '../../stream/system-timers.ts';
import { CorrectionWatch } from './correction-watch.ts';

const NOW_MS = Date.UTC(2026, 10, 23, 12);

let counted: string[];
let warnings: string[];
let answer: (alertId: string) => void | Promise<void>;
let watch: CorrectionWatch;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: NOW_MS });
  [counted, warnings, answer] = [[], [], () => undefined];
  watch = new CorrectionWatch({
    clock: { nowMs: () => Date.now() }, timers: systemTimers, warn: (message) => warnings.push(message),
    async verify(alertId) {
      counted.push(alertId);
      await answer(alertId);
    },
  });
});
afterEach(() => {
  watch.stop();
  vi.useRealTimers();
});

describe('an alert that was touched', () => {
  it('is counted again in a moment, and waits until that is done', async () => {
    watch.plan(['a', 'b']);
    expect(watch.waiting()).toEqual(['a', 'b']);
    await vi.advanceTimersByTimeAsync(7_000);
    expect(counted).toEqual(['a', 'b']);
    expect(watch.waiting()).toEqual([]);
  });

  it('is among those that wait while it is counted', async () => {
    let done = (): void => undefined;
    answer = () => new Promise<void>((resolve) => (done = resolve));
    watch.plan(['a']);
    await vi.advanceTimersByTimeAsync(7_000);
    expect(counted).toEqual(['a']);
    expect(watch.waiting()).toEqual(['a']);
    done();
    await vi.advanceTimersByTimeAsync(0);
    expect(watch.waiting()).toEqual([]);
  });

  it('in a run is counted once, and once a minute while it goes on', async () => {
    for (let second = 0; second < 180; second += 1) {
      watch.plan(['a']);
      await vi.advanceTimersByTimeAsync(1_000);
    }
    await vi.advanceTimersByTimeAsync(120_000);
    expect(counted.length).toBeGreaterThanOrEqual(3);
    expect(counted.length).toBeLessThanOrEqual(5);
  });

  it('is tried again for as long as the store is away, which is told of once; a kind that cannot be counted again is left alone', async () => {
    answer = (alertId) => {
      throw alertId === 'away' ? new TocsinError('store_unavailable', 'ClickHouse is away.', { retryable: true }) : new TocsinError('conflict', 'not of one window');
    };
    watch.plan(['away', 'composite']);
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    expect(counted.filter((id) => id === 'composite')).toHaveLength(1);
    expect(counted.filter((id) => id === 'away')).toHaveLength(10);
    expect(watch.waiting()).toEqual(['away']);
    expect(warnings).toEqual(['The alert away could not be counted again after late feedback, a label or an erasure and is tried on: ClickHouse is away.']);
    // It is back; what waited for it may be on its way for a moment, so it is counted once more.
    answer = () => undefined;
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    expect(counted.filter((id) => id === 'away')).toHaveLength(12);
  });
});

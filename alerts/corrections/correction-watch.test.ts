import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TocsinError } from '../../core/errors.ts';
import { systemTimers } from '../../stream/system-timers.ts';
import { CorrectionWatch } from './correction-watch.ts';
import type { WatchedAlert } from './correction-watch.ts';

const HOUR_MS = 3_600_000;
const NOW_MS = Date.UTC(2026, 10, 23, 12);
const alert = (alertId: string, over: Partial<WatchedAlert> = {}): WatchedAlert => ({ alertId, workspace: 'default', openedAtMs: NOW_MS - HOUR_MS, windowMs: 2 * HOUR_MS, resolvedAtMs: null, ...over });

let counted: string[];
let warnings: string[];
let answer: (alertId: string) => void;
let watch: CorrectionWatch;
let storedThrough: number;

function begin(...alerts: WatchedAlert[]): void {
  watch = new CorrectionWatch({
    alerts: () => alerts, clock: { nowMs: () => Date.now() }, timers: systemTimers, warn: (message) => warnings.push(message),
    isStored: async (sequence) => storedThrough >= sequence,
    async verify(alertId) {
      counted.push(alertId);
      answer(alertId);
    },
  });
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: NOW_MS });
  [counted, warnings, answer, storedThrough] = [[], [], () => undefined, 0];
});
afterEach(() => {
  watch.stop();
  vi.useRealTimers();
});

describe('late or labelled feedback', () => {
  it('has the alerts counted again whose window it belongs to, those that were over within a week among them', async () => {
    begin(alert('open'), alert('over', { resolvedAtMs: NOW_MS - HOUR_MS }), alert('long-over', { resolvedAtMs: NOW_MS - 7 * 24 * HOUR_MS - 1 }), alert('other', { workspace: 'b' }), alert('later', { openedAtMs: NOW_MS, windowMs: HOUR_MS / 2 }));
    watch.touched({ workspace: 'default', createdAtMs: [NOW_MS - 2 * HOUR_MS, NOW_MS - 9 * HOUR_MS] });
    await vi.advanceTimersByTimeAsync(7_000);
    expect(counted).toEqual(['open', 'over']);
    watch.touched({ workspace: 'default', createdAtMs: [NOW_MS - 9 * HOUR_MS] });
    await vi.advanceTimersByTimeAsync(120_000);
    expect(counted).toHaveLength(2);
  });

  it('that comes in a run is counted once, and once a minute while it goes on', async () => {
    begin(alert('open'));
    for (let second = 0; second < 180; second += 1) {
      watch.touched({ workspace: 'default', createdAtMs: [NOW_MS - 2 * HOUR_MS] });
      await vi.advanceTimersByTimeAsync(1_000);
    }
    await vi.advanceTimersByTimeAsync(120_000);
    expect(counted.length).toBeGreaterThanOrEqual(3);
    expect(counted.length).toBeLessThanOrEqual(5);
  });

  it('is tried again for as long as the store is away, which is told of once; a kind that cannot be counted again is left alone', async () => {
    begin(alert('away'), alert('composite'));
    answer = (alertId) => {
      throw alertId === 'away' ? new TocsinError('store_unavailable', 'ClickHouse is away.', { retryable: true }) : new TocsinError('conflict', 'not of one window');
    };
    watch.touched({ workspace: 'default', createdAtMs: [NOW_MS - 2 * HOUR_MS] });
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    expect(counted.filter((id) => id === 'composite')).toHaveLength(1);
    expect(counted.filter((id) => id === 'away')).toHaveLength(10);
    expect(warnings).toEqual(['The alert away could not be counted again after late feedback or a label and is tried on: ClickHouse is away.']);
    // It is back; what waited for it may be on its way for a moment, so it is counted once more.
    answer = () => undefined;
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    expect(counted.filter((id) => id === 'away')).toHaveLength(12);
  });

  it('is counted once it is in the store, and not before', async () => {
    begin(alert('open'));
    watch.touched({ workspace: 'default', createdAtMs: [NOW_MS - 2 * HOUR_MS], sequence: 7 });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(counted).toEqual([]);
    storedThrough = 7;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(counted).toEqual(['open']);
  });

  it('that came while nobody watched is made up for at the start', async () => {
    begin(alert('open'), alert('long-over', { resolvedAtMs: NOW_MS - 25 * HOUR_MS }));
    watch.lookAtAll();
    await vi.advanceTimersByTimeAsync(7_000);
    expect(counted).toEqual(['open']);
  });
});

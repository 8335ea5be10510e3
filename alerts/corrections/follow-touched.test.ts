import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemTimers } from '../../stream/system-timers.ts';
import { TouchedFollower, type KeptPlace, type TouchedPlace } from './follow-touched.ts';

const LOOK_MS = 6_000;

let kept: KeptPlace | null;
let planned: string[];
let waiting: string[];
let warnings: string[];
/** Alerts that each next page touches. */
let pages: string[][];
let isAway: boolean;
let followers: TouchedFollower[];

function begin(): TouchedFollower {
  const follower = new TouchedFollower({
    reader: {
      begin: async () => ({ place: { at: 0 }, alertIds: ['open'] }),
      async next(place: TouchedPlace) {
        if (isAway) throw new Error('the store is away');
        const alertIds = pages[Number(place['at'])];
        return alertIds === undefined ? { place, alertIds: [], more: false } : { place: { at: Number(place['at']) + 1 }, alertIds, more: true };
      },
    },
    keeper: { load: async () => kept, save: async (next) => void (kept = structuredClone(next)) },
    watch: { plan: (alertIds) => void planned.push(...alertIds), waiting: () => waiting },
    timers: systemTimers, warn: (message) => warnings.push(message),
  });
  followers.push(follower);
  follower.start();
  return follower;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  [kept, planned, waiting, warnings, pages, isAway, followers] = [null, [], [], [], [], false, []];
});
afterEach(() => {
  for (const follower of followers) follower.stop();
  vi.useRealTimers();
});

describe('what can change a number that was told', () => {
  it('is looked at page by page, and the place is kept with the alerts that wait', async () => {
    pages = [['a'], ['b', 'c']];
    begin();
    await vi.advanceTimersByTimeAsync(0);
    expect(planned).toEqual(['open', 'a', 'b', 'c']);
    expect(kept?.place).toEqual({ at: 2 });
    pages.push(['d']);
    waiting = ['c', 'd'];
    await vi.advanceTimersByTimeAsync(LOOK_MS);
    expect(planned.at(-1)).toBe('d');
    expect(kept).toEqual({ place: { at: 3 }, waiting: ['c', 'd'] });
  });

  it('while nobody watched is made up for: a restart goes on from the place, with those that still waited', async () => {
    kept = { place: { at: 1 }, waiting: ['c'] };
    pages = [['a'], ['b']];
    begin();
    await vi.advanceTimersByTimeAsync(0);
    expect(planned).toEqual(['c', 'b']);
  });

  it('is left where it is while many alerts wait, and lost by no restart', async () => {
    pages = [['a'], ['b']];
    waiting = Array.from({ length: 1_000 }, (_, index) => `w${index}`);
    begin();
    await vi.advanceTimersByTimeAsync(5 * LOOK_MS);
    expect(planned).toEqual(['open']);
    expect(kept?.place).toEqual({ at: 0 });
    expect(kept?.waiting).toHaveLength(1_000);
    waiting = [];
    await vi.advanceTimersByTimeAsync(LOOK_MS);
    expect(planned).toEqual(['open', 'a', 'b']);
  });

  it('is tried on while the store is away, which is told of once', async () => {
    pages = [['a']];
    isAway = true;
    begin();
    await vi.advanceTimersByTimeAsync(20 * LOOK_MS);
    expect(warnings).toEqual(['It cannot be looked at whether late feedback, labels or erasures change what was told; it is tried on: the store is away']);
    isAway = false;
    await vi.advanceTimersByTimeAsync(LOOK_MS);
    expect(planned).toEqual(['open', 'a']);
  });
});

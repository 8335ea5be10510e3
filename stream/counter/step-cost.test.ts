import { describe, expect, it } from 'vitest';
import { countItemLooks, countRecordLooks } from '../windows/testing/count-looks.ts';
import { createState } from './state.ts';
import { step } from './step.ts';
import { HOUR_MS, LogScript, START_MS, makeItem, makeRule } from './testing/entries.ts';

/** Operations are counted and not time: the same on every machine. */
const ITEMS = 24_000;
const EVERY_MS = 15_000;
const DAY_MS = 24 * HOUR_MS;

interface Load {
  windowMs: number;
  fireAt: number;
  /** One item in so many is up to `lateMsMax` late; 0: none is. */
  lateOneIn?: number;
  lateMsMax?: number;
  everyMs?: number;
  items?: number;
}

/** Looks at an item's memory for each item of the last third, of one group of one rule: four days, an item every 15 s where nothing else is said. */
function looksPerItem({ windowMs, fireAt, lateOneIn = 0, lateMsMax = 0, everyMs = EVERY_MS, items = ITEMS }: Load): number {
  const script = new LogScript();
  const state = createState({ boards: 'none' });
  const looks = countItemLooks(state.arena);
  step(state, script.rules(START_MS, [makeRule({ windowMs, fireAt, resolveBelow: Math.ceil(fireAt * 0.8) })]));
  countRecordLooks(state.plan.groupings[0]!.grouping, looks);
  let before = 0;
  let seed = 7;
  for (let made = 0; made < items; made++) {
    if (made === (items * 2) / 3) before = looks.count;
    const nowMs = START_MS + made * everyMs;
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    const isLate = lateOneIn > 0 && made % lateOneIn === 0;
    step(state, script.frame(nowMs, [makeItem({ createdAtMs: isLate ? nowMs - Math.floor((seed / 2 ** 32) * lateMsMax) : nowMs })]));
  }
  return (looks.count - before) / (items / 3);
}

describe('what one more item costs', () => {
  it('is as much with a window of 90 days as with one of an hour', () => {
    const costs = [HOUR_MS, 6 * HOUR_MS, DAY_MS, 90 * DAY_MS].map((windowMs) => looksPerItem({ windowMs, fireAt: 1_000_000 }));
    expect(Math.max(...costs) / Math.min(...costs), costs.join()).toBeLessThan(2);
    expect(Math.max(...costs), costs.join()).toBeLessThan(80);
  });

  it('is as much with a count of 10^9 as with one of 500', () => {
    const costs = [500, 5_000, 500_000, 1_000_000_000].map((fireAt) => looksPerItem({ windowMs: DAY_MS, fireAt }));
    expect(Math.max(...costs) / Math.min(...costs), costs.join()).toBeLessThan(1.5);
  });

  it('is bounded for an item that is late, however late it is and however many the group holds', () => {
    const EVERY_MS_MORE = 3_750;
    const costs: number[] = [];
    for (const everyMs of [EVERY_MS, EVERY_MS_MORE]) {
      const items = (ITEMS * EVERY_MS) / everyMs;
      const inOrder = looksPerItem({ windowMs: DAY_MS, fireAt: 1_000_000, everyMs, items });
      for (const lateMsMax of [HOUR_MS, DAY_MS, 2 * DAY_MS]) {
        const late = looksPerItem({ windowMs: DAY_MS, fireAt: 1_000_000, lateOneIn: 10, lateMsMax, everyMs, items });
        costs.push((late - inOrder) * 10);
      }
    }
    expect(Math.max(...costs), costs.join()).toBeLessThan(1_200);
  });
});

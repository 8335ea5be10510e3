import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRule } from '../../../alerts/rules/parse-rule.ts';
import { openAlerts } from '../board-counts.ts';
import { decodeState, encodeState } from '../encode-state.ts';
import { MINUTE_MS, START_MS } from '../testing/entries.ts';
import { WatchRun } from './testing/watch-run.ts';

const TITLE = { zh: '标题', en: 'Title' };
const CHANNELS = ['app', 'web'] as const;
const LOOK_MS = 1_001;

interface Said {
  ms: number;
  channel: (typeof CHANNELS)[number];
  complaint: boolean;
}

const item = fc.record({
  afterMs: fc.oneof(fc.nat(5_000), fc.nat(40_000), fc.constantFrom(0, MINUTE_MS - 1, MINUTE_MS, 3 * MINUTE_MS)),
  ageMs: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(90_000) }),
  channel: fc.constantFrom(...CHANNELS),
  complaint: fc.boolean(),
});
const items = fc.array(item, { maxLength: 60 });

/** Feeds the items; `seen` is called after each with everything so far, and may tick on. */
function play(run: WatchRun, all: readonly (typeof item extends fc.Arbitrary<infer T> ? T : never)[], seen: (said: readonly Said[], last: Said, nowMs: number) => number, cut = -1): void {
  const said: Said[] = [];
  let nowMs = START_MS + MINUTE_MS;
  all.forEach(({ afterMs, ageMs, channel, complaint }, index) => {
    nowMs += afterMs;
    if (index === cut) run.state = decodeState(encodeState(run.state), { awayAfterMs: Infinity });
    run.item(nowMs, { createdAtMs: nowMs - ageMs, channel, score: { complaint } });
    const last = { ms: nowMs - ageMs, channel, complaint };
    said.push(last);
    nowMs = seen(said, last, nowMs);
  });
}

const isOpen = (run: WatchRun, channel: string): boolean => openAlerts(run.state, 'shop').some(({ group }) => group['channel'] === channel);

describe('a share', () => {
  const rule = parseRule({ id: 'share', title: TITLE, kind: 'share', where: 'complaint', groupBy: ['channel'], window: '1m', atLeast: '50%', resolveBelow: '30%', minVolume: 4, minCount: 2 });

  it('opens with the item on which going through every item finds it, with its numbers, and ends within a look', () => {
    fc.assert(fc.property(items, fc.nat(60), (all, cut) => {
      const run = new WatchRun([rule]);
      let told = 0;
      play(run, all, (said, last, atMs) => {
        const of = (channel: string, nowMs: number) => {
          const inside = said.filter((one) => one.channel === channel && one.ms > nowMs - MINUTE_MS);
          return { volume: inside.length, count: inside.filter(({ complaint }) => complaint).length };
        };
        const { volume, count } = of(last.channel, atMs);
        const fires = volume >= 4 && count >= 2 && count / volume >= 0.5;
        // An item that has left the window already decides as any other of its group.
        if (last.complaint && fires) expect(isOpen(run, last.channel)).toBe(true);
        for (const event of run.events.slice(told)) {
          if (event.kind !== 'opened' || event.measure?.kind !== 'share') continue;
          expect({ count: event.count, volume: event.measure.volume, fires: true }).toEqual({ count, volume, fires });
        }
        run.tick(atMs + LOOK_MS);
        for (const channel of CHANNELS) {
          const now = of(channel, atMs + LOOK_MS);
          if (now.count === 0 || now.count / now.volume < 0.3) expect(isOpen(run, channel)).toBe(false);
        }
        told = run.events.length;
        return atMs + LOOK_MS;
      }, cut);
    }), { numRuns: 150 });
  });
});

describe('an absence', () => {
  const rule = parseRule({ id: 'silent', title: TITLE, kind: 'absence', groupBy: ['channel'], window: '1m', normal: 9, fewerThan: 2 });

  it('is open exactly while going through every item finds fewer than it takes, for a channel that has spoken', () => {
    fc.assert(fc.property(items, fc.nat(60), fc.nat(2 * MINUTE_MS), (all, cut, waitMs) => {
      const run = new WatchRun([rule]);
      run.tick(START_MS + MINUTE_MS);
      play(run, all, (said, _, atMs) => {
        run.tick(atMs + waitMs);
        for (const channel of CHANNELS) {
          const spoken = said.filter((one) => one.channel === channel);
          const inside = spoken.filter(({ ms }) => ms > atMs + waitMs - MINUTE_MS).length;
          expect(isOpen(run, channel), `${channel} ${inside}`).toBe(spoken.length > 0 && inside < 2);
        }
        return atMs + waitMs;
      }, cut);
    }), { numRuns: 150 });
  });
});

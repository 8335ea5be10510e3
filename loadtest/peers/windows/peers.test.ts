import { describe, expect, it } from 'vitest';
import { everyNthKey, makeEvents, readEvents, writeEvents } from './events.ts';
import { linesOf, measure } from './measure.ts';
import type { NodePeer } from './measure.ts';
import { checkCore, heldTo, lastCore, readCore } from './one-core.ts';
import { compareFires, firesByArrival, firesByEventTime } from './oracle.ts';
import { reportLines } from './report.ts';
import type { PeerResult } from './report.ts';
import { RULE } from './rule.ts';
import type { Fire, WindowEvent } from './rule.ts';
import { RxjsPeer } from './rxjs.ts';
import { run } from './set-up-peers.ts';
import { TocsinPeer } from './tocsin.ts';
import { TocsinWindowsPeer } from './tocsin-windows.ts';

const SHAPE = { seed: 3, events: 20_000, keys: 50, spanMs: 240 * 3_600_000, disorderMs: 0 };

async function firesOf<Prepared>(peer: NodePeer<Prepared>, events: readonly WindowEvent[]): Promise<Fire[]> {
  try {
    await measure(peer, linesOf(writeEvents(events)));
    return peer.fires();
  } finally {
    await peer.stop();
  }
}

const event = (key: string, timeMs: number): WindowEvent => ({ key, timeMs, arrivalMs: timeMs, id: `${key}-${timeMs}` });
const difference = (fires: number): PeerResult['claimed'] => ({ fires, same: fires, elsewhere: 0, missing: 0, extra: 0 });

describe('the load for the comparison', () => {
  it('is the same for the same seed, with each event at most the disorder late and arrivals that never go back', () => {
    const events = makeEvents({ ...SHAPE, disorderMs: RULE.disorderMs });
    expect(makeEvents({ ...SHAPE, disorderMs: RULE.disorderMs })).toEqual(events);
    let arrivalMs = 0;
    for (const one of events) {
      expect(one.arrivalMs - one.timeMs).toBeGreaterThanOrEqual(0);
      expect(one.arrivalMs - one.timeMs).toBeLessThanOrEqual(RULE.disorderMs);
      expect(one.arrivalMs).toBeGreaterThanOrEqual(arrivalMs);
      arrivalMs = one.arrivalMs;
    }
  });

  it('comes back from its file as it was written', () => {
    const events = makeEvents({ ...SHAPE, events: 100 });
    expect(readEvents(linesOf(writeEvents(events)), 0, 100)).toEqual(events);
  });

  it('keeps every event of a key where only some keys are taken', () => {
    const events = makeEvents(SHAPE);
    const some = everyNthKey(events, 5);
    const kept = new Set(some.map(({ key }) => key));
    expect(some).toEqual(events.filter(({ key }) => kept.has(key)));
    expect(kept.size).toBe(SHAPE.keys / 5);
  });
});

describe('the oracle', () => {
  it('fires on the 50th event inside the window, and not where the first has just left', () => {
    const times = Array.from({ length: 49 }, (_, at) => 1_000_000 + at);
    expect(firesByEventTime([...times, 1_000_000 + RULE.windowMs - 1].map((ms) => event('a', ms)))).toEqual([{ key: 'a', timeMs: 1_000_000 + RULE.windowMs - 1 }]);
    expect(firesByEventTime([...times, 1_000_000 + RULE.windowMs].map((ms) => event('a', ms)))).toEqual([]);
  });

  it('fires again only after the window has held fewer than 40', () => {
    const burst = (fromMs: number, count: number): WindowEvent[] => Array.from({ length: count }, (_, at) => event('a', fromMs + at));
    const dayMs = RULE.windowMs;
    expect(firesByEventTime([...burst(1_000, 60), ...burst(5_000, 60)])).toHaveLength(1);
    expect(firesByEventTime([...burst(1_000, 60), ...burst(1_000 + dayMs + 19, 50)])).toHaveLength(1);
    expect(firesByEventTime([...burst(1_000, 60), ...burst(1_000 + dayMs + 20, 50)])).toHaveLength(2);
  });

  it('judges late events where they belong by event time, and as they come by arrival', () => {
    const events = [...Array.from({ length: 48 }, (_, at) => event('a', 1_000 + at)), event('a', 9_000), event('a', 2_000)];
    expect(firesByEventTime(events)).toEqual([{ key: 'a', timeMs: 9_000 }]);
    const later = [...events, event('a', 9_500)];
    expect(firesByArrival(later)).toEqual([{ key: 'a', timeMs: 9_000 }]);
    expect(compareFires([{ key: 'a', timeMs: 1 }, { key: 'b', timeMs: 2 }], [{ key: 'a', timeMs: 5 }, { key: 'c', timeMs: 2 }])).toEqual({ fires: 2, same: 0, elsewhere: 1, missing: 1, extra: 1 });
  });
});

describe('the programs in Node', () => {
  const inOrder = makeEvents(SHAPE);
  const expected = firesByEventTime(inOrder);

  it('are given a load on which alerts fire, end and fire again', () => {
    expect(expected.length).toBeGreaterThan(new Set(expected.map(({ key }) => key)).size);
  });

  it('give exactly the alerts of the oracle for events in order: the whole step, one item a frame', async () => {
    expect(compareFires(expected, await firesOf(new TocsinPeer(1), inOrder))).toEqual(difference(expected.length));
  });

  it('give exactly the alerts of the oracle for events in order: the windows alone', async () => {
    expect(compareFires(expected, await firesOf(new TocsinWindowsPeer(), inOrder))).toEqual(difference(expected.length));
  });

  it('give exactly the alerts of the oracle for events in order: RxJS', async () => {
    expect(compareFires(expected, await firesOf(new RxjsPeer(), inOrder))).toEqual(difference(expected.length));
  });

  it('give the alerts by arrival for events that overtake each other: RxJS, the windows alone', async () => {
    const events = makeEvents({ ...SHAPE, disorderMs: RULE.disorderMs });
    const byArrival = firesByArrival(events);
    for (const peer of [new RxjsPeer(), new TocsinWindowsPeer()]) expect(compareFires(byArrival, await firesOf(peer, events))).toEqual(difference(byArrival.length));
  });
});

describe('holding a program to one core', () => {
  const asked = { command: 'sh', args: ['-c', 'sh -c "grep Cpus_allowed_list /proc/self/status"'] };

  it.skipIf(process.platform !== 'linux')('holds it and what it starts to the core, and to none where all are wanted', async () => {
    const core = lastCore();
    expect(await run(heldTo(core, asked), '.')).toBe(`Cpus_allowed_list:\t${core}\n`);
    expect(heldTo('all', asked)).toEqual(asked);
  });

  it('reads a core by its number or all of them, and says what to do where there is no such core', async () => {
    expect([readCore('0'), readCore('all')]).toEqual([0, 'all']);
    expect(() => readCore('-1')).toThrow('number of a core');
    await expect(checkCore(9_999)).rejects.toThrow(/core 9999.*util-linux.*--core/);
    await checkCore('all');
  });
});

describe('the report', () => {
  const result = (name: PeerResult['name'], seconds: number[], cpuSeconds = 1): PeerResult => ({
    name, runs: seconds.map((took) => ({ events: 1_000, seconds: took, cpuSeconds })), byEventTime: difference(2), claimed: difference(2),
  });

  it('sets the median of Tocsin against the best of the others, and is met only by the wall and per CPU second', () => {
    const [ours] = reportLines([result('tocsin', [1, 0.5, 4], 0.1), result('rxjs', [10]), result('redis', [5])], 'one');
    expect(ours).toMatchObject({ value: 1_000, min: 250, max: 2_000, peer: 'redis', ratio: 5, ratioPerCpuSecond: 10, target: 5, met: true, cores: 'one' });
    const [slower] = reportLines([result('tocsin', [1], 0.5), result('redis', [5])], 'all');
    expect(slower).toMatchObject({ ratio: 5, ratioPerCpuSecond: 2, met: false });
  });
});

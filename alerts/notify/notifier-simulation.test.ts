import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AckWaitQueue } from './testing/ack-wait-queue.ts';
import { incident } from './testing/sample-events.ts';
import { Scene, timeMs } from './testing/scene.ts';
import { DEAD, DELIVERED, FAULTY, REFUSED, ScriptedChannel } from './testing/scripted-channel.ts';
import type { Reply } from './testing/scripted-channel.ts';
import { encodeOrder } from './testing/order-of.ts';

const START_MS = timeMs('00:00');
/** Alerts open and moods change within this; after an hour all is well. */
const TROUBLE_S = 1_200;

/** What a receiver does in one period: takes pages, hangs, is away, fails, or takes a page and its answer is lost. */
const MOODS = ['well', 'slow', 'away', 'hanging', 'faulty', 'answer-lost'] as const;
type Mood = (typeof MOODS)[number];

interface Plan {
  /** Seconds after the start at which the events of each alert happen. */
  alerts: number[][];
  kills: number[];
  /** Of each channel: moods from a second on, in any order. */
  moods: Record<'hook' | 'desk', [fromS: number, mood: Mood][]>;
  lostAppends: number;
}

const second = fc.integer({ min: 0, max: TROUBLE_S });
const moods = fc.array(fc.tuple(second, fc.constantFrom(...MOODS)), { maxLength: 8 });
/** Often so close that one happens while the other is under way. */
const gap = fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 900 }));
const incidents = fc.array(fc.tuple(second, gap, gap).map(([fromS, one, two]) => [fromS, fromS + one, fromS + one + two]), { minLength: 1, maxLength: 5 });
/** Seconds after some event. */
const kills = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 12 })), { maxLength: 6 });
const plans: fc.Arbitrary<Plan> = fc.record({
  alerts: incidents, kills, moods: fc.record({ hook: moods, desk: moods }), lostAppends: fc.integer({ min: 0, max: 6 }),
}).map((plan) => {
  const times = plan.alerts.flat();
  return { ...plan, kills: plan.kills.map(([index, afterS]) => (times[index % times.length] ?? 0) + afterS) };
});

function replyIn(mood: Mood): Reply {
  switch (mood) {
    case 'well': return { ...DELIVERED, afterMs: 20 };
    case 'slow': return { ...DELIVERED, afterMs: 8_000 };
    case 'away': return DEAD;
    case 'hanging': return { ...DEAD, afterMs: 10_000 };
    case 'faulty': return { ...FAULTY, afterMs: 20 };
    case 'answer-lost': return { ...DEAD, afterMs: 500 };
  }
}

/** A channel in the moods of the plan, and the keys that its receiver took, in order, repeats included. */
function moodyChannel(id: string, periods: readonly [fromS: number, mood: Mood][]): { channel: ScriptedChannel; taken: string[] } {
  const channel = new ScriptedChannel(id);
  const taken: string[] = [];
  channel.reply = (page) => {
    const nowS = (Date.now() - START_MS) / 1_000;
    const mood = nowS > 3_600 ? 'well' : periods.toSorted((a, b) => a[0] - b[0]).findLast(([fromS]) => fromS <= nowS)?.[1] ?? 'well';
    if (mood === 'well' || mood === 'slow' || mood === 'answer-lost') taken.push(page.eventId);
    return replyIn(mood);
  };
  return { channel, taken };
}

async function play(plan: Plan): Promise<{ taken: Record<'hook' | 'desk', string[]>; left: number; keys: Set<string>; records: string[] }> {
  const queue = new AckWaitQueue();
  const hook = moodyChannel('hook', plan.moods.hook);
  const desk = moodyChannel('desk', plan.moods.desk);
  const scene = new Scene({ channels: [hook.channel, desk.channel], alerts: queue });
  const steps: [atS: number, act: () => void | Promise<void>][] = [
    ...plan.kills.map((atS): [number, () => Promise<void>] => [atS, async () => {
      scene.kill();
      await scene.start();
    }]),
    ...plan.alerts.flatMap((times, number) => Object.values(incident(number)).map((event, index): [number, () => void] => [
      times[index] ?? 0, () => queue.append(encodeOrder({ ...event, atMs: START_MS + (times[index] ?? 0) * 1_000, ...(event.kind === 'resolved' ? { openedAtMs: START_MS + (times[0] ?? 0) * 1_000 } : {}) })),
    ])),
  ];
  await scene.start();
  if (plan.lostAppends > 0) scene.bus.faults.loseAppendAcks('deliveries', plan.lostAppends);
  for (const [atS, act] of steps.toSorted((a, b) => a[0] - b[0])) {
    await vi.advanceTimersByTimeAsync(Math.max(0, START_MS + atS * 1_000 - Date.now()));
    await act();
  }
  await scene.at('02:30');
  const sent = [...hook.channel.sent, ...desk.channel.sent];
  const records = (await scene.records()).map(({ idempotencyKey, outcome }) => `${idempotencyKey} ${outcome}`);
  await scene.stop();
  await scene.bus.close();
  return { taken: { hook: hook.taken, desk: desk.taken }, left: queue.left, keys: new Set(sent.map(({ key }) => key)), records };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('whatever fails and whenever the notifier is killed,', () => {
  it('every page arrives, under one key, in the order of its alert, and every event is done with', async () => {
    await fc.assert(fc.asyncProperty(plans, async (plan) => {
      const { taken, left, keys, records } = await play(plan);
      expect(left).toBe(0);
      for (const [channelId, eventIds] of Object.entries(taken)) {
        plan.alerts.forEach((_times, number) => {
          const expected = Object.values(incident(number)).map(({ id }) => id);
          const firstArrivals = [...new Set(eventIds)].filter((id) => expected.includes(id));
          expect({ channelId, number, firstArrivals }).toEqual({ channelId, number, firstArrivals: expected });
          // A repeat never comes after a later page of its alert.
          const places = eventIds.filter((id) => expected.includes(id)).map((id) => expected.indexOf(id));
          expect(places).toEqual(places.toSorted((a, b) => a - b));
        });
      }
      expect(keys.size).toBe(plan.alerts.length * 3 * 2);
      expect(records.filter((record) => record.endsWith(' skipped') || record.endsWith(' failed'))).toEqual([]);
    }), { numRuns: 40 });
  });

  it('nothing arrives twice while nobody is killed and no answer is lost', async () => {
    const withoutLoss = plans.map((plan): Plan => ({
      ...plan, kills: [], moods: { hook: plan.moods.hook.filter(([, mood]) => mood !== 'answer-lost'), desk: plan.moods.desk.filter(([, mood]) => mood !== 'answer-lost') },
    }));
    await fc.assert(fc.asyncProperty(withoutLoss, async (plan) => {
      const { taken } = await play(plan);
      for (const eventIds of Object.values(taken)) expect(eventIds).toHaveLength(new Set(eventIds).size);
    }), { numRuns: 20 });
  });

  it('no end is told where no fire was delivered, and none is missing where one was', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.boolean(), { minLength: 2, maxLength: 2 }), fc.array(second, { maxLength: 4 }), async ([refusesOpened, refusesEscalated], kills) => {
      const queue = new AckWaitQueue();
      const hook = new ScriptedChannel('hook');
      hook.reply = (page) => ((page.event === 'opened' && refusesOpened) || (page.event === 'escalated' && refusesEscalated) ? REFUSED : DELIVERED);
      const scene = new Scene({ channels: [hook], alerts: queue });
      await scene.start();
      const events = Object.values(incident(1));
      const steps = [...kills.map((atS) => ({ atS, event: undefined })), ...events.map((event, index) => ({ atS: index * 600, event }))];
      for (const { atS, event } of steps.toSorted((a, b) => a.atS - b.atS)) {
        await vi.advanceTimersByTimeAsync(Math.max(0, START_MS + atS * 1_000 - Date.now()));
        if (event !== undefined) queue.append(encodeOrder(event));
        else {
          scene.kill();
          await scene.start();
        }
      }
      await scene.at('01:00');
      const told = (kind: string): boolean => hook.sent.some(({ page, outcome }) => page.event === kind && outcome?.kind === 'delivered');
      expect(told('resolved')).toBe(told('opened') || told('escalated'));
      expect(queue.left).toBe(0);
      await scene.stop();
      await scene.bus.close();
    }), { numRuns: 40 });
  });
});

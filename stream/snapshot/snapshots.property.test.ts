import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeState } from '../counter/encode-state.ts';
import { createState } from '../counter/state.ts';
import type { CounterState } from '../counter/state.ts';
import { step } from '../counter/step.ts';
import { HOUR_MS, LogScript, MINUTE_MS, START_MS, makeItem, makeRule } from '../counter/testing/entries.ts';
import { CounterRun, Ground, countedAfresh, start } from './testing/counter-run.ts';

type Damage = { kind: 'cut'; at: number } | { kind: 'flip'; at: number; bit: number };

const moment = fc.record({ afterMs: fc.oneof(fc.nat(3_000), fc.constantFrom(0, MINUTE_MS, 2 * HOUR_MS)), items: fc.array(fc.record({ ageMs: fc.nat(90_000), id: fc.nat(80) }), { maxLength: 6 }) });
const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.record({ kind: fc.constant('cut' as const), at: fc.double({ min: 0, max: 0.999, noNaN: true }) }),
  fc.record({ kind: fc.constant('flip' as const), at: fc.double({ min: 0, max: 0.999, noNaN: true }), bit: fc.nat(7) }),
);

function write(ground: Ground, moments: readonly { afterMs: number; items: { ageMs: number; id: number }[] }[]): void {
  const log = new LogScript();
  let nowMs = START_MS;
  ground.entries.push(log.rules(nowMs, [makeRule({ fireAt: 3, resolveBelow: 2, windowMs: 10 * MINUTE_MS })]));
  for (const { afterMs, items } of moments) {
    nowMs += afterMs;
    if (items.length > 0) ground.entries.push(log.frame(nowMs, items.map(({ ageMs, id }) => makeItem({ id: `id-${id}`, idGiven: true, createdAtMs: nowMs - ageMs, customer: { id: `c${id % 9}` } }))));
    ground.entries.push(log.tick(nowMs));
  }
}

function applyDamage(bytes: Uint8Array, one: Damage): Uint8Array {
  const at = Math.floor(bytes.length * one.at);
  if (one.kind === 'cut') return bytes.slice(0, at);
  const changed = bytes.slice();
  changed[at] = changed[at]! ^ (1 << one.bit);
  return changed;
}

function countRest(state: CounterState, ground: Ground): CounterState {
  for (const entry of ground.entries.slice(state.sequence)) step(state, entry);
  return state;
}

describe('counting from a snapshot', () => {
  it('and on gives what counting without one gives, wherever it stopped and whatever became of the snapshots', async () => {
    await fc.assert(fc.asyncProperty(
      fc.array(moment, { minLength: 1, maxLength: 15 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.array(fc.option(damage), { minLength: 3, maxLength: 3 }),
      async (moments, stopAt, damages) => {
        const ground = new Ground();
        write(ground, moments);
        const run = new CounterRun(ground);
        for (const entry of ground.entries.slice(0, Math.ceil(ground.entries.length * stopAt))) {
          run.count(entry);
          await run.snapshots.idle();
        }
        const names = (await ground.store.list()).map(({ name }) => name);
        names.forEach((name, index) => {
          const one = damages[index];
          if (one !== null && one !== undefined) ground.store.faults.damage(name, (bytes) => applyDamage(bytes, one));
        });
        const { state, faults } = await start(ground);
        const whole = names.filter((_, index) => damages[index] === null);
        const newest = whole.at(-1);
        expect(state?.sequence ?? 0).toBe(newest === undefined ? 0 : Number(newest.slice(-16)));
        expect(faults).toEqual(names.slice(newest === undefined ? 0 : names.indexOf(newest) + 1).map(() => 'damaged'));
        expect(Buffer.compare(encodeState(countRest(state ?? createState(), ground)), encodeState(countedAfresh(ground.entries)))).toBe(0);
      },
    ), { numRuns: 40 });
  });

  it('that were written while counting went on gives the same', async () => {
    await fc.assert(fc.asyncProperty(fc.array(moment, { minLength: 3, maxLength: 20 }), fc.array(fc.nat(40), { minLength: 1 }), async (moments, pauses) => {
      const ground = new Ground();
      write(ground, moments);
      const run = new CounterRun(ground);
      for (const [index, entry] of ground.entries.entries()) {
        run.count(entry);
        for (let turn = 0; turn < pauses[index % pauses.length]!; turn++) await Promise.resolve();
      }
      await run.snapshots.idle();
      expect(run.failures).toEqual([]);
      const { state } = await start(ground);
      expect(state).not.toBeNull();
      expect(Buffer.compare(encodeState(countRest(state!, ground)), encodeState(countedAfresh(ground.entries)))).toBe(0);
    }), { numRuns: 40 });
  });

  it('never takes up one whose writing was cut off, at whatever await', async () => {
    const ground = new Ground();
    write(ground, Array.from({ length: 12 }, (_, index) => ({ afterMs: 1_000, items: [{ ageMs: 0, id: index }] })));
    const half = Math.floor(ground.entries.length / 2);
    const first = new CounterRun(ground);
    for (const entry of ground.entries.slice(0, half)) {
      first.count(entry);
      await first.snapshots.idle();
    }
    const before = await ground.store.list();
    let chunks = 0;
    for (let isDone = false; !isDone; chunks++) {
      const found = await start(ground);
      const run = new CounterRun(ground, { state: found.state! });
      ground.store.faults.failPuts(1, chunks);
      for (const entry of ground.entries.slice(found.state!.sequence)) run.count(entry);
      await run.snapshots.idle();
      isDone = run.failures.length === 0 || chunks > 400;
      if (!isDone) expect(await ground.store.list()).toEqual(before);
      await run.snapshots.stop();
      if (isDone) break;
      expect(run.failures.map(({ code }) => code)).toEqual(['overloaded']);
    }
    expect(chunks).toBeGreaterThan(5);
  });
});

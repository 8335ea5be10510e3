import { describe, expect, it } from 'vitest';
import { parseRule } from '../../alerts/rules/parse-rule.ts';
import { TocsinError } from '../../core/errors.ts';
import { STATE_FORMAT, decodeState, encodeState } from './encode-state.ts';
import { createState } from './state.ts';
import type { CounterState } from './state.ts';
import { stateBytes } from './state-bytes.ts';
import { step } from './step.ts';
import { HOUR_MS, LogScript, MINUTE_MS, START_MS, makeItem, makeRule } from './testing/entries.ts';

function filled(log = new LogScript()): CounterState {
  const state = createState({ keysMax: 50 });
  step(state, log.rules(START_MS, [makeRule({ fireAt: 3, resolveBelow: 1 })]));
  for (let frame = 0; frame < 20; frame++) {
    const items = Array.from({ length: 50 }, (_, index) => makeItem({ id: `${frame}-${index}`, idGiven: true, createdAtMs: START_MS + frame, workspace: `shop ${index % 3}` }));
    step(state, log.frame(START_MS + frame, items));
  }
  return state;
}

describe('a saved state', () => {
  it('is not changed by what is counted after', () => {
    const log = new LogScript();
    const state = filled(log);
    const saved = encodeState(state);
    const copy = saved.slice();
    for (let frame = 0; frame < 50; frame++) step(state, log.frame(START_MS + HOUR_MS, [makeItem({ createdAtMs: START_MS + HOUR_MS })]));
    expect(Buffer.compare(saved, copy)).toBe(0);
    expect(stateBytes(decodeState(saved)).itemsHeld).toBeLessThan(stateBytes(state).itemsHeld);
  });

  it('is read from the middle of a larger buffer, at any offset', () => {
    const saved = encodeState(filled());
    for (const offset of [1, 3, 8]) {
      const larger = Buffer.alloc(saved.length + 16);
      larger.set(saved, offset);
      const restored = decodeState(larger.subarray(offset, offset + saved.length));
      expect(Buffer.compare(encodeState(restored), saved)).toBe(0);
    }
  });

  it('takes limits that have changed since', () => {
    const restored = decodeState(encodeState(filled()), { latenessMaxMs: HOUR_MS, keysMax: 70 });
    expect(restored.config).toMatchObject({ latenessMaxMs: HOUR_MS, keysMax: 70 });
    expect(restored.plan.groupings.map(({ grouping }) => grouping.shape.keysMax)).toEqual([70, 70]);
  });

  it('ends alerts in the same order after the rules have changed', () => {
    const log = new LogScript();
    const said = (category: string, minutes: readonly number[]) => minutes.map((minute) => makeItem({ id: `${category}-${minute}`, idGiven: true, createdAtMs: START_MS + minute * MINUTE_MS, score: { categories: [{ id: category, probability: 0.9, decidedBy: 'model' }] } }));
    const rule = makeRule({ windowMs: HOUR_MS, fireAt: 2, resolveBelow: 2 });
    const state = createState();
    step(state, log.rules(START_MS, [rule]));
    step(state, log.frame(START_MS + 2 * MINUTE_MS, [...said('logistics', [0, 1]), ...said('refund', [1, 2])]));
    // The end of the first alert moves behind that of the second one, and is looked at because another rule comes.
    step(state, log.frame(START_MS + 4 * MINUTE_MS, said('logistics', [3, 4])));
    step(state, log.rules(START_MS + 5 * MINUTE_MS, [rule, makeRule({ id: 'other' })]));
    const restored = decodeState(encodeState(state));
    const tick = log.tick(START_MS + 2 * HOUR_MS);
    const { events } = step(state, tick);
    expect(events.map(({ kind, group }) => [kind, group.category])).toEqual([['resolved', 'refund'], ['resolved', 'logistics']]);
    expect(step(restored, tick).events).toEqual(events);
    expect(Buffer.compare(encodeState(restored), encodeState(state))).toBe(0);
  });

  it('keeps what a rule compares with', () => {
    const log = new LogScript();
    const state = createState({ awayAfterMs: Infinity });
    step(state, log.rules(START_MS - 72 * HOUR_MS, [parseRule({ id: 'spike', title: { zh: '突增', en: 'Spike' }, kind: 'spike', window: '1h', against: '3 days', atLeast: 5, calendar: 'none' })]));
    for (let index = 0; index < 20; index++) step(state, log.frame(START_MS + index, [makeItem({ id: `${index}`, createdAtMs: START_MS + index })]));
    const saved = encodeState(state);
    expect(state.rules[0]!.watch!.baselines.size).toBe(1);
    expect(Buffer.compare(encodeState(decodeState(saved)), saved)).toBe(0);
  });

  it('that is cut short anywhere is refused', () => {
    const saved = encodeState(filled());
    for (let length = 0; length < saved.length; length += Math.ceil(saved.length / 97)) {
      expect(() => decodeState(saved.subarray(0, length)), `cut at ${length}`).toThrow(TocsinError);
    }
  });

  it.each([
    ['bytes of something else', (bytes: Uint8Array) => bytes.fill(7, 0, 8), /are not a saved counter state/],
    ['a newer format', (bytes: Uint8Array) => new DataView(bytes.buffer).setFloat64(8, STATE_FORMAT + 1, true), new RegExp(`has format ${STATE_FORMAT + 1}, and this version reads formats 3 to ${STATE_FORMAT}`)],
  ])('of %s is refused with a sentence', (_, damage, message) => {
    const saved = encodeState(filled());
    damage(saved);
    expect(() => decodeState(saved)).toThrow(message);
  });
});

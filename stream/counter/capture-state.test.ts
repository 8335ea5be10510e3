import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogEntry, ScoredEntry } from '../../core/frame.ts';
import { completeConfig } from '../duplicates/config.ts';
import { captureState } from './capture-state.ts';
import type { StateCapture } from './capture-state.ts';
import { decodeState, encodeState } from './encode-state.ts';
import { createState } from './state.ts';
import type { CounterState } from './state.ts';
import { step } from './step.ts';
import { HOUR_MS, LogScript, MINUTE_MS, START_MS, makeItem, makeRule } from './testing/entries.ts';

/** Small tables and short horizons, so that a short log grows, turns, sweeps and forgets. */
const CONFIG = { keysMax: 40, quotedGroupsMax: 8, idHorizonMs: 20 * MINUTE_MS, idsMax: 300, customersMax: 200,
  duplicates: completeConfig({ horizonMs: 30 * MINUTE_MS, shortHorizonMs: MINUTE_MS, itemsMax: 4_096, campaignCustomers: 2, campaignsMax: 20, historyDays: 1 }) };
const TEXTS = ['等了十天包裹还没有送到我手里', '客服电话一直打不通也没有人回', '屏幕刚拆封就有三道很深的划痕', '慢'];
const RULES = [makeRule({ id: 'a', fireAt: 2, resolveBelow: 1, windowMs: 10 * MINUTE_MS }), makeRule({ id: 'b', groupBy: ['product'], fireAt: 3, resolveBelow: 2, windowMs: HOUR_MS })];

function takeAll(capture: StateCapture, into: Uint8Array[] = []): Buffer {
  for (let piece = capture.next(); piece !== null; piece = capture.next()) into.push(piece);
  return Buffer.concat(into);
}

type Move =
  | { kind: 'pieces'; count: number }
  | { kind: 'frame'; afterMs: number; items: { ageMs: number; id: number; customer: number; product: number }[] }
  | { kind: 'rules'; count: number };

const frame = fc.record({
  kind: fc.constant('frame' as const),
  afterMs: fc.oneof(fc.nat(2_000), fc.constantFrom(0, MINUTE_MS, 15 * MINUTE_MS, 3 * HOUR_MS)),
  items: fc.array(fc.record({ ageMs: fc.oneof(fc.nat(3_000), fc.nat(HOUR_MS)), id: fc.nat(500), customer: fc.nat(300), product: fc.nat(60) }), { maxLength: 60 }),
});
const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 6, arbitrary: frame },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pieces' as const), count: fc.oneof(fc.nat(5), fc.nat(200)) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('rules' as const), count: fc.nat(2) }) },
);

class Player {
  readonly state: CounterState = createState(CONFIG);
  readonly #log = new LogScript();
  #nowMs = START_MS;

  play(one: Move): LogEntry<ScoredEntry> | null {
    const entry = this.#entry(one);
    if (entry !== null) step(this.state, entry);
    return entry;
  }

  #entry(one: Move): LogEntry<ScoredEntry> | null {
    if (one.kind === 'pieces') return null;
    if (one.kind === 'rules') return this.#log.rules(this.#nowMs, RULES.slice(0, one.count));
    this.#nowMs += one.afterMs;
    const items = one.items.map(({ ageMs, id, customer, product }) =>
      makeItem({ id: `id-${id}`, idGiven: true, createdAtMs: this.#nowMs - ageMs, customer: { id: `c${customer}` }, product: `p${product}`, text: `${TEXTS[id % TEXTS.length]!}${id % 3 === 0 ? '' : id}` }));
    return items.length === 0 ? this.#log.tick(this.#nowMs) : this.#log.frame(this.#nowMs, items);
  }
}

/** So that something is counted between any two of them. */
const EACH_PIECE = 1;

describe('a state captured while counting goes on', () => {
  it('is the state at the instant of the capture, whatever is counted between its pieces', () => {
    fc.assert(fc.property(fc.array(move, { maxLength: 25 }), fc.array(move, { minLength: 1, maxLength: 25 }), (before, during) => {
      const player = new Player();
      player.play({ kind: 'rules', count: 2 });
      for (const one of before) player.play(one);
      const wanted = encodeState(player.state);
      const capture = captureState(player.state, EACH_PIECE);
      const pieces: Uint8Array[] = [];
      for (const one of during) {
        if (one.kind === 'pieces') {
          for (let count = 0; count < one.count; count++) {
            const piece = capture.next();
            if (piece !== null) pieces.push(piece);
          }
        } else player.play(one);
      }
      expect(Buffer.compare(takeAll(capture, pieces), wanted)).toBe(0);
      // The next one starts afresh.
      const again = encodeState(player.state);
      expect(Buffer.compare(takeAll(captureState(player.state)), again)).toBe(0);
    }), { numRuns: 60 });
  });

  it('does not change what the counter counts', () => {
    fc.assert(fc.property(fc.array(move, { minLength: 5, maxLength: 30 }), fc.nat(29), (moves, captureAt) => {
      const plain = new Player();
      const captured = new Player();
      let capture: StateCapture | null = null;
      for (const player of [plain, captured]) player.play({ kind: 'rules', count: 2 });
      moves.forEach((one, index) => {
        if (index === captureAt) capture = captureState(captured.state, EACH_PIECE);
        if (index === captureAt + 3) capture?.release();
        plain.play(one);
        captured.play(one);
        capture?.next();
      });
      expect(Buffer.compare(encodeState(captured.state), encodeState(plain.state))).toBe(0);
    }), { numRuns: 30 });
  });

  it('stays right over many arena segments and growing tables', () => {
    const player = new Player();
    player.state.config.idsMax = 1_000_000;
    const items = (round: number): Move => ({
      kind: 'frame', afterMs: 50, items: Array.from({ length: 400 }, (_, index) => ({ ageMs: index % 7, id: round * 400 + index, customer: index, product: (index * 31) % 60 })),
    });
    for (let round = 0; round < 220; round++) player.play(items(round));
    expect(player.state.arena.segments.length).toBeGreaterThan(1);
    const wanted = encodeState(player.state);
    const capture = captureState(player.state, EACH_PIECE);
    const pieces: Uint8Array[] = [];
    for (let round = 220; round < 300; round++) {
      player.play(items(round));
      if (round % 4 === 0) {
        const piece = capture.next();
        if (piece !== null) pieces.push(piece);
      }
    }
    expect(Buffer.compare(takeAll(capture, pieces), wanted)).toBe(0);
    expect(decodeState(wanted).sequence).toBe(220);
  });

  it('is taken one at a time; giving one up makes room for the next', () => {
    const player = new Player();
    player.play({ kind: 'frame', afterMs: 0, items: [{ ageMs: 0, id: 1, customer: 1, product: 1 }] });
    const { state } = player;
    const first = captureState(state);
    expect(() => captureState(state)).toThrow(/held already/);
    first.release();
    first.release();
    expect(Buffer.compare(takeAll(captureState(state)), encodeState(state))).toBe(0);
    expect(first.next()).toBeNull();
  });
});

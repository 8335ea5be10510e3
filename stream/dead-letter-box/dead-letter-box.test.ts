import { describe, expect, it } from 'vitest';
import { TocsinError } from '../../core/errors.ts';
import type { FeedbackItem } from '../../core/feedback.ts';
import { MemoryBus } from '../bus/memory-bus.ts';
import { createState } from '../counter/state.ts';
import { step } from '../counter/step.ts';
import { DeadLetters } from './dead-letters.ts';
import { decodeRawFrame, encodeRawFrame } from '../frames/raw-frame.ts';
import { decodeScoredEntry, encodeScoredEntry } from '../frames/scored-entry.ts';
import { MemoryWriter } from '../store/memory-writer.ts';
import { feedbackItem, SCORE, storedItem } from '../store/testing/items.ts';
import { DeadLetterBox } from './dead-letter-box.ts';

const NOW_MS = Date.UTC(2026, 2, 1);

function setUp({ storedIds = [] }: { storedIds?: string[] } = {}) {
  const clock = { nowMs: () => NOW_MS };
  const bus = new MemoryBus({ clock });
  const dead = new DeadLetters(bus.log('dead'), clock, () => undefined);
  const writer = new MemoryWriter();
  const stored = { among: async (_workspace: string, ids: readonly string[]) => new Set(ids.filter((id) => storedIds.includes(id) || writer.rows.some(({ row }) => row.item.id === id))) };
  return { bus, dead, writer, box: new DeadLetterBox({ bus, writer, stored, clock }) };
}

const failure = new TocsinError('scorer_unavailable', 'The model could not score it.');
const rawFrame = (items: FeedbackItem[]): Uint8Array => encodeRawFrame({ kind: 'raw', gatheredAtMs: NOW_MS, items });
const row = (index: number) => storedItem({ sequence: 7, index });
const rowBytes = (index: number): Uint8Array => new TextEncoder().encode(JSON.stringify(row(index)));

async function lastItems(bus: MemoryBus): Promise<FeedbackItem[]> {
  return decodeRawFrame((await bus.log('raw').last())!.value).items;
}

describe('dead letters', () => {
  it('are listed with where they stood, at which stage, why and when, oldest first', async () => {
    const { box, dead } = setUp();
    expect(await box.list()).toEqual([]);
    await dead.put({ stage: 'score', log: 'raw', sequence: 4, bytes: rawFrame([feedbackItem()]), error: failure });
    await dead.put({ stage: 'store', log: 'scored', sequence: 7, index: 2, bytes: rowBytes(2), error: new Error('no') });
    expect(await box.list()).toMatchObject([
      { sequence: 1, log: 'raw', logSequence: 4, stage: 'score', reason: 'The model could not score it.', atMs: NOW_MS, replayedAtMs: null },
      { sequence: 2, log: 'scored', logSequence: 7, stage: 'store', reason: 'no', replayedAtMs: null },
    ]);
    expect(Buffer.from((await box.get(2)).bytes).equals(rowBytes(2))).toBe(true);
    await expect(box.get(3)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('keep two bad rows of one frame apart', async () => {
    const { box, dead } = setUp();
    for (const index of [0, 1, 1]) await dead.put({ stage: 'store', log: 'scored', sequence: 7, index, bytes: rowBytes(index), error: failure });
    expect((await box.list()).map(({ bytes }) => (JSON.parse(Buffer.from(bytes).toString('utf8')) as { index: number }).index)).toEqual([0, 1]);
  });
});

describe('replaying a dead letter', () => {
  it('sends a raw frame to be scored again, once, and marks the letter', async () => {
    const { box, bus, dead } = setUp();
    await dead.put({ stage: 'score', log: 'raw', sequence: 4, bytes: rawFrame([feedbackItem({ id: 'a' }), feedbackItem({ id: 'b' })]), error: failure });
    expect(await box.replay(1)).toEqual({ sequence: 1, outcome: 'replayed', items: 2 });
    expect((await lastItems(bus)).map(({ id, idGiven }) => [id, idGiven])).toEqual([['a', true], ['b', true]]);
    expect(await box.list()).toMatchObject([{ sequence: 1, replayedAtMs: NOW_MS }]);
    expect(await box.replay(1)).toEqual({ sequence: 1, outcome: 'already-replayed', items: 0 });
    expect((await bus.log('raw').info()).lastSequence).toBe(1);
  });

  it('sends only those items of a raw frame that are not stored', async () => {
    const { box, bus, dead } = setUp({ storedIds: ['a'] });
    await dead.put({ stage: 'score', log: 'raw', sequence: 4, bytes: rawFrame([feedbackItem({ id: 'a' }), feedbackItem({ id: 'b' })]), error: failure });
    expect(await box.replay(1)).toMatchObject({ items: 1 });
    expect((await lastItems(bus)).map(({ id }) => id)).toEqual(['b']);
  });

  it('counts an item once though it is replayed after a crash before the mark', async () => {
    const { bus, dead, box } = setUp();
    await dead.put({ stage: 'score', log: 'raw', sequence: 4, bytes: rawFrame([feedbackItem({ id: 'a' })]), error: failure });
    bus.faults.rejectAppends('dead', 1);
    await expect(box.replay(1)).rejects.toMatchObject({ retryable: true });
    expect(await box.replay(1)).toMatchObject({ outcome: 'replayed' });
    const items = await lastItems(bus);
    const state = createState();
    const frame = (rawSequence: number) => ({ kind: 'scored' as const, rawSequence, gatheredAtMs: NOW_MS, scoredAtMs: NOW_MS, model: 'm', items: items.map((item) => ({ item, score: SCORE })) });
    expect(step(state, { sequence: 1, timeMs: NOW_MS, value: frame(5) }).rows).toHaveLength(1);
    expect(step(state, { sequence: 2, timeMs: NOW_MS, value: frame(6) }).rows).toHaveLength(0);
  });

  it('sends a scored frame to be counted under the raw sequence that it had', async () => {
    const { box, bus, dead } = setUp();
    const bytes = encodeScoredEntry({ kind: 'scored', rawSequence: 3, gatheredAtMs: 1, scoredAtMs: 2, model: 'm', items: [{ item: feedbackItem(), score: SCORE }] });
    await dead.put({ stage: 'decode', log: 'scored', sequence: 9, bytes, error: failure });
    expect(await box.replay(1)).toMatchObject({ outcome: 'replayed', items: 1 });
    expect(decodeScoredEntry((await bus.log('scored').last())!.value)).toMatchObject({ rawSequence: 3 });
  });

  it('stores a row that was refused, once, as one of its log where that is stored so far', async () => {
    const { box, bus, dead, writer } = setUp();
    for (let entry = 0; entry < 9; entry++) await bus.log('scored').append(encodeScoredEntry({ kind: 'tick' }), `tick-${entry}`);
    const { identity } = await bus.log('scored').info();
    await writer.insert([storedItem({ sequence: 8 })], identity, 'earlier');
    await dead.put({ stage: 'store', log: 'scored', sequence: 7, index: 0, bytes: rowBytes(0), error: failure });
    expect(await box.replay(1)).toMatchObject({ outcome: 'replayed', items: 1 });
    expect(writer.rows.at(-1)).toEqual({ logId: identity, row: row(0) });
    expect(await box.replay(1)).toMatchObject({ outcome: 'already-replayed' });
    expect(writer.rows).toHaveLength(2);
  });

  it('never moves the place up to which a log is stored: a row of another log is stored beside it', async () => {
    const { box, dead, bus, writer } = setUp();
    await dead.put({ stage: 'store', log: 'scored', sequence: 7, index: 0, bytes: rowBytes(0), error: failure });
    await box.replay(1);
    expect(await writer.storedThrough((await bus.log('scored').info()).identity)).toBe(0);
    expect(writer.rows).toHaveLength(1);
  });

  it.each([
    ['is still damaged', { stage: 'decode', log: 'raw', bytes: Uint8Array.of(1, 2) }, 'would only come back: This frame cannot be read'],
    ['is a tick', { stage: 'decode', log: 'scored', bytes: encodeScoredEntry({ kind: 'tick' }) }, 'is a tick, whose time has passed'],
    ['comes from a stage that takes nothing', { stage: 'notify', log: 'alerts', bytes: Uint8Array.of() }, 'takes nothing again'],
  ] as const)('refuses one that %s, and leaves it unmarked', async (_, letter, why) => {
    const { box, dead } = setUp();
    await dead.put({ ...letter, sequence: 1, error: failure });
    await expect(box.replay(1)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining(why) as string });
    expect((await box.get(1)).replayedAtMs).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import type { AlertOpened } from '../../core/alert.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import { storedItem } from '../../stream/store/testing/items.ts';
import type { DeskInput } from '../incidents/desk-state.ts';
import { createDeskState } from '../incidents/desk-state.ts';
import { stepDesk } from '../incidents/step-desk.ts';
import { opened, resolved } from '../notify/testing/sample-events.ts';
import { EMPTY_BOOK } from '../routing/book.ts';
import type { Inhibition, Route } from '../routing/book.ts';
import { MemoryBus } from '../../stream/bus/memory-bus.ts';
import { encodeJson } from '../../stream/frames/record.ts';
import { sharedItem } from '../evidence/shared-items.ts';
import { OverlapAsker } from './ask-overlaps.ts';

const AT_MS = Date.UTC(2026, 10, 23, 2);
const inhibition: Inhibition = { id: 'store-explains', source: [{ field: 'rule', operator: '=', value: 'by-store' }], target: [{ field: 'rule', operator: '=', value: 'by-category' }], equal: ['category'], sharedAtLeast: 0.9 };
const route: Route = { id: 'all', when: [], hours: null, notify: ['desk'], chain: null, gatherBy: ['alert'], waitMs: 10_000, assign: null, skills: [] };
const alert = (ruleId: string, over: Partial<AlertOpened> = {}): AlertOpened => opened({ id: ruleId, alertId: ruleId, ruleId, group: { category: 'logistics' }, count: 10, atMs: AT_MS, sequence: 1, basis: { windowEndMs: AT_MS }, ...over });
const items = (from: number, to: number, store = '12'): StoredItem[] => Array.from({ length: to - from }, (_, index) => storedItem({ sequence: 1, index: from + index, item: { store, createdAtMs: AT_MS - 1_000 - from - index } }));

interface Played {
  /** What fired before the desk that asks was started. */
  before?: AlertOpened[];
  sources?: AlertOpened[];
  target?: AlertOpened;
  /** Items that the counter has, and the store not yet; null: it does not answer. */
  unstored?: StoredItem[] | null;
  /** The store has what the counter had from that read on; 1, 2, 3 … of both. */
  movesAt?: number;
}

interface Outcome {
  told: string[];
  state: ReturnType<typeof createDeskState>;
  /** Of the questions to the store. */
  sequences: number[];
}

/** The desk with a store that holds these items; answers come before the first page is due. */
async function play(inStore: StoredItem[], { before = [], sources = [alert('by-store', { group: { category: 'logistics', store: '12' } })], target = alert('by-category'), unstored = [], movesAt = Infinity }: Played = {}): Promise<Outcome> {
  const bus = new MemoryBus({ clock: { nowMs: () => AT_MS } });
  for (const event of [...before, ...sources]) await bus.log('alerts').append(encodeJson('alert', event), event.id);
  const sequences: number[] = [];
  const state = createDeskState();
  const told: string[] = [];
  const pending: DeskInput[] = [];
  const take = (input: DeskInput, atMs: number): void => void told.push(...stepDesk(state, input, atMs).pages.map(({ event, reason }) => `${event.ruleId} ${reason}`));
  let reads = 0;
  const asker = new OverlapAsker({
    alerts: bus.log('alerts'),
    window: { read: async ({ log }) => {
      sequences.push(log.sequence);
      return (reads += 1) >= movesAt ? [...inStore, ...unstored ?? []] : inStore;
    } },
    unstored: async (question) => {
      if (unstored === null) throw new Error('no answer');
      return (reads += 1) >= movesAt ? [] : unstored.map(sharedItem(question)).filter((item) => item !== null);
    },
    timers: { after: (_delayMs, act) => { queueMicrotask(act); return () => undefined; }, soon: (act) => { queueMicrotask(act); return () => undefined; } },
    take: (input) => void pending.push(input),
    warn: () => undefined,
  });
  take({ kind: 'book', book: { ...EMPTY_BOOK, inhibitions: [inhibition], routes: [route] } }, AT_MS);
  for (const event of before) take({ kind: 'alert', event }, AT_MS);
  if (before.length > 0) for (const event of sources) take({ kind: 'alert', event }, AT_MS);
  for (const event of before.length > 0 ? [target] : [...sources, target]) {
    take({ kind: 'alert', event }, AT_MS);
    asker.onStep(state, { number: 1, writer: 't', inputs: [{ atMs: AT_MS, input: { kind: 'alert', event } }], pages: [] });
  }
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  for (const input of pending) take(input, AT_MS + 2_000);
  take({ kind: 'tick' }, AT_MS + 10_000);
  asker.stop();
  return { told, state, sequences };
}

describe('an alert that another one explains', () => {
  it('is held back where both stand for the very same items, and says by which', async () => {
    const { told, state } = await play(items(0, 10));
    expect(told).toEqual(['by-store fired']);
    expect(state.open.get('by-category')?.timeline.at(-1)).toMatchObject({ kind: 'page-withheld', reason: 'inhibited', detail: { en: 'explained by alert by-store (inhibition store-explains, 100 % of the items are the same)' } });
  });

  it('is paged where the items are others', async () => {
    const { told } = await play([...items(0, 5), ...items(5, 15, '13')]);
    expect(told.sort()).toEqual(['by-category fired', 'by-store fired']);
  });

  it('is explained by what counted on until it fired, not only by what had made that fire', async () => {
    const { told, sequences } = await play(items(0, 30).map((stored, index) => ({ ...stored, sequence: index < 20 ? 1 : 9 - (index % 2), createdAtMs: AT_MS - 1_000 + index * 50 })), { target: alert('by-category', { sequence: 9, count: 30, basis: { windowEndMs: AT_MS + 500, itemIndex: 30 } }) });
    expect(told).toEqual(['by-store fired']);
    expect(new Set(sequences)).toEqual(new Set([9]));
  });

  it('is explained by what fired before a restart, and by the members of a composite', async () => {
    const member = alert('crashes', { group: {} });
    const composite = alert('by-store', { group: { category: 'logistics' }, measure: { kind: 'composite', members: [{ ruleId: 'crashes', alertId: 'crashes', title: member.title, group: {} }] } });
    const { told, state } = await play(items(0, 10), { before: [member], sources: [composite] });
    expect(told.sort()).toEqual(['by-store fired', 'crashes fired']);
    expect(state.open.get('by-category')?.timeline.at(-1)).toMatchObject({ reason: 'inhibited', detail: { en: expect.stringContaining('explained by alert by-store') as string } });
  });

  it('is known at once where the counter has what is not in the store yet', async () => {
    const { told, sequences } = await play(items(0, 2), { unstored: items(1, 10) });
    expect(told).toEqual(['by-store fired']);
    expect(sequences).toEqual([1]);
  });

  it('misses no item that goes from the counter to the store while both are asked', async () => {
    for (const movesAt of [1, 2, 3, Infinity]) {
      const { told, sequences } = await play(items(0, 2), { unstored: items(2, 10), movesAt });
      expect(told).toEqual(['by-store fired']);
      expect(sequences).toEqual([1]);
    }
  });

  it('is read once, however many may explain it, and is explained by the one that has its items', async () => {
    const sources = Array.from({ length: 45 }, (_, index) => alert(`by-store-${index}`, { ruleId: 'by-store', group: { category: 'logistics', store: String(index) } }));
    const { told, state, sequences } = await play(items(0, 10), { before: sources.slice(0, 40), sources: sources.slice(40) });
    expect(told).toEqual(Array(45).fill('by-store fired'));
    expect(state.open.get('by-category')?.timeline.at(-1)).toMatchObject({ reason: 'inhibited', detail: { en: expect.stringContaining('alert by-store-12 ') as string } });
    // Twenty of them a question.
    expect(sequences).toEqual([1, 1, 1]);
  });

  it('is known from the store, which is asked again, where the counter does not answer or has only what came later', async () => {
    for (const unstored of [null, items(0, 10).map((stored) => ({ ...stored, sequence: 7 }))]) {
      const { told, sequences } = await play(items(0, 2), { unstored });
      expect(told.sort()).toEqual(['by-category fired', 'by-store fired']);
      expect(sequences).toHaveLength(8);
    }
  });

  it('is paged when what explained it is over and it still fires', async () => {
    const { state } = await play(items(0, 10));
    stepDesk(state, { kind: 'alert', event: resolved({ id: 'r', alertId: 'by-store', ruleId: 'by-store', sequence: 2 }) }, AT_MS + 60_000);
    const { pages } = stepDesk(state, { kind: 'tick' }, AT_MS + 61_000);
    expect([...pages, ...state.open.values()].map((each) => ('reason' in each ? each.reason : each.timeline.at(-1)?.reason))).toContain('inhibition-ended');
  });
});

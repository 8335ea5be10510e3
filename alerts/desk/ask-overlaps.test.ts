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
import { OverlapAsker } from './ask-overlaps.ts';

const AT_MS = Date.UTC(2026, 10, 23, 2);
const inhibition: Inhibition = { id: 'store-explains', source: [{ field: 'rule', operator: '=', value: 'by-store' }], target: [{ field: 'rule', operator: '=', value: 'by-category' }], equal: ['category'], sharedAtLeast: 0.9 };
const route: Route = { id: 'all', when: [], hours: null, notify: ['desk'], chain: null, gatherBy: ['alert'], waitMs: 10_000, assign: null, skills: [] };
const alert = (ruleId: string, over: Partial<AlertOpened> = {}): AlertOpened => opened({ id: ruleId, alertId: ruleId, ruleId, group: { category: 'logistics' }, count: 10, atMs: AT_MS, sequence: 1, basis: { windowEndMs: AT_MS }, ...over });
const items = (from: number, to: number): StoredItem[] => Array.from({ length: to - from }, (_, index) => storedItem({ sequence: 1, index: from + index, item: { store: '12', createdAtMs: AT_MS - 1_000 - from - index } }));

interface Played {
  /** What fired before the desk that asks was started. */
  before?: AlertOpened[];
  source?: AlertOpened;
  target?: AlertOpened;
  /** Items that the counter has, and the store not yet; null: it does not answer. */
  unstored?: StoredItem[] | null;
}

/** The desk with a store that holds these items of each alert; answers come before the first page is due. */
async function play(ofSource: StoredItem[], ofTarget: StoredItem[], { before = [], source = alert('by-store', { group: { category: 'logistics', store: '12' } }), target = alert('by-category'), unstored = [] }: Played = {}): Promise<{ told: string[]; state: ReturnType<typeof createDeskState>; sequences: number[] }> {
  const bus = new MemoryBus({ clock: { nowMs: () => AT_MS } });
  for (const event of [...before, source]) await bus.log('alerts').append(encodeJson('alert', event), event.id);
  const sequences: number[] = [];
  const state = createDeskState();
  const told: string[] = [];
  const pending: DeskInput[] = [];
  const take = (input: DeskInput, atMs: number): void => void told.push(...stepDesk(state, input, atMs).pages.map(({ event, reason }) => `${event.ruleId} ${reason}`));
  let reads = 0;
  const asker = new OverlapAsker({
    // The target is asked first, then the source.
    alerts: bus.log('alerts'),
    window: { read: async ({ log }) => {
      sequences.push(log.sequence);
      return (reads += 1) % 2 === 1 ? ofTarget : ofSource;
    } },
    unstored: () => (unstored === null ? Promise.reject(new Error('no answer')) : Promise.resolve(unstored)),
    timers: { after: (_delayMs, act) => { queueMicrotask(act); return () => undefined; }, soon: (act) => { queueMicrotask(act); return () => undefined; } },
    take: (input) => void pending.push(input),
    warn: () => undefined,
  });
  take({ kind: 'book', book: { ...EMPTY_BOOK, inhibitions: [inhibition], routes: [route] } }, AT_MS);
  for (const event of before) take({ kind: 'alert', event }, AT_MS);
  if (before.length > 0) take({ kind: 'alert', event: source }, AT_MS);
  for (const event of before.length > 0 ? [target] : [source, target]) {
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
    const { told, state } = await play(items(0, 10), items(0, 10));
    expect(told).toEqual(['by-store fired']);
    expect(state.open.get('by-category')?.timeline.at(-1)).toMatchObject({ kind: 'page-withheld', reason: 'inhibited', detail: { en: 'explained by alert by-store (inhibition store-explains, 100 % of the items are the same)' } });
  });

  it('is paged where the items are others', async () => {
    const { told } = await play(items(0, 10), items(5, 15));
    expect(told.sort()).toEqual(['by-category fired', 'by-store fired']);
  });

  it('is explained by what counted on until it fired, not only by what had made that fire', async () => {
    const { told, sequences } = await play(items(0, 30), items(20, 30), { target: alert('by-category', { sequence: 9, basis: { windowEndMs: AT_MS + 500, itemIndex: 3 } }) });
    expect(told).toEqual(['by-store fired']);
    expect(new Set(sequences)).toEqual(new Set([9]));
  });

  it('is explained by what fired before a restart, and by the members of a composite', async () => {
    const member = alert('crashes', { group: {} });
    const composite = alert('by-store', { group: { category: 'logistics' }, measure: { kind: 'composite', members: [{ ruleId: 'crashes', alertId: 'crashes', title: member.title, group: {} }] } });
    const { told, state } = await play(items(0, 10), items(0, 10), { before: [member], source: composite });
    expect(told.sort()).toEqual(['by-store fired', 'crashes fired']);
    expect(state.open.get('by-category')?.timeline.at(-1)).toMatchObject({ reason: 'inhibited', detail: { en: expect.stringContaining('explained by alert by-store') as string } });
  });

  it('is known at once where the counter has what is not in the store yet', async () => {
    const { told, sequences } = await play(items(0, 2), items(0, 2), { unstored: items(1, 10) });
    expect(told).toEqual(['by-store fired']);
    // Each of the two was read once.
    expect(sequences).toEqual([1, 1]);
  });

  it('is known from the store, which is asked again, where the counter does not answer or has only what came later', async () => {
    for (const unstored of [null, items(0, 10).map((stored) => ({ ...stored, sequence: 7 }))]) {
      const { told, sequences } = await play(items(0, 2), items(0, 2), { unstored });
      expect(told.sort()).toEqual(['by-category fired', 'by-store fired']);
      expect(sequences).toHaveLength(16);
    }
  });

  it('is paged when what explained it is over and it still fires', async () => {
    const { state } = await play(items(0, 10), items(0, 10));
    stepDesk(state, { kind: 'alert', event: resolved({ id: 'r', alertId: 'by-store', ruleId: 'by-store', sequence: 2 }) }, AT_MS + 60_000);
    const { pages } = stepDesk(state, { kind: 'tick' }, AT_MS + 61_000);
    expect([...pages, ...state.open.values()].map((each) => ('reason' in each ? each.reason : each.timeline.at(-1)?.reason))).toContain('inhibition-ended');
  });
});

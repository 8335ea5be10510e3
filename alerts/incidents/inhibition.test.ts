import { describe, expect, it } from 'vitest';
import { HOUR_MS, makeRule } from '../../stream/counter/testing/entries.ts';
import type { Inhibition, Route } from '../routing/book.ts';
import { between, Story } from './testing/story.ts';

// A category and what it is part of: each complaint about late parcels is one about logistics as well.
const PARENT = makeRule({ id: 'logistics', where: 'complaint && ("logistics" in categories || "logistics.late" in categories)', groupBy: [], windowMs: HOUR_MS, fireAt: 5, resolveBelow: 4 });
const CHILD = makeRule({ id: 'logistics-late', where: 'complaint && "logistics.late" in categories', groupBy: [], windowMs: HOUR_MS, fireAt: 5, resolveBelow: 4 });
const OUTAGE = makeRule({ id: 'outage', where: 'complaint && "app.crash" in categories', groupBy: [], windowMs: HOUR_MS, fireAt: 5, resolveBelow: 4 });
const SYMPTOM = makeRule({ id: 'by-store', where: 'complaint', groupBy: ['store'], windowMs: HOUR_MS, fireAt: 5, resolveBelow: 4 });

const explains = (source: string, target: string, over: Partial<Inhibition> = {}): Inhibition =>
  ({ id: `${source}-explains`, source: [{ field: 'rule', operator: '=', value: source }], target: [{ field: 'rule', operator: '=', value: target }], equal: [], sharedAtLeast: 0.9, ...over });
const route: Route = { id: 'all', when: [], hours: null, notify: ['desk'], chain: null, gatherBy: ['alert'], waitMs: 0, assign: null, skills: [] };
const told = ({ pages }: Story): string[] => pages.map(({ event, reason }) => `${event.ruleId} ${reason}`);

describe('a child category that explains its parent', () => {
  const family = (store: 'answers' | 'away' = 'answers'): Story => new Story({ rules: [PARENT, CHILD], book: { inhibitions: [explains('logistics-late', 'logistics')] }, store });

  it('is paged alone where both fire with the very same items, at once and without any wait on its route', () => {
    const story = family();
    story.at('10:00').complaint({ category: 'logistics.late' }, 5).at('10:30');
    expect(told(story)).toEqual(['logistics-late fired']);
    const [held] = [...story.desk.open.values()].filter(({ lead }) => lead.ruleId === 'logistics');
    expect(held?.timeline.at(-1)).toMatchObject({ kind: 'page-withheld', reason: 'inhibited', detail: { en: expect.stringContaining('100 % of the items are the same') as string } });
    expect([...held!.members.values()][0]?.page).toMatchObject({ reason: 'inhibited' });
  });

  it('does not explain items of its parent that are not its own', () => {
    const story = family();
    story.at('10:00').complaint({ category: 'logistics' }, 4).complaint({ category: 'logistics.late' }, 1).at('10:05').complaint({ category: 'logistics.late' }, 4).at('10:30');
    story.expectPage(between('10:00', '10:00:01'), { event: { ruleId: 'logistics' } });
    story.expectPage(between('10:05', '10:05'), { event: { ruleId: 'logistics-late' } });
    story.expectNoMore();
  });

  it('keeps the parent alone waiting no longer than half a second, and a rule that no inhibition names not at all', () => {
    const story = new Story({ rules: [PARENT, CHILD, SYMPTOM], book: { inhibitions: [explains('logistics-late', 'logistics')] } });
    story.at('10:00').complaint({ category: 'logistics', store: '12' }, 5).at('10:30');
    story.expectPage(between('10:00', '10:00'), { event: { ruleId: 'by-store' } });
    story.expectPage(between('10:00', '10:00:01'), { event: { ruleId: 'logistics' } });
    story.expectNoMore();
  });

  it('lets its parent go when it is over and the parent still fires', () => {
    const story = family();
    story.at('10:00').complaint({ category: 'logistics.late' }, 5).at('10:50').complaint({ category: 'logistics' }, 5).at('11:30');
    story.expectPage(between('10:00', '10:00'), { kind: 'opened', event: { ruleId: 'logistics-late' } });
    story.expectPage(between('11:00', '11:00:01'), { kind: 'resolved', event: { ruleId: 'logistics-late' } });
    story.expectPage(between('11:00', '11:00:02'), { kind: 'opened', reason: 'inhibition-ended', event: { ruleId: 'logistics' } });
    story.expectNoMore();
  });

  it('is out within a second where the store does not answer, and its parent as well', () => {
    const story = family('away');
    story.at('10:00').complaint({ category: 'logistics.late' }, 5).at('10:30');
    story.expectPage(between('10:00', '10:00'), { event: { ruleId: 'logistics-late' } });
    story.expectPage(between('10:00:01', '10:00:01'), { kind: 'opened', event: { ruleId: 'logistics' } });
    story.expectNoMore();
  });
});

describe('a page that something may explain', () => {
  const second = { ...route, id: 'gathered', waitMs: 20_000 };

  it('waits for the answer for half a second more where its route waits by itself', () => {
    const story = new Story({ rules: [PARENT, CHILD], book: { routes: [second], inhibitions: [explains('logistics-late', 'logistics')] }, store: 'away' });
    story.at('10:00').complaint({ category: 'logistics.late' }, 5).at('10:30');
    story.expectPage(between('10:00:20', '10:00:20'), { event: { ruleId: 'logistics-late' } });
    const late = story.expectPage(between('10:00:20', '10:00:21'), { event: { ruleId: 'logistics' } });
    expect(late.heldMs).toBe(20_500);
    story.expectNoMore();
  });
});

describe('an outage that explains its symptoms', () => {
  const outage = (over: Partial<Inhibition> = {}): Story => new Story({ rules: [OUTAGE, SYMPTOM], book: { routes: [route], inhibitions: [explains('outage', 'by-store', over)] } });

  it('is one page, however many stores show it, at once or later', () => {
    const story = outage();
    story.at('10:00');
    for (const store of ['12', '13']) story.complaint({ category: 'app.crash', store }, 5);
    story.at('10:20').complaint({ category: 'app.crash', store: '14' }, 5).at('10:30');
    expect(told(story)).toEqual(['outage fired']);
    expect([...story.desk.open.values()].filter(({ wish }) => wish?.held === 'inhibited').map(({ lead }) => lead.group['store'])).toEqual(['12', '13', '14']);
  });

  it('does not hide a store with troubles of its own', () => {
    const story = outage();
    story.at('10:00').complaint({ category: 'app.crash', store: '12' }, 5).complaint({ category: 'service.attitude', store: '20' }, 5).at('10:10');
    expect(story.pages.map(({ event }) => `${event.ruleId} ${event.group['store'] ?? ''}`.trim())).toEqual(['outage', 'by-store 20']);
  });

  it('asks for the same values where the inhibition says so', () => {
    const story = outage({ equal: ['store'] });
    story.at('10:00').complaint({ category: 'app.crash', store: '12' }, 5).at('10:10');
    expect(told(story).sort()).toEqual(['by-store fired', 'outage fired']);
  });
});

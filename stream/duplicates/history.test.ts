import { describe, expect, it } from 'vitest';
import type { FeedbackItem } from '../../core/feedback.ts';
import { decodeDuplicates, encodeDuplicates } from './encode-duplicates.ts';
import { fillFromHistory } from './fill-from-history.ts';
import type { Filled } from './fill-from-history.ts';
import { createDuplicateState, takeNotices } from './state.ts';
import { makeItem } from './testing/measure-links.ts';

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 2, 1);
const NOTHING = { fields: {}, filled: [] };

function filler(config = {}): (given: Partial<FeedbackItem>, day?: number) => Filled {
  const state = createDuplicateState(config);
  return (given, day = 0) => fillFromHistory(state, makeItem(given), START_MS + day * DAY_MS);
}

describe('fields that an item lacks', () => {
  it('are filled from what the customer was last known by, and named', () => {
    const fill = filler();
    expect(fill({ customer: { id: 'c1', tier: 'silver', group: 'student' }, product: '耳机', region: '华东' })).toEqual(NOTHING);
    fill({ customer: { id: 'c1', tier: 'gold' } });
    expect(fill({ customer: { id: 'c1' } })).toEqual({
      fields: { customerTier: 'gold', customerGroup: 'student', region: '华东', product: '耳机' },
      filled: ['customerTier', 'customerGroup', 'region', 'product'],
    });
    expect(fill({ customer: { id: 'c1' }, product: '书包', region: '华北' })).toEqual({ fields: { customerTier: 'gold', customerGroup: 'student' }, filled: ['customerTier', 'customerGroup'] });
    expect(fill({ customer: { id: 'c1' } }).fields.product).toBe('书包');
  });

  it('are left alone without a customer, for another customer and in another workspace', () => {
    const fill = filler();
    fill({ customer: { id: 'c1', tier: 'gold' } });
    expect(fill({})).toEqual(NOTHING);
    expect(fill({ order: 'o1' })).toEqual(NOTHING);
    expect(fill({ customer: { id: 'c2' } })).toEqual(NOTHING);
    expect(fill({ customer: { id: 'c1' }, workspace: 'other' })).toEqual(NOTHING);
    expect(fill({ customer: { name: '张**' } })).toEqual(NOTHING);
  });

  it('take the region that the customer has where the item has none', () => {
    const fill = filler();
    expect(fill({ customer: { id: 'c1', region: '华南' } })).toEqual({ fields: { region: '华南' }, filled: ['region'] });
    expect(fill({ customer: { id: 'c1' } })).toEqual({ fields: { region: '华南' }, filled: ['region'] });
  });

  it('are known by telephone where the customer has no id', () => {
    const fill = filler();
    fill({ customer: { phoneHash: 'p1', tier: 'gold' } });
    expect(fill({ customer: { phoneHash: 'p1' } }).fields).toEqual({ customerTier: 'gold' });
  });

  it('are filled for 90 days after each was last said, however often the customer is heard of', () => {
    const fill = filler();
    fill({ customer: { id: 'c1', tier: 'gold' } }, 0);
    fill({ customer: { id: 'c1', group: 'student' } }, 60);
    expect(fill({ customer: { id: 'c1' } }, 90).filled).toEqual(['customerTier', 'customerGroup']);
    expect(fill({ customer: { id: 'c1' } }, 91).filled).toEqual(['customerGroup']);
    expect(fill({ customer: { id: 'c1' } }, 150).filled).toEqual(['customerGroup']);
    expect(fill({ customer: { id: 'c1' } }, 151).filled).toEqual([]);
  });

  it('stay known for the whole horizon while the tables turn', () => {
    for (let said = 0; said <= 95; said += 5) {
      const fill = filler();
      fill({ customer: { id: 'first', tier: 'x' } }, 0);
      fill({ customer: { id: 'c1', tier: 'gold' } }, said);
      for (let day = said + 1; day <= said + 90; day += 13) fill({ customer: { id: `c${day}`, tier: 'x' } }, day);
      expect(fill({ customer: { id: 'c1' } }, said + 90).filled).toEqual(['customerTier']);
    }
  });

  it('are forgotten sooner where there are more customers or values than the limits, and that is said', () => {
    const state = createDuplicateState({ historyCustomersMax: 100, historyValuesMax: 3 });
    for (let at = 0; at < 250; at++) fillFromHistory(state, makeItem({ customer: { id: `c${at}`, tier: `tier ${at % 3}` } }), START_MS);
    expect(fillFromHistory(state, makeItem({ customer: { id: 'c249' } }), START_MS).fields).toEqual({ customerTier: 'tier 0' });
    expect(fillFromHistory(state, makeItem({ customer: { id: 'c0' } }), START_MS)).toEqual(NOTHING);
    fillFromHistory(state, makeItem({ customer: { id: 'c249', tier: 'a fourth' } }), START_MS);
    expect(fillFromHistory(state, makeItem({ customer: { id: 'c249' } }), START_MS)).toEqual(NOTHING);
    expect(takeNotices(state).map(({ kind }) => kind)).toEqual(['histories-forgotten-early', 'history-values-over-limit']);
  });

  it('come back from saved bytes', () => {
    const state = createDuplicateState();
    for (let at = 0; at < 1_000; at++) fillFromHistory(state, makeItem({ customer: { id: `c${at}`, tier: `tier ${at % 7}` } }), START_MS);
    const restored = decodeDuplicates(encodeDuplicates(state));
    for (let at = 0; at < 1_000; at++) expect(fillFromHistory(restored, makeItem({ customer: { id: `c${at}` } }), START_MS).fields).toEqual({ customerTier: `tier ${at % 7}` });
  });
});

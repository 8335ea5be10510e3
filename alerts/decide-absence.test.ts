import { describe, expect, it } from 'vitest';
import { decideAbsence } from './decide-absence.ts';
import type { AbsenceInput } from './decide-absence.ts';

const SILENT: AbsenceInput = { count: 0, fireAt: 1, expected: 20, expectedMin: 5, isWatchedWhole: true };

describe('a silence', () => {
  it.each<[string, Partial<AbsenceInput>, string, string]>([
    ['is one where items are normal', {}, 'fires', 'silent'],
    ['is over with an item', { count: 1 }, 'over', 'speaks'],
    ['is none at hours that seldom have items', { expected: 4 }, 'holds', 'seldom-speaks'],
    ['is not known without a past', { expected: null }, 'holds', 'no-past-yet'],
    ['is not known where the counter was away', { isWatchedWhole: false }, 'holds', 'not-watched-long-enough'],
    ['may be a whisper', { count: 2, fireAt: 3 }, 'fires', 'silent'],
    ['is none where what is normal is too little as well', { count: 2, fireAt: 30, expected: 20 }, 'holds', 'seldom-speaks'],
  ])('%s', (_, over, state, reason) => {
    expect(decideAbsence({ ...SILENT, ...over })).toEqual({ state, reason });
  });
});

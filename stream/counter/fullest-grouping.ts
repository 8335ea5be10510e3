import type { CounterState } from './state.ts';

/** The grouping that is nearest to its limit of keys, by its fields; null where nothing is grouped. */
export function fullestGrouping({ plan }: Pick<CounterState, 'plan'>): { about: string; keys: number; keysMax: number } | null {
  let fullest: { about: string; keys: number; keysMax: number } | null = null;
  for (const { fields, grouping } of plan.groupings) {
    const found = { about: fields.join(', '), keys: grouping.names.live, keysMax: grouping.shape.keysMax };
    if (fullest === null || found.keys / found.keysMax > fullest.keys / fullest.keysMax) fullest = found;
  }
  return fullest;
}

interface NumberRange {
  from: number;
  to: number;
  /** Where it is a whole number. */
  isWhole: boolean;
}

/** Numbers of an item that a rule can speak of, ends included. */
const RANGES: Readonly<Record<string, NumberRange>> = {
  complaintProbability: { from: 0, to: 1, isWhole: false },
  stars: { from: 1, to: 5, isWhole: true },
  rating: { from: 1, to: 5, isWhole: true },
  nps: { from: 0, to: 10, isWhole: true },
  waitSeconds: { from: 0, to: Infinity, isWhole: false },
};

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';

/** What is wrong with a comparison of a field with a number that no item makes true, or for `!=` false; null where there are such items. Pure. */
export function impossibleNumber(field: string, comparison: Comparison, value: number): string | null {
  const range = Object.hasOwn(RANGES, field) ? RANGES[field] : undefined;
  if (range === undefined || !isImpossible(range, comparison, value)) return null;
  const isPercent = field === 'complaintProbability' && value >= 2 && value <= 100;
  const { from, to, isWhole } = range;
  const known = to === Infinity ? `${from} or more` : isWhole ? `a whole number from ${from} to ${to}` : `a number from ${from} to ${to}`;
  const what = comparison === '==' || comparison === '!=' ? `compares ${field} with ${value}, which it never is` : `asks for ${field} ${comparison} ${value}, which never holds`;
  return `${what}${isPercent ? `; did you mean ${value / 100}?` : '.'} It is ${known}`;
}

/** The comparison that says the same with its sides changed. */
export const MIRRORED: Readonly<Record<Comparison, Comparison>> = { '==': '==', '!=': '!=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

function isImpossible({ from, to, isWhole }: NumberRange, comparison: Comparison, value: number): boolean {
  switch (comparison) {
    case '==':
    case '!=':
      return value < from || value > to || (isWhole && !Number.isInteger(value));
    case '<':
      return value <= from;
    case '<=':
      return value < from;
    case '>':
      return value >= to;
    case '>=':
      return value > to;
  }
}

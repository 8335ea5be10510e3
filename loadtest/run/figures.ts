/** One figure of a run, printed as one line of JSON or one row of the verdict. */
export interface Figure {
  name: string;
  /** Which scenario it belongs to. */
  scenario?: string;
  value: number;
  unit: string;
  /** Smallest and largest of the rounds that it was taken in. */
  spread?: { min: number; max: number; rounds: number };
  /** What stands beside it in the same run, and `value` divided by that one's. */
  peer?: string;
  ratio?: number;
  /** Absent: the figure is told and not judged. */
  target?: number;
  /** The target is one of the ratio; absent: of the value. */
  targetOf?: 'ratio';
  met?: boolean;
}

/** Which way a figure is better. */
export type Bound = 'at-most' | 'at-least' | 'exactly';

export function judge(figure: Omit<Figure, 'target' | 'targetOf' | 'met'>, bound: Bound, target: number): Figure {
  return { ...figure, target, met: isMet(figure.value, bound, target) };
}

/** Judges the ratio to the peer, not the value. */
export function judgeRatio(figure: Omit<Figure, 'target' | 'targetOf' | 'met'>, bound: Bound, target: number): Figure {
  return { ...figure, target, targetOf: 'ratio', met: figure.ratio !== undefined && isMet(figure.ratio, bound, target) };
}

/** A figure that could not be taken (NaN) meets nothing. */
function isMet(value: number, bound: Bound, target: number): boolean {
  switch (bound) {
    case 'at-most': return value <= target;
    case 'at-least': return value >= target;
    case 'exactly': return value === target;
  }
}

export function told(name: string, value: number, unit: string, more: Partial<Figure> = {}): Figure {
  return { name, value, unit, ...more };
}

/** The figure of several rounds: their median, with the spread beside it. @throws RangeError without a round */
export function overRounds(name: string, values: readonly number[], unit: string): Figure {
  const sorted = [...values].sort((a, b) => a - b);
  const min = sorted[0];
  const max = sorted.at(-1);
  if (min === undefined || max === undefined) throw new RangeError(`${name} has no round`);
  return { name, value: sorted[sorted.length >> 1] ?? NaN, unit, ...(sorted.length > 1 ? { spread: { min, max, rounds: sorted.length } } : {}) };
}

export function missed(figures: readonly Figure[]): Figure[] {
  return figures.filter(({ met }) => met === false);
}

/** Three significant digits at least, whole numbers whole. */
export function shown(value: number): string {
  if (Number.isNaN(value)) return 'none';
  if (Number.isInteger(value)) return value.toLocaleString('en-US');
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 1 ? 2 : 3;
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Empty for a figure that is told and not judged. */
export function targetShown({ target, targetOf }: Pick<Figure, 'target' | 'targetOf'>): string {
  return target === undefined ? '' : `${shown(target)}${targetOf === 'ratio' ? ' ×' : ''}`;
}

export function toTable(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, value, unit, spread, ratio, peer, met, ...figure }) => [
    name, shown(value), unit,
    spread === undefined ? '' : `${shown(spread.min)} to ${shown(spread.max)} (${spread.rounds})`,
    ratio === undefined ? '' : `${shown(ratio)} × ${peer ?? ''}`.trim(),
    targetShown(figure), met === undefined ? '' : met ? 'met' : 'MISSED',
  ]);
  const all = [['what', 'value', 'unit', 'spread (rounds)', 'beside', 'target', ''], ...rows];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all.map((row) => row.map((cell, column) => (column === 1 || column === 5 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join('  ').trimEnd()).join('\n');
}

import { judge, type Figure } from './figures.ts';

/** A run that was accepted: what later ones are compared with. */
export interface Baseline {
  /** Of the machine and the program; told beside the comparison. */
  machine: string;
  revision: string;
  atIso: string;
  figures: { name: string; ratio: number }[];
}

/** How many times worse a ratio to the reference load may be than in the accepted run. Repeats on one machine spread up to 1.5 ×. */
const WORSE_MAX = 2;

/** Figures that are better when larger; all other ratios are latencies and processor time. */
const LARGER_IS_BETTER = ['items/s', 'requests/s', 'frames/s', 'rows/s'];

/**
 * Compares ratios alone: a figure and its reference were taken in the same minutes, so a slow or busy machine changes both.
 * A figure that one of the two runs lacks is not compared.
 */
export function compareWithBaseline(figures: readonly Figure[], baseline: Baseline): Figure[] {
  const accepted = new Map(baseline.figures.map(({ name, ratio }) => [name, ratio]));
  return figures.flatMap((figure): Figure[] => {
    const before = accepted.get(figure.name);
    if (before === undefined || figure.ratio === undefined || !(before > 0) || !(figure.ratio > 0)) return [];
    const worse = LARGER_IS_BETTER.includes(figure.unit) ? before / figure.ratio : figure.ratio / before;
    return [judge({ name: `against the accepted run: ${figure.name}`, value: Math.round(worse * 100) / 100, unit: 'times worse' }, 'at-most', WORSE_MAX)];
  });
}

export function toBaseline(figures: readonly Figure[], about: Omit<Baseline, 'figures'>): Baseline {
  return { ...about, figures: figures.flatMap(({ name, ratio }) => (ratio === undefined || !Number.isFinite(ratio) ? [] : [{ name, ratio: Math.round(ratio * 1_000) / 1_000 }])) };
}

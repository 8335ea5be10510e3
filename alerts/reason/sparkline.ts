const STEPS = '▁▂▃▄▅▆▇█';

/** Numbers as a line of blocks: the lowest for none, the highest for the most. */
export function sparkline(counts: readonly number[]): string {
  const most = Math.max(...counts, 0);
  return counts.map((count) => STEPS[most === 0 ? 0 : Math.ceil((count / most) * (STEPS.length - 1))]).join('');
}

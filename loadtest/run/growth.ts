import { judge, told, type Figure } from './figures.ts';
import { slopePerSecond, type Sample } from './sampler.ts';

/** Memory is flat when what it grows by over the time looked at is at most this share of it. */
const GROWTH_SHARE_MAX = 0.1;
const PARTS = [['server', 'server'], ['engine', 'embedded ClickHouse'], ['nats', 'nats-server']] as const;

/** MB at one moment. */
export interface Point {
  atMs: number;
  value: number;
}

/**
 * Growth of memory over these samples, pages of files left out: of each process, with the slope of the first and of the second half as its spread, and of all
 * of them less what the counter says that it holds: sliding windows, which must grow until their length has passed, and the memory of
 * repeats, which fills up to its limit. Judged: that rest, as a share of the memory.
 */
export function growthFigures(title: string, samples: readonly Sample[], isJudged: 'judged' | 'told'): Figure[] {
  const whole = samples.flatMap(({ atMs, residentByPart }): Point[] => (residentByPart === null ? [] : [{ atMs, value: (residentByPart.server + residentByPart.engine + residentByPart.nats) / 1e6 }]));
  if (whole.length === 0) return [told(`${title}: memory of each process, which this system does not tell`, NaN, 'MB')];
  const windows = samples.map(({ atMs, windowBytes }): Point => ({ atMs, value: windowBytes / 1e6 }));
  const duplicates = samples.map(({ atMs, duplicatesBytes }): Point => ({ atMs, value: duplicatesBytes / 1e6 }));
  const perMinute = slopePerMinute(whole) - slopePerMinute(windows) - slopePerMinute(duplicates);
  const minutes = ((whole.at(-1)?.atMs ?? 0) - (whole[0]?.atMs ?? 0)) / 60_000;
  const mean = whole.reduce((sum, { value }) => sum + value, 0) / whole.length;
  const share = told(`${title}: growth of memory beside windows and repeats, as a share of it`, (perMinute * minutes) / mean, `of ${Math.round(mean).toLocaleString('en-US')} MB in ${minutes.toFixed(1)} min`);
  return [
    ...PARTS.map(([part, name]) => partFigure(`${title}: slope of memory, ${name}`, samples.flatMap(({ atMs, residentByPart }): Point[] => (residentByPart === null ? [] : [{ atMs, value: residentByPart[part] / 1e6 }])))),
    told(`${title}: slope of memory, pages of files, which the kernel takes back`, slopePerMinute(samples.flatMap(({ atMs, residentByPart }): Point[] => (residentByPart === null ? [] : [{ atMs, value: residentByPart.ofFiles / 1e6 }]))), 'MB/min'),
    told(`${title}: slope of memory, sliding windows`, slopePerMinute(windows), 'MB/min'),
    told(`${title}: slope of memory, what is remembered to find repeats`, slopePerMinute(duplicates), 'MB/min'),
    isJudged === 'judged' ? judge(share, 'at-most', GROWTH_SHARE_MAX) : share,
  ];
}

function partFigure(name: string, points: readonly Point[]): Figure {
  const half = points.length >> 1;
  const halves = [slopePerMinute(points.slice(0, half)), slopePerMinute(points.slice(half))];
  return { ...told(name, slopePerMinute(points), 'MB/min'), spread: { min: Math.min(...halves), max: Math.max(...halves), rounds: 2 } };
}

function slopePerMinute(points: readonly Point[]): number {
  return slopePerSecond(points) * 60;
}

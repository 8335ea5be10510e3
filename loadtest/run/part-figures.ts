import { told, type Figure } from './figures.ts';
import { slopePerSecond, type Sample } from './sampler.ts';
import type { PartUsage } from './thread-usage.ts';

const PARTS: readonly (readonly [keyof PartUsage, string])[] = [
  ['mainThread', 'gateway, counter, rows, pages'], ['otherThreads', 'scorer, garbage collection'], ['engine', 'embedded ClickHouse'], ['nats', 'nats-server'],
];
const MEMORY_PARTS = [['server', 'server'], ['engine', 'embedded ClickHouse'], ['nats', 'nats-server']] as const;

/** Where an item's processor time goes. */
export function partCpuFigures(title: string, cpuUs: PartUsage | null): Figure[] {
  return cpuUs === null ? [] : PARTS.map(([part, name]) => told(`${title}: processor time an item, ${name}`, cpuUs[part], 'µs'));
}

/** Which process grows. */
export function partMemoryFigures(title: string, samples: readonly Sample[]): Figure[] {
  return MEMORY_PARTS.flatMap(([part, name]) => {
    const points = samples.flatMap(({ atMs, residentByPart }) => (residentByPart === null ? [] : [{ atMs, value: residentByPart[part] / 1e6 }]));
    return points.length === 0 ? [] : [told(`${title}: slope of memory, ${name}`, slopePerSecond(points) * 60, 'MB/min')];
  });
}

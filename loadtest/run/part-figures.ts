import { told, type Figure } from './figures.ts';
import type { PartUsage } from './thread-usage.ts';

const PARTS: readonly (readonly [keyof PartUsage, string])[] = [
  ['mainThread', 'gateway, counter, rows, pages'], ['otherThreads', 'scorer, garbage collection'], ['engine', 'embedded ClickHouse'], ['nats', 'nats-server'],
];

/** Where an item's processor time goes. */
export function partCpuFigures(title: string, cpuUs: PartUsage | null): Figure[] {
  return cpuUs === null ? [] : PARTS.map(([part, name]) => told(`${title}: processor time an item, ${name}`, cpuUs[part], 'µs'));
}

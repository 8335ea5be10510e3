import { CATEGORIES } from '../../../core/category.ts';
import type { StoredItem } from '../../../core/stored-item.ts';
import type { Fill } from './expand-query.ts';
import type { KnownReading } from './known-readings.ts';

/** The company's zone, in which days begin: hours east of UTC. */
const ZONE_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;

export type Row = (string | number | null)[];

/** What is known beside the items. */
export interface Known {
  language: 'zh' | 'en';
  nowMs: number;
  logId: string;
  readings: readonly KnownReading[];
}

/** What a board's queries should answer, from the items themselves, item by item. */
export class Oracle {
  readonly items: readonly StoredItem[];
  readonly fill: Fill;
  readonly language: 'zh' | 'en';
  /** What the query's now64(3) is. */
  readonly nowMs: number;
  readonly logId: string;
  readonly readings: readonly KnownReading[];

  constructor(items: readonly StoredItem[], fill: Fill, { language, nowMs, logId, readings }: Known) {
    this.items = items.filter(({ item }) => item.workspace === fill.variables['workspace']);
    this.fill = fill;
    this.language = language;
    this.nowMs = nowMs;
    this.logId = logId;
    this.readings = readings;
  }

  /** Items whose minute lies in the span. */
  minutes(): StoredItem[] {
    return this.items.filter(({ createdAtMs }) => this.within(floor(createdAtMs, 60_000)));
  }

  /** Items whose minute, hour or day (by the interval, as the boards choose) lies in the span, each at Grafana's point. */
  rolled(): { stored: StoredItem; atMs: number }[] {
    const intervalMs = Math.max(1000, Math.floor(this.fill.intervalMs / 1000) * 1000);
    const stepMs = intervalMs < 600_000 ? 60_000 : intervalMs < 43_200_000 ? 3_600_000 : DAY_MS;
    return this.items.flatMap((stored) => {
      const timeMs = stepMs === DAY_MS ? dayOf(stored.createdAtMs) : floor(stored.createdAtMs, stepMs);
      if (!this.within(timeMs)) return [];
      return [{ stored, atMs: stepMs === DAY_MS ? timeMs : floor(timeMs, Math.max(intervalMs, stepMs)) }];
    });
  }

  /** Items by the day that they fall on, with the boards' filters. */
  days(): { stored: StoredItem; dayMs: number }[] {
    return this.filtered().map((stored) => ({ stored, dayMs: dayOf(stored.createdAtMs) }));
  }

  /** Items that the chosen channels, regions and customer groups let through. */
  filtered(): StoredItem[] {
    const lets = (variable: string, value: string): boolean => {
      const chosen = this.fill.variables[variable];
      return typeof chosen === 'symbol' || chosen === undefined || chosen.includes(value);
    };
    return this.items.filter(({ item }) => lets('channel', item.channel) && lets('region', item.region ?? '') && lets('customer_group', item.customer?.group ?? ''));
  }

  /** As `$__timeFilter` has it: whole seconds, both ends included. */
  within(ms: number): boolean {
    return ms >= floor(this.fill.fromMs, 1000) && ms <= floor(this.fill.toMs, 1000);
  }

  name(category: string): string {
    return Object.hasOwn(CATEGORIES, category) ? CATEGORIES[category as keyof typeof CATEGORIES][this.language] : category;
  }

  none(value: string): string {
    return value !== '' ? value : this.language === 'zh' ? '（未填）' : '(none)';
  }
}

export const isOriginal = ({ duplicateOf }: StoredItem): boolean => duplicateOf === undefined;
export const categoriesOf = ({ score }: StoredItem): string[] => score.categories.map(({ id }) => id);
export const areasOf = (stored: StoredItem): string[] => categoriesOf(stored).map((id) => id.split('.')[0]!);

export function floor(ms: number, stepMs: number): number {
  return Math.floor(ms / stepMs) * stepMs;
}

/** The instant at which the day of a time begins where the company is. */
export function dayOf(ms: number): number {
  return floor(ms + ZONE_MS, DAY_MS) - ZONE_MS;
}

/** `2026-03-01 12:00:00`, UTC, as ClickHouse writes it. */
export function clickHouseTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}

/** Groups in the order of their first key; `measure` makes each group's numbers. */
export function groups<T>(entries: readonly T[], keyOf: (entry: T) => string): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const entry of entries) {
    const key = keyOf(entry);
    const group = found.get(key);
    if (group) group.push(entry);
    else found.set(key, [entry]);
  }
  return found;
}

export const total = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);
export const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
/** ClickHouse compares texts byte by byte. */
export const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

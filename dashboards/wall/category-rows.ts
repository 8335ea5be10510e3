import type { BoardCounts } from '../../core/live.ts';
import type { ShownAlert } from './board-state.ts';

const DAY_MS = 86_400_000;

export interface CategoryRow {
  id: string;
  complaints5m: number;
  complaints1h: number;
  complaints24h: number;
  /** The most severe open alert on this category or on a part of it. */
  alert: ShownAlert | null;
  /**
   * Where on the 24-hour bar an alert fired; null where no open alert counts what the bar shows: all of the category's
   * complaints of 24 hours. Equal counts tell, for an alert does not carry its rule's condition. The lowest of several.
   */
  thresholdAt: number | null;
}

interface CategoryRows {
  /** Largest over 24 h first. */
  rows: CategoryRow[];
  /** What did not fit; an item counts once in each of its categories. */
  rest: { categories: number; complaints24h: number } | null;
  /** The value of a full bar; at least 1. */
  scaleMax: number;
}

/** Null where the alert counts something else than the category's complaints of 24 hours. */
function thresholdOf(alert: ShownAlert, complaints24h: number): number | null {
  const isWhole = Object.keys(alert.group).length === 1;
  return isWhole && alert.windowMs === DAY_MS && alert.count === complaints24h ? alert.fireAt : null;
}

function categoryRow(category: BoardCounts['categories'][number], open: readonly ShownAlert[]): CategoryRow {
  const alerts = open.filter((alert) => alert.group['category'] === category.id);
  const thresholds = alerts.map((alert) => thresholdOf(alert, category.complaints24h)).filter((value) => value !== null);
  return { ...category, alert: alerts[0] ?? null, thresholdAt: thresholds.length === 0 ? null : Math.min(...thresholds) };
}

/**
 * The rows that fit on the screen. A category with an open alert is always among them, even when larger ones have none.
 *
 * @param open most severe first
 * @param rowsMax lines that fit, of which one tells of the rest when there is a rest; at least 1 row is shown
 */
export function rankCategories(counts: BoardCounts, open: readonly ShownAlert[], rowsMax: number): CategoryRows {
  const all = counts.categories
    .map((category) => categoryRow(category, open))
    .toSorted((a, b) => b.complaints24h - a.complaints24h || (a.id < b.id ? -1 : 1));
  const scaleMax = Math.max(1, ...all.map((row) => Math.max(row.complaints24h, row.thresholdAt ?? 0)));
  if (all.length <= rowsMax) return { rows: all, rest: null, scaleMax };

  const places = Math.max(1, rowsMax - 1);
  const alerting = all.filter((row) => row.alert !== null).slice(0, places);
  const quiet = all.filter((row) => row.alert === null).slice(0, places - alerting.length);
  const chosen = new Set([...alerting, ...quiet]);
  const left = all.filter((row) => !chosen.has(row));
  const complaints24h = left.reduce((sum, row) => sum + row.complaints24h, 0);
  return { rows: all.filter((row) => chosen.has(row)), rest: { categories: left.length, complaints24h }, scaleMax };
}

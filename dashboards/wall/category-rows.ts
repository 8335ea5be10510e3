import type { BoardCounts } from '../../core/live.ts';
import type { ShownAlert } from './board-state.ts';

const DAY_MS = 86_400_000;

export interface CategoryRow {
  id: string;
  complaints5m: number;
  complaints1h: number;
  complaints24h: number;
  /** The open alert to show on this row: one on exactly this category before one on a part of it, then the most severe. */
  alert: ShownAlert | null;
  /** Where on the 24-hour bar the alert fired; null when its count is of another window or of a part of the category. */
  thresholdAt: number | null;
}

export interface CategoryRows {
  /** Largest over 24 h first. */
  rows: CategoryRow[];
  /** What did not fit; an item counts once in each of its categories. */
  rest: { categories: number; complaints24h: number } | null;
  /** The value of a full bar; at least 1. */
  scaleMax: number;
}

function rowAlert(id: string, open: readonly ShownAlert[]): ShownAlert | null {
  const onCategory = open.filter((alert) => alert.group['category'] === id);
  return onCategory.find(isWhole) ?? onCategory[0] ?? null;
}

function isWhole(alert: ShownAlert): boolean {
  return Object.keys(alert.group).length === 1;
}

/**
 * The rows that fit on the screen. A category with an open alert is always among them, even when larger ones have none.
 *
 * @param open most severe first
 * @param rowsMax lines that fit, of which one tells of the rest when there is a rest; at least 1 row is shown
 */
export function rankCategories(counts: BoardCounts, open: readonly ShownAlert[], rowsMax: number): CategoryRows {
  const all = counts.categories
    .map((category): CategoryRow => {
      const alert = rowAlert(category.id, open);
      const compares = alert !== null && alert.windowMs === DAY_MS && isWhole(alert);
      return { ...category, alert, thresholdAt: compares ? alert.fireAt : null };
    })
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

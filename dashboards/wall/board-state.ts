import type { BoardCounts, HealthReport, OpenAlert } from '../../core/live.ts';
import type { Arrival } from '../shared/freshness.ts';

/** How long a new alert holds the whole screen. */
export const TAKEOVER_MS = 20_000;
/** A takeover that new alerts keep extending gives the board back after this. */
export const TAKEOVER_MAX_MS = 60_000;
/** Alerts that one takeover remembers; the banner lists the others. */
export const TAKEOVER_ALERTS_MAX = 12;
/** An event that is older than the counts by more than this is no news. */
export const HISTORY_AFTER_MS = 60_000;
/** How long a resolved alert stays on the banner. */
export const RESOLVED_SHOWN_MS = 30_000;
export const RESOLVED_MAX = 12;
/** Open alerts that are kept; the total is counted beyond it. */
export const OPEN_ALERTS_MAX = 200;
/** Sentences kept for screen readers. */
export const NEWS_MAX = 5;

export interface ShownAlert extends OpenAlert {
  /** True when late feedback completed a past window: its count may be below the threshold by now. */
  late: boolean;
}

export interface ResolvedAlert {
  alert: ShownAlert;
  /** Highest count while it was open; null when only its absence was seen. */
  peak: number | null;
  /** Its rule is gone; the count need not have fallen. */
  isRuleRemoved: boolean;
  resolvedAtMs: number;
  /** Steady time after which it leaves the banner. */
  shownUntilMs: number;
}

export interface Takeover {
  /** Newest first. */
  alertIds: string[];
  startedAtMs: number;
  untilMs: number;
}

export type NewsKind = 'opened' | 'escalated' | 'resolved';

/** Something that happened to an alert, to be spoken once. */
export interface News {
  serial: number;
  kind: NewsKind;
  alert: ShownAlert;
  saidAtMs: number;
}

/** Everything the wall shows. Each list in it has a limit, so that a screen can run for months. */
export interface BoardState {
  counts: BoardCounts | null;
  arrival: Arrival | null;
  health: HealthReport | null;
  /** Most severe first, then newest first. */
  open: ShownAlert[];
  /** All open alerts, those beyond `OPEN_ALERTS_MAX` included. */
  openTotal: number;
  resolved: ResolvedAlert[];
  takeover: Takeover | null;
  news: News[];
  newsSerial: number;
}

export const EMPTY_BOARD: BoardState = {
  counts: null,
  arrival: null,
  health: null,
  open: [],
  openTotal: 0,
  resolved: [],
  takeover: null,
  news: [],
  newsSerial: 0,
};

const SEVERITY_RANKS: Record<string, number> = { notice: 1, warning: 2, critical: 3 };

/** 3 is the most severe; a severity that this page does not know ranks as a warning. */
export function severityRank(severity: string): number {
  return Object.hasOwn(SEVERITY_RANKS, severity) ? (SEVERITY_RANKS[severity] ?? 2) : 2;
}

export function sortAlerts(alerts: ShownAlert[]): ShownAlert[] {
  return alerts.toSorted(
    (a, b) => severityRank(b.severity) - severityRank(a.severity) || b.openedAtMs - a.openedAtMs || (a.alertId < b.alertId ? -1 : 1),
  );
}

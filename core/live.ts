import type { AlertEvent, AlertMeasure, GroupKey } from './alert.ts';

/** Why a number may be too low. Absent reasons mean that it is exact. `past-awaited`: what came before has still to come from the store. */
export type LowerBoundReason = 'scorer-lag' | 'counter-lag' | 'counter-starting' | 'log-unavailable' | 'past-awaited';

/** What a wall draws; made by the counter once a second and after each alert. Times in ms since the epoch. */
export interface BoardCounts {
  workspace: string;
  /** Stream time of the counts. */
  asOfMs: number;
  /** Age of the newest counted entry when this was made. */
  lagMs: number;
  exact: boolean;
  lowerBound: LowerBoundReason[];
  totals24h: { items: number; complaints: number; negative: number; neutral: number; positive: number };
  categories: { id: string; complaints5m: number; complaints1h: number; complaints24h: number }[];
  /** Counts per minute, oldest first, 60 entries; the last one is the minute of `asOfMs`. */
  perMinute: { endMs: number; items: number[]; complaints: number[] };
  openAlerts: OpenAlert[];
  /** Groups that will fire if items go on to come as they do, the soonest first; at most ten. */
  approaching?: Approaching[];
}

/** “42 of 50, at this rate in about 2 h”. */
export interface Approaching {
  ruleId: string;
  title: { zh: string; en: string };
  group: GroupKey;
  /** What is counted where it is not items. */
  of?: 'customers' | 'probability';
  count: number;
  fireAt: number;
  windowMs: number;
  /** What the count is held against; absent where `fireAt` is fixed. */
  measure?: ApproachingMeasure;
  /** When the count is reached at the rate of the window's last quarter. */
  reachesAtMs: number;
}

/** `share`: `count` of `volume`; `fireAt` is what fires at this volume. `spike`: `fireAt` is what fires at these hours. `newTopic`: `count` customers in `items`, `expected` were usual. */
export type ApproachingMeasure =
  | { kind: 'share'; volume: number; share: number; shareAtLeast: number; per: 100 | 1000 }
  | { kind: 'spike'; expected: number }
  | { kind: 'newTopic'; items: number; expected: number };

export interface OpenAlert {
  alertId: string;
  ruleId: string;
  title: { zh: string; en: string };
  group: GroupKey;
  severity: string;
  count: number;
  measure?: AlertMeasure;
  fireAt: number;
  windowMs: number;
  openedAtMs: number;
  /** When it ends by itself if nothing more comes; null where it does not end by waiting. */
  endsAtMs: number | null;
}

export interface FeedbackGlimpse {
  id: string;
  text: string;
  channel: string;
  sentiment: string;
  complaint: boolean;
  categories: string[];
  createdAtMs: number;
}

/** How one part of a server is; `reason` in English and `reasonZh` in Chinese, of a part that is not well or of which a person should know something. */
export interface HealthPart {
  part: string;
  ok: boolean;
  reason?: string;
  reasonZh?: string;
}

export interface HealthReport {
  atMs: number;
  ready: boolean;
  parts: HealthPart[];
}

/** One message on `WS /live`. `id` is what a client sends back as `lastEventId`. */
export type LiveMessage =
  | { id: string; topic: 'counts'; data: BoardCounts }
  | { id: string; topic: 'alerts'; data: AlertEvent }
  | { id: string; topic: 'feedback'; data: FeedbackGlimpse[] }
  | { id: string; topic: 'health'; data: HealthReport };

export const LIVE_TOPICS = ['counts', 'alerts', 'feedback', 'health'] as const;
export type LiveTopic = (typeof LIVE_TOPICS)[number];

/** Sent by a client, once or more; a new one replaces the subscription. */
export interface LiveSubscribe {
  subscribe: LiveTopic[];
  workspace?: string;
  /** Alerts after this message id are sent again first. */
  lastEventId?: string;
}

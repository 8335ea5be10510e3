import type { AlertEvent, GroupKey } from './alert.ts';
import type { AlertSeverity, LocalText } from './rule.ts';

/** Why a page goes out. `acknowledged` goes only over channels that hear of acknowledgements: it rings at nobody. */
export const PAGE_REASONS = [
  'fired', 'reopened', 'level-reached', 'escalation-step', 'escalated-by-hand', 'acknowledgement-expired', 'grew', 'new-cause', 'silence-ended', 'quiet-hours-ended',
  'inhibition-ended', 'flapping', 'flapping-ended', 'acknowledged', 'handed-over', 'split', 'correction', 'resolved', 'resolved-by-hand', 'merged',
] as const;
export type PageReason = (typeof PAGE_REASONS)[number];

/** Why a page does not go out, or not yet. */
export const NO_PAGE_REASONS = [
  'group-wait', 'grouped', 'already-paged', 'already-acknowledged', 'nobody-named-for-level', 'silenced', 'inhibited', 'quiet-hours', 'flapping',
  'ended-before', 'nobody-was-told', 'resolved-by-hand',
] as const;
export type NoPageReason = (typeof NO_PAGE_REASONS)[number];

/** One of the things an incident is about. */
export interface IncidentCause {
  alertId: string;
  ruleId: string;
  title: LocalText;
  group: GroupKey;
  severity: AlertSeverity;
  state: 'firing' | 'resolved';
  /** At its latest event. */
  count: number;
  peak: number;
}

/** The incident as a page shows it. */
export interface IncidentBrief {
  id: string;
  state: 'pending' | 'firing' | 'acknowledged' | 'resolved';
  severity: AlertSeverity;
  openedAtMs: number;
  /** All alerts that were ever part of it, and those that fire now. */
  alerts: number;
  alertsFiring: number;
  /** Sum of the latest counts of those that fire; of all peaks once it is over. */
  totalCount: number;
  /** Largest count first, those that fire before those that are over; at most `CAUSES_SHOWN_MAX`. */
  causes: IncidentCause[];
  /** Times it was over and came again. */
  reopened: number;
  assignee: string | null;
  acknowledgedBy: string | null;
  resolvedBy: string | null;
  /** When it was over; absent while it is not, and in what an older program wrote. */
  resolvedAtMs?: number;
  /** Id of the route that was taken; null where the rule's own `notify` decides. */
  route: string | null;
}

/** Most causes on one page. */
export const CAUSES_SHOWN_MAX = 10;

/**
 * What the desk tells the notifier to deliver: one page, to these channels. Derived from its cause alone, so the same
 * decision gives the same id. Where an incident is one alert, ids are those of the alert and of its events.
 */
export interface PageOrder {
  /** The page: the same on each attempt, over each channel, after each restart. */
  id: string;
  incidentId: string;
  /** From a fire to its end; an incident that comes again begins another one. Pages of one episode arrive in order. */
  episodeId: string;
  workspace: string;
  /** `opened`: the first page of an episode. `escalated`: any later one while it lasts. `resolved`: its end. */
  kind: AlertEvent['kind'];
  reason: PageReason;
  /** More words on the reason: which silence ended, which step. Empty where there is nothing to add. */
  detail: LocalText;
  /** Who did what `reason` names by hand; absent of the other reasons. */
  by?: string;
  severity: AlertSeverity;
  /** Highest severity paged before in this episode; null for the first page. */
  previousSeverity: AlertSeverity | null;
  /** The alert event that this page speaks of: of the kind that came last when it was decided. */
  event: AlertEvent;
  incident: IncidentBrief;
  /** Names as rules write them under `notify`: channels, or names that the notifier knows. Never empty. */
  notify: string[];
  /** Ids of the users who are meant, for mentions and for the card's owner. */
  people: string[];
  /** 1, 2, 3 … over all pages of the desk. */
  number: number;
  /** When it was decided, milliseconds since the epoch. */
  atMs: number;
  /** How long a rule held it before: its group, a silence, quiet hours, an inhibition. Absent where none did. */
  heldMs?: number;
  /** When the episode began. */
  openedAtMs: number;
}

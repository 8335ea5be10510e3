import type { AlertEvent, AlertMeasure, AlertResolved, CampaignShare, GroupKey } from '../../core/alert.ts';
import type { IncidentBrief, PageReason } from '../../core/page-order.ts';
import type { AlertSeverity, LocalText } from '../../core/rule.ts';
import type { Facet, Findings, NoFindings, Trust } from '../reason/findings.ts';

/** Raised when a field changes its meaning or goes away; fields that are added do not raise it. */
export const PAGE_VERSION = 1;

/**
 * What a channel tells a person about one alert event. It is a function of the event alone, so every attempt to
 * deliver it carries the same bytes. Times are RFC 3339 in UTC; texts hold no raw personal data.
 * docs/webhook.md describes each field; channels with cards of their own read the same fields.
 */
export interface Page {
  version: typeof PAGE_VERSION;
  /** Event id and channel id joined; the same on every attempt, so that a receiver can drop a repeat. */
  idempotencyKey: string;
  event: AlertEvent['kind'];
  eventId: string;
  /** The same from opened to resolved. */
  alertId: string;
  workspace: string;
  rule: { id: string; title: LocalText };
  group: GroupKey;
  /** The group in words: category names and the like; 合计 · Total for a rule without groups. */
  groupName: LocalText;
  severity: AlertSeverity;
  /** What the severity was before; null unless escalated. */
  previousSeverity: AlertSeverity | null;
  /** Items in the window at `at`; `measure` says where it is a number of something else. */
  count: number;
  /** What made the rule fire, for other kinds than a count of items; null for that one. */
  measure: AlertMeasure | null;
  /** The count at which the rule fires. */
  threshold: number;
  resolveBelow: number;
  /** Highest count so far. */
  peak: number;
  /** The sliding window `(from, to]` that was counted. */
  window: { ms: number; iso: string; from: string; to: string };
  firstItemAt: string | null;
  lastItemAt: string | null;
  /** When this was decided. */
  at: string;
  openedAt: string | null;
  resolvedAt: string | null;
  resolvedBecause: AlertResolved['reason'] | 'by-hand' | 'merged' | null;
  /** When it would resolve by itself if nothing more came; null for a resolved alert. */
  endsAt: string | null;
  /** True when late items completed a past window, so that the count now may be lower. */
  late: boolean;
  /** Newest first, at most three, masked and shortened. */
  quotes: PageQuote[];
  /** Copied texts among the items, those with most of them first, at most three; absent where there are none, and on ends. */
  campaigns?: (CampaignShare & { text: LocalText })[];
  links: PageLinks;
  /** Why this page goes out, and more words on it; absent on a test page. */
  reason?: PageReason;
  detail?: LocalText;
  /** Who did what `reason` names: of `escalated-by-hand` alone. */
  by?: string;
  /** The incident as a whole; absent on a test page. */
  incident?: PageIncident;
  /** What the items have in common; absent on ends and test pages. */
  findings?: PageFindings;
  /** How far the numbers can be trusted; absent on test pages. */
  trust?: Trust & { text: LocalText };
  /** What it says in place of counts, where it is about Tocsin itself; absent on every other page. */
  notice?: { zh: string[]; en: string[] };
  summary: { zh: PageSummary; en: PageSummary };
}

export interface PageIncident {
  id: string;
  state: IncidentBrief['state'];
  severity: AlertSeverity;
  openedAt: string;
  /** All alerts that were ever part of it, and those that fire now. */
  alerts: number;
  alertsFiring: number;
  /** Sum of the latest counts of those that fire; of all peaks once it is over. */
  totalCount: number;
  /** Largest first, at most ten. */
  causes: { alertId: string; ruleId: string; title: LocalText; group: GroupKey; groupName: LocalText; count: number; state: 'firing' | 'resolved' }[];
  reopened: number;
  assignee: string | null;
  acknowledgedBy: string | null;
  resolvedBy: string | null;
  route: string | null;
  /** Ids of the users whom this page is for. */
  people: string[];
}

/** `state` other than `found`: why there is nothing. Shares are 0 to 1; `usualShare` is null where little is known of earlier items. */
export type PageFindings =
  | { state: NoFindings }
  | (Omit<Findings, 'quotes' | 'facets' | 'trend'> & {
    state: 'found';
    title: LocalText;
    facets: (Facet & { text: LocalText })[];
    trend: Findings['trend'] & { sparkline: string; text: LocalText };
    /** Facets, new words and near-duplicates in sentences. */
    lines: LocalText[];
  });

export interface PageQuote {
  id: string;
  text: string;
  channel: string;
  channelName: LocalText;
  createdAt: string;
}

export interface PageLinks {
  wall: string;
  /** Its incident in the console. */
  alert: string;
  /** Pages with one button each, that work once and for a day; absent on ends, test pages and where there is nothing to take over. */
  acknowledge?: string;
  silence?: string;
  /** A picture of how its items came (PNG); absent where nothing is known of it. Whoever has the address may look at it. */
  chart?: string;
  /** Search for the feedback of the group in the window. */
  evidence: string;
}

export interface PageSummary {
  /** Everything that matters in one line, for a lock screen. */
  line: string;
  /** A few lines, joined by `\n`. */
  text: string;
}

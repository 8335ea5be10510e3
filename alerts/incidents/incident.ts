import type { AlertEvent, AlertResolved, GroupKey } from '../../core/alert.ts';
import type { IncidentBrief, IncidentCause, NoPageReason, PageReason } from '../../core/page-order.ts';
import { CAUSES_SHOWN_MAX } from '../../core/page-order.ts';
import { severityRank, type CorrectedUsual } from '../../core/operation.ts';
import type { AlertSeverity, LocalText } from '../../core/rule.ts';

export const INCIDENT_STATES = ['pending', 'firing', 'acknowledged', 'resolved'] as const;
/** `pending`: open and nobody was told yet. */
export type IncidentState = (typeof INCIDENT_STATES)[number];

/** One alert of an incident. Times in milliseconds since the epoch. */
export interface Member {
  alertId: string;
  workspace: string;
  ruleId: string;
  title: LocalText;
  group: GroupKey;
  severity: AlertSeverity;
  state: 'firing' | 'resolved';
  /** At its latest event. */
  count: number;
  peak: number;
  /** Of its rule. */
  fireAt: number;
  resolveBelow: number;
  windowMs: number;
  openedAtMs: number;
  endedAtMs: number | null;
  /** Whom its rule names, levels reached included. */
  notify: string[];
  /** What became of the latest page that it asked for. */
  page: { reason: PageReason | NoPageReason; atMs: number } | null;
  /** What its numbers turned out to be, as it was told last; absent where nothing was corrected. */
  corrected?: { count: number; volume: number | null; usual?: CorrectedUsual; stillFires: boolean; atMs: number };
  /** The same of the moment at which it reached a level. */
  correctedLevel?: { severity: AlertSeverity; count: number; stillFires: boolean; atMs: number };
}

export const TIMELINE_KINDS = [
  'opened', 'joined', 'level-reached', 'alert-ended', 'paged', 'page-withheld', 'acknowledged', 'acknowledgement-expired', 'acknowledgement-withdrawn',
  'assigned', 'commented', 'merged', 'split', 'resolved', 'reopened', 'flapping', 'flapping-ended', 'schedule-gap', 'corrected', 'grew', 'escalated', 'silenced', 'silence-removed',
] as const;
export type TimelineKind = (typeof TIMELINE_KINDS)[number];

/** One thing that happened. */
export interface TimelineEntry {
  atMs: number;
  kind: TimelineKind;
  /** Who did it; null for what happened by itself. */
  by: string | null;
  /** The named reason of a page or of a page withheld. */
  reason: PageReason | NoPageReason | null;
  detail: LocalText;
  alertId: string | null;
  /** The silence that this is about, and until when it holds pages back; absent of anything else, the end also where it has none. */
  silenceId?: string;
  untilMs?: number;
}

/** Entries a timeline keeps: the first ones and the latest. */
const TIMELINE_MAX = 200;
const TIMELINE_FIRST_KEPT = 20;

/** A page that is asked for and not out yet. */
export interface PageWish {
  kind: 'opened' | 'escalated';
  reason: PageReason;
  severity: AlertSeverity;
  event: AlertEvent;
  /** The page's id where the event has not had one yet; null: made from the incident. */
  pageId: string | null;
  /** Targets that it is for. */
  targets: string[];
  /** `by-rule`: the rule names them for this very level, so they are told though the severity was paged before. */
  named: 'by-route' | 'by-rule';
  detail: LocalText;
  /** Who took the step of the chain by hand; absent of the other reasons. */
  by?: string;
  sinceMs: number;
  /** Not before this. */
  dueMs: number;
  /** Why it waits, once that is decided. */
  held: NoPageReason | null;
}

export interface Acknowledgement {
  by: string;
  atMs: number;
  untilMs: number;
  /** Sum of the counts of its firing alerts then. */
  count: number;
}

/** Where an incident stands on its escalation chain. */
export interface ChainPlace {
  chainId: string;
  /** The next step to be taken, from 0. */
  step: number;
  round: number;
  dueMs: number;
}

export interface Episode {
  id: string;
  openedAtMs: number;
  /** Highest severity paged; null before the first page. */
  pagedSeverity: AlertSeverity | null;
  /** Names of channels that were told of a fire: they are told of the end. */
  told: string[];
  people: string[];
}

export interface Incident {
  id: string;
  workspace: string;
  groupKey: string;
  /** Id of the route taken; null where the rule's own `notify` decides. */
  route: string | null;
  state: IncidentState;
  severity: AlertSeverity;
  members: Map<string, Member>;
  /** Alerts that are over and are not among the members any more: how many, and the sum of their peaks. */
  gone: { alerts: number; peaks: number };
  /** Of the members. */
  firing: number;
  openedAtMs: number;
  resolved: { by: string | null; atMs: number; reason: PageReason } | null;
  /** Id of the incident that has its alerts now, and those of its group that come later. */
  mergedInto?: string;
  acknowledged: Acknowledgement | null;
  assignee: string | null;
  episode: Episode;
  /** Ids of all episodes, the present one last; the latest `EPISODES_MAX`. */
  episodeIds: string[];
  /** Times of the latest re-openings. */
  reopenedAtMs: number[];
  reopened: number;
  flapping: { sinceMs: number } | null;
  /** While flapping: when it ends unless an alert fires again. */
  endsAtMs: number | null;
  /** The latest opening or level of the most severe alert: what a page without an event of its own speaks of. */
  lead: AlertEvent;
  /** The latest end of an alert by which none fires any more: what the incident's end speaks of where that is told later. */
  ended?: AlertResolved;
  wish: PageWish | null;
  chain: ChainPlace | null;
  /** People in their quiet hours, as targets. They are told when those are over: of the fire, and of the end if there was one. */
  delayed: { targets: string[]; untilMs: number; event: AlertEvent } | null;
  /** When a correction was paged last, and one that waits because that is not long ago; absent where there was none. */
  corrections?: { pagedAtMs: number; waiting: { dueMs: number; detail: LocalText } | null };
  /** When it is to be looked at next; Infinity when nothing is due. */
  dueMs: number;
  pages: number;
  timeline: TimelineEntry[];
}

export const EPISODES_MAX = 50;

export function note(incident: Incident, entry: Omit<TimelineEntry, 'by' | 'reason' | 'detail' | 'alertId'> & Partial<TimelineEntry>): void {
  incident.timeline.push({ by: null, reason: null, detail: NOTHING, alertId: null, ...entry });
  if (incident.timeline.length > TIMELINE_MAX) incident.timeline.splice(TIMELINE_FIRST_KEPT, 1);
}

export const NOTHING: LocalText = { zh: '', en: '' };

export function memberOf(event: AlertEvent): Member {
  return {
    alertId: event.alertId, workspace: event.workspace, ruleId: event.ruleId, title: event.title, group: event.group, severity: event.severity,
    state: 'firing', count: event.count, peak: event.count, fireAt: event.fireAt, resolveBelow: event.resolveBelow, windowMs: event.windowMs, openedAtMs: event.atMs, endedAtMs: null, notify: event.notify, page: null,
  };
}

export function totalCount(incident: Incident): number {
  let total = incident.firing === 0 ? incident.gone.peaks : 0;
  for (const member of incident.members.values()) {
    if (incident.firing === 0) total += member.peak;
    else if (member.state === 'firing') total += member.count;
  }
  return total;
}

/** The incident as a page shows it. */
export function briefOf(incident: Incident): IncidentBrief {
  return {
    id: incident.id,
    state: incident.state,
    severity: incident.severity,
    openedAtMs: incident.openedAtMs,
    alerts: incident.members.size + incident.gone.alerts,
    alertsFiring: incident.firing,
    totalCount: totalCount(incident),
    causes: causesOf(incident, CAUSES_SHOWN_MAX),
    reopened: incident.reopened,
    assignee: incident.assignee,
    acknowledgedBy: incident.acknowledged?.by ?? null,
    resolvedBy: incident.resolved?.by ?? null,
    ...(incident.resolved === null ? {} : { resolvedAtMs: incident.resolved.atMs }),
    route: incident.route,
  };
}

/** The largest causes; picked one by one, for a sort of ten thousand at each page would cost more than the rest of it. */
function causesOf(incident: Incident, most: number): IncidentCause[] {
  const top: Member[] = [];
  for (const member of incident.members.values()) {
    let place = top.length;
    while (place > 0 && isLarger(member, top[place - 1]!)) place -= 1;
    if (place >= most) continue;
    top.splice(place, 0, member);
    if (top.length > most) top.pop();
  }
  return top.map(({ alertId, ruleId, title, group, severity, state, count, peak }) => ({ alertId, ruleId, title, group, severity, state, count, peak }));
}

function isLarger(a: Member, b: Member): boolean {
  if (a.state !== b.state) return a.state === 'firing';
  if (a.severity !== b.severity) return severityRank(a.severity) > severityRank(b.severity);
  return a.count !== b.count ? a.count > b.count : a.alertId < b.alertId;
}

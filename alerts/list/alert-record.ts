import type { AlertEscalated, AlertEvent, AlertOpened, AlertResolved, CampaignShare, GroupKey, QuotedItem } from '../../core/alert.ts';
import type { AlertSeverity, LocalText } from '../../core/rule.ts';

export const ALERT_STATES = ['firing', 'resolved'] as const;
export type AlertState = (typeof ALERT_STATES)[number];

/** One alert as `GET /v1/alerts` shows it. Times in milliseconds since the epoch. */
export interface AlertRecord {
  alertId: string;
  workspace: string;
  ruleId: string;
  title: LocalText;
  group: GroupKey;
  severity: AlertSeverity;
  state: AlertState;
  /** Items in the window at the latest event. */
  count: number;
  /** Highest count at any of its events, and while it was open once it is resolved. */
  peak: number;
  fireAt: number;
  resolveBelow: number;
  windowMs: number;
  /** Of the first event known, where the opening itself is not. */
  openedAtMs: number;
  resolvedAtMs: number | null;
  resolvedBecause: AlertResolved['reason'] | null;
  /** When it would end by itself, as of the latest event; null once it is resolved. */
  endsAtMs: number | null;
  firstItemAtMs: number | null;
  lastItemAtMs: number | null;
  /** Of the latest event that had any. */
  quotes: QuotedItem[];
  /** Copied texts among its items, of the latest event that had any; absent where there are none. */
  campaigns?: CampaignShare[];
  late: boolean;
}

/** One thing that happened to an alert, oldest first in its timeline. */
export interface TimelineEntry {
  eventId: string;
  kind: AlertEvent['kind'];
  atMs: number;
  severity: AlertSeverity;
  count: number;
}

/** The opening as far as evidence needs it. */
export type Opening = Pick<AlertOpened, 'id' | 'count' | 'atMs' | 'sequence' | 'late' | 'measure' | 'basis' | 'fireAt'> & Partial<Pick<AlertOpened, 'lastItemAtMs'>>;

/** The latest level that was reached, likewise. */
export type ReachedLevel = Omit<Opening, 'late'> & { severity: AlertSeverity; levelAt: number };

/** One alert as `GET /v1/alerts/{id}` shows it. */
export interface AlertWithTimeline extends AlertRecord {
  /** What made it fire, for evidence; null where its opening is not known any more. */
  opening: Opening | null;
  /** What made it reach its present level; absent where it reached none beyond its opening, or it is not known. */
  level?: ReachedLevel;
  timeline: TimelineEntry[];
}

/** Entries a timeline keeps: the first one and the latest. */
export const TIMELINE_MAX = 200;

/** The alert after an event, or null when the event tells nothing new (a repeat, or something after the end). */
export function foldAlert(known: AlertWithTimeline | undefined, event: AlertEvent): AlertWithTimeline | null {
  if (known !== undefined && (known.state === 'resolved' || event.kind === 'opened' || isRepeat(known, event))) return null;
  const before = known ?? begun(event);
  const base: AlertWithTimeline = {
    ...before,
    severity: event.severity,
    count: event.count,
    peak: Math.max(before.peak, event.count),
    firstItemAtMs: event.firstItemAtMs,
    lastItemAtMs: event.lastItemAtMs,
    timeline: lengthened(before.timeline, event),
  };
  switch (event.kind) {
    case 'opened':
      return { ...base, ...campaignsOf(event), quotes: event.quotes, endsAtMs: event.endsAtMs, late: event.late, opening: openingOf(event) };
    case 'escalated':
      return { ...base, ...campaignsOf(event), ...levelOf(event), quotes: event.quotes.length > 0 ? event.quotes : base.quotes, endsAtMs: event.endsAtMs };
    case 'resolved':
      return { ...base, state: 'resolved', peak: Math.max(base.peak, event.peak), resolvedAtMs: event.atMs, resolvedBecause: event.reason, endsAtMs: null };
  }
}

function begun(event: AlertEvent): AlertWithTimeline {
  return {
    alertId: event.alertId,
    workspace: event.workspace,
    ruleId: event.ruleId,
    title: event.title,
    group: event.group,
    severity: event.severity,
    state: 'firing',
    count: event.count,
    peak: event.count,
    fireAt: event.fireAt,
    resolveBelow: event.resolveBelow,
    windowMs: event.windowMs,
    openedAtMs: event.kind === 'opened' ? event.atMs : event.openedAtMs ?? event.atMs,
    resolvedAtMs: null,
    resolvedBecause: null,
    endsAtMs: null,
    firstItemAtMs: event.firstItemAtMs,
    lastItemAtMs: event.lastItemAtMs,
    quotes: [],
    late: false,
    timeline: [],
    opening: null,
  };
}

function openingOf({ id, count, atMs, sequence, late, measure, basis, fireAt, lastItemAtMs }: AlertOpened): Opening {
  return { id, count, atMs, sequence, late, fireAt, lastItemAtMs, ...(measure === undefined ? {} : { measure }), ...(basis === undefined ? {} : { basis }) };
}

function levelOf({ id, count, atMs, sequence, measure, basis, fireAt, lastItemAtMs, severity, levelAt }: AlertEscalated): Pick<AlertWithTimeline, 'level'> {
  if (basis === undefined || levelAt === undefined) return {};
  return { level: { id, count, atMs, sequence, fireAt, lastItemAtMs, severity, levelAt, basis, ...(measure === undefined ? {} : { measure }) } };
}

function campaignsOf({ campaigns }: Pick<AlertOpened, 'campaigns'>): Pick<AlertRecord, 'campaigns'> {
  return campaigns === undefined || campaigns.length === 0 ? {} : { campaigns };
}

function isRepeat(known: AlertWithTimeline, event: AlertEvent): boolean {
  return known.timeline.some(({ eventId }) => eventId === event.id);
}

function lengthened(timeline: readonly TimelineEntry[], event: AlertEvent): TimelineEntry[] {
  const longer = [...timeline, { eventId: event.id, kind: event.kind, atMs: event.atMs, severity: event.severity, count: event.count }];
  return longer.length > TIMELINE_MAX ? longer.toSpliced(1, 1) : longer;
}

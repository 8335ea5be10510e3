import type { AlertSeverity, LocalText } from '../../core/rule.ts';
import { totalCount } from './incident.ts';
import type { Acknowledgement, Incident, IncidentState, Member, TimelineEntry } from './incident.ts';

/** One incident as `GET /v1/incidents` lists it. Times in milliseconds since the epoch. */
export interface IncidentRecord {
  id: string;
  workspace: string;
  state: IncidentState;
  severity: AlertSeverity;
  route: string | null;
  openedAtMs: number;
  resolvedAtMs: number | null;
  resolvedBy: string | null;
  resolvedBecause: string | null;
  acknowledged: Omit<Acknowledgement, 'count'> | null;
  assignee: string | null;
  alerts: number;
  alertsFiring: number;
  totalCount: number;
  reopened: number;
  flapping: boolean;
  /** Names of channels that were told of this episode. */
  told: string[];
  /** Why the page that it asks for waits; null when none does. */
  waitsBecause: string | null;
  /** The step of its chain, from 1, that is taken next unless somebody acknowledges, and when; absent where none is left. */
  nextStep?: NextStepView;
  /** Whether a silence holds back the page that it asks for, or the latest that an alert of it asked for. */
  silenced: boolean;
  /** The latest correction of its numbers. */
  corrected: { atMs: number; detail: LocalText } | null;
  /** Of its alerts, those that fire first; at most `ALERT_IDS_SHOWN_MAX`. */
  alertIds: string[];
}

export interface NextStepView {
  chain: string;
  step: number;
  atMs: number;
  /** Whom it tells: people by their ids where it comes to people now, else its targets. Absent in lists. */
  who?: string[];
}

/** One incident as `GET /v1/incidents/{id}` shows it. */
export interface IncidentDetail extends IncidentRecord {
  /** Those that fire first; at most `MEMBERS_SHOWN_MAX`. */
  members: Member[];
  /** Oldest first. */
  timeline: TimelineEntry[];
}

const MEMBERS_SHOWN_MAX = 500;
const ALERT_IDS_SHOWN_MAX = 100;

export function incidentRecord(incident: Incident): IncidentRecord {
  const { id, workspace, state, severity, route, openedAtMs, resolved, acknowledged, assignee, members, gone, firing, reopened, flapping, episode, wish, chain } = incident;
  return {
    id, workspace, state, severity, route, openedAtMs,
    resolvedAtMs: resolved?.atMs ?? null,
    resolvedBy: resolved?.by ?? null,
    resolvedBecause: resolved?.reason ?? null,
    acknowledged: acknowledged === null ? null : { by: acknowledged.by, atMs: acknowledged.atMs, untilMs: acknowledged.untilMs },
    assignee, alerts: members.size + gone.alerts, alertsFiring: firing, totalCount: totalCount(incident), reopened, flapping: flapping !== null, told: episode.told,
    waitsBecause: wish?.held ?? null,
    ...(chain === null ? {} : { nextStep: { chain: chain.chainId, step: chain.step + 1, atMs: chain.dueMs } }),
    silenced: wish?.held === 'silenced' || [...members.values()].some(({ state: memberState, page }) => memberState === 'firing' && page?.reason === 'silenced'),
    corrected: correctionOf(incident),
    alertIds: firingFirst(incident, ALERT_IDS_SHOWN_MAX).map(({ alertId }) => alertId),
  };
}

export function incidentDetail(incident: Incident): IncidentDetail {
  return { ...incidentRecord(incident), members: firingFirst(incident, MEMBERS_SHOWN_MAX), timeline: incident.timeline };
}

function firingFirst(incident: Incident, most: number): Member[] {
  const members: Member[] = [];
  for (const state of ['firing', 'resolved'] as const) {
    for (const member of incident.members.values()) {
      if (members.length >= most) return members;
      if (member.state === state) members.push(member);
    }
  }
  return members;
}

function correctionOf({ timeline }: Incident): IncidentRecord['corrected'] {
  const latest = timeline.findLast(({ kind }) => kind === 'corrected');
  return latest === undefined ? null : { atMs: latest.atMs, detail: latest.detail };
}

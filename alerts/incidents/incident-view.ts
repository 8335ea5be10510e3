import type { AlertSeverity } from '../../core/rule.ts';
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
}

/** One incident as `GET /v1/incidents/{id}` shows it. */
export interface IncidentDetail extends IncidentRecord {
  /** Those that fire first; at most `MEMBERS_SHOWN_MAX`. */
  members: Member[];
  /** Oldest first. */
  timeline: TimelineEntry[];
}

export const MEMBERS_SHOWN_MAX = 500;

export function incidentRecord(incident: Incident): IncidentRecord {
  const { id, workspace, state, severity, route, openedAtMs, resolved, acknowledged, assignee, members, firing, reopened, flapping, episode, wish } = incident;
  return {
    id, workspace, state, severity, route, openedAtMs,
    resolvedAtMs: resolved?.atMs ?? null,
    resolvedBy: resolved?.by ?? null,
    resolvedBecause: resolved?.reason ?? null,
    acknowledged: acknowledged === null ? null : { by: acknowledged.by, atMs: acknowledged.atMs, untilMs: acknowledged.untilMs },
    assignee, alerts: members.size, alertsFiring: firing, totalCount: totalCount(incident), reopened, flapping: flapping !== null, told: episode.told,
    waitsBecause: wish?.held ?? null,
  };
}

export function incidentDetail(incident: Incident): IncidentDetail {
  const members: Member[] = [];
  for (const state of ['firing', 'resolved'] as const) {
    for (const member of incident.members.values()) {
      if (members.length >= MEMBERS_SHOWN_MAX) break;
      if (member.state === state) members.push(member);
    }
  }
  return { ...incidentRecord(incident), members, timeline: incident.timeline };
}

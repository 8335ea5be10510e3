import { incidentDetail } from './incident-view.ts';
import type { IncidentDetail } from './incident-view.ts';
import type { DeskState } from './desk-state.ts';
import type { Incident } from './incident.ts';

/** An incident that is over, as it stands on the journal for the store: with it, it can be looked up when the desk has forgotten it. */
export interface EndedIncident extends IncidentDetail {
  /** Of all its alerts, at most `ALERT_IDS_MAX`. */
  alertIds: string[];
}

const ALERT_IDS_MAX = 1_000;
/** Together on one entry, so that it stays far below the largest message. In UTF-16 units of its JSON. */
const CHARS_PER_ENTRY_MAX = 64 * 1024;
/** One that is longer is shortened: what people said stands on the operations log in full. */
const CHARS_OF_ONE_MAX = 48 * 1024;
const SHORT_TEXT_CHARS = 120;
const SHORT_MEMBERS = 40;

/** The incidents to put on the next entry, oldest end first; those that do not fit wait for the one after it. */
export function endedForEntry(state: DeskState): EndedIncident[] {
  const ended: EndedIncident[] = [];
  let chars = 0;
  for (const id of state.unrecorded) {
    const incident = state.closed.get(id);
    if (incident === undefined) continue;
    const one = endedIncident(incident);
    chars += JSON.stringify(one).length;
    if (ended.length > 0 && chars > CHARS_PER_ENTRY_MAX) break;
    ended.push(one);
  }
  return ended;
}

function endedIncident(incident: Incident): EndedIncident {
  const whole: EndedIncident = { ...incidentDetail(incident), alertIds: [...incident.members.keys()].slice(0, ALERT_IDS_MAX) };
  if (incident.members.size <= SHORT_MEMBERS && textLength(whole) <= CHARS_OF_ONE_MAX / 2) return whole;
  if (JSON.stringify(whole).length <= CHARS_OF_ONE_MAX) return whole;
  const short = (text: string): string => (text.length <= SHORT_TEXT_CHARS ? text : `${text.slice(0, SHORT_TEXT_CHARS)}…`);
  return {
    ...whole,
    members: whole.members.slice(0, SHORT_MEMBERS),
    timeline: whole.timeline.map(({ detail: { zh, en }, ...entry }) => ({ ...entry, detail: { zh: short(zh), en: short(en) } })),
  };
}

function textLength({ timeline }: IncidentDetail): number {
  return timeline.reduce((sum, { detail: { zh, en } }) => sum + zh.length + en.length, 0);
}

import type { AlertEvent } from '../../core/alert.ts';
import type { PageOrder, PageReason } from '../../core/page-order.ts';
import type { AlertSeverity, LocalText } from '../../core/rule.ts';
import { severityRank } from '../../core/operation.ts';
import { resolveTargets } from '../routing/resolve-targets.ts';
import { hexId } from '../../stream/windows/hash.ts';
import { remindAt } from './desk-state.ts';
import type { DeskState, DeskStep } from './desk-state.ts';
import { briefOf, note, NOTHING } from './incident.ts';
import type { Incident } from './incident.ts';

export interface PageDraft {
  kind: 'opened' | 'escalated' | 'resolved';
  reason: PageReason;
  severity: AlertSeverity;
  event: AlertEvent;
  /** The id of the event that it tells of for the first time; null: made from the incident and its pages so far. */
  pageId: string | null;
  notify: string[];
  people: string[];
  detail: LocalText;
  by?: string;
  /** How long a rule held it, milliseconds; none did when absent. */
  heldMs?: number;
}

/** Orders one page and notes it. Whoever is told of a fire is told of its end. */
export function orderPage(state: DeskState, step: DeskStep, incident: Incident, draft: PageDraft): void {
  const { episode } = incident;
  const detail = draft.reason === 'correction' ? draft.detail : withCorrections(withCountNow(draft, incident), incident);
  const previousSeverity = episode.pagedSeverity;
  // A level may be reached, or an incident handed over, before anybody was told of it: that is the first page then.
  const kind = draft.kind === 'resolved' ? draft.kind : previousSeverity === null ? 'opened' : 'escalated';
  incident.pages += 1;
  state.pagesOrdered += 1;
  // It is said with this page.
  if (incident.corrections !== undefined) incident.corrections.waiting = null;
  if (kind !== 'resolved') {
    if (previousSeverity === null || severityRank(draft.severity) > severityRank(previousSeverity)) episode.pagedSeverity = draft.severity;
    episode.told = union(episode.told, draft.notify);
    episode.people = union(episode.people, draft.people);
    forgetDelayed(state, incident, draft.notify);
    if (incident.state === 'pending') incident.state = 'firing';
  }
  step.pages.push(makeOrder(state, incident, { ...draft, detail, kind, previousSeverity }));
  step.changed.add(incident.id);
  note(incident, { atMs: state.nowMs, kind: 'paged', reason: draft.reason, detail: toldText(draft), alertId: draft.event.alertId });
  const member = incident.members.get(draft.event.alertId);
  if (member !== undefined && kind !== 'resolved') member.page = { reason: draft.reason, atMs: state.nowMs };
}

/** A page of the desk's own speaks of an event that may be long ago: how many there are now is said beside it, where that is known. */
function withCountNow({ kind, reason, event, detail }: PageDraft, incident: Incident): LocalText {
  const member = incident.members.get(event.alertId);
  if (kind === 'resolved' || reason === 'grew' || event.measure !== undefined || member?.state !== 'firing' || member.count === event.count) return detail;
  const count = member.count.toLocaleString('en-US');
  return { zh: [`现在 ${count} 条`, detail.zh].filter((text) => text !== '').join('；'), en: [`${count} now`, detail.en].filter((text) => text !== '').join('; ') };
}

/** What was corrected since the last page is said with this one, the latest number of each alert. */
function withCorrections(detail: LocalText, { timeline }: Incident): LocalText {
  const since = timeline.slice(timeline.findLastIndex(({ kind }) => kind === 'paged') + 1).filter(({ kind }) => kind === 'corrected');
  const latest = [...new Map(since.map((entry) => [entry.alertId, entry.detail])).values()].slice(-CORRECTIONS_MAX);
  const said = [...(detail.zh === '' ? [] : [detail]), ...latest];
  return { zh: said.map(({ zh }) => zh).join('；'), en: said.map(({ en }) => en).join('; ') };
}

/** Said with one page. */
const CORRECTIONS_MAX = 3;

/** Tells those channels that were told of the fire, and that can hear it, that somebody has the incident. Rings at nobody. */
export function orderAcknowledgement(state: DeskState, step: DeskStep, incident: Incident, detail: LocalText): void {
  const { episode } = incident;
  if (episode.pagedSeverity === null) return;
  incident.pages += 1;
  state.pagesOrdered += 1;
  step.pages.push(makeOrder(state, incident, {
    kind: 'escalated', reason: 'acknowledged', severity: episode.pagedSeverity, previousSeverity: episode.pagedSeverity, event: incident.lead, pageId: null, notify: episode.told, people: [], detail,
  }));
}

function makeOrder(state: DeskState, incident: Incident, draft: PageDraft & { previousSeverity: AlertSeverity | null }): PageOrder {
  const { episode } = incident;
  return {
    id: draft.pageId ?? hexId(['page', incident.id, incident.pages, draft.reason]),
    incidentId: incident.id,
    episodeId: episode.id,
    workspace: incident.workspace,
    kind: draft.kind,
    reason: draft.reason,
    detail: draft.detail,
    ...(draft.by === undefined || draft.reason !== 'escalated-by-hand' ? {} : { by: draft.by }),
    severity: draft.severity,
    previousSeverity: draft.previousSeverity,
    event: draft.event,
    incident: briefOf(incident),
    notify: draft.notify,
    people: draft.people,
    number: state.pagesOrdered,
    atMs: state.nowMs,
    ...(draft.heldMs === undefined ? {} : { heldMs: draft.heldMs }),
    openedAtMs: episode.openedAtMs,
  };
}

/** The end, to whom the fire was told. Nobody, where nobody was. */
export function orderEnd(state: DeskState, step: DeskStep, incident: Incident, end: { reason: PageReason; event: AlertEvent; pageId: string | null; detail?: LocalText }): void {
  const { episode } = incident;
  incident.wish = null;
  incident.chain = null;
  if (episode.told.length === 0) {
    if (incident.delayed === null) note(incident, { atMs: state.nowMs, kind: 'page-withheld', reason: 'nobody-was-told', alertId: end.event.alertId });
    return;
  }
  orderPage(state, step, incident, { ...end, kind: 'resolved', severity: incident.severity, notify: episode.told, people: episode.people, detail: end.detail ?? NOTHING });
}

/** Whoever was told meanwhile is not told again when their quiet hours are over. */
function forgetDelayed(state: DeskState, incident: Incident, told: readonly string[]): void {
  const { delayed } = incident;
  if (delayed === null) return;
  delayed.targets = delayed.targets.filter((target) => resolveTargets(state.book, [target], state.nowMs, 'urgent').notify.some((name) => !told.includes(name)));
  if (delayed.targets.length > 0) return;
  incident.delayed = null;
  settleOwing(state, incident);
}

/** An incident that is over and has nothing left to tell may be forgotten in its turn. */
function settleOwing(state: DeskState, { id, corrections }: Incident): void {
  if (corrections?.waiting == null) state.owing.delete(id);
}

/** Tells those whose quiet hours are over; the others wait on. */
export function orderDelayed(state: DeskState, step: DeskStep, incident: Incident): void {
  const { delayed } = incident;
  if (delayed === null) return;
  if (state.nowMs < delayed.untilMs) return remindAt(state, incident, delayed.untilMs);
  const meant = resolveTargets(state.book, delayed.targets, state.nowMs, 'may-wait');
  incident.delayed = meant.later === null ? null : { ...meant.later, event: delayed.event };
  if (incident.delayed === null) settleOwing(state, incident);
  else remindAt(state, incident, incident.delayed.untilMs);
  if (meant.notify.length === 0) return;
  const draft = { severity: incident.severity, pageId: null, notify: meant.notify, people: meant.people, detail: NOTHING };
  orderPage(state, step, incident, { ...draft, kind: 'escalated', reason: 'quiet-hours-ended', event: delayed.event });
  if (incident.state !== 'resolved') return;
  orderPage(state, step, incident, { ...draft, kind: 'resolved', reason: incident.resolved?.reason ?? 'resolved', event: endOf(incident) });
}

/** Of an end that the counter found the event itself; of one by somebody's word what the incident is about. */
function endOf({ resolved, ended, lead }: Incident): AlertEvent {
  return resolved?.reason === 'resolved' ? ended ?? lead : lead;
}

function toldText({ notify, detail }: PageDraft): LocalText {
  return { zh: `通知 ${notify.join('、')}${detail.zh === '' ? '' : `；${detail.zh}`}`, en: `told ${notify.join(', ')}${detail.en === '' ? '' : `; ${detail.en}`}` };
}

export function union(a: readonly string[], b: readonly string[]): string[] {
  return [...new Set([...a, ...b])];
}

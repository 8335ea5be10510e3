import { membersOfAlert } from '../../alerts/evidence/evidence-question.ts';
import { readEvidence, type ReadWindow } from '../../alerts/evidence/evidence.ts';
import { askEvidence, proveAlert, type AskedPart, type Proof } from '../../alerts/evidence/prove-alert.ts';
import { toPage } from '../../alerts/notify/render-findings.ts';
import type { Findings, NoFindings } from '../../alerts/reason/findings.ts';
import type { ReasonQuestion } from '../../alerts/reason/gather-findings.ts';
import type { AlertWithTimeline } from '../../alerts/list/alert-record.ts';
import type { AlertList } from '../../alerts/list/alert-list.ts';
import { TocsinError } from '../../core/errors.ts';
import { decodeCursor, encodeCursor } from '../../stream/store/search-cursor.ts';
import type { Bus } from '../../stream/ports.ts';
import type { Store } from '../../stream/store/clickhouse.ts';
import type { PastAlert } from '../../stream/store/past-alerts.ts';
import { ClickHouseWriter } from '../../stream/store/clickhouse-writer.ts';
import { relabelledItems } from '../../stream/store/relabelled-items.ts';
import { windowItems } from '../../stream/store/window-items.ts';
import type { Evidence, EvidenceView } from '../gateway/evidence-service.ts';
import { toView } from './gateway-services.ts';
import { CorrectionTeller, type CorrectionDesk } from './correction-teller.ts';

/** Proofs that run at a time; each reads a whole window. */
const RECOUNTS_MAX = 2;
/** Alerts under a composite that are looked up. */
const MEMBERS_MAX = 100;
/** Between the part and the place in it; no part has one in its name. */
const CURSOR_SEPARATOR = '~';

export function windowReader(bus: Pick<Bus, 'log'>, store: Store): ReadWindow {
  return {
    async read(query) {
      const { identity } = await bus.log('scored').info();
      return windowItems(store, { ...query, log: { ...query.log, id: identity } });
    },
    async relabelled(query) {
      const { identity } = await bus.log('scored').info();
      return relabelledItems(store, { ...query, log: { ...query.log, id: identity } });
    },
  };
}

/** What of the scored log is in the store: the rows of one entry are there together, and those before it. */
export function storeReach(bus: Pick<Bus, 'log'>, store: Store): (sequence: number) => Promise<boolean> {
  const writer = new ClickHouseWriter(store);
  return async (sequence) => (await writer.storedThrough((await bus.log('scored').info()).identity)) >= sequence;
}

export interface EvidenceParts {
  alerts: Pick<AlertList, 'get'>;
  /** An alert that the list has forgotten, from the store; none when absent. */
  past?(alertId: string): Promise<PastAlert | null>;
  window: ReadWindow;
  /** What the items of an alert have in common; nothing when absent. */
  findings?(question: ReasonQuestion): Promise<Findings | NoFindings | null>;
  desk: CorrectionDesk;
  /** Whether nothing is on its way to the store: only then is an item that is not there missing. */
  isStored?(sequence: number): Promise<boolean>;
  /** Items said before this are no longer kept, milliseconds since the epoch. */
  keptSinceMs?(): number;
}

/** The items behind an alert, their recount, and what they have in common. */
export function evidenceOf({ alerts, past, window, findings, desk, isStored, keptSinceMs }: EvidenceParts): Evidence {
  let running = 0;
  const find = async (alertId: string): Promise<AlertWithTimeline | undefined> => alerts.get(alertId) ?? (await past?.(alertId))?.alert;
  const teller = new CorrectionTeller({ desk, ...(past === undefined ? {} : { past }) });
  const ask = async (alertId: string) => {
    const alert = await find(alertId);
    if (alert === undefined) return null;
    const members = new Map<string, AlertWithTimeline>();
    const wanted = membersOfAlert(alert);
    for (let id = wanted.shift(); id !== undefined && members.size < MEMBERS_MAX; id = wanted.shift()) {
      const member = members.has(id) ? undefined : await find(id);
      if (member === undefined) continue;
      members.set(id, member);
      wanted.push(...membersOfAlert(member));
    }
    const asked = askEvidence(alert, (id) => members.get(id));
    if (!asked.ok) throw new TocsinError('conflict', `The items of this alert cannot be listed: ${asked.why.en}.`);
    return { ...asked, alert };
  };
  const counted = async (alertId: string): Promise<{ alert: AlertWithTimeline; proof: Proof } | null> => {
    const asked = await ask(alertId);
    if (asked === null) return null;
    if (running >= RECOUNTS_MAX) throw new TocsinError('overloaded', `${RECOUNTS_MAX} proofs run already; each reads a whole window.`, { retryable: true });
    running += 1;
    try {
      const proof = await proveAlert(window, asked, keptSinceMs?.());
      const last = Math.max(...asked.parts.map(({ question }) => question.sequence));
      if ((proof.reason === 'fewer' || proof.reason === 'erased') && isStored !== undefined && !(await isStored(last))) throw new TocsinError('store_unavailable', 'Some of the alert\'s items are still on their way to the store; ask again in a moment.', { retryable: true });
      return { alert: asked.alert, proof };
    } finally {
      running -= 1;
    }
  };
  return {
    async reason(alertId) {
      const known = await past?.(alertId);
      if (known === undefined || known === null) return alerts.get(alertId) === undefined ? null : { state: 'nothing-stored-yet' };
      if (known.opened === null) throw new TocsinError('conflict', 'The opening of this alert is not kept any more.');
      const found = await findings?.({ id: alertId, kind: 'opened', event: known.opened });
      return found === undefined || found === null ? { state: 'too-few' } : toPage(found);
    },
    async items(alertId, { cursor, limit, part: wanted }) {
      const asked = await ask(alertId);
      if (asked === null) return null;
      // What the alert counted; the numbers it was held against are listed where they are asked for.
      const listed = asked.parts.filter(({ id, question }) => (wanted === undefined ? question.part === 'count' : id === wanted));
      if (wanted !== undefined && listed.length === 0) throw new TocsinError('invalid_request', `part: the alert has no part ${wanted}; it has ${asked.parts.map(({ id }) => id).join(', ') || 'none'}.`);
      const about = { claimed: asked.claimed, parts: asked.parts.map(partView), missing: asked.missing };
      const from = placeOf(cursor, listed);
      const part = listed[from.at];
      if (part === undefined) return { ...about, part: null, items: [], nextCursor: null };
      const { items, next } = await readEvidence(window, part.question, { after: from.after, limit });
      const following = listed[from.at + 1];
      const nextCursor = next !== null ? `${part.id}${CURSOR_SEPARATOR}${encodeCursor(next)}` : following !== undefined ? `${following.id}${CURSOR_SEPARATOR}` : null;
      return { ...about, part: part.id, items: items.map(toView), nextCursor };
    },
    alert: async (alertId) => (await find(alertId)) ?? null,
    recount: async (alertId) => (await counted(alertId))?.proof ?? null,
    async verify(alertId, actor) {
      const found = await counted(alertId);
      return found === null ? null : { ...found.proof, corrected: await teller.tell(found.alert, actor, found.proof) };
    },
  };
}

function partView({ id, alertId, ruleId, question }: AskedPart): EvidenceView['parts'][number] {
  const { title, counts, claimed, claim, afterMs, upToMs } = question;
  return { id, alertId, ruleId, title, counts, claimed, claim, afterMs, upToMs };
}

function placeOf(cursor: string | undefined, listed: readonly AskedPart[]): { at: number; after: { createdAtMs: number; id: string } | null } {
  if (cursor === undefined) return { at: 0, after: null };
  const cut = cursor.lastIndexOf(CURSOR_SEPARATOR);
  const at = listed.findIndex(({ id }) => id === cursor.slice(0, Math.max(0, cut)));
  const place = cursor.slice(cut + 1);
  // Throws the sentence for a cursor that is none of ours.
  if (cut < 0 || at < 0) return { at: 0, after: decodeCursor('') };
  return { at, after: place === '' ? null : decodeCursor(place) };
}

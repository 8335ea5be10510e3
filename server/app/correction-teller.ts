import type { Proof } from '../../alerts/evidence/prove-alert.ts';
import type { Recount } from '../../alerts/evidence/recount.ts';
import { usualOf } from '../../alerts/evidence/usual.ts';
import { stillFires, stillReached } from '../../alerts/evidence/still-fires.ts';
import type { RecalledIncident } from '../../alerts/incidents/recall.ts';
import type { AlertWithTimeline } from '../../alerts/list/alert-record.ts';
import { TocsinError } from '../../core/errors.ts';
import { isSameUsual, type OperationAct } from '../../core/operation.ts';
import type { LocalText } from '../../core/rule.ts';
import type { PastAlert } from '../../stream/store/past-alerts.ts';
import type { Desk } from '../gateway/services.ts';

export type CorrectionDesk = Pick<Desk, 'submit' | 'incident'> & Partial<Pick<Desk, 'past'>>;

export interface CorrectionParts {
  desk: CorrectionDesk;
  /** An alert that the list has forgotten, from the store; none when absent. */
  past?(alertId: string): Promise<PastAlert | null>;
}

interface Correction {
  /** The same for the same change, so that it is said once. */
  id: string;
  act: Extract<OperationAct, { kind: 'correct' }>;
}

/** What was corrected before, by the desk or, where it has forgotten the incident, by the store. */
type Told = Pick<RecalledIncident['incident']['members'][number], 'corrected' | 'correctedLevel'> | undefined;

/** Tells the incident desk where a proof comes to other numbers than were told, or than they were corrected to: once for each change, never silently. */
export class CorrectionTeller {
  readonly #parts: CorrectionParts;

  constructor(parts: CorrectionParts) {
    this.#parts = parts;
  }

  /** True where something was told. */
  async tell(alert: AlertWithTimeline, actor: string, proof: Proof): Promise<boolean> {
    const submitted: boolean[] = [];
    for (const correct of [correctCount, correctLevel]) submitted.push(await this.#tell(alert, actor, proof, correct));
    return submitted.includes(true);
  }

  async #tell(alert: AlertWithTimeline, actor: string, proof: Proof, correct: typeof correctCount): Promise<boolean> {
    const { desk } = this.#parts;
    const { alertId } = alert;
    const recalled = await this.#recall(alertId);
    const told: Told = desk.incident(alertId)?.members.get(alertId) ?? recalled?.incident.members.find((member) => member.alertId === alertId);
    const correction = correct(alert, proof, told);
    if (correction === null) return false;
    try {
      await desk.submit({ id: correction.id, actor, way: 'program', act: { ...correction.act, ...(recalled === null ? {} : { recalled }) } });
      return true;
    } catch (error) {
      // The desk has forgotten it, and the store does not have it either.
      if (error instanceof TocsinError && error.code === 'not_found') return false;
      throw error;
    }
  }

  /** For a desk that has forgotten the incident: what it was, and what it was about. Null where neither is stored. */
  async #recall(alertId: string): Promise<RecalledIncident | null> {
    const { desk, past } = this.#parts;
    if (desk.incident(alertId) !== undefined) return null;
    const [incident, alert] = [(await desk.past?.(alertId)) ?? null, (await past?.(alertId)) ?? null];
    return incident === null || alert === null || alert.opened === null ? null : { incident, lead: alert.opened };
  }
}

/** Of the number at which it opened. Pure. */
function correctCount({ alertId, opening }: AlertWithTimeline, proof: Proof, told: Told): Correction | null {
  const { claimed, countedAsOf, counts, why, parts } = proof;
  // What is past its keeping time says nothing about what was counted.
  if (opening === null || proof.reason === 'past-keeping-time') return null;
  const of = parts.find(({ id }) => id === 'volume');
  const last = told?.corrected;
  const said = proof.reason === 'lower-bound' ? proof.counted : claimed;
  const [lastCount, lastVolume] = [last?.count ?? said, last?.volume ?? of?.claimed ?? null];
  // What was erased was there when it was held against it.
  const usual = usualOf(opening, withErased(proof).parts);
  const isAsUsual = usual === null || isSameUsual(usual.now, last?.usual ?? usual.then);
  if (countedAsOf === lastCount && (of?.countedAsOf ?? null) === lastVolume && isAsUsual) return null;
  return {
    id: `correction-${alertId}-${countedAsOf}${of === undefined ? '' : `-of-${of.countedAsOf}`}${usual === null ? '' : `-usual-${usual.now.expected}-${usual.now.fireAt}`}-after-${last?.atMs ?? 0}`,
    act: {
      kind: 'correct', target: alertId, countThen: said, countNow: countedAsOf, why: usual === null ? why : whyUsual(proof), counts, stillFires: stillFires(opening, withErased(proof)),
      ...(of === undefined ? {} : { volume: { then: of.claimed, now: of.countedAsOf } }),
      ...(usual === null ? {} : { usual }),
      ...(proof.reason === 'erased' ? { erased: true } : {}),
    },
  };
}

/** With the earlier windows that come out otherwise than they were told, as far as the proof's own words do not name them. Pure. */
function whyUsual({ why, parts }: Proof): LocalText {
  const changed = parts.filter(({ id, outcome, claimed, countedAsOf }) => id.startsWith('earlier-') && outcome === 'equal' && countedAsOf !== claimed);
  return {
    zh: [why.zh, ...changed.map((part) => `${part.title.zh}：${part.why.zh}`)].join('；'),
    en: [why.en, ...changed.map((part) => `${part.title.en}: ${part.why.en}`)].join('; '),
  };
}

/** Likewise of the level that it reached last. Pure. */
function correctLevel({ alertId, level }: AlertWithTimeline, proof: Proof, told: Told): Correction | null {
  const { counts } = proof;
  const part = proof.parts.find(({ id }) => id === 'level');
  if (level === undefined || part === undefined || counts === 'alerts' || part.reason === 'past-keeping-time') return null;
  const { severity } = level;
  const last = told?.correctedLevel?.severity === severity ? told.correctedLevel : undefined;
  const said = part.reason === 'lower-bound' ? part.counted : part.claimed;
  if (part.countedAsOf === (last?.count ?? said)) return null;
  const reached = withErased(proof).parts.find(({ id }) => id === 'level') ?? part;
  return {
    id: `correction-${alertId}-${severity}-${part.countedAsOf}-after-${last?.atMs ?? 0}`,
    act: {
      kind: 'correct', target: alertId, countThen: said, countNow: part.countedAsOf, why: part.why, counts, level: severity, stillFires: stillReached(level, reached),
      ...(part.reason === 'erased' ? { erased: true } : {}),
    },
  };
}

/** What was erased was there when the alert fired: it still would. Pure. */
function withErased(proof: Proof): Proof {
  const restored = <T extends Recount | Proof>(of: T): T => (of.reason === 'erased' ? { ...of, countedAsOf: of.countedAsOf + of.claimed - of.counted } : of);
  return { ...restored(proof), parts: proof.parts.map(restored) };
}

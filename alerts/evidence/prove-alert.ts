import type { LocalText } from '../../core/rule.ts';
import type { AlertWithTimeline } from '../list/alert-record.ts';
import { evidenceQuestion, levelQuestion, membersOfAlert } from './evidence-question.ts';
import type { EvidenceQuestion } from './evidence-question.ts';
import { recount } from './evidence.ts';
import type { ReadWindow } from './evidence.ts';
import type { Recount } from './recount.ts';

/** Alerts that are looked up for one composite, its members' members included. */
const ALERTS_MAX = 100;

/** One number of an alert, or of a composite's member. */
export interface AskedPart {
  /** Unlike that of any other part. */
  id: string;
  alertId: string;
  ruleId: string;
  question: EvidenceQuestion;
}

export type AskedEvidence =
  | { ok: true; kind: 'items' | 'composite'; claimed: number; parts: AskedPart[]; missing: { alertId: string; why: LocalText }[] }
  | { ok: false; why: LocalText };

/** What is to be looked up for an alert: its own parts, or those of its members. Pure but for `alertOf`. */
export function askEvidence(alert: AlertWithTimeline, alertOf: (alertId: string) => AlertWithTimeline | undefined): AskedEvidence {
  if (alert.opening?.measure?.kind !== 'composite') {
    const parts = partsOf(alert, '');
    if (!parts.ok) return parts;
    const level = levelQuestion(alert);
    const { alertId, ruleId } = alert;
    return { ok: true, kind: 'items', claimed: alert.opening?.count ?? 0, parts: [...parts.parts, ...(level === null ? [] : [{ id: level.part, alertId, ruleId, question: level }])], missing: [] };
  }
  const asked: AskedEvidence = { ok: true, kind: 'composite', claimed: 0, parts: [], missing: [] };
  const seen = new Set([alert.alertId]);
  const wanted = membersOfAlert(alert);
  for (let alertId = wanted.shift(); alertId !== undefined && seen.size <= ALERTS_MAX; alertId = wanted.shift()) {
    if (seen.has(alertId)) continue;
    seen.add(alertId);
    const member = alertOf(alertId);
    const deeper = member === undefined ? [] : membersOfAlert(member);
    wanted.unshift(...deeper);
    if (deeper.length > 0) continue;
    asked.claimed += 1;
    const parts = member === undefined ? { ok: false as const, why: { zh: '成员告警已不在列表中', en: 'this alert is not kept any more' } } : partsOf(member, `${alertId}/`);
    if (parts.ok) asked.parts.push(...parts.parts);
    else asked.missing.push({ alertId, why: parts.why });
  }
  return asked;
}

function partsOf(alert: AlertWithTimeline, prefix: string): { ok: true; parts: AskedPart[] } | { ok: false; why: LocalText } {
  const answer = evidenceQuestion(alert);
  if (!answer.ok) return answer;
  const { alertId, ruleId } = alert;
  return { ok: true, parts: [answer.question, ...answer.others].map((question) => ({ id: `${prefix}${question.part}`, alertId, ruleId, question })) };
}

export interface ProvenPart extends Recount {
  id: string;
  alertId: string;
  ruleId: string;
  title: LocalText;
}

/** An alert counted again. Of a composite the numbers are those of its members: claimed, and found to be as they say. */
export interface Proof extends Omit<Recount, 'counts'> {
  counts: Recount['counts'] | 'alerts';
  parts: ProvenPart[];
  missing: { alertId: string; why: LocalText }[];
}

/** Counts every part again. Throws `store_unavailable`, or `overloaded` for a window of too many items. */
export async function proveAlert(window: ReadWindow, asked: Extract<AskedEvidence, { ok: true }>, keptSinceMs = -Infinity): Promise<Proof> {
  const parts: ProvenPart[] = [];
  for (const { id, alertId, ruleId, question } of asked.parts) parts.push({ id, alertId, ruleId, title: question.title, ...(await recount(window, question, keptSinceMs)) });
  const differing = parts.filter(({ outcome }) => outcome === 'differs');
  const [first] = parts;
  if (asked.kind === 'items' && first !== undefined) {
    const { outcome, reason, claimed, counted, cameLater, cameLate, countedAsOf, countedNow, counts, why } = first;
    const others = differing.filter((part) => part !== first);
    return {
      outcome: others.length > 0 ? 'differs' : outcome, reason: outcome === 'equal' ? (others[0]?.reason ?? reason) : reason, claimed, counted, cameLater, cameLate, countedAsOf, countedNow, counts, parts, missing: asked.missing,
      why: joined([why, ...others.map(({ title, why: because }) => ({ zh: `${title.zh}：${because.zh}`, en: `${title.en}: ${because.en}` }))]),
    };
  }
  const wrong = new Set(differing.map(({ alertId }) => alertId));
  const counted = new Set(parts.map(({ alertId }) => alertId)).size - wrong.size;
  const sumOf = (number: (part: ProvenPart) => number): number => parts.reduce((sum, part) => sum + number(part), 0);
  const isEqual = counted === asked.claimed;
  return {
    outcome: isEqual ? 'equal' : 'differs', reason: isEqual ? 'as-said' : (differing[0]?.reason ?? 'past-keeping-time'), claimed: asked.claimed, counted,
    cameLater: sumOf(({ cameLater }) => cameLater), cameLate: sumOf(({ cameLate }) => cameLate), countedAsOf: counted, countedNow: counted, counts: 'alerts', parts, missing: asked.missing,
    why: joined([
      { zh: `${asked.claimed} 个成员告警中，${counted} 个重新计数一致`, en: `of ${asked.claimed} member alerts ${counted} count to what they say` },
      ...asked.missing.map(({ alertId, why }) => ({ zh: `${alertId}：${why.zh}`, en: `${alertId}: ${why.en}` })),
      ...differing.map(({ ruleId, title, why }) => ({ zh: `${ruleId} ${title.zh}：${why.zh}`, en: `${ruleId} ${title.en}: ${why.en}` })),
    ]),
  };
}

function joined(texts: readonly LocalText[]): LocalText {
  return { zh: texts.map(({ zh }) => zh).join('；'), en: texts.map(({ en }) => en).join('; ') };
}

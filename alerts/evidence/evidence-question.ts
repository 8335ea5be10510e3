import type { AlertBasis, AlertMeasure, GroupKey, TopicBasis } from '../../core/alert.ts';
import type { LocalText } from '../../core/rule.ts';
import type { AlertWithTimeline, Opening } from '../list/alert-record.ts';

/** Which stored items make one number of an alert. */
export interface EvidenceQuestion {
  /** `count`: what the alert counted. `level`: what it counted when it reached its present level. `volume`: what a share is of. `earlier-1` and on: the windows compared, newest first. `last`: the last word before a silence. */
  part: 'count' | 'level' | 'volume' | 'last' | `earlier-${number}`;
  title: LocalText;
  workspace: string;
  group: GroupKey;
  /** CEL; empty: every item. */
  where: string;
  /** `afterMs` < event time ≤ `upToMs`. */
  afterMs: number;
  upToMs: number;
  /** What came later and was said up to then belongs to the moment that was told of, where it came late; what is newer has grown since. */
  asOfMs: number;
  /** Items up to this place of the scored log; `itemIndex` null: the whole entry, −1: none of it. */
  sequence: number;
  itemIndex: number | null;
  /** Only items that say it. */
  topic?: TopicBasis;
  /** How the items make the number that the alert names. `voices`: customers, and texts where none is named. */
  counts: 'items' | 'customers' | 'probability' | 'voices';
  claimed: number;
  /** `at-least`: more than claimed is no difference. */
  claim: 'exact' | 'at-least';
}

export type EvidenceAnswer = { ok: true; question: EvidenceQuestion; others: EvidenceQuestion[] } | { ok: false; why: LocalText };

/** What to look up for an alert; where that cannot be said, why. A composite has no items of its own, but those of its `members`. Pure. */
export function evidenceQuestion(alert: AlertWithTimeline): EvidenceAnswer {
  const { opening } = alert;
  if (opening === null) return { ok: false, why: { zh: '告警的触发记录已不在日志中', en: 'the opening of this alert is not on the log any more' } };
  const { basis, measure } = opening;
  if (measure?.kind === 'composite') return { ok: false, why: { zh: '组合规则自身不计数，其依据是成员告警的明细', en: 'a composite counts nothing itself: its evidence is that of its members' } };
  if (measure?.kind === 'trouble') return { ok: false, why: { zh: '此告警关于 Tocsin 自身，没有对应的反馈明细', en: 'the alert is about Tocsin itself: no feedback was counted for it' } };
  if (basis === undefined) return { ok: false, why: { zh: '旧版本写入的告警没有记录计数窗口', en: 'the alert was written by an older version that did not note the window' } };
  const { windowEndMs, itemIndex } = basis;
  const question: EvidenceQuestion = {
    part: 'count', title: { zh: '触发告警的条目', en: 'The items that made it fire' },
    workspace: alert.workspace, group: basis.topic === undefined ? alert.group : {}, where: basis.where ?? '', afterMs: windowEndMs - alert.windowMs, upToMs: windowEndMs,
    asOfMs: asOfMs(opening),
    sequence: opening.sequence, itemIndex: itemIndex ?? null, counts: countsOf(measure?.kind), claimed: opening.count,
    claim: basis.topic?.exact === false ? 'at-least' : 'exact', ...(basis.topic === undefined ? {} : { topic: basis.topic }),
  };
  return { ok: true, question, others: measure === undefined ? [] : otherParts(alert, question, { measure, basis, lastItemAtMs: opening.lastItemAtMs ?? null }) };
}

/** What to look up for the level that an alert reached last, beyond its opening; null where it reached none, or that cannot be said. Pure. */
export function levelQuestion(alert: AlertWithTimeline): EvidenceQuestion | null {
  if (alert.level === undefined) return null;
  const answer = evidenceQuestion({ ...alert, opening: { ...alert.level, late: false } });
  return answer.ok ? { ...answer.question, part: 'level', title: { zh: '升级时的条目', en: 'The items when it reached its level' } } : null;
}

/**
 * An item that fires tells of all that was said until then, as far as the newest that is counted: of a backlog that is read in order what follows is
 * growth, though its time lies before the page. What time alone decides tells of the window as it ends.
 */
function asOfMs({ basis, lastItemAtMs, atMs }: Opening): number {
  const endMs = basis?.windowEndMs ?? atMs;
  return (basis?.itemIndex ?? -1) < 0 ? endMs : Math.min(endMs, lastItemAtMs ?? endMs);
}

/** Alerts whose evidence is that of a composite. */
export function membersOfAlert({ opening }: Pick<AlertWithTimeline, 'opening'>): string[] {
  return opening?.measure?.kind === 'composite' ? opening.measure.members.map(({ alertId }) => alertId) : [];
}

/** The numbers that the count was held against. */
function otherParts({ windowMs }: AlertWithTimeline, count: EvidenceQuestion, { measure, basis, lastItemAtMs }: { measure: AlertMeasure; basis: AlertBasis; lastItemAtMs: number | null }): EvidenceQuestion[] {
  switch (measure.kind) {
    case 'share': {
      const { of } = basis;
      if (of === undefined) return [];
      const group = Object.fromEntries(Object.entries(count.group).filter(([field]) => (of.groupBy as readonly string[]).includes(field)));
      return [{ ...count, part: 'volume', title: { zh: '占比的分母', en: 'What the share is of' }, where: of.where, group, claimed: measure.volume }];
    }
    case 'spike':
    case 'absence': {
      const { earlier } = basis;
      const windows = (measure.baseline ?? []).flatMap((claimed, at): EvidenceQuestion[] => {
        const endMs = earlier?.endsMs[at];
        if (earlier === undefined || endMs === undefined) return [];
        const title = { zh: `对比的第 ${at + 1} 个往日窗口`, en: `Earlier window ${at + 1} of those compared` };
        return [{ ...count, part: `earlier-${at + 1}`, title, afterMs: endMs - windowMs, upToMs: endMs, asOfMs: endMs, sequence: earlier.sequence, itemIndex: earlier.itemIndex ?? null, claimed }];
      });
      const isBefore = measure.kind === 'absence' && lastItemAtMs !== null && lastItemAtMs <= count.afterMs;
      if (!isBefore) return windows;
      return [{ ...count, part: 'last', title: { zh: '静默前的最后一条', en: 'The last item before the silence' }, afterMs: lastItemAtMs - 1, upToMs: count.afterMs, asOfMs: count.afterMs, claimed: 1, claim: 'at-least' }, ...windows];
    }
    case 'customers':
    case 'probability':
    case 'severe':
    case 'newTopic':
    case 'composite':
    case 'trouble':
      return [];
  }
}

function countsOf(kind: AlertMeasure['kind'] | undefined): EvidenceQuestion['counts'] {
  switch (kind) {
    case undefined:
    case 'severe':
    case 'share':
    case 'spike':
    case 'absence':
    case 'composite':
    case 'trouble':
      return 'items';
    case 'customers':
      return 'customers';
    case 'probability':
      return 'probability';
    case 'newTopic':
      return 'voices';
  }
}

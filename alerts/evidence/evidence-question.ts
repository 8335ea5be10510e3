import type { GroupKey } from '../../core/alert.ts';
import type { LocalText } from '../../core/rule.ts';
import type { AlertWithTimeline } from '../list/alert-record.ts';

/** Which stored items an alert counted when it fired. */
export interface EvidenceQuestion {
  workspace: string;
  group: GroupKey;
  /** CEL; empty: every item. */
  where: string;
  /** `afterMs` < event time ≤ `upToMs`. */
  afterMs: number;
  upToMs: number;
  /** Items up to this place of the scored log; `itemIndex` null: the whole entry. */
  sequence: number;
  itemIndex: number | null;
  /** How the items make the number that the alert names. */
  counts: 'items' | 'customers' | 'probability';
  claimed: number;
}

export type EvidenceAnswer = { ok: true; question: EvidenceQuestion } | { ok: false; why: LocalText };

/** What to look up for an alert; where that cannot be said, why. Pure. */
export function evidenceQuestion(alert: AlertWithTimeline): EvidenceAnswer {
  const { opening } = alert;
  if (opening === null) return { ok: false, why: { zh: '告警的触发记录已不在日志中', en: 'the opening of this alert is not on the log any more' } };
  const counts = countsOf(opening.measure?.kind);
  if (opening.basis === undefined || counts === null) return { ok: false, why: { zh: '这类规则不是由一个窗口内的条目数决定的', en: 'this kind of rule is not decided by the items of one window' } };
  const { where = '', windowEndMs, itemIndex } = opening.basis;
  return {
    ok: true,
    question: {
      workspace: alert.workspace, group: alert.group, where, afterMs: windowEndMs - alert.windowMs, upToMs: windowEndMs,
      sequence: opening.sequence, itemIndex: itemIndex ?? null, counts, claimed: opening.count,
    },
  };
}

type MeasureKind = NonNullable<NonNullable<AlertWithTimeline['opening']>['measure']>['kind'];

function countsOf(kind: MeasureKind | undefined): EvidenceQuestion['counts'] | null {
  switch (kind) {
    case undefined:
    case 'severe':
    case 'share':
    case 'spike':
    case 'absence':
      return 'items';
    case 'customers':
      return 'customers';
    case 'probability':
      return 'probability';
    case 'newTopic':
    case 'composite':
      return null;
  }
}

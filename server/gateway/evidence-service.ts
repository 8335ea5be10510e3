import type { EvidenceQuestion } from '../../alerts/evidence/evidence-question.ts';
import type { AskedPart, Proof } from '../../alerts/evidence/prove-alert.ts';
import type { AlertWithTimeline } from '../../alerts/list/alert-record.ts';
import type { PageFindings } from '../../alerts/notify/page.ts';
import type { LocalText } from '../../core/rule.ts';
import type { StoredFeedback } from './stored-feedback.ts';

/** Items of one part of an alert's evidence, and which parts there are. */
export interface EvidenceView {
  claimed: number;
  parts: (Omit<AskedPart, 'question'> & Pick<EvidenceQuestion, 'title' | 'counts' | 'claimed' | 'claim' | 'afterMs' | 'upToMs'>)[];
  missing: { alertId: string; why: LocalText }[];
  /** Of which the items are; null where there is none. */
  part: string | null;
  items: StoredFeedback[];
  nextCursor: string | null;
}

export interface Evidence {
  /** What its items have in common, as a page says it; `too-few` where there is nothing to look at. Null for an unknown alert; rejects with `conflict` where its opening is not known any more. */
  reason(alertId: string): Promise<PageFindings | { state: 'too-few' } | null>;
  /** Without `part` what the alert counted, of a composite what each of its members did. Rejects with `invalid_request` for an unknown part. */
  items(alertId: string, page: { cursor?: string; limit: number; part?: string }): Promise<EvidenceView | null>;
  /** Null for an alert that is not known. */
  alert(alertId: string): Promise<AlertWithTimeline | null>;
  /** Counted again, and nothing said of it to anybody. Rejects with `overloaded` while too many run. */
  recount(alertId: string): Promise<Proof | null>;
  /** Counted again, and corrected where that was otherwise. Rejects with `overloaded` while too many run. */
  verify(alertId: string, actor: string): Promise<(Proof & { corrected: boolean }) | null>;
}

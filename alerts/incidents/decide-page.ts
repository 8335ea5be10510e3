import { han } from '../../core/han.ts';
import type { NoPageReason } from '../../core/page-order.ts';
import { severityRank } from '../../core/operation.ts';
import type { AlertSeverity, LocalText } from '../../core/rule.ts';
import type { PageWish } from './incident.ts';

export interface PageQuestion {
  wish: Pick<PageWish, 'kind' | 'reason' | 'severity' | 'dueMs' | 'named'>;
  /** Of the episode; null before its first page. */
  pagedSeverity: AlertSeverity | null;
  acknowledgedBy: string | null;
  /** Why all of its firing alerts are held back, where they are; until when, or Infinity for as long as that lasts. */
  silenced: HeldBack | null;
  inhibited: HeldBack | null;
  quietHours: HeldBack | null;
  nowMs: number;
}

export interface HeldBack {
  untilMs: number;
  detail: LocalText;
  /** Where it is one. */
  silenceId?: string;
}

export type PageDecision =
  | { action: 'page' }
  | ({ action: 'hold'; reason: NoPageReason } & HeldBack)
  | { action: 'drop'; reason: NoPageReason; detail: LocalText };

/**
 * Decides about one page that an incident asks for, in this order: what it waits for by itself (the group); what holds
 * back every page (inhibition, silence); what makes it needless (the level was paged, somebody has it); what delays it
 * (quiet hours, which let critical pages through). A held page is asked about again when that is over, never forgotten.
 */
export function decidePage(question: PageQuestion): PageDecision {
  const { wish, pagedSeverity, acknowledgedBy, silenced, inhibited, quietHours, nowMs } = question;
  if (nowMs < wish.dueMs) return { action: 'hold', reason: 'group-wait', untilMs: wish.dueMs, detail: NOTHING };
  if (inhibited !== null) return { action: 'hold', reason: 'inhibited', ...inhibited };
  if (silenced !== null) return { action: 'hold', reason: 'silenced', ...silenced };
  switch (wish.reason) {
    case 'fired':
    case 'reopened':
    case 'level-reached':
    case 'silence-ended':
    case 'quiet-hours-ended':
    case 'inhibition-ended':
      if (wish.named === 'by-route' && pagedSeverity !== null && severityRank(wish.severity) <= severityRank(pagedSeverity)) return { action: 'drop', reason: 'already-paged', detail: NOTHING };
      if (acknowledgedBy !== null && wish.reason !== 'level-reached') {
        return { action: 'drop', reason: 'already-acknowledged', detail: { zh: han`${acknowledgedBy} 已确认`, en: `acknowledged by ${acknowledgedBy}` } };
      }
      break;
    case 'escalation-step':
    case 'escalated-by-hand':
      if (acknowledgedBy !== null) return { action: 'drop', reason: 'already-acknowledged', detail: { zh: han`${acknowledgedBy} 已确认`, en: `acknowledged by ${acknowledgedBy}` } };
      break;
    case 'flapping':
    case 'flapping-ended':
    case 'acknowledgement-expired':
    case 'grew':
    case 'new-cause':
    case 'acknowledged':
    case 'handed-over':
    case 'split':
    case 'correction':
    case 'resolved':
    case 'resolved-by-hand':
    case 'merged':
      break;
  }
  if (quietHours !== null && wish.severity !== 'critical') return { action: 'hold', reason: 'quiet-hours', ...quietHours };
  return { action: 'page' };
}

const NOTHING: LocalText = { zh: '', en: '' };

import type { PageReason } from '../../core/page-order.ts';
import { severityRank } from '../../core/operation.ts';
import type { DeskState, DeskStep } from './desk-state.ts';
import type { Incident, PageWish } from './incident.ts';
import { settleWish } from './settle-wish.ts';

export type NewWish = Omit<PageWish, 'sinceMs' | 'held'>;

/**
 * Asks for a page and decides about it at once. Where another one waits (for its group, a silence, quiet hours), both
 * become one: nobody who was to be told is forgotten, and the higher severity counts.
 */
export function askPage(state: DeskState, step: DeskStep, incident: Incident, wish: NewWish): void {
  const { wish: waiting } = incident;
  incident.wish = waiting === null ? { ...wish, sinceMs: state.nowMs, held: null } : joined(waiting, wish);
  settleWish(state, step, incident);
}

function joined(waiting: PageWish, wish: NewWish): PageWish {
  const isFirst = waiting.kind === 'opened';
  const isAsSevere = severityRank(wish.severity) >= severityRank(waiting.severity);
  const { by, ...before } = waiting;
  const leads = isFirst || !MAY_BE_NEEDLESS.has(waiting.reason) ? waiting : wish;
  return {
    ...before,
    // A page of the desk's own (no event's) speaks of what the waiting one speaks of.
    event: wish.pageId !== null && isAsSevere ? wish.event : waiting.event,
    reason: leads.reason,
    ...(leads.by === undefined ? {} : { by: leads.by }),
    severity: isAsSevere ? wish.severity : waiting.severity,
    targets: [...new Set([...waiting.targets, ...wish.targets])],
    named: waiting.named === 'by-rule' ? waiting.named : wish.named,
    detail: wish.detail.en === '' ? waiting.detail : wish.detail,
  };
}

/** Reasons that a page of the same severity, or an acknowledgement, makes needless. */
const MAY_BE_NEEDLESS: ReadonlySet<PageReason> = new Set(['fired', 'reopened', 'level-reached', 'silence-ended', 'quiet-hours-ended', 'inhibition-ended', 'escalation-step', 'escalated-by-hand']);

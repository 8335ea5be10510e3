import type { AlertEvent } from '../../core/alert.ts';
import { matchesAll } from '../silences/match-alert.ts';
import type { HeldBack } from './decide-page.ts';
import type { DeskState } from './desk-state.ts';
import type { Incident, Member } from './incident.ts';
import { candidatesFor } from './inhibition-sources.ts';

/** What may be explained waits so long for what may explain it. */
export const SOURCE_WITHIN_MS = 500;
/**
 * And so long in all: for what follows it on the log of what fired with the same item, and for the answer on which items both share. A page too many is
 * better than one that comes late.
 */
export const ANSWER_WITHIN_MS = 1_000;

/** How long the first page of an alert waits because an inhibition names it as what may be explained; other pages do not. */
export function inhibitionWaitMs(state: DeskState, target: Member, { more }: Pick<AlertEvent, 'more'>): number {
  if (!state.book.inhibitions.some((inhibition) => matchesAll(inhibition.target, target))) return 0;
  return more === true ? ANSWER_WITHIN_MS : SOURCE_WITHIN_MS;
}

/** The last event of an entry has come: what waits for those that follow need not wait for them any more. */
export function waitingForFollowing(state: DeskState, { more, index, sequence }: Pick<AlertEvent, 'more' | 'index' | 'sequence'>): Incident[] {
  if (more === true || index === 0 || state.book.inhibitions.length === 0) return [];
  return [...state.open.values()].filter(({ wish }) => wish !== null && wish.held === 'group-wait' && wish.event.more === true && wish.event.sequence === sequence);
}

/**
 * The firing alert that explains this one, by an inhibition of the book and by items that both share; null when none does.
 * Whether they share items is asked of the store: a page waits for the answer until `answerUntilMs`, and not longer.
 */
export function inhibitedBy(state: DeskState, target: Member, answerUntilMs: number): HeldBack | null {
  let asking: HeldBack | null = null;
  for (const { id, alertId } of candidatesFor(state, target)) {
    const inhibition = state.book.inhibitions.find((each) => each.id === id)!;
    const overlap = state.overlaps.get(pairKey(alertId, target.alertId));
    if (overlap === undefined && state.nowMs < answerUntilMs) {
      asking = { untilMs: answerUntilMs, detail: { zh: `正在核对告警 ${alertId} 是否为同一批反馈（抑制规则 ${id}）`, en: `whether alert ${alertId} stands for the same items is being asked (inhibition ${id})` } };
    }
    if (overlap === undefined || overlap < inhibition.sharedAtLeast) continue;
    const share = `${Math.round(overlap * 100)} %`;
    return { untilMs: Infinity, detail: { zh: `已由告警 ${alertId} 解释（抑制规则 ${id}，${share} 为同一批反馈）`, en: `explained by alert ${alertId} (inhibition ${id}, ${share} of the items are the same)` } };
  }
  return asking;
}

export function pairKey(sourceAlertId: string, targetAlertId: string): string {
  return `${sourceAlertId} ${targetAlertId}`;
}

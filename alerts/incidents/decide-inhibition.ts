import { matchesAll, valueOf } from '../silences/match-alert.ts';
import type { HeldBack } from './decide-page.ts';
import type { DeskState } from './desk-state.ts';
import type { Member } from './incident.ts';

/** The firing alert that explains this one, by an inhibition of the book and by items that both share; null when none does. */
export function inhibitedBy(state: DeskState, target: Member): HeldBack | null {
  for (const { id, alertId } of candidatesFor(state, target)) {
    const inhibition = state.book.inhibitions.find((each) => each.id === id)!;
    const overlap = state.overlaps.get(pairKey(alertId, target.alertId));
    if (overlap === undefined || overlap < inhibition.sharedAtLeast) continue;
    const share = `${Math.round(overlap * 100)} %`;
    return { untilMs: Infinity, detail: { zh: `已由告警 ${alertId} 解释(抑制规则 ${id},${share} 为同一批反馈)`, en: `explained by alert ${alertId} (inhibition ${id}, ${share} of the items are the same)` } };
  }
  return null;
}

/** Pairs for which an inhibition would hold if they stood for the same items. */
export function candidatesFor(state: DeskState, target: Member): { id: string; alertId: string }[] {
  const found: { id: string; alertId: string }[] = [];
  for (const { id, source, target: of, equal } of state.book.inhibitions) {
    if (!matchesAll(of, target)) continue;
    for (const incident of state.open.values()) {
      for (const member of incident.members.values()) {
        if (member.alertId === target.alertId || member.state !== 'firing' || member.workspace !== target.workspace) continue;
        if (matchesAll(source, member) && equal.every((field) => valueOf(field, member) === valueOf(field, target))) found.push({ id, alertId: member.alertId });
      }
    }
  }
  return found;
}

export function pairKey(sourceAlertId: string, targetAlertId: string): string {
  return `${sourceAlertId} ${targetAlertId}`;
}

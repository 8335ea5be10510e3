import type { PlacelessEvent } from '../../core/alert.ts';
import { troubleRuleId, type Trouble } from '../../core/trouble.ts';
import type { TroubleLimits } from './decide-trouble.ts';
import type { TroublePolicies } from './trouble-policies.ts';
import { TROUBLE_TITLES } from './trouble-words.ts';

export interface OpenTrouble {
  alertId: string;
  openedAtMs: number;
  level: number;
  peak: number;
  about: string;
}

interface Told {
  trouble: Trouble;
  open: OpenTrouble;
  workspace: string;
  notify: readonly string[];
  policy: TroublePolicies[Trouble];
  nowMs: number;
}

/** Named after the moment, so that the same trouble coming again is another alert. */
export function beginTrouble(trouble: Trouble, { level, about, nowMs }: { level: number; about: string; nowMs: number }): OpenTrouble {
  return { alertId: `${troubleRuleId(trouble)}-${nowMs.toString(36)}`, openedAtMs: nowMs, level, peak: level, about };
}

export function openedEvent(told: Told): PlacelessEvent {
  return { ...common(told), kind: 'opened', id: told.open.alertId, quotes: [], endsAtMs: null, late: false };
}

export function endedEvent(told: Told): PlacelessEvent {
  const { open } = told;
  return { ...common(told), kind: 'resolved', id: `${open.alertId}-over`, reason: 'recovered', openedAtMs: open.openedAtMs, peak: open.peak };
}

function common({ trouble, open, workspace, notify, policy, nowMs }: Told) {
  return {
    alertId: open.alertId, workspace, ruleId: troubleRuleId(trouble), title: TROUBLE_TITLES[trouble], group: {}, severity: policy.severity,
    count: Math.floor(open.level), measure: { kind: 'trouble' as const, trouble, about: open.about }, fireAt: policy.openAt, resolveBelow: policy.endBelow,
    windowMs: windowMs(policy), firstItemAtMs: null, lastItemAtMs: null, atMs: nowMs, notify: [...notify],
  };
}

/** Events have a window; a trouble's is the time that it must last. */
function windowMs({ openAfterMs }: TroubleLimits): number {
  return Math.max(60_000, openAfterMs);
}

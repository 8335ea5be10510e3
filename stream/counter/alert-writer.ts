import type { AlertBasis, AlertEvent, CampaignShare, GroupKey, QuotedItem } from '../../core/alert.ts';
import type { GroupField, Rule } from '../../core/rule.ts';
import { hexId } from '../windows/hash.ts';
import { end, lastBefore, seekBack } from '../windows/measure.ts';
import type { CountedGrouping } from './counting-plan.ts';
import type { OpenAlertState } from './open-alerts.ts';
import type { RuleState } from './rule-state.ts';

/** Where an alert is: its rule, its grouping and the key of its group. */
export interface AlertPlace {
  counted: CountedGrouping;
  ruleState: RuleState;
  key: number;
}

/** The window that an event speaks of: the one that ends now, or a past one that was completed late. */
export interface EventWindow {
  count: number;
  endMs: number;
  firstItemAtMs: number | null;
}

const SEVERE = { kind: 'severe' } as const;

/** Whom an alert is told to: those of the rule and of the levels that it has reached. */
export function notifyOf({ notify, escalate }: Rule, escalatedAt: number): string[] {
  return [...new Set([...notify, ...escalate.flatMap((level) => (level.atLeast <= escalatedAt ? (level.notify ?? []) : []))])];
}

/** What an event says of the items that were counted. */
export function basisOf({ where }: Pick<Rule, 'where'>, alerts: Pick<AlertWriter, 'itemIndex'>, windowEndMs: number): AlertBasis {
  return { ...(where === undefined ? {} : { where }), windowEndMs, ...(alerts.itemIndex === null ? {} : { itemIndex: alerts.itemIndex }) };
}

/** Writes the events of one log entry, with ids that depend on what caused them and on nothing else. */
export class AlertWriter {
  readonly events: AlertEvent[] = [];
  /** Place in its frame of the item that is being counted, −1 before the first; null where the whole entry is counted. */
  itemIndex: number | null = null;
  readonly #sequence: number;
  readonly #nowMs: number;

  constructor(sequence: number, nowMs: number) {
    this.#sequence = sequence;
    this.#nowMs = nowMs;
  }

  get sequence(): number {
    return this.#sequence;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  /** The id that the next event of this place will have; the alert's own id when it opens. */
  idFor({ counted, ruleState, key }: AlertPlace, kind: AlertEvent['kind']): string {
    const { workspace, group } = groupOf(counted, key, counted.fields);
    return hexId([kind, ruleState.rule.id, workspace, ...Object.values(group), this.#sequence, this.events.length]);
  }

  opened(place: AlertPlace, alert: OpenAlertState, detail: { window: EventWindow; quotes: QuotedItem[]; campaigns: CampaignShare[]; endsAtMs: number; late: boolean }): void {
    const { window, campaigns, ...rest } = detail;
    this.events.push({ kind: 'opened', ...this.#base(place, alert, window), id: alert.alertId, ...rest, ...(campaigns.length === 0 ? {} : { campaigns }) });
  }

  escalated(place: AlertPlace, alert: OpenAlertState, detail: { window: EventWindow; quotes: QuotedItem[]; campaigns: CampaignShare[]; endsAtMs: number; from: OpenAlertState['severity']; notify: string[] }): void {
    const { window, campaigns, ...rest } = detail;
    this.events.push({ kind: 'escalated', ...this.#base(place, alert, window), id: this.idFor(place, 'escalated'), openedAtMs: alert.openedAtMs, levelAt: alert.escalatedAt, ...rest, ...(campaigns.length === 0 ? {} : { campaigns }) });
  }

  resolved(place: AlertPlace, alert: OpenAlertState, detail: { window: EventWindow; reason: 'below-threshold' | 'rule-removed' }): void {
    const { window, reason } = detail;
    this.events.push({
      kind: 'resolved',
      ...this.#base(place, alert, window),
      id: this.idFor(place, 'resolved'),
      reason,
      openedAtMs: alert.openedAtMs,
      peak: alert.peak,
    });
  }

  #base({ counted, ruleState, key }: AlertPlace, alert: OpenAlertState, window: EventWindow) {
    const { rule } = ruleState;
    return {
      alertId: alert.alertId,
      workspace: alert.workspace,
      ruleId: rule.id,
      title: rule.title,
      group: alert.group,
      severity: alert.severity,
      count: window.count,
      ...(rule.kind === 'severe' ? { measure: SEVERE } : {}),
      fireAt: rule.fireAt,
      resolveBelow: rule.resolveBelow,
      windowMs: rule.windowMs,
      basis: basisOf(rule, this, window.endMs),
      firstItemAtMs: window.firstItemAtMs,
      lastItemAtMs: window.count === 0 ? null : lastItemAtMs(counted, key, ruleState.mark, window.endMs),
      atMs: this.#nowMs,
      sequence: this.#sequence,
      index: this.events.length,
      notify: notifyOf(rule, alert.escalatedAt),
      ...(rule.assign === undefined ? {} : { assign: rule.assign }),
    };
  }
}

/** The workspace and the group of a key, the group's fields in the rule's own order. */
export function groupOf({ fields, grouping }: CountedGrouping, key: number, order: readonly GroupField[]): { workspace: string; group: GroupKey } {
  const group: GroupKey = {};
  for (const field of order) group[field] = grouping.names.text(key, 1 + fields.indexOf(field));
  return { workspace: grouping.names.text(key, 0), group };
}

function lastItemAtMs({ grouping }: CountedGrouping, key: number, mark: number, upToMs: number): number | null {
  const { times, kinds } = grouping;
  const at = grouping.recordOf(key);
  const of = kinds.having(mark);
  return lastBefore(times, at, seekBack(times, at, end(times, at), upToMs, of), of);
}

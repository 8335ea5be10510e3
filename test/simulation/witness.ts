import type { AlertEvent, AlertOpened } from '../../core/alert.ts';
import type { ScoredEntry } from '../../core/frame.ts';
import type { Rule, ThresholdRule } from '../../core/rule.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import { itemKeys } from '../../stream/counter/group-keys.ts';
import type { CounterState } from '../../stream/counter/state.ts';
import { claimFault } from '../../stream/counter/watch/testing/claim-fault.ts';
import { naiveCount } from '../../stream/counter/watch/testing/naive-reading.ts';
import { MissingAlerts } from './missing-alerts.ts';
import { COUNTER_CONFIG } from './nodes.ts';
import type { World } from './world.ts';

/** So often, in entries of the log, it is asked whether an alert is missing. */
const LOOK_EVERY_ENTRIES = 8;

/** What a counter was seen to do, entry by entry, held against every item there was: no alert claims what is not so, and none is missing. */
export class Witness {
  readonly #world: Pick<World, 'violate' | 'life'>;
  readonly #buried: ReadonlyMap<string, StoredItem>;
  readonly #rows: StoredItem[] = [];
  /** Those that may start an alert: not too late when they came, and in the past of every rule. */
  readonly #timely: StoredItem[] = [];
  readonly #events: AlertEvent[] = [];
  /** Rule sets with the place from which on each was in force. */
  readonly #sets: { sequence: number; rules: readonly Rule[] }[] = [];
  readonly #missing: string[] = [];
  readonly #missingAlerts: MissingAlerts;
  #entries = 0;

  /** @param buried rows that the store refused, by ticket */
  constructor(world: Pick<World, 'violate' | 'life'>, buried: ReadonlyMap<string, StoredItem>) {
    this.#world = world;
    this.#buried = buried;
    this.#missingAlerts = new MissingAlerts(buried);
  }

  saw(state: CounterState, value: ScoredEntry, { rows, events }: { rows: readonly StoredItem[]; events: readonly AlertEvent[] }): void {
    if (value.kind === 'rules') this.#sets.push({ sequence: state.sequence, rules: state.rules.map(({ rule }) => rule) });
    this.#rows.push(...rows);
    this.#timely.push(...rows.filter(({ createdAtMs, item }) => state.nowMs - createdAtMs <= COUNTER_CONFIG.latenessMaxMs! && !this.#buried.has(item.ticket!)));
    this.#events.push(...events);
    if (this.#world.life === 'routed') this.#missingAlerts.saw(state, value, { rows, events });
    if (this.#entries++ % LOOK_EVERY_ENTRIES === 0 || value.kind === 'rules' || value.kind === 'fill') this.#lookForMissing(state);
  }

  /** Answers what kinds of rules opened alerts. */
  judge(): string[] {
    for (const fault of [...this.#missing, ...this.#missingAlerts.faults]) this.#world.violate(fault);
    const opened = this.#events.filter((event): event is AlertOpened => event.kind === 'opened');
    for (const event of opened) {
      // Its counts may have begun at several places, so that a refused row is in one and not in the other.
      if (this.#buried.size > 0 && ['share', 'spike'].includes(this.#kindOf(event))) continue;
      const faults = this.#rulesAt(event.sequence).flatMap((rules) => this.#pastsOf(event).map((rows) => claimFault(event, { rules, rows, events: this.#events })));
      if (!faults.includes(null)) this.#world.violate(`${event.ruleId} (${this.#kindOf(event)}) opens for ${JSON.stringify(event.group)} at entry ${event.sequence}: ${faults.join(', or with another past ')}`);
    }
    return opened.map((event) => this.#kindOf(event));
  }

  /** The rows that an event may have counted: a row that the store refused is missing from the past that a rule made later is given. */
  #pastsOf({ sequence }: AlertOpened): (readonly StoredItem[])[] {
    if (this.#buried.size === 0) return [this.#rows];
    const begun = [0, ...this.#sets.filter((set) => set.sequence <= sequence).map((set) => set.sequence)];
    return begun.map((from) => this.#rows.filter((row) => row.sequence >= from || !this.#buried.has(row.item.ticket!)));
  }

  /** Where an entry changes the rules, what time alone decides of it is decided under those before. */
  #rulesAt(sequence: number): (readonly Rule[])[] {
    const place = this.#sets.findLastIndex((set) => set.sequence <= sequence);
    const sets = this.#sets.slice(this.#sets[place]?.sequence === sequence ? Math.max(0, place - 1) : place, place + 1);
    return sets.map(({ rules }) => rules).reverse();
  }

  #kindOf({ ruleId, sequence }: AlertEvent): string {
    const rule = this.#rulesAt(sequence)[0]?.find(({ id }) => id === ruleId);
    return rule === undefined ? 'unknown' : rule.kind === 'threshold' ? `threshold of ${rule.of ?? 'items'}` : rule.kind;
  }

  /** Of thresholds that need not hold for a while: a group that has enough without its late items has an open alert. */
  #lookForMissing(state: CounterState): void {
    for (const { rule, open, mark, watch } of state.rules) {
      if (rule.kind !== 'threshold' || (rule.forMs ?? 0) > 0) continue;
      const condition = state.plan.byRule.get(rule.id)!.counted.conditions[mark]!;
      if (condition.fill !== null || (watch !== null && watch.fill !== null)) continue;
      for (const { workspace, group } of groupsOf(rule, this.#timely)) {
        const count = naiveCount(rule, { rows: this.#timely, workspace, group, nowMs: state.nowMs });
        if (count < rule.fireAt) continue;
        const isOpen = [...open.entries()].some(([, alert]) => alert.workspace === workspace && JSON.stringify(alert.group) === JSON.stringify(group));
        if (!isOpen) this.#missing.push(`${rule.id} (threshold of ${rule.of ?? 'items'}) is not open for ${workspace} ${JSON.stringify(group)} at entry ${state.sequence}, and ${count} of ${rule.fireAt} are there`);
      }
    }
  }
}

function groupsOf({ groupBy }: ThresholdRule, rows: readonly StoredItem[]): { workspace: string; group: Record<string, string> }[] {
  const found = new Map<string, { workspace: string; group: Record<string, string> }>();
  for (const row of rows) {
    for (const [workspace = '', ...values] of itemKeys(groupBy, row)) {
      const group = Object.fromEntries(groupBy.map((field, at) => [field, values[at]!]));
      found.set(`${workspace} ${JSON.stringify(group)}`, { workspace, group });
    }
  }
  return [...found.values()];
}

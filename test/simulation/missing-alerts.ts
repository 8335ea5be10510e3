import { holds, parseComposite } from '../../alerts/rules/composite-expression.ts';
import type { AlertEvent, AlertOpened, GroupKey } from '../../core/alert.ts';
import type { ScoredEntry } from '../../core/frame.ts';
import type { AbsenceRule, CompositeRule, Rule, SpikeRule } from '../../core/rule.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import { itemKeys } from '../../stream/counter/group-keys.ts';
import type { RuleState } from '../../stream/counter/rule-state.ts';
import type { CounterState } from '../../stream/counter/state.ts';
import { middleOf, naiveBaseline, naiveCount, naiveItems, naiveShare, naiveSpikeLimit } from '../../stream/counter/watch/testing/naive-reading.ts';
import { COUNTER_CONFIG } from './nodes.ts';

/** What the past makes of a count may be as old as this. */
const BASELINE_SERVES_MS = 60_000;
/** A silence is looked for about once a second. */
const LOOK_MS = 2_000;

interface Place {
  workspace: string;
  group: GroupKey;
}

/**
 * Says which alerts ought to be open and are not, of every kind of rule but new topics, from the items and the open alerts alone. It counts with what an
 * alert may start from at the least, and compares with the most that could speak against it, so that it is silent in doubt: late items start nothing,
 * refused rows may be missing from a rule's past, and what the past makes of a count is taken at every instant at which it may have been.
 */
export class MissingAlerts {
  readonly faults: string[] = [];
  readonly #buried: ReadonlyMap<string, StoredItem>;
  readonly #rows: StoredItem[] = [];
  readonly #timely: StoredItem[] = [];
  readonly #open = new Map<string, AlertOpened>();
  /** Since when what ought to open an alert has held at every entry. */
  readonly #since = new Map<string, { rule: Rule; place: Place; sinceMs: number }>();
  /** Limits and usual counts that may be in force, by group and slot of time. */
  readonly #past = new Map<string, number[]>();
  /** Groups that a rule which watches for silence has heard. */
  readonly #heard = new Map<string, { rule: AbsenceRule; place: Place }>();

  constructor(buried: ReadonlyMap<string, StoredItem>) {
    this.#buried = buried;
  }

  saw(state: CounterState, value: ScoredEntry, { rows, events }: { rows: readonly StoredItem[]; events: readonly AlertEvent[] }): void {
    const before = this.#timely.length;
    for (const row of rows) this.#take(state, row);
    for (const event of events) {
      if (event.kind === 'opened') this.#open.set(event.alertId, event);
      if (event.kind === 'resolved') this.#open.delete(event.alertId);
    }
    if (value.kind === 'rules') {
      this.#since.clear();
      this.#heard.clear();
    }
    this.#goOn(state, before);
    for (const row of rows) if (this.#mayStart(state, row)) this.#start(state, row);
    for (const ruleState of state.rules) if (ruleState.rule.kind === 'composite') this.#lookAtComposite(state, ruleState.rule);
    this.#lookForSilence(state);
    this.#judge(state);
  }

  #take(state: CounterState, row: StoredItem): void {
    this.#rows.push(row);
    if (this.#mayStart(state, row)) this.#timely.push(row);
    // What the past makes of a count is looked at with the item, and with those before it in its entry.
    for (const { rule } of state.rules) if (rule.kind === 'spike' || rule.kind === 'absence') for (const place of placesOf(rule, row)) this.#notePast(state, rule, place);
  }

  #mayStart({ nowMs }: CounterState, { createdAtMs, item, duplicateOf }: StoredItem): boolean {
    return duplicateOf === undefined && nowMs - createdAtMs <= COUNTER_CONFIG.latenessMaxMs! && !this.#buried.has(item.ticket!);
  }

  /** What held before goes on to hold, or is forgotten. @param before so many timely items were there before this entry */
  #goOn(state: CounterState, before: number): void {
    for (const [key, { rule, place }] of this.#since) {
      if (rule.kind === 'composite' || rule.kind === 'absence') continue;
      this.#notePastOf(state, rule, place);
      if (!this.#fires(state, rule, place, this.#timely.slice(0, before))) this.#since.delete(key);
    }
  }

  /** An item that may start an alert: of every rule that counts it and fires with it. */
  #start(state: CounterState, row: StoredItem): void {
    for (const ruleState of state.rules) {
      const { rule } = ruleState;
      if (rule.kind === 'composite' || rule.kind === 'newTopic' || !isFilled(state, ruleState)) continue;
      for (const place of placesOf(rule, row)) {
        if (rule.kind === 'absence') {
          this.#heard.set(keyOf(rule, place), { rule, place });
          continue;
        }
        const upTo = this.#timely.filter(({ sequence, index }) => sequence < row.sequence || index <= row.index);
        const key = keyOf(rule, place);
        if (!this.#since.has(key) && this.#fires(state, rule, place, upTo)) this.#since.set(key, { rule, place, sinceMs: state.nowMs });
      }
    }
  }

  #fires({ nowMs }: CounterState, rule: Rule, place: Place, timely: readonly StoredItem[]): boolean {
    const least = { ...place, rows: timely, nowMs };
    switch (rule.kind) {
      case 'threshold':
        return naiveCount(rule, least) >= rule.fireAt;
      case 'severe':
        return naiveItems(rule, least, nowMs, rule.windowMs).length > 0;
      case 'share': {
        const volumeOf = naiveShare(rule, { ...least, rows: this.#rows }).volume;
        const { count, volume } = naiveShare(rule, least);
        return volume >= rule.volumeMin && count >= rule.fireAt && count * 1e9 >= Math.round(rule.shareAtLeast * 1e9) * volumeOf;
      }
      case 'spike': {
        const limits = this.#past.get(slotOf(rule, place, nowMs)) ?? [];
        return limits.length > 0 && naiveItems(rule, least, nowMs, rule.windowMs).length >= Math.max(...limits);
      }
      case 'absence':
      case 'newTopic':
      case 'composite':
        return false;
    }
  }

  #notePastOf(state: CounterState, rule: Rule, place: Place): void {
    if (rule.kind === 'spike' || rule.kind === 'absence') this.#notePast(state, rule, place);
  }

  #notePast({ nowMs }: CounterState, rule: SpikeRule | AbsenceRule, place: Place): void {
    // A calendar leaves days out, and a refused row may be in the past or not.
    if (this.#buried.size > 0 || (rule.kind === 'spike' ? rule.calendar !== 'none' : rule.normal.kind === 'given')) return;
    const baseline = naiveBaseline(rule, { ...place, rows: this.#rows, nowMs }, nowMs);
    const key = slotOf(rule, place, nowMs);
    this.#past.set(key, [...(this.#past.get(key) ?? []), rule.kind === 'spike' ? naiveSpikeLimit(rule, baseline) : middleOf(baseline)]);
  }

  /** A group that has spoken since the rule is there, and speaks too seldom now. */
  #lookForSilence(state: CounterState): void {
    for (const [key, { rule, place }] of this.#heard) {
      this.#notePast(state, rule, place);
      const usual = rule.normal.kind === 'given' ? [rule.normal.items] : (this.#past.get(slotOf(rule, place, state.nowMs)) ?? []);
      const usualMin = Math.max(rule.fireAt, rule.normal.kind === 'given' ? 0 : rule.normal.itemsMin);
      const most = naiveItems(rule, { ...place, rows: this.#rows, nowMs: state.nowMs }, state.nowMs, rule.windowMs).length;
      const isSilent = state.watchedSinceMs <= state.nowMs - rule.windowMs && most < rule.fireAt && usual.length > 0 && Math.min(...usual) >= usualMin;
      if (!isSilent) this.#since.delete(key);
      else if (!this.#since.has(key)) this.#since.set(key, { rule, place, sinceMs: state.nowMs });
    }
  }

  #lookAtComposite(state: CounterState, rule: CompositeRule): void {
    const parsed = parseComposite(rule.when);
    if (!parsed.ok) return;
    const open = [...this.#open.values()];
    const wanted = open.filter(({ ruleId, group }) => rule.when.includes(ruleId) && !rule.when.includes(`not ${ruleId}`) && rule.groupBy.every((field) => group[field] !== undefined));
    const places = new Map(wanted.map(({ workspace, group }) => {
      const place = { workspace, group: Object.fromEntries(rule.groupBy.map((field) => [field, group[field]!])) };
      return [keyOf(rule, place), place];
    }));
    for (const [key, place] of places) {
      const agrees = (alert: AlertOpened): boolean => alert.workspace === place.workspace && Object.entries(place.group).every(([field, value]) => alert.group[field] === undefined || alert.group[field] === value);
      const does = holds(parsed.node, (id) => open.some((alert) => alert.ruleId === id && agrees(alert)));
      if (!does) this.#since.delete(key);
      else if (!this.#since.has(key)) this.#since.set(key, { rule, place, sinceMs: state.nowMs });
    }
    for (const [key, { rule: of }] of this.#since) if (of.id === rule.id && !places.has(key)) this.#since.delete(key);
  }

  #judge(state: CounterState): void {
    for (const [key, { rule, place, sinceMs }] of this.#since) {
      const ruleState = state.rules.find((one) => one.rule.id === rule.id);
      if (ruleState === undefined || !isFilled(state, ruleState)) {
        this.#since.delete(key);
        continue;
      }
      const patienceMs = (rule.forMs ?? 0) + (rule.kind === 'absence' ? LOOK_MS : 0);
      if (state.nowMs - sinceMs < patienceMs) continue;
      const isOpen = [...this.#open.values()].some((alert) => alert.ruleId === rule.id && alert.workspace === place.workspace && JSON.stringify(alert.group) === JSON.stringify(place.group));
      if (!isOpen) this.faults.push(`${rule.id} (${rule.kind}) is not open for ${place.workspace} ${JSON.stringify(place.group)} at entry ${state.sequence}, and going through every item finds that it has fired for ${state.nowMs - sinceMs} ms`);
      if (!isOpen || rule.kind !== 'composite') this.#since.delete(key);
    }
  }
}

/** Groups of a rule that an item is counted in. */
function placesOf({ where, groupBy }: Rule, row: StoredItem): Place[] {
  const { createdAtMs } = row;
  return itemKeys(groupBy, row)
    .map(([workspace = '', ...values]) => ({ workspace, group: Object.fromEntries(groupBy.map((field, at) => [field, values[at]!])) }))
    .filter((place) => naiveItems({ ...(where === undefined ? {} : { where }), groupBy }, { ...place, rows: [row], nowMs: createdAtMs }, createdAtMs, 1).length > 0);
}

function isFilled({ plan }: CounterState, { rule, mark, watch }: RuleState): boolean {
  if (rule.kind === 'composite') return true;
  const condition = plan.byRule.get(rule.id)?.counted.conditions[mark];
  const volume = watch?.volume;
  return condition?.fill === null && (watch === null || watch.fill === null) && (volume == null || volume.counted.conditions[volume.mark]!.fill === null);
}

function keyOf({ id }: Rule, { workspace, group }: Place): string {
  return `${id} ${workspace} ${JSON.stringify(group)}`;
}

function slotOf(rule: Rule, place: Place, nowMs: number): string {
  return `${keyOf(rule, place)} ${Math.floor(nowMs / BASELINE_SERVES_MS)}`;
}

import type { FeedbackItem } from '../../../core/feedback.ts';
import type { AlertSeverity, Rule } from '../../../core/rule.ts';
import type { LogEntry, ScoredEntry, ScoredItem } from '../../../core/frame.ts';

/** What an alert event says apart from ids, places and texts. */
export interface PlainEvent {
  kind: 'opened' | 'escalated' | 'resolved';
  ruleId: string;
  group: string;
  severity: AlertSeverity;
  count: number;
  atMs: number;
  firstItemAtMs: number | null;
  lastItemAtMs: number | null;
  late?: boolean;
  endsAtMs?: number;
  peak?: number;
  reason?: string;
}

const MATCHES: Record<string, (scored: ScoredItem) => boolean> = {
  '': () => true,
  complaint: ({ score }) => score.complaint,
  'channel == "app"': ({ item }) => item.channel === 'app',
  'complaint && channel == "app"': ({ item, score }) => score.complaint && item.channel === 'app',
};
/** The texts of `where` that the oracle knows. */
export const ORACLE_WHERES = Object.keys(MATCHES);

/** What the boards count by category whatever the rules are. */
const BOARD_WHERES = ['', 'complaint'];

/** As `perCustomerMax` is by default. */
const TEXTS_PER_CUSTOMER = 8;

function seconds(ms: number): number {
  return Math.max(0, Math.floor(ms / 1000));
}

interface Open {
  severity: AlertSeverity;
  escalatedAt: number;
  peak: number;
}

/**
 * The counter again, in the plainest way: every question goes through every item seen. It knows a few texts of `where`, and
 * groups by category or not at all.
 */
export class Oracle {
  readonly rows: string[] = [];
  readonly events: PlainEvent[] = [];
  nowMs = 0;
  readonly #latenessMaxMs: number;
  #rules: Rule[];
  readonly #horizonMs: number | null;
  readonly #originals: { item: FeedbackItem; ms: number; seenMs: number }[] = [];
  readonly #seenIds = new Set<string>();
  readonly #seenFrames = new Set<number>();
  readonly #times = new Map<string, number[]>();
  readonly #open = new Map<string, Open>();
  readonly #closedAtMs = new Map<string, number>();

  /** `horizonMs`: of repeats, which here are equal texts of one customer, each of which says much; null where they are not looked for. */
  constructor(rules: Rule[], latenessMaxMs: number, horizonMs: number | null = null) {
    this.#horizonMs = horizonMs;
    this.#rules = rules;
    this.#latenessMaxMs = latenessMaxMs;
  }

  feed(entry: LogEntry<ScoredEntry>): void {
    this.nowMs = Math.max(this.nowMs, entry.timeMs);
    this.#resolve();
    if (entry.value.kind === 'rules') return this.#change(entry.value.rules);
    if (entry.value.kind !== 'scored' || this.#seenFrames.has(entry.value.rawSequence)) return;
    this.#seenFrames.add(entry.value.rawSequence);
    for (const scored of entry.value.items) this.#item(scored);
  }

  /** Times of the matching items of a group in a window, ascending. */
  inside(rule: Pick<Rule, 'where' | 'groupBy' | 'windowMs'>, group: string, endMs: number): number[] {
    const { windowMs } = rule;
    return this.#timesOf(rule, group).filter((ms) => ms > endMs - windowMs && ms <= endMs).sort((a, b) => a - b);
  }

  #item({ item, score }: ScoredItem): void {
    const id = `${item.workspace} ${item.id}`;
    if (item.idGiven && this.#seenIds.has(id)) return;
    if (item.idGiven) this.#seenIds.add(id);
    const ms = Math.min(item.createdAtMs, this.nowMs);
    const first = this.#firstOf(item, ms);
    this.rows.push(first === null ? item.id : `${item.id} as ${first}`);
    if (first !== null) return;
    const categories = new Set(score.categories.map((category) => category.id));
    for (const [where, matches] of Object.entries(MATCHES)) {
      if (!this.#isCounted(where)) continue;
      for (const group of matches({ item, score }) ? ['all', ...categories] : []) {
        const key = `${where}|${group}`;
        this.#times.set(key, [...(this.#times.get(key) ?? []), ms]);
      }
    }
    for (const rule of this.#rules) {
      if (!MATCHES[rule.where ?? '']!({ item, score })) continue;
      for (const group of rule.groupBy.length === 0 ? ['all'] : categories) this.#decide(rule, group, ms);
    }
  }

  /** What boards count by category, and what a rule counts. */
  #isCounted(where: string): boolean {
    return BOARD_WHERES.includes(where) || this.#rules.some((rule) => (rule.where ?? '') === where);
  }

  /** Other rules, all of them by category. One that counts the same as before keeps its alerts; what is new or changed opens at once. */
  #change(rules: Rule[]): void {
    const before = this.#rules;
    const isKept = (old: Rule): boolean => rules.some((rule) => rule.id === old.id && (rule.where ?? '') === (old.where ?? ''));
    for (const [key, open] of [...this.#open]) {
      const [ruleId, group] = key.split(' ') as [string, string];
      const rule = before.find(({ id }) => id === ruleId)!;
      if (isKept(rule)) continue;
      this.#emit('resolved', rule, group, { window: this.inside(rule, group, this.nowMs), peak: open.peak, reason: 'rule-removed' });
      this.#open.delete(key);
    }
    for (const key of [...this.#closedAtMs.keys()]) if (!before.some((rule) => rule.id === key.split(' ')[0] && isKept(rule))) this.#closedAtMs.delete(key);
    this.#rules = rules;
    for (const key of [...this.#times.keys()]) if (!this.#isCounted(key.split('|')[0]!)) this.#times.delete(key);
    for (const rule of rules) {
      const old = before.find((one) => one.id === rule.id && isKept(one));
      if (JSON.stringify(old) !== JSON.stringify(rule)) this.#openWhatFires(rule);
    }
    this.#resolve();
  }

  #openWhatFires(rule: Rule): void {
    const groups = new Set([...this.#times.keys()].map((key) => key.split('|')[1]!).filter((group) => group !== 'all'));
    for (const group of groups) {
      const window = this.inside(rule, group, this.nowMs);
      const open = this.#open.get(`${rule.id} ${group}`);
      if (open !== undefined) open.peak = Math.max(open.peak, window.length);
      if (open !== undefined || window.length < rule.fireAt) continue;
      this.#open.set(`${rule.id} ${group}`, { severity: rule.severity, escalatedAt: 0, peak: window.length });
      this.#emit('opened', rule, group, { window, late: false, endsAtMs: this.#endsAtMs(rule, group) });
      this.#escalate(rule, group, window);
    }
  }

  /** Id of the latest of the customer's texts that is this one, among those that repeat none. */
  #firstOf(item: FeedbackItem, ms: number): string | null {
    const horizonMs = this.#horizonMs;
    const customer = item.customer?.id;
    if (horizonMs === null || customer === undefined) return null;
    const own = this.#originals.filter(({ item: other, seenMs }) => other.customer?.id === customer && this.nowMs - seenMs <= horizonMs);
    const apartMs = (other: number): number => Math.abs(seconds(other) - seconds(ms)) * 1000;
    const first = own.slice(-TEXTS_PER_CUSTOMER).findLast((other) => other.item.text === item.text && apartMs(other.ms) <= horizonMs);
    if (first !== undefined) return first.item.id;
    this.#originals.push({ item, ms, seenMs: this.nowMs });
    return null;
  }

  #decide(rule: Rule, group: string, itemMs: number): void {
    const key = `${rule.id} ${group}`;
    const inside = this.inside(rule, group, this.nowMs);
    const open = this.#open.get(key);
    const inTime = this.nowMs - itemMs <= this.#latenessMaxMs;
    if (open !== undefined) open.peak = Math.max(open.peak, inside.length);
    if (!inTime) return;
    if (open === undefined) {
      let window = inside.length >= rule.fireAt ? inside : null;
      const late = window === null;
      const firstEndMs = Math.max(itemMs, (this.#closedAtMs.get(key) ?? -1) + 1);
      const endsMs = [firstEndMs, ...this.#timesOf(rule, group).filter((ms) => ms > firstEndMs)].sort((a, b) => a - b);
      for (const endMs of endsMs) {
        if (window !== null || endMs > this.nowMs || endMs >= itemMs + rule.windowMs) break;
        const past = this.inside(rule, group, endMs);
        if (past.length >= rule.fireAt) window = past;
      }
      if (window === null) return;
      this.#open.set(key, { severity: rule.severity, escalatedAt: 0, peak: window.length });
      this.#emit('opened', rule, group, { window, late, endsAtMs: this.#endsAtMs(rule, group) });
      if (late && this.#resolveOne(rule, group)) return;
    }
    this.#escalate(rule, group, inside);
  }

  #escalate(rule: Rule, group: string, inside: number[]): void {
    const current = this.#open.get(`${rule.id} ${group}`)!;
    const level = rule.escalate.filter((one) => inside.length >= one.atLeast).at(-1);
    if (level === undefined || level.atLeast <= current.escalatedAt) return;
    current.severity = level.severity;
    current.escalatedAt = level.atLeast;
    this.#emit('escalated', rule, group, { window: inside, endsAtMs: this.#endsAtMs(rule, group) });
  }

  /** The first instant from which, with nothing more, fewer than `resolveBelow` are inside: tried where an item leaves. */
  #endsAtMs(rule: Rule, group: string): number {
    const times = [...this.#timesOf(rule, group)].sort((a, b) => b - a);
    return (times[rule.resolveBelow - 1] ?? 0) + rule.windowMs;
  }

  #timesOf({ where, groupBy }: Pick<Rule, 'where' | 'groupBy'>, group: string): number[] {
    return this.#times.get(`${where ?? ''}|${groupBy.length === 0 ? 'all' : group}`) ?? [];
  }

  #resolve(): void {
    const ends = [...this.#open.keys()].map((key) => {
      const [ruleId, group] = key.split(' ') as [string, string];
      const rule = this.#rules.find(({ id }) => id === ruleId)!;
      return { rule, group, endsAtMs: this.#endsAtMs(rule, group) };
    });
    for (const { rule, group } of ends) this.#resolveOne(rule, group);
  }

  #resolveOne(rule: Rule, group: string): boolean {
    const key = `${rule.id} ${group}`;
    const window = this.inside(rule, group, this.nowMs);
    const open = this.#open.get(key)!;
    if (window.length >= rule.resolveBelow) return false;
    this.#emit('resolved', rule, group, { window, peak: open.peak, reason: 'below-threshold' });
    this.#open.delete(key);
    this.#closedAtMs.set(key, Math.min(this.nowMs, this.#endsAtMs(rule, group)));
    return true;
  }

  #emit(kind: PlainEvent['kind'], rule: Rule, group: string, { window, ...rest }: { window: number[] } & Partial<PlainEvent>): void {
    this.events.push({
      kind,
      ruleId: rule.id,
      group,
      severity: this.#open.get(`${rule.id} ${group}`)!.severity,
      count: window.length,
      atMs: this.nowMs,
      firstItemAtMs: window[0] ?? null,
      lastItemAtMs: window.at(-1) ?? null,
      ...rest,
    });
  }
}

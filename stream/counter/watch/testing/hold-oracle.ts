import type { LogEntry, ScoredEntry, ScoredItem } from '../../../../core/frame.ts';
import type { ThresholdRule } from '../../../../core/rule.ts';

interface Group {
  items: { ms: number; customer: string; thousandths: number }[];
  pendingSinceMs: number | null;
  keptSinceMs: number | null;
  open: { escalatedAt: number } | null;
}

/** A threshold that must hold and is kept, in the plainest way: every question goes through every item. Items are never forgotten. */
export class HoldOracle {
  readonly told: string[] = [];
  readonly #rule: ThresholdRule;
  readonly #latenessMaxMs: number;
  readonly #groups = new Map<string, Group>();
  #nowMs = 0;

  constructor(rule: ThresholdRule, latenessMaxMs: number) {
    this.#rule = rule;
    this.#latenessMaxMs = latenessMaxMs;
  }

  feed({ timeMs, value }: LogEntry<ScoredEntry>): void {
    this.#nowMs = Math.max(this.#nowMs, timeMs);
    for (const [name, group] of [...this.#groups].sort(([a], [b]) => (a < b ? -1 : 1))) this.#ask(name, group, 'time');
    if (value.kind === 'scored') for (const scored of value.items) this.#item(scored, timeMs);
  }

  #item({ item, score }: ScoredItem, timeMs: number): void {
    if (!score.complaint) return;
    const ms = Math.min(item.createdAtMs, timeMs);
    for (const { id } of score.categories) {
      const group = this.#groups.get(id) ?? { items: [], pendingSinceMs: null, keptSinceMs: null, open: null };
      this.#groups.set(id, group);
      group.items.push({ ms, customer: item.customer?.id ?? '', thousandths: Math.round(score.complaintProbability * 1_000) });
      this.#ask(id, group, this.#nowMs - ms > this.#latenessMaxMs ? 'too-late-item' : 'item');
    }
  }

  #valueAt(group: Group, ms: number): number {
    const inside = group.items.filter((one) => one.ms > ms - this.#rule.windowMs);
    switch (this.#rule.of) {
      case 'customers':
        return new Set(inside.map(({ customer }) => customer).filter((customer) => customer !== '')).size;
      case 'probability':
        return inside.reduce((sum, { thousandths }) => sum + thousandths, 0) / 1_000;
      case undefined:
        return inside.length;
    }
  }

  /** The first instant from which on, with the items that there are, the value is below `resolveBelow`. */
  #overSinceMs(group: Group): number {
    const leaving = [0, ...group.items.map(({ ms }) => ms)].map((ms) => ms + this.#rule.windowMs).sort((a, b) => a - b);
    return leaving.find((ms) => this.#valueAt(group, ms) < this.#rule.resolveBelow)!;
  }

  #ask(name: string, group: Group, cause: 'item' | 'too-late-item' | 'time'): void {
    const { fireAt, resolveBelow, forMs = 0, keepFiringMs = 0, escalate } = this.#rule;
    const value = this.#valueAt(group, this.#nowMs);
    const tell = (what: string): void => void this.told.push(`${what} ${name} ${Number(value.toFixed(2))} @${this.#nowMs}`);
    if (group.open === null) {
      if (value < fireAt) group.pendingSinceMs = null;
      else if (group.pendingSinceMs === null && cause === 'item') group.pendingSinceMs = this.#nowMs;
      if (group.pendingSinceMs === null || this.#nowMs - group.pendingSinceMs < forMs) return;
      tell('opened');
      group.open = { escalatedAt: 0 };
      group.pendingSinceMs = null;
    }
    if (value < resolveBelow) {
      group.keptSinceMs ??= this.#overSinceMs(group);
      if (this.#nowMs - group.keptSinceMs < keepFiringMs) return;
      tell('resolved');
      group.open = null;
      group.keptSinceMs = null;
      return;
    }
    group.keptSinceMs = null;
    const reached = escalate.filter((level) => value >= level.atLeast).at(-1);
    if (reached === undefined || reached.atLeast <= group.open.escalatedAt || cause === 'too-late-item') return;
    tell('escalated');
    group.open.escalatedAt = reached.atLeast;
  }
}

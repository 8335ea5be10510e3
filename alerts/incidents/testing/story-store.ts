import type { AlertOpened } from '../../../core/alert.ts';
import type { ScoredItem } from '../../../core/frame.ts';
import type { Rule } from '../../../core/rule.ts';
import { compileWhere } from '../../rules/compile-where.ts';
import { pairKey } from '../decide-inhibition.ts';
import { candidatesFor } from '../inhibition-sources.ts';
import type { DeskInput, DeskState } from '../desk-state.ts';

const ANSWER_AFTER_MS = 400;

type Answer = Extract<DeskInput, { kind: 'overlap' }>;

/** Says which items two alerts share, as the store does when the desk asks it: from the items themselves, and a little later. */
export class StoryStore {
  readonly items: ScoredItem[] = [];
  readonly #rules: readonly Rule[];
  readonly #openings = new Map<string, AlertOpened>();
  readonly #asked = new Set<string>();
  readonly #waiting: { atMs: number; answer: Answer }[] = [];

  constructor(rules: readonly Rule[]) {
    this.#rules = rules;
  }

  get dueMs(): number {
    return this.#waiting[0]?.atMs ?? Infinity;
  }

  answers(nowMs: number): Answer[] {
    const due = this.#waiting.filter(({ atMs }) => atMs <= nowMs);
    this.#waiting.splice(0, due.length);
    return due.map(({ answer }) => answer);
  }

  /** Every pair that an inhibition may join and that was not asked about is asked about. */
  look(state: DeskState, event: AlertOpened, nowMs: number): void {
    this.#openings.set(event.alertId, event);
    for (const { members } of state.open.values()) {
      for (const member of members.values()) {
        if (member.state !== 'firing') continue;
        for (const { alertId } of candidatesFor(state, member)) this.#ask(alertId, member.alertId, nowMs);
      }
    }
  }

  #ask(sourceAlertId: string, targetAlertId: string, nowMs: number): void {
    const key = pairKey(sourceAlertId, targetAlertId);
    if (this.#asked.has(key)) return;
    this.#asked.add(key);
    const source = this.#itemsOf(sourceAlertId, Math.max(this.#openings.get(sourceAlertId)!.atMs, this.#openings.get(targetAlertId)!.atMs));
    const target = this.#itemsOf(targetAlertId, this.#openings.get(targetAlertId)!.atMs);
    const shared = [...target].filter((id) => source.has(id)).length;
    this.#waiting.push({ atMs: nowMs + ANSWER_AFTER_MS, answer: { kind: 'overlap', sourceAlertId, targetAlertId, shared, ofTarget: target.size } });
  }

  /** Ids of the items that an alert had counted by then. */
  #itemsOf(alertId: string, atMs: number): Set<string> {
    const event = this.#openings.get(alertId)!;
    const where = this.#rules.find(({ id }) => id === event.ruleId)?.where;
    const matches = where === undefined ? () => true : compileWhere(where);
    const inGroup = ({ item, score }: ScoredItem): boolean =>
      Object.entries(event.group).every(([field, value]) => (field === 'category' ? score.categories.some(({ id }) => id === value) : (item as unknown as Record<string, unknown>)[field] === value));
    const inWindow = ({ item }: ScoredItem): boolean => item.createdAtMs > atMs - event.windowMs && item.createdAtMs <= atMs;
    return new Set(this.items.filter((scored) => inWindow(scored) && matches(scored) && inGroup(scored)).map(({ item }) => item.id));
  }
}

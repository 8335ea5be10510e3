import type { GroupField } from '../../core/rule.ts';
import type { Score } from '../../core/score.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import { itemKeys } from '../../stream/counter/group-keys.ts';
import { saysTopic } from '../../stream/counter/watch/topics/says-topic.ts';
import type { EvidenceQuestion } from '../evidence/evidence-question.ts';
import { compileWhere, type WherePredicate } from '../rules/compile-where.ts';

/** An item that came late, was labelled or is erased, with every score that it may have been counted by. */
export interface TouchedItem {
  stored: StoredItem;
  scores: readonly Score[];
}

type Question = Pick<EvidenceQuestion, 'where' | 'group' | 'afterMs' | 'upToMs' | 'topic'>;

/** Items of one workspace, asked which of many windows they count in. Items of a group are found without going through the others. */
export class TouchedAlerts {
  /** Oldest first; one for each score. */
  readonly #items: readonly StoredItem[];
  readonly #byFields = new Map<string, Map<string, StoredItem[]>>();
  readonly #conditions = new Map<string, WherePredicate>();

  constructor(items: readonly TouchedItem[]) {
    this.#items = items.flatMap(({ stored, scores }) => scores.map((score) => ({ ...stored, score }))).sort((a, b) => a.createdAtMs - b.createdAtMs);
  }

  get fromMs(): number {
    return this.#items[0]?.createdAtMs ?? 0;
  }

  get toMs(): number {
    return this.#items.at(-1)?.createdAtMs ?? 0;
  }

  /** Whether any of the items is in the window, meets its condition, and is of its group. */
  countIn({ where, group, afterMs, upToMs, topic }: Question): boolean {
    const meets = this.#condition(where);
    const items = this.#ofGroup(group);
    for (let at = firstAfter(items, afterMs); at < items.length && items[at]!.createdAtMs <= upToMs; at += 1) {
      if (meets(items[at]!) && (topic === undefined || saysTopic(items[at]!, topic))) return true;
    }
    return false;
  }

  #condition(where: string): WherePredicate {
    const known = this.#conditions.get(where);
    if (known !== undefined) return known;
    const made = where.trim() === '' ? () => true : compileWhere(where);
    this.#conditions.set(where, made);
    return made;
  }

  #ofGroup(group: EvidenceQuestion['group']): readonly StoredItem[] {
    const fields = Object.keys(group) as GroupField[];
    const name = JSON.stringify(fields);
    let groups = this.#byFields.get(name);
    if (groups === undefined) {
      groups = new Map();
      for (const item of this.#items) {
        for (const [, ...values] of itemKeys(fields, item)) {
          const key = JSON.stringify(values);
          const known = groups.get(key);
          if (known === undefined) groups.set(key, [item]);
          else known.push(item);
        }
      }
      this.#byFields.set(name, groups);
    }
    return groups.get(JSON.stringify(Object.values(group))) ?? [];
  }
}

/** Place of the first item after a time. */
function firstAfter(items: readonly StoredItem[], atMs: number): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (items[middle]!.createdAtMs <= atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

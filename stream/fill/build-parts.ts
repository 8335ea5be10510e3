import { compileWhere } from '../../alerts/rules/compile-where.ts';
import type { FilledGroup, HistoryFill, ScoredItem } from '../../core/frame.ts';
import type { GroupField } from '../../core/rule.ts';
import { itemKeys } from '../counter/group-keys.ts';

/** Of one part as it stands on the log, an estimate from above; a server may take no more than 256 KiB. */
const PART_BYTES_MAX = 150_000;
const BYTES_PER_UNIT = 3;
const BYTES_PER_ITEM = 24;

/** What is to be filled. */
export interface WantedHistory {
  groupBy: readonly GroupField[];
  where: string;
  sinceSequence: number;
}

/** A stored item with its place in the history. */
export interface HistoryItem {
  scored: ScoredItem;
  place: string;
}

/** Makes entries of the scored log of what was read: only items that match, by group, cut where an entry gets large. */
export class PartBuilder {
  readonly #wanted: WantedHistory;
  readonly #matches: (scored: ScoredItem) => boolean;
  #groups = new Map<string, FilledGroup>();
  #bytes = 0;
  #after: string;
  #through: string;

  /** `after`: the place up to which the history was filled before; '' at the beginning. */
  constructor(wanted: WantedHistory, after: string) {
    this.#wanted = wanted;
    this.#matches = wanted.where === '' ? () => true : compileWhere(wanted.where);
    this.#after = after;
    this.#through = after;
  }

  /** The parts that are full with these items, which follow on the ones before. */
  add(items: readonly HistoryItem[]): HistoryFill[] {
    const parts: HistoryFill[] = [];
    for (const { scored, place } of items) {
      if (this.#matches(scored)) this.#addItem(scored);
      this.#through = place;
      if (this.#bytes >= PART_BYTES_MAX) parts.push(this.#cut('more'));
    }
    return parts;
  }

  /** What was added and is in no part yet; null where nothing was, but for the last one of all. */
  rest(state: HistoryFill['state']): HistoryFill | null {
    return state === 'more' && this.#through === this.#after ? null : this.#cut(state);
  }

  #addItem(scored: ScoredItem): void {
    for (const key of itemKeys(this.#wanted.groupBy, scored)) {
      const name = JSON.stringify(key);
      let group = this.#groups.get(name);
      if (group === undefined) {
        this.#groups.set(name, (group = { key, timesMs: [], customers: [] }));
        this.#bytes += name.length * BYTES_PER_UNIT + BYTES_PER_ITEM;
      }
      const customer = scored.item.customer?.id ?? '';
      group.timesMs.push(scored.item.createdAtMs);
      group.customers.push(customer);
      this.#bytes += customer.length * BYTES_PER_UNIT + BYTES_PER_ITEM;
    }
  }

  #cut(state: HistoryFill['state']): HistoryFill {
    const { groupBy, where, sinceSequence } = this.#wanted;
    const part: HistoryFill = { kind: 'fill', groupBy: [...groupBy], where, sinceSequence, after: this.#after, through: this.#through, state, groups: [...this.#groups.values()] };
    this.#groups = new Map();
    this.#bytes = 0;
    this.#after = this.#through;
    return part;
  }
}

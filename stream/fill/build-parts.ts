import { compileWhere } from '../../alerts/rules/compile-where.ts';
import type { FilledGroup, HistoryFill, ScoredItem } from '../../core/frame.ts';
import type { GroupField, NewTopicRule } from '../../core/rule.ts';
import { itemKeys } from '../counter/group-keys.ts';
import { WORD_SEPARATOR } from '../counter/watch/fill-rule.ts';
import { TEXT_CHARS_MAX } from '../counter/watch/topics/terms.ts';
import { voiceOf } from '../counter/watch/watch-topics.ts';

/** Of one part as it stands on the log, an estimate from above; a server may take no more than 256 KiB. */
const PART_BYTES_MAX = 150_000;
/** Of texts less goes into one entry: the counter takes all terms of them in one step. */
const TEXT_PART_BYTES_MAX = 30_000;
const BYTES_PER_UNIT = 3;
const BYTES_PER_ITEM = 24;

/** What is to be filled. */
export interface WantedHistory {
  groupBy: readonly GroupField[];
  where: string;
  sinceSequence: number;
  /** The rule that alone keeps it; absent: it is of a condition. */
  ruleId?: string;
  /** With the probability of each item. */
  keeps?: 'weights';
  /** With what terms are taken from. */
  topic?: NewTopicRule;
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
      if (this.#bytes >= (this.#wanted.topic === undefined ? PART_BYTES_MAX : TEXT_PART_BYTES_MAX)) parts.push(this.#cut('more'));
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
      const customer = this.#wanted.ruleId === undefined ? (scored.item.customer?.id ?? '') : '';
      group.timesMs.push(scored.item.createdAtMs);
      group.customers.push(customer);
      this.#bytes += customer.length * BYTES_PER_UNIT + BYTES_PER_ITEM;
      if (this.#wanted.keeps === 'weights') (group.thousandths ??= []).push(Math.round(scored.score.complaintProbability * 1_000));
      if (this.#wanted.topic !== undefined) this.#addText(group, this.#wanted.topic, scored);
    }
  }

  #addText(group: FilledGroup, { terms }: NewTopicRule, scored: ScoredItem): void {
    const text = terms === 'keywords' ? scored.score.keywords.join(WORD_SEPARATOR) : scored.item.text.slice(0, TEXT_CHARS_MAX);
    (group.texts ??= []).push(text);
    (group.languages ??= []).push(scored.score.language);
    (group.voices ??= []).push(voiceOf(scored));
    this.#bytes += text.length * BYTES_PER_UNIT + BYTES_PER_ITEM;
  }

  #cut(state: HistoryFill['state']): HistoryFill {
    const { groupBy, where, sinceSequence, ruleId } = this.#wanted;
    const part: HistoryFill = { kind: 'fill', groupBy: [...groupBy], where, ...(ruleId === undefined ? {} : { ruleId }), sinceSequence, after: this.#after, through: this.#through, state, groups: [...this.#groups.values()] };
    this.#groups = new Map();
    this.#bytes = 0;
    this.#after = this.#through;
    return part;
  }
}

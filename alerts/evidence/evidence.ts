import { TocsinError } from '../../core/errors.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import { itemKeys } from '../../stream/counter/group-keys.ts';
import { saysTopic } from '../../stream/counter/watch/topics/says-topic.ts';
import type { GroupField } from '../../core/rule.ts';
import type { RelabelledItem } from '../../stream/store/relabelled-items.ts';
import type { WindowItemsQuery } from '../../stream/store/window-items.ts';
import { ERASED_TEXT } from '../../core/erased.ts';
import { isLate } from '../corrections/late.ts';
import { compileWhere } from '../rules/compile-where.ts';
import { whyRecounted } from './recount-words.ts';
import type { EvidenceQuestion } from './evidence-question.ts';
import type { RecountReason, Recount } from './recount.ts';

/** Reads items of a window from the store. */
export interface ReadWindow {
  read(query: Omit<WindowItemsQuery, 'log'> & { log: Omit<WindowItemsQuery['log'], 'id'> }): Promise<StoredItem[]>;
  /** Items of the window that people labelled, as they say they are, whatever their group, on both sides of the place on the log. None when absent. */
  relabelled?(query: Pick<WindowItemsQuery, 'workspace' | 'afterMs' | 'upToMs'> & { log: Omit<WindowItemsQuery['log'], 'id' | 'side'> }): Promise<RelabelledItem[]>;
}

const ROWS_PER_READ = 5_000;
/** Rows looked through for one page, so that a condition that nearly nothing meets does not read for ever. */
const ROWS_PER_PAGE_MAX = 200_000;
/** Items counted for one proof. */
const ITEMS_MAX = 2_000_000;

export interface EvidencePlace {
  createdAtMs: number;
  id: string;
}

export interface EvidencePage {
  /** Oldest first. */
  items: StoredItem[];
  next: EvidencePlace | null;
}

/** One page of the very items that an alert counted. Throws `store_unavailable`. */
export async function readEvidence(window: ReadWindow, question: EvidenceQuestion, { after, limit }: { after: EvidencePlace | null; limit: number }): Promise<EvidencePage> {
  const items: StoredItem[] = [];
  const meets = meetsOf(question);
  let rows = 0;
  for (let place = after; ;) {
    const read = await window.read(queryOf(question, 'up-to', place));
    rows += read.length;
    for (const stored of read) {
      if (!meets(stored)) continue;
      items.push(stored);
      if (items.length > limit) return { items: items.slice(0, limit), next: placeOf(items[limit - 1]!) };
    }
    const last = read.at(-1);
    if (last === undefined || read.length < ROWS_PER_READ) return { items, next: null };
    place = placeOf(last);
    if (rows >= ROWS_PER_PAGE_MAX) return { items, next: place };
  }
}

/**
 * Counts again from the store, which keeps items that are newer than `keptSinceMs`. Throws `store_unavailable`, or `overloaded` for a window of too many items.
 */
export async function recount(window: ReadWindow, question: EvidenceQuestion, keptSinceMs = -Infinity): Promise<Recount> {
  const relabelled = new Map((await window.relabelled?.({ ...question, log: { sequence: question.sequence, index: question.itemIndex } }) ?? []).map((stored) => [stored.item.id, stored]));
  const [then, later, late, asOf, now] = [new Tally(question), new Tally(question), new Tally(question), new Tally(question), new Tally(question)];
  const isOfThen = (stored: StoredItem): boolean => isLate(stored) && stored.createdAtMs <= question.asOfMs;
  const erased = await each(window, question, 'up-to', then, (stored) => {
    if (relabelled.has(stored.item.id)) return;
    asOf.add(stored);
    now.add(stored);
  });
  await each(window, question, 'after', later, (stored) => {
    if (isOfThen(stored)) late.add(stored);
    if (relabelled.has(stored.item.id)) return;
    if (isOfThen(stored)) asOf.add(stored);
    now.add(stored);
  });
  const meets = meetsOf(question);
  for (const stored of relabelled.values()) {
    if (!meets(stored)) continue;
    if (stored.side === 'up-to' || isOfThen(stored)) asOf.add(stored);
    now.add(stored);
  }
  const { claimed, counts, claim } = question;
  const numbers = { claimed, counted: then.number, cameLater: later.items, cameLate: late.items, countedAsOf: asOf.number, countedNow: now.number };
  const reason = reasonOf(numbers, { isAtLeast: claim === 'at-least', isPastKeeping: question.afterMs < keptSinceMs, erased });
  return { outcome: reason === 'as-said' || reason === 'lower-bound' ? 'equal' : 'differs', reason, ...numbers, counts, why: whyRecounted({ ...numbers, reason, labelled: relabelled.size }) };
}

function reasonOf({ claimed, counted }: { claimed: number; counted: number }, { isAtLeast, isPastKeeping, erased }: { isAtLeast: boolean; isPastKeeping: boolean; erased: number }): RecountReason {
  if (counted === claimed) return 'as-said';
  if (counted > claimed) return isAtLeast ? 'lower-bound' : 'more';
  if (isPastKeeping) return 'past-keeping-time';
  // What is left of an erased item may meet the condition still, or not.
  return claimed - counted <= erased ? 'erased' : 'fewer';
}

/** Items of the group and window that were erased, whether what is left of them meets the condition or not. */
async function each(window: ReadWindow, question: EvidenceQuestion, side: 'up-to' | 'after', tally: Tally, also: (stored: StoredItem) => void): Promise<number> {
  const meets = meetsOf(question);
  let erased = 0;
  for (let place: EvidencePlace | null = null; ;) {
    const read: StoredItem[] = await window.read(queryOf(question, side, place));
    for (const stored of read) {
      if (stored.item.text === ERASED_TEXT) erased += 1;
      if (!meets(stored)) continue;
      tally.add(stored);
      also(stored);
    }
    if (tally.items > ITEMS_MAX) throw new TocsinError('overloaded', `More than ${ITEMS_MAX.toLocaleString('en')} items would have to be counted again.`);
    const last: StoredItem | undefined = read.at(-1);
    if (last === undefined || read.length < ROWS_PER_READ) return erased;
    place = placeOf(last);
  }
}

class Tally {
  items = 0;
  readonly #counts: EvidenceQuestion['counts'];
  readonly #customers = new Set<string>();
  readonly #voices = new Set<string>();
  /** As the counter holds them, so that the same sum is rounded the same way. */
  #thousandths = 0;

  constructor({ counts }: Pick<EvidenceQuestion, 'counts'>) {
    this.#counts = counts;
  }

  get number(): number {
    switch (this.#counts) {
      case 'items':
        return this.items;
      case 'customers':
        return this.#customers.size;
      case 'voices':
        return this.#voices.size;
      case 'probability':
        return Number((this.#thousandths / 1_000).toFixed(2));
    }
  }

  add({ item, score }: StoredItem): void {
    this.items += 1;
    const customer = item.customer?.id ?? '';
    if (customer !== '') this.#customers.add(customer);
    if (this.#counts === 'voices') this.#voices.add(customer === '' ? `text ${item.text}` : `customer ${customer}`);
    this.#thousandths += Math.round(score.complaintProbability * 1_000);
  }
}

/** Whether an item of any window is one of those that are asked for: those that stood on the log up to its place. */
export function belongsTo(question: EvidenceQuestion): (stored: StoredItem) => boolean {
  const { workspace, afterMs, upToMs, sequence, itemIndex, topic } = question;
  const meets = meetsOf(question);
  const isUpTo = (stored: StoredItem): boolean => stored.sequence < sequence || (stored.sequence === sequence && (itemIndex === null || stored.index <= itemIndex));
  const isSince = (stored: StoredItem): boolean => topic?.since == null || stored.sequence > topic.since.sequence || (stored.sequence === topic.since.sequence && stored.index >= topic.since.itemIndex);
  return (stored) => stored.item.workspace === workspace && stored.createdAtMs > afterMs && stored.createdAtMs <= upToMs && isUpTo(stored) && isSince(stored) && meets(stored);
}

/** The condition, the group and the topic, as the counter saw them. */
function meetsOf({ where, group, topic }: EvidenceQuestion): (stored: StoredItem) => boolean {
  const matches = where.trim() === '' ? () => true : compileWhere(where);
  const fields = Object.keys(group) as GroupField[];
  const values = Object.values(group);
  return (stored) => matches(stored) && itemKeys(fields, stored).some((key) => values.every((value, at) => key[at + 1] === value)) && (topic === undefined || saysTopic(stored, topic));
}

function queryOf({ workspace, group, afterMs, upToMs, sequence, itemIndex, topic }: EvidenceQuestion, side: 'up-to' | 'after', after: EvidencePlace | null): Parameters<ReadWindow['read']>[0] {
  return { workspace, group, afterMs, upToMs, log: { sequence, index: itemIndex, side, ...(side === 'up-to' && topic != null ? { from: topic.since } : {}) }, after, rowsMax: ROWS_PER_READ };
}

function placeOf({ createdAtMs, item }: StoredItem): EvidencePlace {
  return { createdAtMs, id: item.id };
}

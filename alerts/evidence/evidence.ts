import { TocsinError } from '../../core/errors.ts';
import type { LocalText } from '../../core/rule.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import { itemKeys } from '../../stream/counter/group-keys.ts';
import { saysTopic } from '../../stream/counter/watch/topics/says-topic.ts';
import type { GroupField } from '../../core/rule.ts';
import type { WindowItemsQuery } from '../../stream/store/window-items.ts';
import { compileWhere } from '../rules/compile-where.ts';
import type { EvidenceQuestion } from './evidence-question.ts';

/** Reads items of a window from the store. */
export interface ReadWindow {
  read(query: Omit<WindowItemsQuery, 'log'> & { log: Omit<WindowItemsQuery['log'], 'id'> }): Promise<StoredItem[]>;
  /** Items of the window that people labelled, as they say they are, whatever their group. None when absent. */
  relabelled?(query: Pick<WindowItemsQuery, 'workspace' | 'afterMs' | 'upToMs'>): Promise<StoredItem[]>;
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

export interface Recount {
  outcome: 'equal' | 'differs';
  claimed: number;
  /** From the store, of what stood on the log up to the item that fired. */
  counted: number;
  /** Feedback of that window which came later: it was not there to be counted. */
  cameLater: number;
  /** The number that the window comes to now, with what came later and as people labelled it. */
  countedNow: number;
  counts: EvidenceQuestion['counts'];
  why: LocalText;
}

/** Counts again from the store. Throws `store_unavailable`, or `overloaded` for a window of too many items. */
export async function recount(window: ReadWindow, question: EvidenceQuestion): Promise<Recount> {
  const relabelled = new Map((await window.relabelled?.(question) ?? []).map((stored) => [stored.item.id, stored]));
  const [then, later, now] = [new Tally(question), new Tally(question), new Tally(question)];
  const unlessRelabelled = (stored: StoredItem): void => {
    if (!relabelled.has(stored.item.id)) now.add(stored);
  };
  await each(window, question, 'up-to', then, unlessRelabelled);
  await each(window, question, 'after', later, unlessRelabelled);
  const meets = meetsOf(question);
  for (const stored of relabelled.values()) if (meets(stored)) now.add(stored);
  const { claimed, counts, claim } = question;
  const [counted, countedNow] = [then.number, now.number];
  const cameLater = later.items;
  const isEqual = counted === claimed || (claim === 'at-least' && counted > claimed);
  return { outcome: isEqual ? 'equal' : 'differs', claimed, counted, cameLater, countedNow, counts, why: whyOf({ isEqual, claimed, counted, cameLater, countedNow, labelled: relabelled.size }) };
}

function whyOf({ isEqual, claimed, counted, cameLater, countedNow, labelled }: { isEqual: boolean; claimed: number; counted: number; cameLater: number; countedNow: number; labelled: number }): LocalText {
  const people = labelled === 0 ? { zh: '', en: '' } : { zh: `;${labelled} 条经人工标注,现为 ${countedNow}`, en: `; people labelled ${labelled} of the window, ${countedNow} now` };
  const more = cameLater === 0 ? { zh: '', en: '' } : { zh: `;之后又补到 ${cameLater} 条,现为 ${countedNow}`, en: `; ${cameLater} more came later, ${countedNow} now` };
  const later = { zh: `${more.zh}${people.zh}`, en: `${more.en}${people.en}` };
  if (counted === claimed) return { zh: `存储中重新计数为 ${counted},与告警一致${later.zh}`, en: `counted again in the store: ${counted}, as the alert says${later.en}` };
  if (isEqual) return { zh: `存储中重新计数为 ${counted};告警所说的 ${claimed} 是下限${later.zh}`, en: `counted again in the store: ${counted}; the alert's ${claimed} is a lower bound${later.en}` };
  const missing = claimed - counted;
  return missing > 0
    ? { zh: `存储中为 ${counted},比告警少 ${missing}:可能尚未入库、已过保留期或已被修改${later.zh}`, en: `${counted} in the store, ${missing} fewer than the alert says: not stored yet, past its keeping time, or changed${later.en}` }
    : { zh: `存储中为 ${counted},比告警多 ${-missing}:告警之后存储被修改${later.zh}`, en: `${counted} in the store, ${-missing} more than the alert says: the store was changed after it${later.en}` };
}

async function each(window: ReadWindow, question: EvidenceQuestion, side: 'up-to' | 'after', tally: Tally, also: (stored: StoredItem) => void): Promise<void> {
  const meets = meetsOf(question);
  for (let place: EvidencePlace | null = null; ;) {
    const read: StoredItem[] = await window.read(queryOf(question, side, place));
    for (const stored of read) {
      if (!meets(stored)) continue;
      tally.add(stored);
      also(stored);
    }
    if (tally.items > ITEMS_MAX) throw new TocsinError('overloaded', `More than ${ITEMS_MAX.toLocaleString('en')} items would have to be counted again.`);
    const last: StoredItem | undefined = read.at(-1);
    if (last === undefined || read.length < ROWS_PER_READ) return;
    place = placeOf(last);
  }
}

class Tally {
  items = 0;
  readonly #counts: EvidenceQuestion['counts'];
  readonly #customers = new Set<string>();
  readonly #voices = new Set<string>();
  #probability = 0;

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
        return Math.round(this.#probability * 100) / 100;
    }
  }

  add({ item, score }: StoredItem): void {
    this.items += 1;
    const customer = item.customer?.id ?? '';
    if (customer !== '') this.#customers.add(customer);
    if (this.#counts === 'voices') this.#voices.add(customer === '' ? `text ${item.text}` : `customer ${customer}`);
    // In thousandths, as the counter holds them.
    this.#probability += Math.round(score.complaintProbability * 1_000) / 1_000;
  }
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

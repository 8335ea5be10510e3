import type { GroupKey } from '../../core/alert.ts';
import type { ScoredItem } from '../../core/frame.ts';
import type { GroupField } from '../../core/rule.ts';

/**
 * The texts of an item's keys in one array that is used again and again: the workspace, then a text for each field. With `category`
 * among the fields its place is left to the caller, who goes through the categories.
 */
export class KeyTexts {
  readonly texts: string[];
  /** Place of the category; 0 where it is none of the fields. */
  readonly categoryAt: number;
  readonly #readers: readonly ((scored: ScoredItem) => string)[];

  constructor(fields: readonly GroupField[]) {
    this.texts = ['', ...fields.map(() => '')];
    this.categoryAt = fields.indexOf('category') + 1;
    this.#readers = fields.map((field) => (field === 'category' ? () => '' : READERS[field]));
  }

  read(scored: ScoredItem): void {
    const { texts } = this;
    const readers = this.#readers;
    texts[0] = scored.item.workspace;
    for (let index = 0; index < readers.length; index++) texts[index + 1] = readers[index]!(scored);
  }
}

/** Keys of an item: its workspace, then a text for each field. With `category` among the fields it has one for each of its categories. */
export function itemKeys(fields: readonly GroupField[], scored: ScoredItem): string[][] {
  if (!fields.includes('category')) return [keyTexts(fields, scored, '')];
  const { categories } = scored.score;
  const keys: string[][] = [];
  for (let index = 0; index < categories.length; index++) {
    const { id } = categories[index]!;
    let first = 0;
    while (categories[first]!.id !== id) first++;
    if (first === index) keys.push(keyTexts(fields, scored, id));
  }
  return keys;
}

/** Whether an item is of a group. A topic's `term` is no field of an item and says nothing here. */
export function inGroup(group: GroupKey): (scored: ScoredItem) => boolean {
  const entries = Object.entries(group).filter(([field]) => field !== 'term');
  const fields = entries.map(([field]) => field as GroupField);
  return (scored) => itemKeys(fields, scored).some((key) => entries.every(([, value], at) => key[at + 1] === value));
}

function keyTexts(fields: readonly GroupField[], scored: ScoredItem, category: string): string[] {
  const texts = [scored.item.workspace];
  for (let index = 0; index < fields.length; index++) {
    const field = fields[index]!;
    texts.push(field === 'category' ? category : READERS[field](scored));
  }
  return texts;
}

/** An absent value is "", a group of its own. */
const READERS: Readonly<Record<Exclude<GroupField, 'category'>, (scored: ScoredItem) => string>> = {
  channel: ({ item }) => item.channel,
  sentiment: ({ score }) => score.sentiment,
  severity: ({ score }) => score.severity,
  language: ({ score }) => score.language,
  product: ({ item }) => item.product ?? '',
  store: ({ item }) => item.store ?? '',
  region: ({ item }) => item.region ?? '',
  agent: ({ item }) => item.agent ?? '',
  customer: ({ item }) => item.customer?.id ?? '',
  customerTier: ({ item }) => item.customer?.tier ?? '',
  customerGroup: ({ item }) => item.customer?.group ?? '',
};

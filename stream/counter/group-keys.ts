import type { ScoredItem } from '../../core/frame.ts';
import type { GroupField } from '../../core/rule.ts';
import { keyHash } from '../windows/key-names.ts';
import type { KeyNames } from '../windows/key-names.ts';

/** Keys of one item under one `groupBy`, reused from item to item: the workspace first, then a text for each field. */
export interface ItemKeys {
  readonly fields: readonly GroupField[];
  readonly names: KeyNames;
  readonly byCategory: boolean;
  readonly read: readonly ((scored: ScoredItem) => string)[];
  /** Keys of the present item; −1 before they are asked for. */
  count: number;
  readonly texts: string[];
  readonly hashes: number[];
  /** Numbers in `names`, −1 for a key that no series holds. */
  readonly numbers: number[];
}

export function makeItemKeys(fields: readonly GroupField[], names: KeyNames): ItemKeys {
  const read = fields.map((field) => READ[field]);
  return { fields, names, byCategory: fields.includes('category'), read, count: -1, texts: [], hashes: [], numbers: [] };
}

/** An item has one key, or with `category` among the fields one for each of its categories. */
export function fillItemKeys(keys: ItemKeys, scored: ScoredItem): void {
  keys.count = 0;
  if (!keys.byCategory) {
    addKey(keys, scored, '');
    return;
  }
  const { categories } = scored.score;
  for (let index = 0; index < categories.length; index++) {
    const { id } = categories[index]!;
    let isRepeat = false;
    for (let before = 0; before < index; before++) if (categories[before]!.id === id) isRepeat = true;
    if (!isRepeat) addKey(keys, scored, id);
  }
}

function addKey(keys: ItemKeys, scored: ScoredItem, category: string): void {
  const { fields, names, read, texts } = keys;
  const from = keys.count * names.width;
  texts[from] = scored.item.workspace;
  for (let index = 0; index < fields.length; index++) {
    texts[from + 1 + index] = fields[index] === 'category' ? category : read[index]!(scored);
  }
  const hash = keyHash(texts, from, names.width);
  keys.hashes[keys.count] = hash;
  keys.numbers[keys.count] = names.find(hash, texts, from);
  keys.count++;
}

/** An absent value is "", a group of its own. The category is that of the key, not of the item. */
const READ: Record<GroupField, (scored: ScoredItem) => string> = {
  category: () => '',
  channel: ({ item }) => item.channel,
  sentiment: ({ score }) => score.sentiment,
  severity: ({ score }) => score.severity,
  language: ({ score }) => score.language,
  product: ({ item }) => item.product ?? '',
  store: ({ item }) => item.store ?? '',
  region: ({ item }) => item.region ?? '',
  agent: ({ item }) => item.agent ?? '',
  customerTier: ({ item }) => item.customer?.tier ?? '',
  customerGroup: ({ item }) => item.customer?.group ?? '',
};

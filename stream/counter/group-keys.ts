import type { ScoredItem } from '../../core/frame.ts';
import type { GroupField } from '../../core/rule.ts';
import type { TextHash } from '../windows/hash.ts';
import type { KeyNames } from '../windows/key-names.ts';

/** Keys of one item under one `groupBy`, reused from item to item: the workspace first, then a text for each field. */
export interface ItemKeys {
  readonly fields: readonly GroupField[];
  readonly names: KeyNames;
  readonly byCategory: boolean;
  /** Keys of the present item. */
  count: number;
  readonly texts: string[];
  readonly hashes: number[];
  /** Numbers in `names`, −1 for a key that is new. */
  readonly numbers: number[];
}

export function makeItemKeys(fields: readonly GroupField[], names: KeyNames): ItemKeys {
  return { fields, names, byCategory: fields.includes('category'), count: 0, texts: [], hashes: [], numbers: [] };
}

/** An item has one key, or with `category` among the fields one for each of its categories. */
export function fillItemKeys(keys: ItemKeys, scored: ScoredItem, hash: TextHash): void {
  keys.count = 0;
  if (!keys.byCategory) {
    addKey(keys, scored, '', hash);
    return;
  }
  const { categories } = scored.score;
  for (let index = 0; index < categories.length; index++) {
    const { id } = categories[index]!;
    let before = 0;
    while (categories[before]!.id !== id) before++;
    if (before === index) addKey(keys, scored, id, hash);
  }
}

function addKey(keys: ItemKeys, scored: ScoredItem, category: string, hash: TextHash): void {
  const { fields, names, texts } = keys;
  const from = keys.count * names.width;
  texts[from] = scored.item.workspace;
  hash.start(scored.item.workspace);
  for (let index = 0; index < fields.length; index++) {
    const field = fields[index]!;
    const text = field === 'category' ? category : textOf(field, scored);
    texts[from + 1 + index] = text;
    hash.text(text);
  }
  const hashed = hash.finish().low >>> 0;
  keys.hashes[keys.count] = hashed;
  keys.numbers[keys.count] = names.find(hashed, texts, from);
  keys.count++;
}

/** An absent value is "", a group of its own. */
function textOf(field: Exclude<GroupField, 'category'>, { item, score }: ScoredItem): string {
  switch (field) {
    case 'channel':
      return item.channel;
    case 'sentiment':
      return score.sentiment;
    case 'severity':
      return score.severity;
    case 'language':
      return score.language;
    case 'product':
      return item.product ?? '';
    case 'store':
      return item.store ?? '';
    case 'region':
      return item.region ?? '';
    case 'agent':
      return item.agent ?? '';
    case 'customerTier':
      return item.customer?.tier ?? '';
    case 'customerGroup':
      return item.customer?.group ?? '';
  }
}

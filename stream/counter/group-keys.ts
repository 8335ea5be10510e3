import type { ScoredItem } from '../../core/frame.ts';
import type { GroupField } from '../../core/rule.ts';
import { keyHash } from '../windows/series.ts';

/** Keys of one item under one `groupBy`, reused from item to item: `width` values each, the workspace first. */
export interface ItemKeys {
  readonly fields: readonly GroupField[];
  readonly width: number;
  count: number;
  readonly values: string[];
  readonly hashes: number[];
}

export function makeItemKeys(fields: readonly GroupField[]): ItemKeys {
  return { fields, width: fields.length + 1, count: 0, values: [], hashes: [] };
}

/** An item has one key, or with `category` among the fields one for each of its categories. */
export function fillItemKeys(keys: ItemKeys, scored: ScoredItem): void {
  const { fields, width, values } = keys;
  const categories = fields.includes('category') ? scored.score.categories : null;
  const copies = categories === null ? 1 : categories.length;
  keys.count = 0;
  for (let copy = 0; copy < copies; copy++) {
    const category = categories?.[copy]!.id ?? '';
    if (categories !== null && categories.findIndex((other) => other.id === category) < copy) continue;
    const from = keys.count * width;
    values[from] = scored.item.workspace;
    for (let index = 0; index < fields.length; index++) {
      const field = fields[index]!;
      values[from + 1 + index] = field === 'category' ? category : valueOf(field, scored);
    }
    keys.hashes[keys.count] = keyHash(values, from, width);
    keys.count++;
  }
}

/** An absent value is "", a group of its own. */
function valueOf(field: Exclude<GroupField, 'category'>, { item, score }: ScoredItem): string {
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

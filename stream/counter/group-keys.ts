import type { ScoredItem } from '../../core/frame.ts';
import type { GroupField } from '../../core/rule.ts';

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

function keyTexts(fields: readonly GroupField[], scored: ScoredItem, category: string): string[] {
  const texts = [scored.item.workspace];
  for (let index = 0; index < fields.length; index++) {
    const field = fields[index]!;
    texts.push(field === 'category' ? category : textOf(field, scored));
  }
  return texts;
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
    case 'customer':
      return item.customer?.id ?? '';
  }
}

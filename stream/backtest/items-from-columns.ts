import type { Channel, Customer, FeedbackItem } from '../../core/feedback.ts';
import type { ScoredItem } from '../../core/frame.ts';
import type { CategoryScore, Language, Score, Sentiment, Severity } from '../../core/score.ts';
import type { StoredField } from '../store/from-row.ts';
import type { HistoryColumns } from '../store/scan-history.ts';

/** Columns of every run over history, beside those that its rules need. */
export const ALWAYS_READ = ['createdAtMs', 'receivedAtMs'] as const satisfies readonly StoredField[];

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Setter = (scored: { item: Mutable<FeedbackItem>; score: Mutable<Score> }, value: unknown) => void;

/** Lists of categories as the score has them; nearly every item has one of a few dozen. */
class CategoryLists {
  readonly #single = new Map<string, CategoryScore[]>();

  of(ids: readonly string[]): CategoryScore[] {
    const [first] = ids;
    if (ids.length !== 1 || first === undefined) return ids.map(toCategory);
    let list = this.#single.get(first);
    if (list === undefined) this.#single.set(first, (list = [toCategory(first)]));
    return list;
  }
}

const toCategory = (id: string): CategoryScore => ({ id, probability: 1, decidedBy: 'model' });

const NO_CATEGORIES: CategoryScore[] = [];
const NO_PROBABILITIES: Score['probabilities'] = { negative: 0, neutral: 0, positive: 0 };
const NO_STARS: Score['starProbabilities'] = [0, 0, 0, 0, 0];
const NO_KEYWORDS: string[] = [];

/**
 * Items of which only the fields that were read are true; the others hold a neutral value. An item counts as not given an
 * id: the store holds each once, so that looking for repeats would only cost time.
 */
export function itemsFromColumns(workspace: string, { count, columns }: HistoryColumns<StoredField>): ScoredItem[] {
  const created = columns.createdAtMs;
  const received = columns.receivedAtMs;
  const items = Array.from({ length: count }, (_, at) => blank(workspace, created[at] as number, (received ?? created)[at] as number));
  const lists = new CategoryLists();
  for (const [field, values] of Object.entries(columns) as [StoredField, readonly unknown[]][]) {
    const set = setterOf(field, lists);
    if (set !== undefined) for (let at = 0; at < count; at++) set(items[at]!, values[at]);
  }
  return items;
}

/** Every field is there, so that all items have one shape and the counter's code stays fast. */
function blank(workspace: string, createdAtMs: number, receivedAtMs: number): ScoredItem {
  return {
    item: {
      id: '', idGiven: false, workspace, text: '', channel: 'api', createdAtMs, receivedAtMs, customer: undefined,
      product: undefined, store: undefined, region: undefined, agent: undefined, rating: undefined, nps: undefined, waitSeconds: undefined,
      tags: undefined, attributes: undefined,
    } as FeedbackItem,
    score: {
      sentiment: 'neutral', probabilities: NO_PROBABILITIES, stars: 3, starProbabilities: NO_STARS, complaint: false, complaintProbability: 0,
      severity: 'none', categories: NO_CATEGORIES, implicit: false, keywords: NO_KEYWORDS, language: 'other',
    },
  };
}

function setterOf(field: StoredField, lists: CategoryLists): Setter | undefined {
  switch (field) {
    case 'complaint': return ({ score }, value) => void (score.complaint = value as boolean);
    case 'complaintProbability': return ({ score }, value) => void (score.complaintProbability = Math.fround(value as number));
    case 'sentiment': return ({ score }, value) => void (score.sentiment = value as Sentiment);
    case 'stars': return ({ score }, value) => void (score.stars = value as number);
    case 'severity': return ({ score }, value) => void (score.severity = value as Severity);
    case 'implicit': return ({ score }, value) => void (score.implicit = value as boolean);
    case 'language': return ({ score }, value) => void (score.language = value as Language);
    case 'keywords': return ({ score }, value) => void (score.keywords = value as string[]);
    case 'categories': return ({ score }, value) => void (score.categories = lists.of(value as string[]));
    case 'channel': return ({ item }, value) => void (item.channel = value as Channel);
    case 'workspace': case 'id': case 'text': return ({ item }, value) => void (item[field] = value as string);
    case 'product': case 'store': case 'region': case 'agent': return ({ item }, value) => void (item[field] = value as string);
    case 'rating': case 'nps': case 'waitSeconds': return ({ item }, value) => { if (value !== null) item[field] = value as number; };
    case 'tags': return ({ item }, value) => void (item.tags = value as string[]);
    case 'attributes': return ({ item }, value) => { if (value !== '') item.attributes = JSON.parse(value as string) as NonNullable<FeedbackItem['attributes']>; };
    case 'customerId': return customerSetter('id');
    case 'customerTier': return customerSetter('tier');
    case 'customerGroup': return customerSetter('group');
    case 'customerRegion': return customerSetter('region');
    default: return undefined;
  }
}

function customerSetter(field: keyof Customer): Setter {
  return ({ item }, value) => {
    if (value !== '') (item.customer ??= { id: undefined, tier: undefined, group: undefined, region: undefined } as Customer)[field] = value as string;
  };
}

import { CHANNELS, type Channel, type Customer, type FeedbackItem } from '../../core/feedback.ts';
import { LANGUAGES, SENTIMENTS, SEVERITIES, type CategoryScore, type Score } from '../../core/score.ts';
import type { StoredItem } from '../../core/stored-item.ts';

/**
 * What a query selects for `fromRow`, in its order. Times come as milliseconds, 64-bit numbers as numbers: exact below 2^53.
 */
const SELECTED = [
  ['workspace', 'workspace'], ['id', 'id'], ['idGiven', 'id_given'],
  ['createdAtMs', 'toUnixTimestamp64Milli(created_at)'], ['receivedAtMs', 'toUnixTimestamp64Milli(received_at)'],
  ['channel', 'channel'], ['text', 'text'], ['language', 'language'], ['sentiment', 'sentiment'],
  ['negative', 'negative_probability'], ['neutral', 'neutral_probability'], ['positive', 'positive_probability'],
  ['stars', 'stars'], ['starProbabilities', 'star_probabilities'], ['ratingConflict', 'rating_conflict'],
  ['complaint', 'complaint'], ['complaintProbability', 'complaint_probability'], ['severity', 'severity'],
  ['categories', 'categories'], ['categoryProbabilities', 'category_probabilities'], ['categoryDeciders', 'category_deciders'],
  ['implicit', 'implicit'], ['keywords', 'keywords'], ['duplicateOf', 'duplicate_of'], ['model', 'model'],
  ['customerId', 'customer_id'], ['customerName', 'customer_name'], ['customerPhone', 'customer_phone'], ['customerPhoneHash', 'customer_phone_hash'],
  ['customerTier', 'customer_tier'], ['customerGroup', 'customer_group'], ['customerRegion', 'customer_region'],
  ['product', 'product'], ['order', '`order`'], ['ticket', 'ticket'], ['agent', 'agent'], ['store', 'store'], ['region', 'region'],
  ['rating', 'rating'], ['nps', 'nps'], ['waitSeconds', 'wait_seconds'], ['resolved', 'resolved'],
  ['tags', 'tags'], ['parentId', 'parent_id'], ['attributes', 'attributes'],
  ['logSequence', 'log_sequence'], ['logIndex', 'log_index'],
] as const;

type Field = (typeof SELECTED)[number][0];
const PLACE = Object.fromEntries(SELECTED.map(([field], index) => [field, index])) as Record<Field, number>;

/** The SELECT list of `fromRow`. */
export const STORED_ITEM_COLUMNS = SELECTED.map(([, expression]) => expression).join(', ');

/**
 * The item that `toRow` made a row of. Not the same in one way: probabilities come back as 32-bit floats, which is what
 * the model computes in. An empty text comes back as absent.
 */
export function fromRow(row: readonly unknown[]): StoredItem {
  const read = new RowReader(row);
  const createdAtMs = read.number('createdAtMs');
  const duplicateOf = read.optionalText('duplicateOf');
  return {
    sequence: read.number('logSequence'),
    index: read.number('logIndex'),
    item: item(read, createdAtMs),
    score: score(read),
    model: read.text('model'),
    createdAtMs,
    ...(duplicateOf === undefined ? {} : { duplicateOf }),
  };
}

function item(read: RowReader, createdAtMs: number): FeedbackItem {
  const attributes = read.text('attributes');
  const tags = read.texts('tags');
  const resolved = read.value('resolved');
  return {
    id: read.text('id'),
    idGiven: read.boolean('idGiven'),
    workspace: read.text('workspace'),
    text: read.text('text'),
    channel: read.oneOf<Channel>('channel', CHANNELS),
    createdAtMs,
    receivedAtMs: read.number('receivedAtMs'),
    ...withoutAbsent({
      customer: customer(read),
      product: read.optionalText('product'),
      order: read.optionalText('order'),
      ticket: read.optionalText('ticket'),
      agent: read.optionalText('agent'),
      store: read.optionalText('store'),
      region: read.optionalText('region'),
      rating: read.optionalNumber('rating'),
      nps: read.optionalNumber('nps'),
      waitSeconds: read.optionalNumber('waitSeconds'),
      resolved: typeof resolved === 'boolean' ? resolved : undefined,
      tags: tags.length === 0 ? undefined : tags,
      parentId: read.optionalText('parentId'),
      attributes: attributes === '' ? undefined : (JSON.parse(attributes) as FeedbackItem['attributes']),
    }),
  };
}

function customer(read: RowReader): Customer | undefined {
  const found: Customer = withoutAbsent({
    id: read.optionalText('customerId'),
    name: read.optionalText('customerName'),
    phone: read.optionalText('customerPhone'),
    phoneHash: read.optionalText('customerPhoneHash'),
    tier: read.optionalText('customerTier'),
    group: read.optionalText('customerGroup'),
    region: read.optionalText('customerRegion'),
  });
  return Object.keys(found).length === 0 ? undefined : found;
}

function score(read: RowReader): Score {
  const probabilities = read.floats('categoryProbabilities');
  const deciders = read.texts('categoryDeciders');
  const [one = 0, two = 0, three = 0, four = 0, five = 0] = read.floats('starProbabilities');
  return {
    sentiment: read.oneOf('sentiment', SENTIMENTS),
    probabilities: { negative: read.float('negative'), neutral: read.float('neutral'), positive: read.float('positive') },
    stars: read.number('stars'),
    starProbabilities: [one, two, three, four, five],
    complaint: read.boolean('complaint'),
    complaintProbability: read.float('complaintProbability'),
    severity: read.oneOf('severity', SEVERITIES),
    categories: read.texts('categories').map((id, at): CategoryScore => ({
      id,
      probability: probabilities[at] ?? 0,
      decidedBy: deciders[at] === 'taxonomy' ? 'taxonomy' : 'model',
    })),
    implicit: read.boolean('implicit'),
    keywords: read.texts('keywords'),
    language: read.oneOf('language', LANGUAGES),
    ...(read.boolean('ratingConflict') ? { ratingConflict: true } : {}),
  };
}

/** Typed access to a row's values; a value of another kind is a mistake in SELECTED and throws. */
class RowReader {
  private readonly row: readonly unknown[];

  constructor(row: readonly unknown[]) {
    this.row = row;
  }

  value(field: Field): unknown {
    return this.row[PLACE[field]];
  }

  text(field: Field): string {
    const value = this.value(field);
    if (typeof value !== 'string') throw unexpected(field, value);
    return value;
  }

  optionalText(field: Field): string | undefined {
    const text = this.text(field);
    return text === '' ? undefined : text;
  }

  /** 64-bit numbers come as texts from servers before 25.8. */
  number(field: Field): number {
    const value = this.value(field);
    if (typeof value === 'number') return value;
    if (typeof value !== 'string') throw unexpected(field, value);
    return Number(value);
  }

  float(field: Field): number {
    return Math.fround(this.number(field));
  }

  optionalNumber(field: Field): number | undefined {
    return this.value(field) === null ? undefined : this.number(field);
  }

  boolean(field: Field): boolean {
    const value = this.value(field);
    if (typeof value !== 'boolean') throw unexpected(field, value);
    return value;
  }

  texts(field: Field): string[] {
    return this.array(field).map(String);
  }

  floats(field: Field): number[] {
    return this.array(field).map((value) => Math.fround(Number(value)));
  }

  oneOf<T extends string>(field: Field, values: readonly T[]): T {
    const text = this.text(field);
    const found = values.find((value) => value === text);
    if (found === undefined) throw unexpected(field, text);
    return found;
  }

  private array(field: Field): unknown[] {
    const value = this.value(field);
    if (!Array.isArray(value)) throw unexpected(field, value);
    return value;
  }
}

function unexpected(field: Field, value: unknown): TypeError {
  return new TypeError(`A stored row's ${field} is a ${typeof value} that cannot be read.`);
}

/** The object without its undefined fields: an absent field is not there at all. */
function withoutAbsent<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

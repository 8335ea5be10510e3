import { CHANNELS, type Channel, type Customer, type FeedbackItem } from '../../core/feedback.ts';
import { LANGUAGES, SENTIMENTS, SEVERITIES, type CategoryScore, type Score } from '../../core/score.ts';
import { FILLED_FIELDS, type StoredItem } from '../../core/stored-item.ts';

/**
 * What a query selects for each field of a stored item, in `fromRow`'s order. 64-bit numbers come as doubles, exact
 * below 2^53: servers before 25.8 would write them as texts.
 */
const SELECTED = [
  ['workspace', 'workspace'], ['id', 'id'], ['idGiven', 'id_given'],
  ['createdAtMs', 'toFloat64(toUnixTimestamp64Milli(created_at))'], ['receivedAtMs', 'toFloat64(toUnixTimestamp64Milli(received_at))'],
  ['channel', 'channel'], ['text', 'text'], ['language', 'language'], ['sentiment', 'sentiment'],
  ['negative', 'negative_probability'], ['neutral', 'neutral_probability'], ['positive', 'positive_probability'],
  ['stars', 'stars'], ['starProbabilities', 'star_probabilities'], ['ratingConflict', 'rating_conflict'],
  ['complaint', 'complaint'], ['complaintProbability', 'complaint_probability'], ['severity', 'severity'],
  ['categories', 'categories'], ['categoryProbabilities', 'category_probabilities'], ['categoryDeciders', 'category_deciders'],
  ['implicit', 'implicit'], ['keywords', 'keywords'], ['duplicateOf', 'duplicate_of'], ['campaignOf', 'campaign_of'], ['filled', 'filled'], ['model', 'model'],
  ['customerId', 'customer_id'], ['customerName', 'customer_name'], ['customerPhone', 'customer_phone'], ['customerPhoneHash', 'customer_phone_hash'],
  ['customerTier', 'customer_tier'], ['customerGroup', 'customer_group'], ['customerRegion', 'customer_region'],
  ['product', 'product'], ['order', '`order`'], ['ticket', 'ticket'], ['agent', 'agent'], ['store', 'store'], ['region', 'region'],
  ['rating', 'rating'], ['nps', 'nps'], ['waitSeconds', 'wait_seconds'], ['resolved', 'resolved'],
  ['tags', 'tags'], ['parentId', 'parent_id'], ['attributes', 'attributes'],
  ['logSequence', 'toFloat64(log_sequence)'], ['logIndex', 'log_index'],
] as const;

export type StoredField = (typeof SELECTED)[number][0];
const PLACE = Object.fromEntries(SELECTED.map(([field], index) => [field, index])) as Record<StoredField, number>;

/** The SELECT list of `fromRow`. */
export const STORED_ITEM_COLUMNS = SELECTED.map(([, expression]) => expression).join(', ');

/** The SELECT list of some fields, in their order. */
export function selectList(fields: readonly StoredField[]): string {
  return fields.map((field) => SELECTED[PLACE[field]]?.[1]).join(', ');
}

/**
 * The item that `toRow` made a row of. Not the same in one way: probabilities come back as 32-bit floats, which is what
 * the model computes in. An empty text comes back as absent.
 */
export function fromRow(row: readonly unknown[]): StoredItem {
  const read = new RowReader(row);
  const createdAtMs = read.number('createdAtMs');
  const stored: StoredItem = {
    sequence: read.number('logSequence'),
    index: read.number('logIndex'),
    item: item(read, createdAtMs),
    score: score(read),
    model: read.text('model'),
    createdAtMs,
  };
  setPresent(stored, 'duplicateOf', read.optionalText('duplicateOf'));
  setPresent(stored, 'campaignOf', read.optionalText('campaignOf'));
  const filled = FILLED_FIELDS.filter((field) => read.texts('filled').includes(field));
  if (filled.length > 0) stored.filled = filled;
  return stored;
}

function item(read: RowReader, createdAtMs: number): FeedbackItem {
  const found: FeedbackItem = {
    id: read.text('id'),
    idGiven: read.boolean('idGiven'),
    workspace: read.text('workspace'),
    text: read.text('text'),
    channel: read.oneOf<Channel>('channel', CHANNELS),
    createdAtMs,
    receivedAtMs: read.number('receivedAtMs'),
  };
  const who = customer(read);
  const resolved = read.value('resolved');
  const tags = read.texts('tags');
  const attributes = read.text('attributes');
  if (Object.keys(who).length > 0) found.customer = who;
  for (const field of OPTIONAL_TEXTS) setPresent(found, field, read.optionalText(field));
  for (const field of OPTIONAL_NUMBERS) setPresent(found, field, read.optionalNumber(field));
  if (typeof resolved === 'boolean') found.resolved = resolved;
  if (tags.length > 0) found.tags = tags;
  if (attributes !== '') found.attributes = JSON.parse(attributes) as NonNullable<FeedbackItem['attributes']>;
  return found;
}

const OPTIONAL_TEXTS = ['product', 'order', 'ticket', 'agent', 'store', 'region', 'parentId'] as const;
const OPTIONAL_NUMBERS = ['rating', 'nps', 'waitSeconds'] as const;

function customer(read: RowReader): Customer {
  const found: Customer = {};
  setPresent(found, 'id', read.optionalText('customerId'));
  setPresent(found, 'name', read.optionalText('customerName'));
  setPresent(found, 'phone', read.optionalText('customerPhone'));
  setPresent(found, 'phoneHash', read.optionalText('customerPhoneHash'));
  setPresent(found, 'tier', read.optionalText('customerTier'));
  setPresent(found, 'group', read.optionalText('customerGroup'));
  setPresent(found, 'region', read.optionalText('customerRegion'));
  return found;
}

function score(read: RowReader): Score {
  const probabilities = read.floats('categoryProbabilities');
  const deciders = read.texts('categoryDeciders');
  const [one = 0, two = 0, three = 0, four = 0, five = 0] = read.floats('starProbabilities');
  const found: Score = {
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
  };
  if (read.boolean('ratingConflict')) found.ratingConflict = true;
  return found;
}

/** Typed access to a row's values; a value of another kind is a mistake in SELECTED and throws. */
class RowReader {
  readonly #row: readonly unknown[];

  constructor(row: readonly unknown[]) {
    this.#row = row;
  }

  value(field: StoredField): unknown {
    return this.#row[PLACE[field]];
  }

  text(field: StoredField): string {
    const value = this.value(field);
    if (typeof value !== 'string') throw unexpected(field, value);
    return value;
  }

  optionalText(field: StoredField): string | undefined {
    const text = this.text(field);
    return text === '' ? undefined : text;
  }

  number(field: StoredField): number {
    const value = this.value(field);
    if (typeof value !== 'number') throw unexpected(field, value);
    return value;
  }

  float(field: StoredField): number {
    return Math.fround(this.number(field));
  }

  optionalNumber(field: StoredField): number | undefined {
    return this.value(field) === null ? undefined : this.number(field);
  }

  boolean(field: StoredField): boolean {
    const value = this.value(field);
    if (typeof value !== 'boolean') throw unexpected(field, value);
    return value;
  }

  texts(field: StoredField): string[] {
    return this.#array(field).map(String);
  }

  floats(field: StoredField): number[] {
    return this.#array(field).map((value) => Math.fround(Number(value)));
  }

  oneOf<T extends string>(field: StoredField, values: readonly T[]): T {
    const text = this.text(field);
    const found = values.find((value) => value === text);
    if (found === undefined) throw unexpected(field, text);
    return found;
  }

  #array(field: StoredField): unknown[] {
    const value = this.value(field);
    if (!Array.isArray(value)) throw unexpected(field, value);
    return value;
  }
}

function unexpected(field: StoredField, value: unknown): TypeError {
  return new TypeError(`A stored row's ${field} is a ${typeof value} that cannot be read.`);
}

/** An absent field is not there at all. */
function setPresent<T extends object, K extends keyof T>(target: T, field: K, value: T[K] | undefined): void {
  if (value !== undefined) target[field] = value;
}

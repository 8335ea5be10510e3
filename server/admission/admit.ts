import { DEFAULT_WORKSPACE } from '../../core/feedback.ts';
import type { Customer, FeedbackItem } from '../../core/feedback.ts';
import { type FeedbackInput, feedbackSchema } from './feedback-schema.ts';
import type { HashKey } from './keyed-hash.ts';
import { keepAttributes } from './keep-attributes.ts';
import { CREATED_AT_MIN_MS, FUTURE_TOLERANCE_MS } from './limits.ts';
import { maskIdentifier, maskText } from './mask.ts';
import { maskName, maskPhone } from './mask-customer.ts';
import { parseTime } from '../../core/parse-time.ts';
import { ratingOfWord } from './rating-words.ts';
import { readFields } from './read-fields.ts';
import { explainIssue, explainRating, type Rejection } from './rejection.ts';
import type { ZoneOffset } from '../../core/zone-offset.ts';

export interface AdmissionContext {
  /** When the gateway took the request, milliseconds since the epoch. */
  receivedAtMs: number;
  /** An id for an item that came without one. */
  makeId: () => string;
  /** Of the zone in which times without an offset are read. */
  offsetAt: ZoneOffset;
  /** Of the pseudonyms of phones and identifiers. */
  hashKey: HashKey;
}

export type Admission = { ok: true; item: FeedbackItem } | ({ ok: false } & Rejection);

/**
 * Validates, cleans and masks one item as parsed from JSON. Pure: the same input and context give the same answer.
 * No field of an admitted item holds a phone, identity card, bank card or e-mail address as it came.
 * An event time up to 5 minutes ahead of `receivedAtMs` becomes `receivedAtMs`.
 */
export function admit(input: unknown, context: AdmissionContext): Admission {
  let fields = readFields(input);
  if (fields === null) {
    const parsed = feedbackSchema.safeParse(input);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      if (issue === undefined) throw parsed.error;
      return refuse(maskField(explainIssue(issue, input)));
    }
    fields = parsed.data;
  }
  const createdAtMs = eventTime(fields.createdAt, context);
  if (typeof createdAtMs !== 'number') return refuse(createdAtMs);
  const rating = typeof fields.rating === 'string' ? ratingOfWord(fields.rating) : fields.rating ?? undefined;
  if (rating === null) return refuse(explainRating(fields.rating));
  const kept = keepAttributes(input as object, fields.attributes);
  if (!kept.ok) return refuse(kept.rejection);
  return { ok: true, item: buildItem(fields, { createdAtMs, rating, attributes: kept.attributes }, context) };
}

interface DerivedFields {
  createdAtMs: number;
  rating: number | undefined;
  attributes: FeedbackItem['attributes'];
}

/** Fields that were not given are absent, so that they cost nothing on the log. */
function buildItem(fields: FeedbackInput, derived: DerivedFields, context: AdmissionContext): FeedbackItem {
  const { hashKey, receivedAtMs } = context;
  const item: FeedbackItem = {
    id: fields.id ? maskIdentifier(fields.id, hashKey) : context.makeId(),
    idGiven: Boolean(fields.id),
    workspace: fields.workspace ? maskIdentifier(fields.workspace, hashKey) : DEFAULT_WORKSPACE,
    text: maskText(fields.text),
    channel: fields.channel,
    createdAtMs: derived.createdAtMs,
    receivedAtMs,
  };
  if (fields.customer) {
    const customer = buildCustomer(fields.customer, hashKey);
    if (customer !== undefined) item.customer = customer;
  }
  if (fields.product) item.product = maskText(fields.product);
  if (fields.order) item.order = maskIdentifier(fields.order, hashKey);
  if (fields.ticket) item.ticket = maskIdentifier(fields.ticket, hashKey);
  if (fields.agent) item.agent = maskText(fields.agent);
  if (fields.store) item.store = maskText(fields.store);
  if (fields.region) item.region = maskText(fields.region);
  if (derived.rating !== undefined) item.rating = derived.rating;
  if (typeof fields.nps === 'number') item.nps = fields.nps;
  if (typeof fields.waitSeconds === 'number') item.waitSeconds = fields.waitSeconds;
  if (typeof fields.resolved === 'boolean') item.resolved = fields.resolved;
  const tags = fields.tags?.filter((tag) => tag !== '').map(maskText);
  if (tags !== undefined && tags.length > 0) item.tags = tags;
  if (fields.parentId) item.parentId = maskIdentifier(fields.parentId, hashKey);
  if (derived.attributes !== undefined) item.attributes = derived.attributes;
  return item;
}

function buildCustomer(fields: NonNullable<FeedbackInput['customer']>, hashKey: HashKey): Customer | undefined {
  const customer: Customer = {};
  if (fields.id) customer.id = maskIdentifier(fields.id, hashKey);
  if (fields.name) customer.name = maskName(fields.name);
  if (fields.phone) Object.assign(customer, maskPhone(fields.phone, hashKey));
  if (fields.tier) customer.tier = maskText(fields.tier);
  if (fields.group) customer.group = maskText(fields.group);
  if (fields.region) customer.region = maskText(fields.region);
  return Object.keys(customer).length === 0 ? undefined : customer;
}

function eventTime(createdAt: string | null | undefined, { receivedAtMs, offsetAt }: AdmissionContext): number | Rejection {
  const field = 'createdAt';
  if (!createdAt) return receivedAtMs;
  const createdAtMs = parseTime(createdAt.trim(), offsetAt);
  if (createdAtMs === null) {
    return { code: 'invalid_time', field, message: 'createdAt must be an RFC 3339 time such as 2025-03-01T09:30:00+08:00, or YYYY-MM-DD HH:mm:ss.' };
  }
  if (createdAtMs < CREATED_AT_MIN_MS) return { code: 'time_too_old', field, message: 'createdAt is before the year 2000.' };
  if (createdAtMs > receivedAtMs + FUTURE_TOLERANCE_MS) {
    return { code: 'time_in_future', field, message: `createdAt is more than ${FUTURE_TOLERANCE_MS / 60_000} minutes ahead of the server's clock.` };
  }
  return Math.min(createdAtMs, receivedAtMs);
}

function refuse(rejection: Rejection): Admission {
  return { ok: false, ...rejection };
}

/** A path may hold a name that the sender made up. */
function maskField(rejection: Rejection): Rejection {
  return { ...rejection, field: maskText(rejection.field), message: maskText(rejection.message) };
}

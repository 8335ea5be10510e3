import { z } from 'zod';
import { CHANNELS } from '../../../core/feedback.ts';
import { SENTIMENTS } from '../../../core/score.ts';
import { feedbackSchema } from '../../admission/feedback-schema.ts';
import { DetailedError } from '../problem.ts';
import { JSON_TYPE, NDJSON_TYPE, jsonReply, notFound, readQuery, type Route } from '../route.ts';
import type { FeedbackIntake, FeedbackSearch } from '../services.ts';
import { intakeAnswerSchema, storedFeedbackSchema } from './answer-schemas.ts';
import { instant, limit, workspace } from './query-fields.ts';

const SEARCH_ITEMS_MAX = 200;
const SEARCH_TEXT_CHARS_MAX = 200;

const searchQuery = z.object({
  workspace,
  from: instant.optional().describe('Earliest event time, RFC 3339, inclusive.'),
  to: instant.optional().describe('Latest event time, RFC 3339, exclusive.'),
  category: z.string().max(64).optional().describe('Category id, such as logistics.'),
  sentiment: z.enum(SENTIMENTS).optional(),
  channel: z.enum(CHANNELS).optional(),
  text: z.string().max(SEARCH_TEXT_CHARS_MAX).optional().describe('Words that the masked text contains.'),
  limit: limit(50, SEARCH_ITEMS_MAX),
  cursor: z.string().max(500).optional().describe('`nextCursor` of the page before.'),
});
const itemQuery = z.object({ workspace });

export function feedbackRoutes(services: { intake: FeedbackIntake; feedback: FeedbackSearch }): Route[] {
  return [postFeedback(services.intake), searchFeedback(services.feedback), getFeedback(services.feedback)];
}

function postFeedback(intake: FeedbackIntake): Route {
  return {
    method: 'POST',
    path: '/v1/feedback',
    accepts: [JSON_TYPE, NDJSON_TYPE],
    operation: {
      id: 'postFeedback',
      summary: 'Take one item or a batch',
      description: 'One object, an array, or one object a line. Answered when every accepted item is on disk. '
        + 'An item that is refused does not keep the others back: `rejected` says which, by its place in the request, and why; `ids` are those of the accepted items in the order in which they were sent. '
        + 'Sending the same id again gets the same answer and counts once, so a request that ended in 429 or 503 may be repeated.',
      tag: 'feedback',
      body: { [JSON_TYPE]: z.union([feedbackSchema, z.array(feedbackSchema).min(1)]), [NDJSON_TYPE]: z.string().describe('One item a line.') },
      answers: { 202: { description: 'At least one item was accepted and is on disk.', content: { [JSON_TYPE]: intakeAnswerSchema } } },
      errors: ['invalid_json', 'invalid_request', 'empty_batch', 'batch_too_large', 'body_too_large', 'unsupported_media_type', 'unauthorized', 'request_timeout', 'overloaded', 'log_unavailable', 'draining'],
    },
    async handle({ body, contentType }) {
      const answer = await intake.take(body, contentType === NDJSON_TYPE ? 'ndjson' : 'json');
      if (answer.accepted > 0) return jsonReply(202, answer);
      const first = answer.rejected[0]?.message ?? '';
      const detail = answer.rejected.length === 1 ? `The item was not accepted: ${first}` : `None of the ${answer.rejected.length} items was accepted. The first one: ${first}`;
      throw new DetailedError('invalid_request', detail, { ...answer });
    },
  };
}

function searchFeedback(feedback: FeedbackSearch): Route {
  return {
    method: 'GET',
    path: '/v1/feedback',
    operation: {
      id: 'searchFeedback',
      summary: 'Search stored feedback, newest first',
      tag: 'feedback',
      query: searchQuery,
      answers: { 200: { description: 'One page.', content: { [JSON_TYPE]: z.object({ items: z.array(storedFeedbackSchema), nextCursor: z.string().nullable() }) } } },
      errors: ['invalid_request', 'store_unavailable', 'draining'],
    },
    async handle(request) {
      const { from, to, ...query } = readQuery(searchQuery, request.query);
      return jsonReply(200, await feedback.search({ ...withoutUndefined(query), ...(from === undefined ? {} : { fromMs: from }), ...(to === undefined ? {} : { toMs: to }) }));
    },
  };
}

function getFeedback(feedback: FeedbackSearch): Route {
  return {
    method: 'GET',
    path: '/v1/feedback/{id}',
    operation: {
      id: 'getFeedback',
      summary: 'One stored item',
      tag: 'feedback',
      params: { id: 'Id of the item.' },
      query: itemQuery,
      answers: { 200: { description: 'The item.', content: { [JSON_TYPE]: storedFeedbackSchema } } },
      errors: ['invalid_request', 'not_found', 'store_unavailable', 'draining'],
    },
    async handle({ params: [id = ''], query }) {
      const item = await feedback.get(readQuery(itemQuery, query).workspace, id);
      if (item === null) throw notFound('feedback');
      return jsonReply(200, item);
    },
  };
}

/** Empty parameters were not meant: forms send them all. */
function withoutUndefined<T extends object>(values: T): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== '')) as T;
}

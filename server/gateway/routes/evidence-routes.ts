import { z } from 'zod';
import { JSON_TYPE, jsonReply, notFound, readJsonBody, readQuery, type Route } from '../route.ts';
import type { Evidence } from '../services.ts';
import { storedFeedbackSchema } from './answer-schemas.ts';
import { actor } from './incident-schemas.ts';
import { limit } from './query-fields.ts';

const ID = { id: 'Id of the alert.' };
const evidenceQuery = z.object({ cursor: z.string().max(1_000).optional().describe('`nextCursor` of the page before.'), limit: limit(100, 500) });
const verifyBody = z.strictObject({ actor });

const recountSchema = z.object({
  outcome: z.enum(['equal', 'differs']),
  claimed: z.number().describe('What the alert says.'),
  counted: z.number().describe('Counted again in the store, up to the item that fired.'),
  counts: z.enum(['items', 'customers', 'probability']).describe('What makes the number.'),
  cameLater: z.int().describe('Items of the window that came after it fired.'),
  countedNow: z.number().describe('What the window comes to with them.'),
  why: z.object({ zh: z.string(), en: z.string() }),
  corrected: z.boolean().describe('A correction was put on the incident\'s timeline.'),
});

export function evidenceRoutes(evidence: Evidence): Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/alerts/{id}/evidence',
      operation: {
        id: 'getEvidence', summary: 'The very items that an alert counted when it fired, oldest first', tag: 'alerts', params: ID, query: evidenceQuery,
        description: 'From the store, by the alert\'s window, its rule\'s condition then, and its place on the log. 409 for kinds of rules that are not decided by the items of one window.',
        answers: { 200: { description: 'A page of them.', content: { [JSON_TYPE]: z.object({ claimed: z.number(), items: z.array(storedFeedbackSchema), nextCursor: z.string().nullable() }) } } },
        errors: ['not_found', 'conflict', 'invalid_request', 'store_unavailable', 'log_unavailable', 'draining'],
      },
      async handle(request) {
        const { cursor, limit: most } = readQuery(evidenceQuery, request.query);
        const page = await evidence.items(request.params[0] ?? '', { limit: most, ...(cursor === undefined ? {} : { cursor }) });
        if (page === null) throw notFound('alert');
        return jsonReply(200, page);
      },
    },
    {
      method: 'POST',
      path: '/v1/alerts/{id}/verify',
      accepts: [JSON_TYPE],
      operation: {
        id: 'verifyAlert', summary: 'Count an alert\'s items again in the store', tag: 'alerts', params: ID, body: { [JSON_TYPE]: verifyBody },
        description: 'Says equal, or what differs. Where the window comes to another number now, a correction is put on the timeline, and told where the alert would not have fired.',
        answers: { 200: { description: 'The proof.', content: { [JSON_TYPE]: recountSchema } } },
        errors: ['invalid_json', 'invalid_request', 'body_too_large', 'unsupported_media_type', 'unauthorized', 'request_timeout', 'not_found', 'conflict', 'overloaded', 'store_unavailable', 'log_unavailable', 'draining'],
      },
      async handle(request) {
        const [id = ''] = request.params;
        const proof = await evidence.verify(id, readJsonBody(verifyBody, request).actor);
        if (proof === null) throw notFound('alert');
        return jsonReply(200, proof);
      },
    },
  ];
}

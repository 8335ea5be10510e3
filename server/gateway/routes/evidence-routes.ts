import { z } from 'zod';
import { JSON_TYPE, jsonReply, notFound, readJsonBody, readQuery, type Route } from '../route.ts';
import type { Evidence } from '../evidence-service.ts';
import { storedFeedbackSchema } from './answer-schemas.ts';
import { actor } from './incident-schemas.ts';
import { limit } from './query-fields.ts';

const ID = { id: 'Id of the alert.' };
const evidenceQuery = z.object({
  cursor: z.string().max(1_200).optional().describe('`nextCursor` of the page before.'), limit: limit(100, 500),
  part: z.string().max(200).optional().describe('Id of one of `parts`, such as `volume` or `earlier-1`; absent: what made the alert fire.'),
});
const verifyBody = z.strictObject({ actor });

const text = z.object({ zh: z.string(), en: z.string() });
const partOf = { id: z.string().describe('`count`: what fired; `level`: what it counted when it reached its present level; `volume`: what a share is of; `earlier-1` and on: the windows compared; `last`: the last item before a silence. Of a composite\'s member with its alert id before it.'), alertId: z.string(), ruleId: z.string(), title: text };
const COUNTS = ['items', 'customers', 'probability', 'voices'] as const;
const missing = z.array(z.object({ alertId: z.string(), why: text })).describe('Members of a composite that cannot be looked up.');

const recountOf = {
  outcome: z.enum(['equal', 'differs']),
  reason: z.enum(['as-said', 'lower-bound', 'past-keeping-time', 'erased', 'fewer', 'more']).describe('`lower-bound`: the alert said "at least". `past-keeping-time`: items are no longer kept, so it cannot be counted again. `erased`: customers were erased since. `fewer`: changed or removed. `more`: the store was changed.'),
  claimed: z.number().describe('What the alert says.'),
  counted: z.number().describe('Counted again in the store, up to the item that fired.'),
  cameLater: z.int().describe('Items of the window that came after it fired.'),
  cameLate: z.int().describe('Of these the items that belong to the moment that was told of and came late; the others are growth.'),
  countedAsOf: z.number().describe('What that moment comes to, with what came late and as people labelled it, without growth. Where it is another number than was told, that is corrected.'),
  countedNow: z.number().describe('What the window comes to with all that came later.'),
  why: text,
};

const proofSchema = z.object({
  ...recountOf,
  counts: z.enum([...COUNTS, 'alerts']).describe('What makes the number; of a composite the members that count to what they say.'),
  parts: z.array(z.object({ ...partOf, ...recountOf, counts: z.enum(COUNTS) })).describe('Every number that the alert rests on.'),
  missing,
  corrected: z.boolean().describe('A correction of the number that was told last was put on the incident\'s timeline.'),
});

const reasonSchema = z.looseObject({
  state: z.enum(['found', 'too-few', 'too-slow', 'store-unavailable', 'too-many-at-once', 'nothing-stored-yet']).describe('`found`: there is something to say, with all that follows. `too-few`: too few items to have anything in common, or a silence.'),
  title: text.optional(),
  lines: z.array(text).optional().describe('Causes, new words and near-duplicates in sentences.'),
  trend: z.looseObject({ sparkline: z.string(), text }).optional(),
  models: z.array(z.string()).optional().describe('Versions of the model that scored them.'),
});

export function evidenceRoutes(evidence: Evidence): Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/alerts/{id}/reason',
      operation: {
        id: 'getReason', summary: 'What the items of an alert have in common, as its page says it', tag: 'alerts', params: ID,
        description: 'From the store: causes by lift against earlier items, new words, near-duplicates, how the items came. What was late or labelled since is in it.',
        answers: { 200: { description: 'The likely causes, or why there are none.', content: { [JSON_TYPE]: reasonSchema } } },
        errors: ['not_found', 'conflict', 'store_unavailable', 'draining'],
      },
      async handle({ params: [id = ''] }) {
        const reason = await evidence.reason(id);
        if (reason === null) throw notFound('alert');
        return jsonReply(200, reason);
      },
    },
    {
      method: 'GET',
      path: '/v1/alerts/{id}/evidence',
      operation: {
        id: 'getEvidence', summary: 'The very items that an alert counted when it fired, oldest first', tag: 'alerts', params: ID, query: evidenceQuery,
        description: 'From the store, by the alert\'s window, its rule\'s condition then, and its place on the log. Without `part` the items that fired: of a share the matching ones, of a composite those of each member in turn. 409 where the opening is not known any more.',
        answers: { 200: { description: 'A page of them.', content: { [JSON_TYPE]: z.object({
          claimed: z.number().describe('What the alert says; of a composite how many members.'),
          parts: z.array(z.object({ ...partOf, counts: z.enum(COUNTS), claimed: z.number(), claim: z.enum(['exact', 'at-least']), afterMs: z.number(), upToMs: z.number() })),
          missing, part: z.string().nullable().describe('Of which part the items are.'), items: z.array(storedFeedbackSchema), nextCursor: z.string().nullable(),
        }) } } },
        errors: ['not_found', 'conflict', 'invalid_request', 'store_unavailable', 'log_unavailable', 'draining'],
      },
      async handle(request) {
        const { cursor, limit: most, part } = readQuery(evidenceQuery, request.query);
        const page = await evidence.items(request.params[0] ?? '', { limit: most, ...(cursor === undefined ? {} : { cursor }), ...(part === undefined ? {} : { part }) });
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
        description: 'Says equal, or what differs. Where the moment that was told of comes to another number (late, labelled or erased feedback), a correction is put on the timeline and told: at once where the alert would not have fired or is over, else with the next page. What has come since is growth and no correction.',
        answers: { 200: { description: 'The proof.', content: { [JSON_TYPE]: proofSchema } } },
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

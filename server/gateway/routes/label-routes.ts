import { z } from 'zod';
import { CATEGORY_IDS } from '../../../core/category.ts';
import { LABEL_FIELDS, type LabelRecord } from '../../../core/label.ts';
import { SENTIMENTS, SEVERITIES } from '../../../core/score.ts';
import type { LabelAnswer } from '../../labels/label-book.ts';
import { cleanText } from '../../admission/clean-text.ts';
import { JSON_TYPE, jsonReply, readJsonBody, readQuery, type Route } from '../route.ts';
import type { FeedbackLabels } from '../services.ts';
import { limit, workspace } from './query-fields.ts';

const LABELLED_MAX = 1_000;

const fields = {
  sentiment: z.enum(SENTIMENTS).optional(),
  stars: z.int().min(1).max(5).optional(),
  complaint: z.boolean().optional(),
  severity: z.enum(SEVERITIES).optional(),
  categories: z.array(z.enum(CATEGORY_IDS)).min(1).max(CATEGORY_IDS.length).refine((ids) => new Set(ids).size === ids.length, { message: 'names a category twice' }).optional(),
  implicit: z.boolean().optional(),
};

const labelBody = z.strictObject({ by: z.string().overwrite(cleanText).trim().min(1).max(100).describe('Who says so, such as u1.'), ...fields })
  .refine((body) => LABEL_FIELDS.some((field) => body[field] !== undefined), { message: `names none of ${LABEL_FIELDS.join(', ')}` })
  .refine(({ complaint, severity }) => !(complaint === true && severity === 'none'), { path: ['severity'], message: 'a complaint has one: mild, moderate or severe' })
  .refine(({ complaint, severity }) => !(complaint === false && severity !== undefined && severity !== 'none'), { path: ['severity'], message: 'what is no complaint has none' })
  .refine(({ complaint, sentiment }) => !(complaint === true && sentiment === 'positive'), { path: ['sentiment'], message: 'a complaint is not positive' });

const recordSchema = z.object({ id: z.string(), by: z.string(), at: z.iso.datetime(), ...fields });
const currentField = z.object({ value: z.unknown(), by: z.string(), at: z.iso.datetime() }).optional();
const answerSchema = z.object({
  feedbackId: z.string(),
  current: z.object(Object.fromEntries(LABEL_FIELDS.map((field) => [field, currentField]))).describe('Of each field the last label.'),
  history: z.array(recordSchema).describe('Oldest first.'),
});
const itemQuery = z.object({ workspace });
const listQuery = z.object({ workspace, limit: limit(200, LABELLED_MAX), after: z.string().max(200).default('').describe('`next` of the page before.') });

const viewRecord = ({ id, by, atMs, labels }: LabelRecord): object => ({ id, by, at: new Date(atMs).toISOString(), ...labels });
const view = (feedbackId: string, { history, current }: LabelAnswer): object => ({
  feedbackId,
  current: Object.fromEntries(Object.entries(current).map(([field, { value, by, atMs }]) => [field, { value, by, at: new Date(atMs).toISOString() }])),
  history: history.map(viewRecord),
});

/** What people say of items, and what is trained on. */
export function labelRoutes(labels: FeedbackLabels): Route[] {
  const params = { id: 'Id of the item.' };
  const whole = { [JSON_TYPE]: answerSchema };
  return [
    {
      method: 'GET',
      path: '/v1/feedback/{id}/labels',
      operation: {
        id: 'getLabels', summary: 'Labels that people set on an item', tag: 'feedback', params, query: itemQuery,
        answers: { 200: { description: 'What holds, and how it came about.', content: whole } },
        errors: ['invalid_request', 'not_found', 'store_unavailable', 'draining'],
      },
      async handle({ params: [id = ''], query }) {
        return jsonReply(200, view(id, await labels.of(readQuery(itemQuery, query).workspace, id)));
      },
    },
    {
      method: 'POST',
      path: '/v1/feedback/{id}/labels',
      accepts: [JSON_TYPE],
      operation: {
        id: 'setLabels', summary: 'Say what an item is', tag: 'feedback', params,
        description: 'On disk when answered. Fields that are not named stay as they are; of each field the last label holds. The same person saying the same again adds nothing. Counts and alerts do not change: labels are training data (`tocsin train --with-corrections`).',
        body: { [JSON_TYPE]: labelBody.safeExtend({ workspace }) },
        answers: { 200: { description: 'It was so already.', content: whole }, 201: { description: 'It is kept.', content: whole } },
        errors: ['invalid_json', 'invalid_request', 'not_found', 'body_too_large', 'unsupported_media_type', 'unauthorized', 'request_timeout', 'overloaded', 'log_unavailable', 'store_unavailable', 'draining'],
      },
      async handle(request) {
        const [id = ''] = request.params;
        const { by, workspace: of, ...given } = readJsonBody(labelBody.safeExtend({ workspace }), request);
        const named = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
        const answer = await labels.set(of, id, { by, labels: named });
        return jsonReply(answer.outcome === 'kept' ? 201 : 200, view(id, answer));
      },
    },
    {
      method: 'GET',
      path: '/v1/labels',
      operation: {
        id: 'listLabelled', summary: 'Labelled texts, as training takes them', tag: 'feedback', query: listQuery,
        answers: { 200: { description: 'One page, by id of the items; `next` is null on the last.', content: { [JSON_TYPE]: z.object({ items: z.array(z.object({ feedbackId: z.string(), text: z.string(), ...fields })), next: z.string().nullable() }) } } },
        errors: ['invalid_request', 'store_unavailable', 'draining'],
      },
      async handle({ query }) {
        const asked = readQuery(listQuery, query);
        const items = await labels.labelled(asked);
        return jsonReply(200, { items, next: items.length < asked.limit ? null : items.at(-1)?.feedbackId ?? null });
      },
    },
  ];
}

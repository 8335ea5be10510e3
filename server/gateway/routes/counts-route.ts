import { z } from 'zod';
import { GROUP_FIELDS, type GroupField } from '../../../core/rule.ts';
import { JSON_TYPE, jsonReply, readQuery, type Route } from '../route.ts';
import type { Counts } from '../services.ts';
import { countsAnswerSchema } from './answer-schemas.ts';
import { windowLength, workspace } from './query-fields.ts';

const groupFields = z.string().transform((text, context): GroupField[] => {
  const fields = text.split(',').map((field) => field.trim()).filter((field) => field !== '');
  const known = fields.filter((field): field is GroupField => (GROUP_FIELDS as readonly string[]).includes(field));
  if (known.length === fields.length && new Set(known).size === known.length) return known;
  context.addIssue({ code: 'custom', message: `must be some of ${GROUP_FIELDS.join(', ')}, each once, joined by commas` });
  return z.NEVER;
});

const countsQuery = z.object({
  workspace,
  groupBy: groupFields.default([]).describe(`Some of ${GROUP_FIELDS.join(', ')}, joined by commas; absent for one total.`),
  window: windowLength.describe('Length such as 30m, 24h or 7d; 1m to 90d.'),
  where: z.string().max(2_000).optional().describe('CEL condition; one that the counter keeps, that is, of a rule in force.'),
});

export function countsRoute(counts: Counts): Route {
  return {
    method: 'GET',
    path: '/v1/counts',
    operation: {
      id: 'counts',
      summary: 'Exact live counts over a sliding window',
      tag: 'counts',
      query: countsQuery,
      answers: { 200: { description: 'Counts of (asOf − window, asOf].', content: { [JSON_TYPE]: countsAnswerSchema } } },
      errors: ['invalid_request', 'counter_unavailable', 'draining'],
    },
    async handle(request) {
      const { window, where, ...query } = readQuery(countsQuery, request.query);
      const { asOfMs, groups, ...answer } = await counts.count({ ...query, windowMs: window, ...(where === undefined || where === '' ? {} : { where }) });
      return jsonReply(200, {
        asOf: new Date(asOfMs).toISOString(),
        ...answer,
        groups: groups.map(({ nextExpiryAtMs, ...group }) => ({ ...group, nextExpiryAt: nextExpiryAtMs === null ? null : new Date(nextExpiryAtMs).toISOString() })),
      });
    },
  };
}

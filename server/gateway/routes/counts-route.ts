import { z } from 'zod';
import { WINDOW_MS_MAX, parseDuration } from '../../../alerts/rules/duration.ts';
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

const WEEKS_MAX = 12;

const earlierBy = z.string().transform((text, context) => {
  const ago = parseDuration(text);
  if (ago.ok && ago.ms > 0 && ago.ms <= WINDOW_MS_MAX) return ago.ms;
  context.addIssue({ code: 'custom', message: ago.ok ? `"${text}" is out of range: at most 90 days (90d)` : ago.message });
  return z.NEVER;
});

const weeksBefore = z.string().regex(/^\d{1,3}$/u, `must be a whole number from 1 to ${WEEKS_MAX}`).transform(Number).pipe(z.int().min(1, `must be from 1 to ${WEEKS_MAX}`).max(WEEKS_MAX, `must be from 1 to ${WEEKS_MAX}`));

const countsQuery = z.object({
  workspace,
  groupBy: groupFields.default([]).describe(`Some of ${GROUP_FIELDS.join(', ')}, joined by commas; absent for one total.`),
  window: windowLength.describe('Length such as 30m, 24h or 7d; 1m to 90d.'),
  previous: earlierBy.optional().describe('Also the count of the same window so long before, such as 24h or 7d.'),
  weeks: weeksBefore.optional().describe(`Also the counts of the same window in so many weeks before, as far as they are held; 1 to ${WEEKS_MAX}.`),
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
      const { workspace: of, groupBy, window, where, previous, weeks } = readQuery(countsQuery, request.query);
      const { asOfMs, groups, approaching = [], ...answer } = await counts.count({
        workspace: of,
        groupBy,
        windowMs: window,
        ...(where === undefined || where === '' ? {} : { where }),
        ...(previous === undefined ? {} : { previousAgoMs: previous }),
        ...(weeks === undefined ? {} : { weeks }),
      });
      return jsonReply(200, {
        asOf: new Date(asOfMs).toISOString(),
        ...answer,
        groups: groups.map(({ nextExpiryAtMs, ...group }) => ({ ...group, nextExpiryAt: nextExpiryAtMs === null ? null : new Date(nextExpiryAtMs).toISOString() })),
        approaching: approaching.map(({ reachesAtMs, ...one }) => ({ ...one, reachesAt: new Date(reachesAtMs).toISOString() })),
      });
    },
  };
}

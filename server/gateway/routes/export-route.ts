import { z } from 'zod';
import { CHANNELS } from '../../../core/feedback.ts';
import { SENTIMENTS } from '../../../core/score.ts';
import { readQuery, type Route } from '../route.ts';
import type { FeedbackExports } from '../services.ts';
import { instant, workspace } from './query-fields.ts';

const TEXT_CHARS_MAX = 200;
const NAME_CHARS_MAX = 200;

const exportQuery = z.object({
  workspace,
  format: z.enum(['csv', 'parquet']).default('csv'),
  from: instant.optional().describe('Earliest event time, RFC 3339, inclusive.'),
  to: instant.optional().describe('Latest event time, RFC 3339, exclusive.'),
  category: z.string().max(64).optional().describe('Category id, such as logistics.'),
  sentiment: z.enum(SENTIMENTS).optional(),
  channel: z.enum(CHANNELS).optional(),
  product: z.string().max(NAME_CHARS_MAX).optional(),
  region: z.string().max(NAME_CHARS_MAX).optional(),
  text: z.string().max(TEXT_CHARS_MAX).optional().describe('Words that the masked text contains.'),
});

const TYPES = { csv: 'text/csv; charset=utf-8; header=present', parquet: 'application/vnd.apache.parquet' } as const;

export function exportRoute(exports: FeedbackExports): Route {
  return {
    method: 'GET',
    path: '/v1/export',
    operation: {
      id: 'exportFeedback',
      summary: 'All stored feedback of a search as one file, oldest first',
      description: 'CSV (UTF-8, a line of names; a cell that would begin like a formula has an apostrophe before it) or Parquet. Sent as it is read, however large it is.',
      tag: 'feedback',
      query: exportQuery,
      answers: { 200: { description: 'The file.', content: { 'text/csv': z.string(), 'application/vnd.apache.parquet': z.string() } } },
      errors: ['invalid_request', 'overloaded', 'store_unavailable', 'draining'],
    },
    async handle(request) {
      const { from, to, format, ...query } = readQuery(exportQuery, request.query);
      const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined && value !== '')) as typeof query;
      const body = await exports.open({ ...given, format, ...(from === undefined ? {} : { fromMs: from }), ...(to === undefined ? {} : { toMs: to }) });
      return { status: 200, contentType: TYPES[format], body, headers: { 'content-disposition': `attachment; filename="feedback.${format}"` } };
    },
  };
}

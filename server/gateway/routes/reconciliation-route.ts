import { z } from 'zod';
import { JSON_TYPE, jsonReply, type Route } from '../route.ts';
import type { Reconciliations } from '../services.ts';

const reportSchema = z.object({
  logId: z.string(),
  fromSequence: z.int().describe('From this entry of the scored log on; 0 where there was nothing to compare.'),
  throughSequence: z.int().describe('Up to this entry of the scored log.'),
  rows: z.int().describe('Accepted items up to there, each of which must be one row.'),
  outcome: z.enum(['equal', 'repaired', 'differs']),
  missing: z.int(), repaired: z.int(), notRepaired: z.int(),
  extra: z.int().describe('Rows that the log does not know; none is ever deleted.'),
  notCompared: z.int(),
  examples: z.array(z.object({ kind: z.enum(['missing', 'extra']), sequence: z.int(), index: z.int(), id: z.string() })),
});

export function reconciliationRoute(reconciliations: Reconciliations): Route {
  return {
    method: 'GET',
    path: '/v1/reconciliation',
    operation: {
      id: 'reconciliation', summary: 'What the last comparison of the scored log with the store found', tag: 'operation',
      answers: { 200: { description: 'Null before the first one has ended.', content: { [JSON_TYPE]: z.object({ latest: reportSchema.nullable() }) } } },
      errors: ['counter_unavailable', 'draining'],
    },
    handle: async () => jsonReply(200, { latest: await reconciliations.latest() }),
  };
}

import { z } from 'zod';
import { JSON_TYPE, jsonReply, type Route } from '../route.ts';
import type { Status } from '../services.ts';

const statusSchema = z.object({
  unscoredFrames: z.int().describe('Frames on the raw log that are not scored yet.'),
  uncountedEntries: z.int().describe('Entries of the scored log that are not counted yet.'),
  unstoredRows: z.int().describe('Counted rows that are not in ClickHouse yet.'),
  deadLetters: z.int().describe('Entries on the dead-letter log.'),
  lagMs: z.number().describe('How far the counts are behind, in milliseconds.'),
});

export function statusRoute(status: Status): Route {
  return {
    method: 'GET',
    path: '/v1/status',
    operation: {
      id: 'status',
      summary: 'What is accepted and still on its way, stage by stage',
      tag: 'operation',
      answers: { 200: { description: 'All zero: everything is scored, counted and stored.', content: { [JSON_TYPE]: statusSchema } } },
      errors: ['counter_unavailable', 'log_unavailable', 'draining'],
    },
    handle: async () => jsonReply(200, await status.get()),
  };
}

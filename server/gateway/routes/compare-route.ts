import { z } from 'zod';
import { SENTIMENTS } from '../../../core/score.ts';
import { JSON_TYPE, jsonReply, readJsonBody, type Route } from '../route.ts';
import type { Comparisons } from '../services.ts';
import { alertSchema } from './backtest-routes.ts';
import { workspace } from './query-fields.ts';

const HOURS_MAX = 24 * 30;
const TAXONOMY_CHARS_MAX = 1_000_000;

const body = z.strictObject({
  workspace,
  model: z.string().min(1).max(100).optional().describe('A folder of models/weights; the one in the settings when absent.'),
  taxonomy: z.string().max(TAXONOMY_CHARS_MAX).optional().describe('A taxonomy as YAML; the one in use when absent.'),
  keep: z.boolean().optional().describe('Keeps the new scores in the table `scores`, under the model\'s version; what was counted stays.'),
  hours: z.number().positive().max(HOURS_MAX).default(24).describe('How far back.'),
});

const pair = z.object({ before: z.int(), after: z.int() });
const answer = z.object({
  model: z.string().describe('Version of the other model.'),
  models: z.array(z.string()).describe('Versions that scored what is stored.'),
  fromMs: z.int(), toMs: z.int(), texts: z.int(),
  changed: z.object({ sentiment: z.int(), complaint: z.int(), severity: z.int(), categories: z.int() }).describe('Texts whose decision differs.'),
  sentiment: z.object(Object.fromEntries(SENTIMENTS.map((each) => [each, pair]))),
  complaintsBefore: z.int(), complaintsAfter: z.int(),
  categories: z.array(z.object({ category: z.string(), complaintsBefore: z.int(), complaintsAfter: z.int() })),
  examples: z.array(z.object({ text: z.string(), complaintBefore: z.number(), complaintAfter: z.number() })).describe('Texts that become a complaint or cease to be one; masked.'),
  alertsBefore: z.int(), alertsAfter: z.int(),
  alerts: z.object({
    silenced: z.array(alertSchema).describe('Would not have rung.'), added: z.array(alertSchema).describe('Would have rung in addition.'),
    shifted: z.array(z.object({ before: alertSchema, after: alertSchema })).describe('Would have rung at another time, with another peak, or ended otherwise.'), same: z.int(),
  }),
  durationMs: z.number(),
});

export function compareRoute(comparisons: Comparisons): Route {
  return {
    method: 'POST',
    path: '/v1/model/compare',
    accepts: [JSON_TYPE],
    operation: {
      id: 'compareModel', summary: 'What another model or taxonomy would change', tag: 'scoring',
      description: 'Scores stored feedback again and runs the rules in force over both readings. Nothing rings, and nothing is kept but what `keep` asks for. One run at a time; it is ended when it takes too long.',
      body: { [JSON_TYPE]: body },
      answers: { 200: { description: 'What would change.', content: { [JSON_TYPE]: answer } } },
      errors: ['invalid_json', 'invalid_request', 'invalid_rule', 'body_too_large', 'unsupported_media_type', 'unauthorized', 'request_timeout', 'model_refused', 'overloaded', 'store_unavailable', 'scorer_unavailable', 'log_unavailable', 'draining'],
    },
    handle: async (request) => jsonReply(200, await comparisons.run(readJsonBody(body, request))),
  };
}

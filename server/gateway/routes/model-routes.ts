import { z } from 'zod';
import type { ModelStatus } from '../../../core/model.ts';
import { JSON_TYPE, jsonReply, readJsonBody, type Route } from '../route.ts';
import type { Models } from '../services.ts';

const statusSchema = z.object({
  model: z.string().describe('Version that scored items carry: weights, then `+` and a checksum of operating points and taxonomy.'),
  backend: z.string().describe('Device, and why better ones were not taken.'),
  since: z.iso.datetime(),
  refused: z.object({ at: z.iso.datetime(), code: z.string(), message: z.string() }).nullable().describe('The last model or taxonomy that was found and could not be used.'),
});

const reloadBody = z.strictObject({ model: z.string().min(1).max(100).optional().describe('A folder of models/weights; the one in use, read anew, when absent.') });

const view = ({ model, backend, sinceMs, refused }: ModelStatus): z.input<typeof statusSchema> => ({
  model, backend, since: new Date(sinceMs).toISOString(),
  refused: refused === null ? null : { at: new Date(refused.atMs).toISOString(), code: refused.code, message: refused.message },
});

export function modelRoutes(models: Models): Route[] {
  const answer = (description: string): { description: string; content: Record<string, z.ZodType> } => ({ description, content: { [JSON_TYPE]: statusSchema } });
  return [
    {
      method: 'GET',
      path: '/v1/model',
      operation: {
        id: 'getModel', summary: 'What scores now', tag: 'scoring',
        answers: { 200: answer('The model in use.') },
        errors: ['scorer_unavailable', 'draining'],
      },
      handle: async () => jsonReply(200, view(await models.status())),
    },
    {
      method: 'POST',
      path: '/v1/model/reload',
      accepts: [JSON_TYPE],
      operation: {
        id: 'reloadModel', summary: 'Read model, operating points and taxonomy anew', tag: 'scoring',
        description: 'Checked and warmed before it takes over, between two batches; a broken one is refused and the one before goes on. What is scored afterwards carries the new version; what was counted and rung before stays as it is.',
        body: { [JSON_TYPE]: reloadBody },
        answers: { 200: answer('The model that has taken over.') },
        errors: ['invalid_json', 'invalid_request', 'body_too_large', 'unsupported_media_type', 'unauthorized', 'request_timeout', 'model_refused', 'scorer_unavailable', 'draining'],
      },
      handle: async (request) => jsonReply(200, view(await models.reload(readJsonBody(reloadBody, request)))),
    },
  ];
}

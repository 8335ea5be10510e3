import { z } from 'zod';
import { readSilence, silenceSchema } from '../../../alerts/silences/read-silence.ts';
import { silenceView } from '../../../alerts/silences/silence-view.ts';
import { matchers } from '../../../alerts/routing/fields.ts';
import type { Silence } from '../../../core/operation.ts';
import { maskText } from '../../admission/mask.ts';
import { DetailedError } from '../problem.ts';
import { JSON_TYPE, jsonReply, notFound, readJsonBody, readQuery, type Reply, type Route, type RouteRequest } from '../route.ts';
import type { Desk } from '../services.ts';
import type { Rules } from '../rules-service.ts';
import { warningsSchema } from './answer-schemas.ts';
import { actor, operationId } from './incident-schemas.ts';
import { matcherWarnings } from './matcher-warnings.ts';

const ID = { id: 'Id of the silence.' };
const BODY_ERRORS = ['invalid_json', 'invalid_request', 'body_too_large', 'unsupported_media_type', 'unauthorized', 'request_timeout', 'conflict', 'overloaded', 'log_unavailable', 'draining'] as const;
const time = z.string().describe('RFC 3339, UTC.');

const viewSchema = z.object({
  id: z.string(), matchers: z.array(z.string()), author: z.string(), reason: z.string(), startsAt: time, endsAt: time.nullable(),
  recurring: z.object({ cron: z.string(), timeZone: z.string(), durationMinutes: z.number() }).nullable(), createdAt: time,
  state: z.enum(['waiting', 'active', 'over']), untilAt: time.nullable(), nextBeginAt: time.nullable(), warnings: warningsSchema,
});
const previewSchema = z.object({
  matching: z.int().describe('Alerts that fire now and match.'),
  alerts: z.array(z.object({ alertId: z.string(), incidentId: z.string(), ruleId: z.string(), group: z.record(z.string(), z.string()), severity: z.string(), workspace: z.string() })).describe('The first 100 of them.'),
});
const previewAnswer = previewSchema.extend({ warnings: warningsSchema });
const answerSchema = z.object({ silence: viewSchema, preview: previewSchema, pending: z.boolean().describe('True while the desk has not taken it in yet.') });
const previewBody = z.strictObject({ matchers });
const removeQuery = z.object({ actor, operationId });

export function silenceRoutes({ desk, rules }: { desk: Desk; rules: Rules }, nowMs: () => number): Route[] {
  const shown = async (silences: readonly Silence[]): Promise<ShownSilence[]> => {
    const judge = await rules.matcherJudge();
    return silences.map((silence) => ({ ...silenceView(silence, nowMs()), warnings: matcherWarnings(judge, [{ key: 'matchers', matchers: silence.matchers }]) }));
  };
  return [
    {
      method: 'GET',
      path: '/v1/silences',
      operation: {
        id: 'listSilences', summary: 'Silences and maintenance windows', tag: 'alerts',
        answers: { 200: { description: 'Those that are over too, for a week.', content: { [JSON_TYPE]: z.object({ silences: z.array(viewSchema) }) } } },
        errors: ['log_unavailable', 'draining'],
      },
      handle: async () => jsonReply(200, { silences: await shown(desk.silences()) }),
    },
    {
      method: 'POST',
      path: '/v1/silences',
      accepts: [JSON_TYPE],
      operation: {
        id: 'createSilence', summary: 'Hold back the pages of what matches', tag: 'alerts', body: { [JSON_TYPE]: silenceSchema },
        answers: { 201: { description: 'The silence, and what it holds back now.', content: { [JSON_TYPE]: answerSchema } } },
        errors: BODY_ERRORS,
      },
      handle: (request) => put(desk, request, { id: desk.newId(), nowMs: nowMs(), shown }),
    },
    {
      method: 'POST',
      path: '/v1/silences/preview',
      accepts: [JSON_TYPE],
      operation: {
        id: 'previewSilence', summary: 'What a silence would hold back now', tag: 'alerts', body: { [JSON_TYPE]: previewBody },
        answers: { 200: { description: 'What matches now.', content: { [JSON_TYPE]: previewAnswer } } },
        errors: BODY_ERRORS,
      },
      async handle(request) {
        const { matchers: asked } = readJsonBody(previewBody, request);
        return jsonReply(200, { ...desk.preview(asked), warnings: matcherWarnings(await rules.matcherJudge(), [{ key: 'matchers', matchers: asked }]) });
      },
    },
    {
      method: 'GET',
      path: '/v1/silences/{id}',
      operation: {
        id: 'getSilence', summary: 'One silence', tag: 'alerts', params: ID,
        answers: { 200: { description: 'The silence.', content: { [JSON_TYPE]: viewSchema } } },
        errors: ['not_found', 'log_unavailable', 'draining'],
      },
      async handle({ params: [id = ''] }) {
        const silence = desk.silences().find((each) => each.id === id);
        if (silence === undefined) throw notFound('silence');
        return jsonReply(200, (await shown([silence]))[0]);
      },
    },
    {
      method: 'PUT',
      path: '/v1/silences/{id}',
      accepts: [JSON_TYPE],
      operation: {
        id: 'replaceSilence', summary: 'Change a silence; pages that it no longer holds back go out', tag: 'alerts', params: ID, body: { [JSON_TYPE]: silenceSchema },
        answers: { 200: { description: 'The silence as it is now.', content: { [JSON_TYPE]: answerSchema } } },
        errors: ['not_found', ...BODY_ERRORS],
      },
      async handle(request) {
        const [id = ''] = request.params;
        if (!desk.silences().some((silence) => silence.id === id)) throw notFound('silence');
        return { ...(await put(desk, request, { id, nowMs: nowMs(), shown })), status: 200 };
      },
    },
    {
      method: 'DELETE',
      path: '/v1/silences/{id}',
      operation: {
        id: 'removeSilence', summary: 'End a silence now', description: 'What it held back and still fires is paged.', tag: 'alerts', params: ID, query: removeQuery,
        answers: { 204: { description: 'Ended.' } },
        errors: ['not_found', 'invalid_request', 'unauthorized', 'overloaded', 'log_unavailable', 'draining'],
      },
      async handle(request) {
        const { actor: who, operationId: given } = readQuery(removeQuery, request.query);
        await desk.submit({ actor: who, way: 'api', act: { kind: 'remove-silence', silenceId: request.params[0] ?? '' }, ...(given === undefined ? {} : { id: given }) });
        return { status: 204, contentType: '', body: '' };
      },
    },
  ];
}

type ShownSilence = z.input<typeof viewSchema>;

async function put(desk: Desk, request: RouteRequest, { id, nowMs, shown }: { id: string; nowMs: number; shown: (silences: readonly Silence[]) => Promise<ShownSilence[]> }): Promise<Reply> {
  const written = readJsonBody(silenceSchema, request);
  const read = readSilence({ ...written, reason: maskText(written.reason) }, id, nowMs);
  if ('faults' in read) {
    throw new DetailedError('invalid_request', `The silence is not as it must be: ${read.faults.map(({ field, message }) => `${field}: ${message}`).join('; ')}.`, { errors: read.faults });
  }
  const { silence } = read;
  const { done } = await desk.submit({ actor: written.actor, way: 'api', act: { kind: 'silence', silence }, ...(written.operationId === undefined ? {} : { id: written.operationId }) });
  return jsonReply(201, { silence: (await shown([silence]))[0], preview: desk.preview(silence.matchers), pending: !done }, { location: `/v1/silences/${encodeURIComponent(id)}` });
}

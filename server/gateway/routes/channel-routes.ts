import { DELIVERY_FAULTS } from '../../../core/delivery-fault.ts';
import { z } from 'zod';
import { channelSchema } from '../../../alerts/channels/config/channel-schema.ts';
import type { BookedChannel } from '../../channels/channel-book.ts';
import { recordInChinese } from '../../words/error-in-chinese.ts';
import { decodeBody, parseJson } from '../parse-body.ts';
import { JSON_TYPE, jsonReply, type Operation, type Route, type RouteRequest } from '../route.ts';
import type { Channels } from '../services.ts';

const ID = { id: 'Id of the channel.' };
const channelViewSchema = z.object({
  channel: z.looseObject({ id: z.string(), kind: z.string() }).describe('As it was written; secrets are references.'),
  source: z.enum(['setting', 'file', 'api']).describe('`setting` and `file` are read-only here.'),
});
const testAnswerSchema = z.object({ delivered: z.boolean(), detail: z.string().describe('What the receiver answered, or why it was not reached.'), detailZh: z.string().describe('The same in Chinese; the receiver\'s own words stay as they are.'), durationMs: z.number(), fault: z.enum(DELIVERY_FAULTS).optional().describe('What kind of fault it was.'), advice: z.object({ zh: z.string(), en: z.string() }).optional().describe('What happened, and what to do about it.') });
const ONE = { [JSON_TYPE]: channelViewSchema };
const BODY_ERRORS = ['invalid_json', 'body_too_large', 'unsupported_media_type', 'unauthorized', 'request_timeout', 'log_unavailable', 'draining'] as const;

const readInput = (request: RouteRequest): unknown => parseJson(decodeBody(request.body));
const view = ({ channel, source }: BookedChannel): z.input<typeof channelViewSchema> => ({ channel, source });

export function channelRoutes(channels: Channels): Route[] {
  const body = { [JSON_TYPE]: channelSchema };
  const operation = (rest: Omit<Operation, 'tag'>): Operation => ({ tag: 'channels', ...rest });
  return [
    {
      method: 'GET',
      path: '/v1/channels',
      operation: operation({
        id: 'listChannels', summary: 'Every channel over which pages go',
        answers: { 200: { description: 'By id.', content: { [JSON_TYPE]: z.object({ channels: z.array(channelViewSchema) }) } } },
        errors: ['log_unavailable', 'draining'],
      }),
      handle: async () => jsonReply(200, { channels: (await channels.list()).map(view) }),
    },
    {
      method: 'POST',
      path: '/v1/channels',
      accepts: [JSON_TYPE],
      operation: operation({
        id: 'createChannel', summary: 'Make a channel', body,
        answers: { 201: { description: 'The channel, in use from now on.', content: ONE } },
        errors: ['invalid_channel', 'conflict', ...BODY_ERRORS],
      }),
      async handle(request) {
        const booked = await channels.create(readInput(request));
        return jsonReply(201, view(booked), { location: `/v1/channels/${encodeURIComponent(booked.channel.id)}` });
      },
    },
    {
      method: 'GET',
      path: '/v1/channels/{id}',
      operation: operation({
        id: 'getChannel', summary: 'One channel', params: ID,
        answers: { 200: { description: 'The channel.', content: ONE } },
        errors: ['not_found', 'log_unavailable', 'draining'],
      }),
      handle: async ({ params: [id = ''] }) => jsonReply(200, view(await channels.get(id))),
    },
    {
      method: 'PUT',
      path: '/v1/channels/{id}',
      accepts: [JSON_TYPE],
      operation: operation({
        id: 'replaceChannel', summary: 'Replace a channel that was made here', params: ID, body,
        answers: { 200: { description: 'The channel as it is now.', content: ONE } },
        errors: ['invalid_channel', 'not_found', 'conflict', ...BODY_ERRORS],
      }),
      handle: async (request) => jsonReply(200, view(await channels.replace(request.params[0] ?? '', readInput(request)))),
    },
    {
      method: 'DELETE',
      path: '/v1/channels/{id}',
      operation: operation({
        id: 'removeChannel', summary: 'Remove a channel that was made here and that nothing names', params: ID,
        answers: { 204: { description: 'Removed; pages that wait for it go to the default channels.' } },
        errors: ['not_found', 'conflict', 'unauthorized', 'log_unavailable', 'draining'],
      }),
      async handle({ params: [id = ''] }) {
        await channels.remove(id);
        return { status: 204, contentType: '', body: '' };
      },
    },
    {
      method: 'POST',
      path: '/v1/channels/{id}/test',
      operation: operation({
        id: 'testChannel', summary: 'Send a page that says it is a test, once', params: ID,
        answers: { 200: { description: 'What came of it.', content: { [JSON_TYPE]: testAnswerSchema } } },
        errors: ['not_found', 'notifier_unavailable', 'unauthorized', 'log_unavailable', 'draining'],
      }),
      async handle({ params: [id = ''] }) {
        const answer = await channels.test(id);
        return jsonReply(200, { ...answer, detailZh: recordInChinese(answer.detail) });
      },
    },
  ];
}

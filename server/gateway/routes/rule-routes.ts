import { z } from 'zod';
import { faultInChinese } from '../../words/error-in-chinese.ts';
import { readWrittenRule } from '../../../alerts/rules/read-written-rule.ts';
import { ruleSchema } from '../../../alerts/rules/rule-schema.ts';
import { ruleToJson } from '../../../alerts/rules/rule-to-json.ts';
import type { BookedRule } from '../../rules/rule-book.ts';
import { decodeBody, parseJson } from '../parse-body.ts';
import { JSON_TYPE, jsonReply, type Operation, type Route, type RouteRequest } from '../route.ts';
import type { Rules } from '../services.ts';
import { ruleViewSchema } from './answer-schemas.ts';
import { ruleText } from './rule-text.ts';

const ID = { id: 'Id of the rule.' };
const ONE_RULE = { [JSON_TYPE]: ruleViewSchema };
const BODY_ERRORS = ['invalid_json', 'body_too_large', 'unsupported_media_type', 'unauthorized', 'request_timeout', 'log_unavailable', 'draining'] as const;

const readInput = (request: RouteRequest): unknown => readWrittenRule(parseJson(decodeBody(request.body)));

/** Rules as the rule files write them, and where each comes from. */
const view = ({ rule, source }: BookedRule): z.input<typeof ruleViewSchema> => ({ rule: ruleToJson(rule), source });

export function ruleRoutes(rules: Rules): Route[] {
  const body = { [JSON_TYPE]: z.union([ruleSchema, ruleText]) };
  const operation = (rest: Omit<Operation, 'tag'>): Operation => ({ tag: 'rules', ...rest });
  return [
    {
      method: 'GET',
      path: '/v1/rules',
      operation: operation({
        id: 'listRules', summary: 'Every rule in force',
        answers: { 200: { description: 'By id.', content: { [JSON_TYPE]: z.object({ rules: z.array(ruleViewSchema) }) } } },
        errors: ['log_unavailable', 'draining'],
      }),
      handle: async () => jsonReply(200, { rules: (await rules.list()).map(view) }),
    },
    {
      method: 'POST',
      path: '/v1/rules',
      accepts: [JSON_TYPE],
      operation: operation({
        id: 'createRule', summary: 'Make a rule', body,
        answers: { 201: { description: 'The rule, in force from now on.', content: ONE_RULE } },
        errors: ['invalid_rule', 'conflict', ...BODY_ERRORS],
      }),
      async handle(request) {
        const booked = await rules.create(readInput(request));
        return jsonReply(201, view(booked), { location: `/v1/rules/${encodeURIComponent(booked.rule.id)}` });
      },
    },
    {
      method: 'POST',
      path: '/v1/rules/validate',
      accepts: [JSON_TYPE],
      operation: operation({
        id: 'validateRule', summary: 'Say what is wrong with a rule, in itself and beside the others, without making it', body,
        description: 'Composites are held against the rules in force (unknown members, circles), and `notify` against the channels and the routing book.',
        answers: { 200: { description: 'Every problem; none for a rule that could be made.', content: { [JSON_TYPE]: z.object({ valid: z.boolean(), problems: z.array(z.object({ field: z.string(), message: z.string(), messageZh: z.string() })) }) } } },
        errors: ['invalid_rule', ...BODY_ERRORS],
      }),
      async handle(request) {
        const problems = (await rules.check(readInput(request))).map(({ key, message }) => ({ field: key, message, messageZh: faultInChinese(message) }));
        return jsonReply(200, { valid: problems.length === 0, problems });
      },
    },
    {
      method: 'GET',
      path: '/v1/rules/{id}',
      operation: operation({
        id: 'getRule', summary: 'One rule', params: ID,
        answers: { 200: { description: 'The rule.', content: ONE_RULE } },
        errors: ['not_found', 'log_unavailable', 'draining'],
      }),
      handle: async ({ params: [id = ''] }) => jsonReply(200, view(await rules.get(id))),
    },
    {
      method: 'PUT',
      path: '/v1/rules/{id}',
      accepts: [JSON_TYPE],
      operation: operation({
        id: 'replaceRule', summary: 'Replace a rule that was made here', params: ID, body,
        answers: { 200: { description: 'The rule as it is now.', content: ONE_RULE } },
        errors: ['invalid_rule', 'not_found', 'conflict', ...BODY_ERRORS],
      }),
      handle: async (request) => jsonReply(200, view(await rules.replace(request.params[0] ?? '', readInput(request)))),
    },
    {
      method: 'DELETE',
      path: '/v1/rules/{id}',
      operation: operation({
        id: 'removeRule', summary: 'Remove a rule that was made here', params: ID,
        answers: { 204: { description: 'Removed; its open alerts are resolved.' } },
        errors: ['not_found', 'conflict', 'unauthorized', 'log_unavailable', 'draining'],
      }),
      async handle({ params: [id = ''] }) {
        await rules.remove(id);
        return { status: 204, contentType: '', body: '' };
      },
    },
  ];
}

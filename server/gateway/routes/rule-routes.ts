import { z } from 'zod';
import { checkRule } from '../../../alerts/rules/parse-rule.ts';
import { readWrittenRule } from '../../../alerts/rules/read-written-rule.ts';
import { ruleSchema } from '../../../alerts/rules/rule-schema.ts';
import { ruleToJson } from '../../../alerts/rules/rule-to-json.ts';
import type { BookedRule } from '../../rules/rule-book.ts';
import { decodeBody, parseJson } from '../parse-body.ts';
import { JSON_TYPE, jsonReply, type Operation, type Route, type RouteRequest } from '../route.ts';
import type { Rules } from '../rules-service.ts';
import { faultSchema, ruleViewSchema, warningsSchema } from './answer-schemas.ts';
import { faultView } from './fault-view.ts';
import { ruleText } from './rule-text.ts';

const ID = { id: 'Id of the rule.' };
const ONE_RULE = { [JSON_TYPE]: ruleViewSchema };
const BODY_ERRORS = ['invalid_json', 'body_too_large', 'unsupported_media_type', 'unauthorized', 'request_timeout', 'log_unavailable', 'draining'] as const;

const readInput = (request: RouteRequest): unknown => readWrittenRule(parseJson(decodeBody(request.body)));

export function ruleRoutes(rules: Rules): Route[] {
  const body = { [JSON_TYPE]: z.union([ruleSchema, ruleText]) };
  /** Rules as the rule files write them, where each comes from, and what is most likely not meant in it. */
  const views = (booked: readonly BookedRule[]): z.input<typeof ruleViewSchema>[] => {
    const warnings = rules.warningsOf(booked.map(({ rule }) => rule));
    return booked.map(({ rule, source }, at) => ({ rule: ruleToJson(rule), source, warnings: (warnings[at] ?? []).map(faultView) }));
  };
  const view = (booked: BookedRule): z.input<typeof ruleViewSchema> => views([booked])[0]!;
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
      handle: async () => jsonReply(200, { rules: views(await rules.list()) }),
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
        answers: { 200: { description: 'Every problem; none for a rule that could be made.', content: { [JSON_TYPE]: z.object({ valid: z.boolean(), problems: z.array(faultSchema), warnings: warningsSchema }) } } },
        errors: ['invalid_rule', ...BODY_ERRORS],
      }),
      async handle(request) {
        const input = readInput(request);
        const problems = (await rules.check(input)).map(faultView);
        const read = checkRule(input);
        return jsonReply(200, { valid: problems.length === 0, problems, warnings: read.ok ? rules.warningsOf([read.rule])[0]?.map(faultView) ?? [] : [] });
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

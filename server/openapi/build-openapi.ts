import { z } from 'zod';
import { ERROR_CODES, type ErrorCode } from '../../core/errors.ts';
import { rejectionSchema } from '../gateway/routes/answer-schemas.ts';
import { PROBLEM_TYPE } from '../gateway/problem.ts';
import type { Operation, Route } from '../gateway/route.ts';

type JsonObject = Record<string, unknown>;

export interface OpenApiDocument {
  openapi: '3.1.0';
  info: { title: string; version: string; description: string; license: { name: string; identifier: string } };
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, JsonObject>>;
  components: JsonObject;
}

const TAGS = [
  { name: 'feedback', description: 'Posting and searching feedback.' },
  { name: 'scoring', description: 'Asking the model.' },
  { name: 'counts', description: 'Live counts.' },
  { name: 'rules', description: 'What makes an alert.' },
  { name: 'channels', description: 'Over which pages go.' },
  { name: 'alerts', description: 'What fired, and who was told.' },
  { name: 'routing', description: 'Who is there, who is on call, who gets what.' },
  { name: 'operation', description: 'Running the server.' },
];

const problemSchema = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]).describe('Stable; what a program decides by.'),
  detail: z.string().describe('A sentence for a person.'),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional().describe('What is wrong with which field of the query or body.'),
  rejected: z.array(rejectionSchema).optional().describe('Of a batch in which nothing was accepted.'),
});

/** Describes the routes that have an operation, from the schemas that validate their input. */
export function buildOpenApi(routes: readonly Route[], version: string): OpenApiDocument {
  const paths: OpenApiDocument['paths'] = {};
  for (const route of routes) {
    if (route.operation === undefined) continue;
    const path = (paths[route.path] ??= {});
    path[route.method.toLowerCase()] = describe(route, route.operation);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tocsin',
      version,
      description: 'Streaming analytics and alerting for customer feedback. Errors are problem documents (RFC 9457) with a stable `code`. '
        + 'Where the server has a token, calls that change something carry it as a bearer token.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    tags: TAGS,
    paths,
    components: {
      schemas: { Problem: toJson(problemSchema, 'output') },
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  };
}

function describe(route: Route, operation: Operation): JsonObject {
  return {
    operationId: operation.id,
    summary: operation.summary,
    ...(operation.description === undefined ? {} : { description: operation.description }),
    tags: [operation.tag],
    parameters: [...pathParameters(operation), ...queryParameters(operation)],
    ...(operation.body === undefined ? {} : { requestBody: { required: true, content: contents(operation.body, 'input') } }),
    responses: { ...answers(operation), ...problems(operation) },
    // Open, or with the token.
    ...(route.method === 'GET' ? {} : { security: [{}, { token: [] }] }),
  };
}

function pathParameters({ params = {} }: Operation): JsonObject[] {
  return Object.entries(params).map(([name, description]) => ({ name, in: 'path', required: true, description, schema: { type: 'string' } }));
}

function queryParameters({ query }: Operation): JsonObject[] {
  if (query === undefined) return [];
  const { properties = {}, required = [] } = toJson(query, 'input') as { properties?: Record<string, JsonObject>; required?: string[] };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name, in: 'query', required: required.includes(name), ...(description === undefined ? {} : { description }), schema,
  }));
}

function answers({ answers: byStatus }: Operation): JsonObject {
  return Object.fromEntries(Object.entries(byStatus).map(([status, { description, content }]) => [
    status, { description, ...(content === undefined ? {} : { content: contents(content, 'output') }) },
  ]));
}

/** Codes that share a status share an answer. */
function problems({ errors }: Operation): JsonObject {
  const codesByStatus = new Map<number, ErrorCode[]>();
  for (const code of [...errors, 'internal' as const]) codesByStatus.set(ERROR_CODES[code], [...(codesByStatus.get(ERROR_CODES[code]) ?? []), code]);
  return Object.fromEntries([...codesByStatus].map(([status, codes]) => [
    status, { description: `\`code\`: ${codes.join(', ')}.`, content: { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } } },
  ]));
}

function contents(byType: Readonly<Record<string, z.ZodType>>, io: 'input' | 'output'): JsonObject {
  return Object.fromEntries(Object.entries(byType).map(([type, schema]) => [type, { schema: toJson(schema, io) }]));
}

function toJson(schema: z.ZodType, io: 'input' | 'output'): JsonObject {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io, target: 'draft-2020-12', unrepresentable: 'any' }) as JsonObject;
  return json;
}

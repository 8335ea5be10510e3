import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { feedbackSchema } from '../admission/feedback-schema.ts';
import { startTestGateway, type TestGateway } from '../gateway/testing/test-gateway.ts';
import type { OpenApiDocument } from './build-openapi.ts';

interface Operation {
  operationId: string;
  parameters: { name: string; in: string }[];
  requestBody?: { content: Record<string, { schema: Record<string, unknown> }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: Record<string, unknown> }> }>;
}

let server: TestGateway;
let document: OpenApiDocument;
beforeAll(async () => {
  server = await startTestGateway();
  document = (await (await fetch(`${server.url}/openapi.json`)).json()) as OpenApiDocument;
});
afterAll(() => server.gateway.stop());

function operations(): { path: string; method: string; operation: Operation }[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation: operation as unknown as Operation })));
}

/** Every object within a value. */
function* objectsIn(value: unknown): Generator<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield value as Record<string, unknown>;
  for (const each of Object.values(value)) yield* objectsIn(each);
}

describe('the description of the API', () => {
  it('lists every endpoint of the interface', () => {
    expect(operations().map(({ path, method }) => `${method.toUpperCase()} ${path}`).toSorted()).toEqual(expect.arrayContaining([
      'DELETE /v1/rules/{id}', 'GET /healthz', 'GET /metrics', 'GET /openapi.json', 'GET /readyz', 'GET /v1/alerts', 'GET /v1/alerts/{id}',
      'GET /v1/alerts/{id}/deliveries', 'GET /v1/counts', 'GET /v1/feedback', 'GET /v1/feedback/{id}', 'GET /v1/rules', 'GET /v1/rules/{id}',
      'POST /v1/feedback', 'POST /v1/rules', 'POST /v1/rules/validate', 'POST /v1/score', 'PUT /v1/rules/{id}',
    ]));
  });

  it('lists exactly what the server serves: what is in it is answered, and what it leaves out is not', async () => {
    const known = new Map(Object.entries(document.paths).map(([path, methods]) => [path, new Set(Object.keys(methods).map((method) => method.toUpperCase()))]));
    const servedByTemplate = (path: string, method: string): boolean => [...known].some(([template, methods]) =>
      template !== path && methods.has(method) && new RegExp(`^${template.replace(/\{\w+\}/gu, '[^/]+')}$`, 'u').test(path));
    for (const [path, methods] of known) {
      const url = server.url + path.replace('{id}', 'x');
      for (const method of ['GET', 'POST', 'PUT', 'DELETE']) {
        const { status } = await fetch(url, { method });
        if (methods.has(method)) expect([method, path, status]).not.toEqual([method, path, 405]);
        // `/v1/rules/validate` is also an address of the form `/v1/rules/{id}`.
        else if (!servedByTemplate(path, method)) expect([method, path, status]).toEqual([method, path, 405]);
      }
      const { headers } = await fetch(url, { method: 'PATCH' });
      expect((headers.get('allow') ?? '').split(', ').filter((method) => method !== 'HEAD').toSorted()).toEqual([...methods].toSorted());
    }
  });

  it('is well formed: ids are unique, parameters match their paths, references lead somewhere, every answer is described', () => {
    expect(document.openapi).toBe('3.1.0');
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { path, operation } of operations()) {
      const inPath = [...path.matchAll(/\{(\w+)\}/gu)].map(([, name]) => name);
      expect(operation.parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)).toEqual(inPath);
      expect(Object.keys(operation.responses).some((status) => Number(status) < 400)).toBe(true);
      for (const [status, answer] of Object.entries(operation.responses)) {
        expect(answer.description).not.toBe('');
        if (Number(status) === 500) expect(answer.content).toHaveProperty(['application/problem+json', 'schema', '$ref'], '#/components/schemas/Problem');
      }
    }
    for (const object of objectsIn(document)) {
      const reference = object['$ref'];
      if (typeof reference !== 'string') continue;
      const target = reference.replace('#/', '').split('/').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], document);
      expect(target, reference).toBeDefined();
    }
  });

  it('describes an item by the schema that validates it', () => {
    const schema = operations().find(({ operation }) => operation.operationId === 'postFeedback')?.operation.requestBody?.content['application/json']?.schema;
    const [one] = schema?.['anyOf'] as { properties: Record<string, { maxLength?: number }>; required: string[] }[];
    expect(Object.keys(one?.properties ?? {})).toEqual(Object.keys(feedbackSchema.shape));
    expect(one?.required).toEqual(['text', 'channel']);
    expect(one?.properties['text']?.maxLength).toBe(20_000);
  });

  it('says of each problem which codes it may have', () => {
    const post = operations().find(({ operation }) => operation.operationId === 'postFeedback')?.operation;
    expect(post?.responses['413']?.description).toBe('`code`: batch_too_large, body_too_large.');
    expect(Object.keys(post?.responses ?? {})).toEqual(['202', '400', '401', '408', '413', '415', '429', '500', '503']);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { channelSchema } from '../../alerts/channels/config/channel-schema.ts';
import { checkChannel } from '../../alerts/channels/config/check-channel.ts';
import { checkRule } from '../../alerts/rules/parse-rule.ts';
import { ruleSchema } from '../../alerts/rules/rule-schema.ts';
import { startTestGateway, type TestGateway } from '../gateway/testing/test-gateway.ts';
import { faultInChinese } from './error-in-chinese.ts';

const HAN = /\p{Script=Han}/u;
const WRONG: readonly unknown[] = [null, 7, -1, 1e15, '', 'x', 'x'.repeat(500), [], {}, Array.from({ length: 101 }, () => 'x')];

interface Schema { type?: string; properties?: Record<string, Schema>; items?: Schema; anyOf?: Schema[]; oneOf?: Schema[]; enum?: unknown[]; const?: unknown }

/** One of each of the shapes that the schema allows. */
function samplesOf(schema: Schema): unknown[] {
  return [schema, ...(schema.anyOf ?? schema.oneOf ?? [])].map((each) => sampleOf(each, 0));
}

function sampleOf(schema: Schema, depth: number): unknown {
  const [first] = schema.anyOf ?? schema.oneOf ?? [];
  if (first !== undefined) return sampleOf(first, depth);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.properties !== undefined) return depth > 4 ? {} : Object.fromEntries(Object.entries(schema.properties).map(([key, value]) => [key, sampleOf(value, depth + 1)]));
  if (schema.type === 'array') return schema.items === undefined ? [] : [sampleOf(schema.items, depth + 1)];
  return schema.type === 'string' ? 'x' : schema.type === 'boolean' ? true : schema.type === 'object' ? {} : 1;
}

/** The sample with each of its parts wrong in turn, left out, or beside one that is not known. */
function* badOf(sample: unknown, wrongs: readonly unknown[], depth = 0): Generator<unknown> {
  for (const wrong of wrongs) yield wrong;
  if (depth > 2 || typeof sample !== 'object' || sample === null) return;
  if (Array.isArray(sample)) {
    for (const bad of sample.length === 0 ? [] : badOf(sample[0], wrongs, depth + 1)) yield [bad];
    return;
  }
  yield { ...sample, unknownKey: 1 };
  for (const [key, value] of Object.entries(sample)) {
    const { [key]: _left, ...rest } = sample as Record<string, unknown>;
    yield rest;
    for (const bad of badOf(value, wrongs, depth + 1)) yield { ...rest, [key]: bad };
  }
}

/** Names of fields and parameters, and words of closed lists, which stay as they are. */
function namesIn(node: unknown, names = new Set<string>()): Set<string> {
  if (typeof node !== 'object' || node === null) return names;
  for (const [key, value] of Object.entries(node)) {
    if (key === 'properties') for (const name of Object.keys(value as object)) names.add(name);
    if (key === 'enum' || key === 'const' || (key === 'name' && 'in' in node)) for (const word of String(value).match(/[A-Za-z]+/gu) ?? []) names.add(word);
    namesIn(value, names);
  }
  return names;
}

/** Words of two or more in a row that are neither quoted nor names: English. */
function isEnglish(text: string, names: ReadonlySet<string>): boolean {
  const bare = text.replaceAll(/"[^"]*"|\([^)]*\)|\{[^}]*\}|burst and not|\d+ (?:weeks|days)/gu, '');
  const runs = bare.match(/[A-Za-z][a-z]+(?: [a-z]+)+/gu) ?? [];
  return !HAN.test(text) || text.includes('原文') || runs.some((words) => words.split(' ').some((word) => !names.has(word)) && !/^\w+ (?:or|and) \w+$/u.test(words));
}

describe('a rule or a channel with anything wrong in it', () => {
  it.each([['rule', ruleSchema, checkRule], ['channel', channelSchema, checkChannel]] as const)('is told in Chinese: %s', (_, schema, check) => {
    const described = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema;
    const names = namesIn(described);
    const told = new Set<string>();
    for (const sample of samplesOf(described)) for (const bad of badOf(sample, WRONG)) {
      const result = check(bad);
      for (const { message } of result.ok ? [] : result.faults) told.add(message);
    }
    expect(told.size).toBeGreaterThan(50);
    expect([...told].filter((message) => isEnglish(faultInChinese(message), names))).toEqual([]);
  });
});

interface Described { paths: Record<string, Record<string, { parameters?: { in: string; name: string }[]; requestBody?: { content: Record<string, { schema: Schema }> } }>> }

describe('a request with anything wrong in it', () => {
  let server: TestGateway;
  let described: Described;
  beforeAll(async () => {
    server = await startTestGateway();
    described = await (await fetch(`${server.url}/openapi.json`)).json() as Described;
  });
  afterAll(() => server.gateway.stop());

  const faults = async (url: string, init: RequestInit): Promise<string[]> => {
    const response = await fetch(url, { ...init, headers: { ...init.headers, 'accept-language': 'zh' } });
    if (response.status !== 400) return response.arrayBuffer().then(() => []);
    const { detail, errors = [], rejected = [] } = await response.json() as { detail: string; errors?: { message: string }[]; rejected?: { message: string }[] };
    return [detail, ...[...errors, ...rejected].map(({ message }) => message)];
  };

  it('is told in Chinese: each part of each body', async () => {
    const names = namesIn(described);
    const english = new Map<string, string>();
    let said = 0;
    for (const [path, methods] of Object.entries(described.paths)) for (const [method, { requestBody }] of Object.entries(methods)) {
      const schema = requestBody?.content['application/json']?.schema;
      // Rules, which some bodies hold, and channels are looked at above, items in error-in-chinese.test.ts; a PUT reads what a POST reads.
      if (schema === undefined || /^\/v1\/(?:rules|channels|backtest|compare|feedback$)/u.test(path) || (method === 'put' && path.endsWith('{id}'))) continue;
      const url = server.url + path.replaceAll(/\{\w+\}/gu, 'x');
      for (const bad of samplesOf(schema).flatMap((sample) => [...badOf(sample, [7, 'x'])])) {
        for (const text of await faults(url, { method: method.toUpperCase(), headers: { 'content-type': 'application/json' }, body: JSON.stringify(bad) })) {
          said += 1;
          if (isEnglish(text, names)) english.set(text.replaceAll(/\d+/gu, 'N').slice(0, 300), `${method} ${path}`);
        }
      }
    }
    expect(said).toBeGreaterThan(300);
    expect([...english].map(([text, where]) => `${where}: ${text}`)).toEqual([]);
  });

  it('is told in Chinese: each parameter', async () => {
    const names = namesIn(described);
    const english = new Set<string>();
    let said = 0;
    for (const [path, { get }] of Object.entries(described.paths)) for (const { name } of (get?.parameters ?? []).filter((parameter) => parameter.in === 'query')) {
      for (const wrong of ['', 'x', '-1', 'x'.repeat(3_000)]) {
        for (const text of await faults(`${server.url}${path.replaceAll(/\{\w+\}/gu, 'x')}?${new URLSearchParams([[name, wrong], ['unknownKey', '1']]).toString()}`, {})) {
          said += 1;
          if (isEnglish(text, names)) english.add(`${path} ${name}: ${text}`);
        }
      }
    }
    expect(said).toBeGreaterThan(100);
    expect([...english]).toEqual([]);
  });
});

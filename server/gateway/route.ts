import { z } from 'zod';
import type { ErrorCode } from '../../core/errors.ts';
import { TocsinError } from '../../core/errors.ts';
import { parseJson, decodeBody } from './parse-body.ts';
import { DetailedError } from './problem.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface RouteRequest {
  /** Values of the path's `{…}`, decoded, in their order. */
  params: readonly string[];
  /** Behind the `?`, as sent; empty for a route that takes a body. */
  query: string;
  /** Lower case, without parameters; empty when there is none. */
  contentType: string;
  /** Gone once `handle` has returned, its promise too: read it before anything is awaited. Empty for a route that takes none. */
  body: Uint8Array;
  /** `If-None-Match`, `Accept` and `Accept-Language`, for pages; empty for a route of the API. */
  ifNoneMatch: string;
  accept: string;
  acceptLanguage: string;
}

export interface Reply {
  status: number;
  contentType: string;
  /** Pieces are sent as they come: an answer that is too large to be held. */
  body: string | Uint8Array | AsyncIterable<Uint8Array>;
  headers?: Readonly<Record<string, string>>;
}

/** One endpoint: how it is served and how it is documented, from the same schemas. */
export interface Route {
  method: Method;
  /** With `{name}` for a segment. A `*` at the end takes the rest. */
  path: string;
  /** Media types of the body; absent for a route that takes none. */
  accepts?: readonly string[];
  /** Answered while the gateway drains too. */
  whileDraining?: true;
  /** Needs no token though it changes something: the address itself is the permission. */
  isOpen?: true;
  /** Absent for pages, which are no part of the API. */
  operation?: Operation;
  handle(request: RouteRequest): Reply | Promise<Reply>;
}

export interface Operation {
  id: string;
  summary: string;
  description?: string;
  tag: string;
  params?: Readonly<Record<string, string>>;
  query?: z.ZodObject;
  /** By media type. */
  body?: Readonly<Record<string, z.ZodType>>;
  /** The answer of each status that is no error; `content` by media type, absent for an empty answer. */
  answers: Readonly<Record<number, { description: string; content?: Readonly<Record<string, z.ZodType>> }>>;
  /** Beside `internal`, which any route may answer. */
  errors: readonly ErrorCode[];
}

export const JSON_TYPE = 'application/json';
export const NDJSON_TYPE = 'application/x-ndjson';

export function jsonReply(status: number, value: unknown, headers?: Record<string, string>): Reply {
  return { status, contentType: JSON_TYPE, body: JSON.stringify(value), ...(headers === undefined ? {} : { headers }) };
}

/** @throws TocsinError `invalid_request` that names each parameter that is wrong, unknown or given twice. */
export function readQuery<T extends z.ZodObject>(schema: T, query: string): z.output<T> {
  const given = new URLSearchParams(query);
  const values: Record<string, string> = {};
  const errors: { field: string; message: string }[] = [];
  for (const [name, value] of given) {
    if (Object.hasOwn(values, name)) errors.push({ field: name, message: 'is given more than once' });
    values[name] = value;
  }
  const parsed = z.strictObject(schema.shape).safeParse(values);
  if (!parsed.success) errors.push(...fieldErrors(parsed.error));
  if (errors.length > 0 || !parsed.success) throw invalidRequest('query', errors);
  return parsed.data as z.output<T>;
}

/** @throws TocsinError `invalid_json` or `invalid_request`. */
export function readJsonBody<T extends z.ZodType>(schema: T, request: RouteRequest): z.output<T> {
  const parsed = schema.safeParse(parseJson(decodeBody(request.body)));
  if (!parsed.success) throw invalidRequest('body', fieldErrors(parsed.error));
  return parsed.data;
}

const ERRORS_SHOWN_MAX = 20;

function fieldErrors(error: z.ZodError): { field: string; message: string }[] {
  return error.issues.slice(0, ERRORS_SHOWN_MAX).flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') return issue.keys.map((field) => ({ field: field.slice(0, 64), message: 'is not known here' }));
    return [{ field: issue.path.join('.'), message: issue.message }];
  });
}

function invalidRequest(part: 'query' | 'body', errors: { field: string; message: string }[]): TocsinError {
  const list = errors.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`)).join('; ');
  return new DetailedError('invalid_request', `The ${part} is not as it must be: ${list}.`, { errors });
}

export function notFound(what: string): TocsinError {
  return new TocsinError('not_found', `There is no such ${what}.`);
}

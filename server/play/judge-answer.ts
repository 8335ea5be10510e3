import { TocsinError, type ErrorCode, ERROR_CODES } from '../../core/errors.ts';
import type { HttpAnswer } from './http-exchange.ts';

/** One item that the server refused; `index` is its place in the batch. */
export interface Refusal {
  index: number;
  code: string;
  field: string;
  message: string;
}

/** What to do about one answer. */
export type Verdict =
  | { kind: 'settled'; accepted: number; refusals: Refusal[] }
  /** Too large for the server: send it as two halves. */
  | { kind: 'split' }
  | { kind: 'retry'; reason: 'overloaded' | 'unavailable'; afterMs: number | undefined }
  | { kind: 'failed'; error: TocsinError };

/**
 * Reads the answer of `POST /v1/feedback` to a batch.
 * @param items size of the batch
 * @param nowMs for a `Retry-After` that is a date
 */
export function judgeAnswer(answer: HttpAnswer, { items, nowMs }: { items: number; nowMs: number }): Verdict {
  const body = parseObject(answer.body);
  const refusals = readRefusals(body);
  switch (answer.status) {
    case 202:
      if (body?.['accepted'] === items - refusals.length) return { kind: 'settled', accepted: items - refusals.length, refusals };
      return failed('invalid_request', 'The server answered 202 without saying what became of each item. Is this a Tocsin server?');
    case 400:
      if (refusals.length === items) return { kind: 'settled', accepted: 0, refusals };
      return { kind: 'settled', accepted: 0, refusals: refuseAll(items, body) };
    case 413:
      return items > 1 ? { kind: 'split' } : { kind: 'settled', accepted: 0, refusals: refuseAll(items, body) };
    case 429:
      return { kind: 'retry', reason: 'overloaded', afterMs: retryAfterMs(answer.headers['retry-after'], nowMs) };
    case 408: case 502: case 503: case 504:
      return { kind: 'retry', reason: 'unavailable', afterMs: retryAfterMs(answer.headers['retry-after'], nowMs) };
    default:
      return failed(codeOf(body), `The server answered ${answer.status}: ${detailOf(body)}`);
  }
}

/** Milliseconds until the time in a `Retry-After` header: seconds or an HTTP date. */
function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds) && seconds >= 0) return seconds * 1_000;
  const atMs = Date.parse(header);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}

function readRefusals(body: Record<string, unknown> | undefined): Refusal[] {
  const rejected = body?.['rejected'];
  if (!Array.isArray(rejected)) return [];
  return rejected.map((each: Partial<Refusal>) => ({
    index: Number(each.index), code: String(each.code ?? ''), field: String(each.field ?? ''), message: String(each.message ?? ''),
  }));
}

function refuseAll(items: number, body: Record<string, unknown> | undefined): Refusal[] {
  const [code, message] = [String(body?.['code'] ?? 'invalid_request'), detailOf(body)];
  return Array.from({ length: items }, (_, index) => ({ index, code, field: '', message }));
}

function failed(code: ErrorCode, message: string): Verdict {
  return { kind: 'failed', error: new TocsinError(code, message) };
}

function codeOf(body: Record<string, unknown> | undefined): ErrorCode {
  const code = body?.['code'];
  return typeof code === 'string' && Object.hasOwn(ERROR_CODES, code) ? (code as ErrorCode) : 'invalid_request';
}

function detailOf(body: Record<string, unknown> | undefined): string {
  const detail = body?.['detail'] ?? body?.['title'];
  return typeof detail === 'string' ? detail : 'no reason given. Is this a Tocsin server?';
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

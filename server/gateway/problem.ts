import { type ErrorCode, TocsinError } from '../../core/errors.ts';

/** More that a client is told beside the sentence: which fields, which items. */
export class DetailedError extends TocsinError {
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, details: Record<string, unknown>) {
    super(code, message);
    this.name = 'DetailedError';
    this.details = details;
  }
}

/** RFC 9457, with the stable `code`. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: ErrorCode;
  detail: string;
  [more: string]: unknown;
}

export const PROBLEM_TYPE = 'application/problem+json';

/** Seconds after which the same request may succeed, for the codes of which that is true. */
const RETRY_AFTER_SECONDS: Partial<Record<ErrorCode, number>> = {
  overloaded: 1, log_unavailable: 2, store_unavailable: 2, scorer_unavailable: 2, counter_unavailable: 2, notifier_unavailable: 2, draining: 5,
};

export function retryAfterSeconds(code: ErrorCode): number | undefined {
  return RETRY_AFTER_SECONDS[code];
}

/** What a client is told. An error that is no TocsinError keeps its text at home. */
export function toProblem(error: unknown): Problem {
  const known = error instanceof TocsinError ? error : new TocsinError('internal', 'Something went wrong inside the server. Its log says more.');
  return {
    ...(known instanceof DetailedError ? known.details : {}),
    type: `urn:tocsin:error:${known.code}`,
    title: titleOf(known.code),
    status: known.status,
    code: known.code,
    detail: known.message,
  };
}

function titleOf(code: ErrorCode): string {
  const words = code.replaceAll('_', ' ').replace('json', 'JSON');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

import { ERROR_WORDS } from '../../core/error-words.ts';
import { type ErrorCode, TocsinError } from '../../core/errors.ts';
import { errorInChinese, faultInChinese } from '../words/error-in-chinese.ts';

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

/** What a client is told, in the language that it asked for; `code` and names of fields are the same in both. An error that is no TocsinError keeps its text at home. */
export function toProblem(error: unknown, language: 'zh' | 'en' = 'en'): Problem {
  const known = error instanceof TocsinError ? error : new TocsinError('internal', 'Something went wrong inside the server. Its log says more.');
  return {
    ...(known instanceof DetailedError ? (language === 'zh' ? detailsInChinese(known.details) : known.details) : {}),
    type: `urn:tocsin:error:${known.code}`,
    title: ERROR_WORDS[known.code].title[language],
    status: known.status,
    code: known.code,
    detail: language === 'zh' ? errorInChinese(known.code, known.message) : known.message,
  };
}

/** The sentences of lists of faults (`errors`, `rejected`), which stand beside the field that they are about. */
function detailsInChinese(details: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(details).map(([name, value]) => [name, Array.isArray(value) ? value.map(entryInChinese) : value]));
}

function entryInChinese(entry: unknown): unknown {
  if (typeof entry !== 'object' || entry === null || !('message' in entry) || typeof entry.message !== 'string') return entry;
  const field = 'field' in entry && typeof entry.field === 'string' ? entry.field : '';
  // Some begin with the field that they are about, some do not.
  const isNamed = field !== '' && entry.message.startsWith(`${field} `);
  const said = faultInChinese(isNamed ? entry.message.slice(field.length + 1) : entry.message);
  return { ...entry, message: isNamed ? `${field} ${said}` : said };
}

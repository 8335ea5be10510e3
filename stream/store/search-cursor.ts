import { TocsinError } from '../../core/errors.ts';

/** The last item of a page: the next page begins after it. */
export interface SearchCursor {
  createdAtMs: number;
  id: string;
}

const CURSOR_CHARS_MAX = 1_000;

/** One opaque, URL-safe word. */
export function encodeCursor({ createdAtMs, id }: SearchCursor): string {
  return Buffer.from(JSON.stringify([createdAtMs, id])).toString('base64url');
}

/** Throws `invalid_request` for what `encodeCursor` did not make. */
export function decodeCursor(text: string): SearchCursor {
  try {
    const value: unknown = text.length > CURSOR_CHARS_MAX ? null : JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (Array.isArray(value) && Number.isSafeInteger(value[0]) && typeof value[1] === 'string') {
      return { createdAtMs: Number(value[0]), id: value[1] };
    }
  } catch {
    // Falls through to the sentence below.
  }
  throw new TocsinError('invalid_request', 'The cursor is not one that this server gave; start again without it.');
}

import { problemText } from './answers.ts';
import { readToken } from './operator.ts';
import { noteServerTime } from './server-clock.ts';
import { tellTokenWanted } from './token-wanted.ts';

/** A question that takes longer is given up. */
const ANSWER_WITHIN_MS = 10_000;

export type Answer<T> = { kind: 'read'; value: T } | { kind: 'failed'; reason: string } | { kind: 'unreachable' };

/** Asks for JSON beside this page; what changes something carries the server's token where it is known. `read` turns the body into what is wanted, null where it is something else. */
export async function askServer<T>(path: string, read: (body: unknown) => T | null, { method = 'GET', withinMs = ANSWER_WITHIN_MS, body: sent }: { method?: 'GET' | 'POST' | 'DELETE'; withinMs?: number; body?: unknown } = {}): Promise<Answer<T>> {
  const token = method === 'GET' ? '' : readToken();
  try {
    const response = await fetch(path, {
      method, cache: 'no-store', signal: AbortSignal.timeout(withinMs),
      // In the language of the page, not of the browser.
      headers: { accept: 'application/json', 'accept-language': document.documentElement.lang, ...(sent === undefined ? {} : { 'content-type': 'application/json' }), ...(token === '' ? {} : { authorization: `Bearer ${token}` }) },
      ...(sent === undefined ? {} : { body: JSON.stringify(sent) }),
    });
    noteServerTime(response);
    if (method !== 'GET' && (response.status === 401 || response.ok)) tellTokenWanted(response.status === 401);
    const body: unknown = await response.json().catch(() => null);
    if (!response.ok) return { kind: 'failed', reason: problemText(response.status, body) };
    const value = read(body);
    return value === null ? { kind: 'failed', reason: `HTTP ${response.status}` } : { kind: 'read', value };
  } catch {
    return { kind: 'unreachable' };
  }
}

/** `path?key=value…` without the empty ones. */
export function withQuery(path: string, values: Record<string, string | null>): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(values)) {
    if (value !== null && value !== '') query.set(key, value);
  }
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}

import type { BookSection, OperationAct } from '../../core/operation.ts';
import { BOOK_SECTIONS } from '../../core/operation.ts';
import type { RoutingBook } from './book.ts';
import { checkBook } from './check-book.ts';

type EntryAct = Extract<OperationAct, { kind: 'put-entry' | 'remove-entry' }>;
type Refusal = { code: 'not_found' | 'conflict' | 'invalid_request'; message: string };

interface Books {
  book: RoutingBook;
  fileBook: RoutingBook;
  readonly apiEntries: Map<string, string>;
}

const API_ENTRIES_MAX = 2_000;

/** Changes one entry of the book that was made over the API. Null when it was done. */
export function applyEntry(state: Books, asked: EntryAct): Refusal | null {
  const key = entryKey(asked.section, asked.entryId);
  if (state.fileBook[asked.section].some(({ id }) => id === asked.entryId)) {
    return { code: 'conflict', message: `${asked.section}/${asked.entryId} comes from the routing file; change it there.` };
  }
  const entries = new Map(state.apiEntries);
  if (asked.kind === 'remove-entry') {
    if (!entries.delete(key)) return { code: 'not_found', message: `There is no ${asked.entryId} among the ${asked.section}.` };
  } else {
    if (!entries.has(key) && entries.size >= API_ENTRIES_MAX) return { code: 'conflict', message: `There are ${API_ENTRIES_MAX} entries already.` };
    entries.set(key, asked.json);
  }
  const book = mergeBooks(state.fileBook, entries);
  const [fault] = checkBook(book);
  if (fault !== undefined) return { code: 'conflict', message: `${fault.section}/${fault.id}: ${fault.key} ${fault.message}.` };
  state.apiEntries.clear();
  for (const [each, json] of entries) state.apiEntries.set(each, json);
  state.book = book;
  return null;
}

/** The file's book and what was made over the API; where both have an id, the file's counts. Routes of the API come first. */
export function mergeBooks(fileBook: RoutingBook, entries: ReadonlyMap<string, string>): RoutingBook {
  const merged: RoutingBook = { ...fileBook };
  for (const section of BOOK_SECTIONS) {
    const own = [...entries].flatMap(([key, json]) => (key.startsWith(`${section}/`) ? [JSON.parse(json) as { id: string }] : []));
    const fresh = own.filter(({ id }) => !fileBook[section].some((entry) => entry.id === id));
    Object.assign(merged, { [section]: section === 'routes' ? [...fresh, ...fileBook.routes] : [...fileBook[section], ...fresh] });
  }
  return merged;
}

export function entryKey(section: BookSection, id: string): string {
  return `${section}/${id}`;
}

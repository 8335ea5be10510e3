import { isMap, LineCounter, parseDocument } from 'yaml';
import type { Node } from 'yaml';
import type { z } from 'zod';
import { BOOK_SECTIONS } from '../../core/operation.ts';
import type { BookSection } from '../../core/operation.ts';
import { nearest } from '../rules/nearest.ts';
import { yamlFaults } from '../yaml-faults.ts';
import { offsetOf } from '../yaml-list.ts';
import type { FileProblem } from '../yaml-list.ts';
import { BOOK_KEYS, bookSchema } from './book-schema.ts';
import { EMPTY_BOOK } from './book.ts';
import type { RoutingBook } from './book.ts';
import { checkBook } from './check-book.ts';

const FILE_CHARS_MAX = 1_000_000;
const ALIASES_MAX = 100;

export interface RoutingFile {
  /** The empty one where there is any problem. */
  book: RoutingBook;
  problems: FileProblem[];
}

type Path = (string | number)[];

/** Reads a routing file and says everything that is wrong in it, each with its place. `channels`: the names there are, where that is known. */
export function parseRoutingFile(yamlText: string, file: string, channels?: ReadonlySet<string>): RoutingFile {
  if (yamlText.length > FILE_CHARS_MAX) return refused(file, `is longer than ${FILE_CHARS_MAX} characters`);
  const lines = new LineCounter();
  const document = parseDocument(yamlText, { lineCounter: lines, prettyErrors: false });
  const place = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  if (document.errors.length > 0) {
    return { book: EMPTY_BOOK, problems: yamlFaults(yamlText, document.errors, lines).map((fault) => ({ file, key: '', ...fault })) };
  }
  const root = document.contents;
  if (root === null) return { book: EMPTY_BOOK, problems: [] };
  if (!isMap(root)) return refused(file, 'must hold lists: users, teams, schedules, chains, routes, inhibitions');
  let value: unknown;
  try {
    value = root.toJS(document, { maxAliasCount: ALIASES_MAX });
  } catch (error) {
    return refused(file, `cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const problem = (path: Path, message: string): FileProblem => {
    const id = entryIdAt(value, path);
    return { file, ...place(offsetOf(root as Node, path)), key: keyText(path), message, ...(id === undefined ? {} : { id }) };
  };
  const parsed = bookSchema.safeParse(value);
  const problems = parsed.success
    ? [...repeatedIds(parsed.data).map(({ path, message }) => problem(path, message)), ...checkBook(parsed.data, channels).map((fault) => problem(pathOf(parsed.data, fault), fault.message))]
    : parsed.error.issues.flatMap((issue) => faultsOf(issue)).map(({ path, message }) => problem(path, message));
  problems.sort((a, b) => a.line - b.line || a.column - b.column);
  return { book: problems.length === 0 && parsed.success ? parsed.data : EMPTY_BOOK, problems };
}

function faultsOf(issue: z.core.$ZodIssue): { path: Path; message: string }[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const known = BOOK_KEYS[path.length === 0 ? '' : path.length === 2 ? String(path[0]) : '-'] ?? [];
      const close = nearest(key, known);
      return { path: [...path, key], message: `is not a key that is known here${close === null ? '' : `; did you mean ${close}?`}` };
    });
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const inner = issue.errors.flat().find(({ code }) => code === 'custom');
    return [{ path, message: inner?.message ?? issue.message }];
  }
  return [{ path, message: issue.message }];
}

function repeatedIds(book: RoutingBook): { path: Path; message: string }[] {
  return BOOK_SECTIONS.flatMap((section) => {
    const seen = new Set<string>();
    return book[section].flatMap(({ id }, index) => {
      if (!seen.has(id)) {
        seen.add(id);
        return [];
      }
      return [{ path: [section, index, 'id'], message: `${id} was used before: every entry of ${section} has an id of its own` }];
    });
  });
}

function pathOf(book: RoutingBook, { section, id, path }: { section: BookSection | 'defaultTeam'; id: string; path: Path }): Path {
  return section === 'defaultTeam' ? ['defaultTeam'] : [section, book[section].findIndex((entry) => entry.id === id), ...path];
}

function entryIdAt(value: unknown, [section, index]: Path): string | undefined {
  const list = (value as Record<string, unknown> | null)?.[String(section)];
  const entry = Array.isArray(list) && typeof index === 'number' ? (list[index] as { id?: unknown } | null) : undefined;
  return typeof entry?.id === 'string' ? entry.id.slice(0, 100) : undefined;
}

function keyText(path: Path): string {
  return path.reduce<string>((text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`), '');
}

function refused(file: string, message: string): RoutingFile {
  return { book: EMPTY_BOOK, problems: [{ file, line: 1, column: 1, key: '', message }] };
}

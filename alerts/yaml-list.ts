import { isMap, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document, Node } from 'yaml';
import { yamlFaults } from './yaml-faults.ts';

/** Something wrong in a file. Line and column count from 1 and point at the key, or where a key is missing at the entry around it. */
export interface FileProblem {
  file: string;
  line: number;
  column: number;
  key: string;
  message: string;
  /** Id of the entry, where it has one. */
  id?: string;
}

/** One entry of the list, and a way to say that something is wrong with it. */
export interface YamlEntry {
  value: unknown;
  /** Undefined where it has none that is a text. */
  id: string | undefined;
  report(fault: { path: readonly (string | number)[]; key: string; message: string }): void;
}

const FILE_CHARS_MAX = 1_000_000;
const ENTRIES_MAX = 1_000;
const ALIASES_MAX = 100;

/** Reads a YAML list of entries with ids; hands out those whose id was not used before. Problems come in the order of the file. */
export function readYamlList(yamlText: string, file: string, { noun, take }: { noun: string; take(entry: YamlEntry): void }): FileProblem[] {
  if (yamlText.length > FILE_CHARS_MAX) return refused(file, `is longer than ${FILE_CHARS_MAX} characters`);
  const lines = new LineCounter();
  const document = parseDocument(yamlText, { lineCounter: lines, prettyErrors: false });
  const place = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  if (document.errors.length > 0) {
    return yamlFaults(yamlText, document.errors, lines).map((fault) => ({ file, key: '', ...fault }));
  }
  const root = document.contents;
  if (root === null) return [];
  if (!isSeq(root)) return refused(file, `must be a list of ${noun}s: each ${noun} starts with "- id:"`);
  if (root.items.length > ENTRIES_MAX) return refused(file, `has more than ${ENTRIES_MAX} ${noun}s`);
  const problems: FileProblem[] = [];
  const lineOfId = new Map<string, number>();
  for (const node of root.items as Node[]) {
    const value = valueOf(node, document);
    const id = idOf(value);
    const report: YamlEntry['report'] = ({ path, key, message }) => {
      problems.push({ file, ...place(offsetOf(node, path)), key, message, ...(id === undefined ? {} : { id }) });
    };
    const first = id === undefined ? undefined : lineOfId.get(id);
    if (value instanceof Error) report({ path: [], key: '', message: value.message });
    else if (first !== undefined) report({ path: ['id'], key: 'id', message: `${id} was used before, on line ${first}: every ${noun} has an id of its own` });
    else {
      if (id !== undefined) lineOfId.set(id, place(offsetOf(node, ['id'])).line);
      take({ value, id, report });
    }
  }
  return problems;
}

/** One line for a person: `channels.yaml:7:3: secrt is not a key that is known here; did you mean secret? (channel ops)` */
export function formatFileProblem({ file, line, column, key, message, id }: FileProblem, noun: string): string {
  return `${file}:${line}:${column}: ${key === '' ? `the ${noun}` : key} ${message}${id === undefined ? '' : ` (${noun} ${id})`}`;
}

/** The plain value of one entry; an Error where it cannot be read. */
export function valueOf(node: Node, document: Document): unknown {
  try {
    return node.toJS(document, { maxAliasCount: ALIASES_MAX });
  } catch (error) {
    return new Error(`cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function idOf(value: unknown): string | undefined {
  const id = value !== null && typeof value === 'object' ? (value as { id?: unknown }).id : undefined;
  return typeof id === 'string' ? id.slice(0, 100) : undefined;
}

/** Offset of the key that a path ends at, or of the nearest thing around it that is there. */
export function offsetOf(entry: Node, path: readonly (string | number)[]): number {
  let node: unknown = entry;
  let offset = entry.range?.[0] ?? 0;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => String((item.key as { value?: unknown } | null)?.value ?? item.key) === String(part));
      if (pair === undefined) return offset;
      offset = (pair.key as Node | null)?.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      const item = node.items[Number(part)] as Node | undefined;
      if (item === undefined) return offset;
      offset = item.range?.[0] ?? offset;
      node = item;
    } else return offset;
  }
  return offset;
}

function refused(file: string, message: string): FileProblem[] {
  return [{ file, line: 1, column: 1, key: '', message }];
}

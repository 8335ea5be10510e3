import { TocsinError } from '../../../core/errors.ts';
import type { Channel } from '../../../core/feedback.ts';
import { ATTRIBUTES_MAX, ATTRIBUTE_CHARS_MAX, ATTRIBUTE_KEY_CHARS_MAX } from '../../admission/limits.ts';
import { explainInput, openInput } from '../open-input.ts';
import type { InputRow } from '../read-json-rows.ts';
import { decideEncoding, type SheetEncoding } from './decide-encoding.ts';
import { mapRow, type RowReading } from './map-row.ts';
import { findSeparator, nameColumns, type NamedColumns, type SheetField } from './name-columns.ts';
import type { DateOrder } from './read-cells.ts';
import { RowSplitter, type SplitRow } from './split-rows.ts';

export interface SheetOptions {
  /** Absent: told by the file's bytes. */
  encoding?: SheetEncoding | undefined;
  /** Absent: told by its first rows. */
  separator?: string | undefined;
  /** Columns named by somebody: field to the name in the sheet. */
  columns: ReadonlyMap<SheetField, string>;
  channel: Channel | null;
  dates: DateOrder;
}

/** How a sheet is read, for a person to check. */
export interface SheetForm {
  encoding: SheetEncoding;
  separator: string;
  /** The names of its columns. */
  header: string[];
  /** The line on which they stand: a title may stand above. */
  headerLine: number;
  columns: NamedColumns;
}

export interface Sheet {
  form: SheetForm;
  /** Everything behind the names, a few rows at a time, in memory that does not grow with the file. */
  rows(): AsyncGenerator<InputRow[]>;
  /** 0 to 1. */
  readShare(): number;
}

/** A sheet's own word for a channel may be one as well. */
const CHANNEL_WORD = 1;
const HEADER_CHARS_MAX = 64 * 1024;
const HEADER_ROWS_MAX = 10;
/** How Excel itself is told of a separator, on a line before the names. */
const EXCEL_SEPARATOR = /^\ufeff?"?sep=(.)"?\r?\n/iu;

/**
 * Opens a CSV file of feedback, plain or gzip: finds out in which encoding it is written, what separates its cells and what its columns are.
 * @throws TocsinError `input_unreadable` for what is no such sheet, with what it is or lacks
 */
export async function openSheet(file: string, options: SheetOptions): Promise<Sheet> {
  const encoding = options.encoding ?? await decideEncoding(file);
  const start = await readStart(file, encoding);
  const found = findNames(start, options);
  if (found === null) throw new TocsinError('input_unreadable', `${file} has no first row that names its columns.`);
  if (typeof found === 'string') throw new TocsinError('input_unreadable', `${file} ${found}`);
  const { separator } = found;
  const form: SheetForm = { encoding, ...found };
  const reading: RowReading = { columns: found.columns, channel: options.channel, dates: options.dates, attributeCharsMax: ATTRIBUTE_CHARS_MAX };
  let readShare = (): number => 0;
  return {
    form,
    readShare: () => readShare(),
    async *rows() {
      const input = await openInput(file);
      readShare = () => input.bytesRead() / input.bytesTotal;
      for await (const rows of splitFile(file, input.stream, { encoding, separator })) {
        const mapped = rows.filter(({ line }) => line > found.headerLine).flatMap((row) => toInput(row, reading));
        if (mapped.length > 0) yield mapped;
      }
    },
  };
}

function isNames(cells: readonly string[]): boolean {
  return cells.some((cell) => cell.trim() !== '') && !/^\ufeff?sep=.?$/iu.test(cells[0] ?? '');
}

function toInput(row: SplitRow, reading: RowReading): InputRow[] {
  if (row.kind === 'broken') return [{ kind: 'unusable', number: row.line, reason: row.reason }];
  const mapped = mapRow(row.cells, reading);
  switch (mapped.kind) {
    case 'blank': return [];
    case 'unusable': return [{ kind: 'unusable', number: row.line, reason: mapped.reason }];
    case 'item': return [{ kind: 'item', number: row.line, item: mapped.item, content: row.cells.join('\u0000') }];
  }
}

async function readStart(file: string, encoding: SheetEncoding): Promise<string> {
  const { stream } = await openInput(file);
  const decoder = new TextDecoder(encoding);
  let text = '';
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length >= HEADER_CHARS_MAX) break;
    }
  } catch (error) {
    throw explainInput(error, file, 0);
  }
  return text;
}

/**
 * The row among the first ones that names most columns that are known: above it a title may stand, or names of groups of columns, as in sheets that
 * were made to be printed. What is wrong where no row names the feedback; null where there is no row.
 */
function findNames(start: string, { separator: given, columns }: SheetOptions): Omit<SheetForm, 'encoding'> | string | null {
  const told = given ?? EXCEL_SEPARATOR.exec(start)?.[1];
  const lines = start.replace(EXCEL_SEPARATOR, '').split(/[\r\n]+/u, HEADER_ROWS_MAX);
  const separators = told === undefined ? new Set(lines.map(findSeparator)) : [told];
  let [best, most, fault]: [Omit<SheetForm, 'encoding'> | null, number, string | null] = [null, 0, null];
  for (const separator of separators) {
    const splitter = new RowSplitter(separator);
    const rows = [...splitter.push(start), ...splitter.end()].flatMap((row) => (row.kind === 'row' && isNames(row.cells) ? [row] : [])).slice(0, HEADER_ROWS_MAX);
    for (const { line, cells } of rows) {
      const named = nameColumns(cells, columns, { attributesMax: ATTRIBUTES_MAX - CHANNEL_WORD, attributeKeyCharsMax: ATTRIBUTE_KEY_CHARS_MAX });
      if (!named.ok) {
        fault ??= named.message;
        continue;
      }
      const known = named.columns.fields.filter((field) => field !== null).length;
      if (known > most) [best, most] = [{ separator, header: cells, headerLine: line, columns: named.columns }, known];
    }
  }
  return best ?? fault;
}

async function* splitFile(file: string, stream: AsyncIterable<unknown>, { encoding, separator }: { encoding: SheetEncoding; separator: string }): AsyncGenerator<SplitRow[]> {
  const decoder = new TextDecoder(encoding);
  const splitter = new RowSplitter(separator);
  let line = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      const rows = splitter.push(decoder.decode(chunk, { stream: true }));
      line = rows.at(-1)?.line ?? line;
      yield rows;
    }
  } catch (error) {
    throw explainInput(error, file, line);
  }
  yield [...splitter.push(decoder.decode()), ...splitter.end()];
}

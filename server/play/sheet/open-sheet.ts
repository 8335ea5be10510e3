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
  /** Absent: told by its first row. */
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
  /** The names of its first row. */
  header: string[];
  columns: NamedColumns;
}

export interface Sheet {
  form: SheetForm;
  /** Everything behind the first row, a few rows at a time, in memory that does not grow with the file. */
  rows(): AsyncGenerator<InputRow[]>;
  /** 0 to 1. */
  readShare(): number;
}

/** A sheet's own word for a channel may be one as well. */
const CHANNEL_WORD = 1;
const HEADER_CHARS_MAX = 64 * 1024;
/** How Excel itself is told of a separator, on a line before the names. */
const EXCEL_SEPARATOR = /^\ufeff?"?sep=(.)"?\r?\n/iu;

/**
 * Opens a CSV file of feedback, plain or gzip: finds out in which encoding it is written, what separates its cells and what its columns are.
 * @throws TocsinError `input_unreadable` for what is no such sheet, with what it is or lacks
 */
export async function openSheet(file: string, options: SheetOptions): Promise<Sheet> {
  const encoding = options.encoding ?? await decideEncoding(file);
  const start = await readStart(file, encoding);
  const told = EXCEL_SEPARATOR.exec(start)?.[1];
  const firstLine = start.replace(EXCEL_SEPARATOR, '').replace(/^\ufeff/u, '').split(/[\r\n]/u, 1)[0] ?? '';
  const separator = options.separator ?? told ?? findSeparator(firstLine);
  const header = readHeader(start.replace(EXCEL_SEPARATOR, ''), separator);
  if (header === null) throw new TocsinError('input_unreadable', `${file} has no first row that names its columns.`);
  const named = nameColumns(header, options.columns, { attributesMax: ATTRIBUTES_MAX - CHANNEL_WORD, attributeKeyCharsMax: ATTRIBUTE_KEY_CHARS_MAX });
  if (!named.ok) throw new TocsinError('input_unreadable', `${file} ${named.message}`);
  const form: SheetForm = { encoding, separator, header, columns: named.columns };
  const reading: RowReading = { columns: named.columns, channel: options.channel, dates: options.dates, attributeCharsMax: ATTRIBUTE_CHARS_MAX };
  let readShare = (): number => 0;
  return {
    form,
    readShare: () => readShare(),
    async *rows() {
      const input = await openInput(file);
      readShare = () => input.bytesRead() / input.bytesTotal;
      // What stands before the names, an Excel separator and blank lines, and the names themselves.
      let isBehindHeader = false;
      for await (const rows of splitFile(file, input.stream, { encoding, separator })) {
        const headerAt = isBehindHeader ? -1 : rows.findIndex((row) => row.kind === 'row' && isNames(row.cells));
        if (!isBehindHeader && headerAt < 0) continue;
        isBehindHeader = true;
        const behind = headerAt < 0 ? rows : rows.slice(headerAt + 1);
        const mapped = behind.flatMap((row) => toInput(row, reading));
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

function readHeader(start: string, separator: string): string[] | null {
  const splitter = new RowSplitter(separator);
  for (const row of [...splitter.push(start), ...splitter.end()]) if (row.kind === 'row' && isNames(row.cells)) return row.cells;
  return null;
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

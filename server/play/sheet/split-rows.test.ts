import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ROW_CHARS_MAX, RowSplitter, type SplitRow } from './split-rows.ts';

function split(text: string, { separator = ',', pieces = [text] }: { separator?: string; pieces?: string[] } = {}): SplitRow[] {
  const splitter = new RowSplitter(separator);
  return [...pieces.flatMap((piece) => splitter.push(piece)), ...splitter.end()];
}

const told = (rows: SplitRow[]): string[] => rows.map((row) => (row.kind === 'row' ? `${row.line} ${row.cells.join('|')}` : `${row.line} !${row.reason}`));

describe('the rows of a sheet', () => {
  it.each([
    ['a line feed at the end or none', 'a,b\nc,d', ['1 a|b', '2 c|d']],
    ['line breaks of Windows and of old Macs', 'a\r\nb\rc\r\n', ['1 a', '2 b', '3 c']],
    ['separators, line breaks and quotation marks inside quoted cells', '"a,1","b\nb","c ""x"""\nd,e,f', ['1 a,1|b\nb|c "x"', '3 d|e|f']],
    ['empty cells', ',,\n"",x,', ['1 ||', '2 |x|']],
    ['a quotation mark inside a cell, as a letter', '5" screen,ok\nb,c', ['1 5" screen|ok', '2 b|c']],
    ['Windows line breaks inside a quoted cell, which count as lines', '"a\r\n\r\nb",c\r\nd,e', ['1 a\r\n\r\nb|c', '4 d|e']],
  ])('are taken with %s', (_name, text, expected) => expect(told(split(text))).toEqual(expected));

  it.each([
    ['a quotation mark that nothing closes, to the end of the file', 'a,b\n"c,d\ne,f\ng,h', ['1 a|b', '2 !has a quotation mark that nothing closes', '3 e|f', '4 g|h']],
    ['one that the next quoted cell closes', 'a,"b\nc,"d"\ne,f', ['1 !has something behind a closing quotation mark', '2 c|d', '3 e|f']],
    ['something behind a closing quotation mark', '"a"b,c\nd,e', ['1 !has something behind a closing quotation mark', '2 d|e']],
  ])('that are broken by %s lose only that line', (_name, text, expected) => expect(told(split(text))).toEqual(expected));

  it('that are too long are left out, whether they end or not, and what follows is taken', () => {
    const long = 'x'.repeat(ROW_CHARS_MAX + 10);
    for (const pieces of [[`a\n${long}\nb\n`], ['a\n', long, long, '\nb\n']]) expect(told(split('', { pieces }))).toEqual(['1 a', `2 !is longer than ${ROW_CHARS_MAX} characters`, '3 b']);
    expect(told(split('', { pieces: ['a,"b\n', 'c,d\n'.repeat(ROW_CHARS_MAX / 2), 'e'] })).slice(0, 2)).toEqual(['1 !has a quotation mark that nothing closes', '2 c|d']);
  });

  it('are those of csv-parse, wherever the pieces end', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '好', '"', ',', ';', '\n', '\r\n', ' ', '😀'), maxLength: 6 });
    fc.assert(fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 8 }), fc.constantFrom(',', ';', '\t'), fc.constantFrom('\n', '\r\n'), fc.array(fc.nat({ max: 120 }), { maxLength: 6 }), (rows, separator, newline, cuts) => {
      const text = rows.map((cells) => cells.map((each) => `"${each.replaceAll('"', '""')}"`).join(separator)).join(newline);
      const places = [0, ...cuts.filter((at) => at < text.length).toSorted((a, b) => a - b), text.length];
      const pieces = places.slice(1).map((end, index) => text.slice(places[index], end));
      const got = split('', { separator, pieces }).map((row) => (row.kind === 'row' ? row.cells : row));
      expect(got).toEqual(parse(text, { delimiter: separator, relax_column_count: true, record_delimiter: newline }));
    }));
  });
});

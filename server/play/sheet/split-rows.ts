/** One row of a sheet, or why there is none. `line` is the line of the file on which it begins, from 1 on. */
export type SplitRow =
  | { kind: 'row'; line: number; cells: string[] }
  | { kind: 'broken'; line: number; reason: string };

/** Longer rows are reported and left out. */
export const ROW_CHARS_MAX = 256 * 1024;

type Taken = { kind: 'cells'; cells: string[]; next: number; lines: number } | { kind: 'broken'; reason: string } | { kind: 'more' };

const LINE_END_MAX = 2;
const BREAKS = /[\r\n]/gu;

/**
 * Splits the text of a CSV file into rows (RFC 4180: quoted cells may hold separators, line breaks and doubled quotation
 * marks), as it arrives in pieces; lines end with LF, CR LF or CR. Memory is bounded by {@link ROW_CHARS_MAX}.
 *
 * After a row that is broken, a quotation mark that nothing closes for one, it goes on with the line after the one on which
 * that row began: what follows is not lost with it. csv-parse 7 would end there, or leave out without a word all that stands
 * behind such a mark (`skip_records_with_error`); the tests hold both to the same rows of sheets that are whole.
 */
export class RowSplitter {
  readonly #separator: string;
  #text = '';
  #line = 1;
  /** The rest of a line that is too long. */
  #skipping = false;

  constructor(separator: string) {
    this.#separator = separator;
  }

  push(text: string): SplitRow[] {
    this.#text += text;
    return this.#split(false);
  }

  end(): SplitRow[] {
    return this.#split(true);
  }

  #split(isEnd: boolean): SplitRow[] {
    const rows: SplitRow[] = [];
    let at = 0;
    if (this.#skipping) {
      at = this.#lineAfter(0, isEnd);
      if (at < 0) return this.#keep('', rows);
      this.#skipping = false;
      this.#line += 1;
    }
    // Looked for once each, not once a row.
    let nextQuote = this.#find('"', at);
    while (at < this.#text.length) {
      if (nextQuote < at) nextQuote = this.#find('"', at);
      const taken = this.#take(at, nextQuote, isEnd);
      if (taken.kind === 'more' && this.#text.length - at <= ROW_CHARS_MAX) break;
      const isTooLong = taken.kind === 'more' || (taken.kind === 'cells' && taken.next - at > ROW_CHARS_MAX + LINE_END_MAX);
      if (taken.kind === 'cells' && !isTooLong) {
        rows.push({ kind: 'row', line: this.#line, cells: taken.cells });
        this.#line += taken.lines;
        at = taken.next;
        continue;
      }
      const after = this.#lineAfter(at, isEnd);
      const hasQuote = nextQuote < (after < 0 ? this.#text.length : after);
      rows.push({ kind: 'broken', line: this.#line, reason: taken.kind === 'broken' ? taken.reason : tooLong(hasQuote) });
      if (after < 0) {
        this.#skipping = true;
        return this.#keep('', rows);
      }
      this.#line += 1;
      at = after;
    }
    return this.#keep(this.#text.slice(at), rows);
  }

  #keep(rest: string, rows: SplitRow[]): SplitRow[] {
    this.#text = rest;
    return rows;
  }

  #find(what: string, from: number): number {
    const found = this.#text.indexOf(what, from);
    return found < 0 ? this.#text.length : found;
  }

  /** Where the next line begins; -1 where the text ends before that is known. */
  #lineAfter(from: number, isEnd: boolean): number {
    BREAKS.lastIndex = from;
    const found = BREAKS.exec(this.#text)?.index;
    return found === undefined ? (isEnd ? this.#text.length : -1) : this.#behindBreak(found, isEnd);
  }

  /** Behind the line break at `at`; -1 for a CR behind which an LF may still come. */
  #behindBreak(at: number, isEnd: boolean): number {
    if (this.#text[at] === '\n') return at + 1;
    if (at + 1 === this.#text.length) return isEnd ? at + 1 : -1;
    return this.#text[at + 1] === '\n' ? at + 2 : at + 1;
  }

  #take(from: number, nextQuote: number, isEnd: boolean): Taken {
    BREAKS.lastIndex = from;
    const end = BREAKS.exec(this.#text)?.index ?? -1;
    if (end < 0 && !isEnd) return { kind: 'more' };
    const rowEnd = end < 0 ? this.#text.length : end;
    if (nextQuote >= rowEnd) {
      const next = end < 0 ? rowEnd : this.#behindBreak(end, isEnd);
      return next < 0 ? { kind: 'more' } : { kind: 'cells', cells: this.#text.slice(from, rowEnd).split(this.#separator), next, lines: 1 };
    }
    return this.#takeQuoted(from, isEnd);
  }

  /** A row in which there is a quotation mark; one inside a cell that does not begin with one is a letter like any other. */
  #takeQuoted(from: number, isEnd: boolean): Taken {
    const text = this.#text;
    const cells: string[] = [];
    let at = from;
    for (;;) {
      let cell: string;
      if (text[at] === '"') {
        const close = this.#closingQuote(at + 1);
        if (close < 0 || (close + 1 === text.length && !isEnd)) return isEnd ? { kind: 'broken', reason: 'has a quotation mark that nothing closes' } : { kind: 'more' };
        cell = text.slice(at + 1, close).replaceAll('""', '"');
        at = close + 1;
      } else {
        const end = this.#cellEnd(at);
        if (end === text.length && !isEnd) return { kind: 'more' };
        cell = text.slice(at, end);
        at = end;
      }
      cells.push(cell);
      if (at === text.length) return { kind: 'cells', cells, next: at, lines: breaksIn(text.slice(from)) };
      if (text[at] === this.#separator) {
        at += 1;
      } else if (text[at] === '\n' || text[at] === '\r') {
        const next = this.#behindBreak(at, isEnd);
        return next < 0 ? { kind: 'more' } : { kind: 'cells', cells, next, lines: breaksIn(text.slice(from, next)) };
      } else {
        return { kind: 'broken', reason: 'has something behind a closing quotation mark' };
      }
    }
  }

  #closingQuote(from: number): number {
    for (let at = this.#text.indexOf('"', from); at >= 0; at = this.#text.indexOf('"', at + 2)) {
      if (this.#text[at + 1] !== '"') return at;
    }
    return -1;
  }

  #cellEnd(from: number): number {
    for (let at = from; at < this.#text.length; at += 1) {
      const letter = this.#text[at];
      if (letter === this.#separator || letter === '\n' || letter === '\r') return at;
    }
    return this.#text.length;
  }
}

function breaksIn(text: string): number {
  return text.match(/\r\n?|\n/gu)?.length ?? 0;
}

function tooLong(hasQuote: boolean): string {
  return hasQuote ? 'has a quotation mark that nothing closes' : `is longer than ${ROW_CHARS_MAX} characters`;
}

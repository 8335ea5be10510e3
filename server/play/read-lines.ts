import { isUtf8 } from 'node:buffer';
import { TocsinError } from '../../core/errors.ts';
import { explainInput, openInput } from './open-input.ts';

/** Longer lines are skipped and reported; nothing of them is kept while they last. */
export const LINE_BYTES_MAX = 1024 * 1024;

export type InputLine =
  | { kind: 'line'; number: number; text: string }
  | { kind: 'unreadable'; number: number; reason: string };

const LF = 0x0a;
const CR = 0x0d;

/**
 * Reads the lines of a text file or of a gzip file of text (told by its first bytes), as they come off the disk: a few at a
 * time, in memory bounded by `LINE_BYTES_MAX`. Numbers start at 1; blank lines are counted and left out.
 * @throws TocsinError `input_unreadable` saying which file and why: missing, a folder, empty, called .gz without being it, cut or damaged gzip
 */
export async function* readLines(file: string): AsyncGenerator<InputLine[]> {
  const { stream } = await openInput(file);
  const splitter = new LineSplitter();
  let lines = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      const found = splitter.push(chunk);
      lines = splitter.linesSeen;
      if (found.length > 0) yield found;
    }
  } catch (error) {
    throw explainInput(error, file, lines);
  } finally {
    stream.destroy();
  }
  const rest = splitter.end();
  if (rest.length > 0) yield rest;
  if (splitter.linesSeen === 0) throw new TocsinError('input_unreadable', `${file} is empty.`);
}

/** Cuts chunks at line feeds; a carriage return before one and a byte order mark at the start are no part of a line. */
class LineSplitter {
  /** Lines so far, blank ones too; without the last one while it has no end. */
  linesSeen = 0;
  #parts: Buffer[] = [];
  #partsBytes = 0;
  #tooLong = false;

  push(chunk: Buffer): InputLine[] {
    const found: InputLine[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
      this.#keep(chunk.subarray(start, end));
      this.#finish(found);
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
    return found;
  }

  end(): InputLine[] {
    const found: InputLine[] = [];
    if (this.#partsBytes > 0 || this.#tooLong) this.#finish(found);
    return found;
  }

  #keep(part: Buffer): void {
    if (part.length === 0 || this.#tooLong) return;
    if (this.#partsBytes + part.length > LINE_BYTES_MAX) {
      this.#tooLong = true;
      this.#parts = [];
      return;
    }
    this.#parts.push(part);
    this.#partsBytes += part.length;
  }

  #finish(found: InputLine[]): void {
    this.linesSeen += 1;
    const number = this.linesSeen;
    const bytes = this.#parts.length === 1 ? (this.#parts[0] as Buffer) : Buffer.concat(this.#parts);
    const tooLong = this.#tooLong;
    this.#parts = [];
    this.#partsBytes = 0;
    this.#tooLong = false;
    if (tooLong) {
      found.push({ kind: 'unreadable', number, reason: `is longer than ${LINE_BYTES_MAX} bytes` });
    } else if (!isUtf8(bytes)) {
      found.push({ kind: 'unreadable', number, reason: 'is not UTF-8 text' });
    } else {
      const from = number === 1 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
      const to = bytes.at(-1) === CR ? bytes.length - 1 : bytes.length;
      const text = bytes.toString('utf8', from, to);
      if (text.trim() !== '') found.push({ kind: 'line', number, text });
    }
  }
}

import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { TocsinError } from '../../core/errors.ts';

/** Longer lines are skipped and reported; nothing of them is kept while they last. */
export const LINE_BYTES_MAX = 1024 * 1024;

export type InputLine =
  | { kind: 'line'; number: number; text: string }
  | { kind: 'unreadable'; number: number; reason: string };

const LF = 0x0a;
const CR = 0x0d;
const GZIP_MAGIC = [0x1f, 0x8b];

/**
 * Reads the lines of a text file or of a gzip file of text (told by its first bytes), as they come off the disk: a few at a
 * time, in memory bounded by `LINE_BYTES_MAX`. Numbers start at 1; blank lines are counted and left out.
 * @throws TocsinError `input_unreadable` saying which file and why: missing, a folder, empty, called .gz without being it, cut or damaged gzip
 */
export async function* readLines(file: string): AsyncGenerator<InputLine[]> {
  const stream = await openStream(file);
  const splitter = new LineSplitter();
  let lines = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      const found = splitter.push(chunk);
      lines = splitter.linesSeen;
      if (found.length > 0) yield found;
    }
  } catch (error) {
    throw explain(error, file, lines);
  } finally {
    stream.destroy();
  }
  const rest = splitter.end();
  if (rest.length > 0) yield rest;
  if (splitter.linesSeen === 0) throw new TocsinError('input_unreadable', `${file} is empty.`);
}

async function openStream(file: string): Promise<Readable> {
  let isGzip: boolean;
  try {
    const handle = await open(file, 'r');
    try {
      if ((await handle.stat()).isDirectory()) throw new TocsinError('input_unreadable', `${file} is a folder; name a file of JSON lines.`);
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
      if (bytesRead === 0) throw new TocsinError('input_unreadable', `${file} is empty.`);
      isGzip = bytesRead === 2 && buffer[0] === GZIP_MAGIC[0] && buffer[1] === GZIP_MAGIC[1];
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw explain(error, file, 0);
  }
  if (!isGzip && basename(file).endsWith('.gz')) throw new TocsinError('input_unreadable', `${file} is called .gz but is not a gzip file.`);
  const source = createReadStream(file, { highWaterMark: 256 * 1024 });
  // The callback is needed for the pipeline to hand errors on; reading the gunzip stream throws them.
  return isGzip ? pipeline(source, createGunzip({ chunkSize: 256 * 1024 }), () => undefined) : source;
}

function explain(error: unknown, file: string, lines: number): unknown {
  if (error instanceof TocsinError) return error;
  const { code } = error as NodeJS.ErrnoException;
  const unreadable = (why: string): TocsinError => new TocsinError('input_unreadable', `${file} ${why}`, { cause: error });
  const after = lines > 0 ? ` after line ${lines}` : '';
  switch (code) {
    case 'ENOENT': return unreadable('does not exist.');
    case 'EISDIR': return unreadable('is a folder; name a file of JSON lines.');
    case 'EACCES': case 'EPERM': return unreadable('may not be read by this user.');
    case 'Z_BUF_ERROR': return unreadable(`is cut off: its gzip data ends too early${after}.`);
    case 'Z_DATA_ERROR': return unreadable(`is damaged: its gzip data cannot be unpacked${after}.`);
    default: return typeof code === 'string' ? unreadable(`cannot be read (${code})${after}.`) : error;
  }
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

import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { TocsinError } from '../../core/errors.ts';

const GZIP_MAGIC = [0x1f, 0x8b];
const CHUNK_BYTES = 256 * 1024;

export interface OpenInput {
  /** Unpacked where the file is gzip, told by its first bytes. */
  stream: Readable;
  /** Of the file as it lies on the disk. */
  bytesTotal: number;
  /** Of {@link bytesTotal}, so far. */
  bytesRead(): number;
}

/** @throws TocsinError `input_unreadable` saying which file and why: missing, a folder, empty, called .gz without being it */
export async function openInput(file: string): Promise<OpenInput> {
  let isGzip: boolean;
  let bytesTotal: number;
  try {
    const handle = await open(file, 'r');
    try {
      const stat = await handle.stat();
      if (stat.isDirectory()) throw new TocsinError('input_unreadable', `${file} is a folder; name a file.`);
      bytesTotal = stat.size;
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
      if (bytesRead === 0) throw new TocsinError('input_unreadable', `${file} is empty.`);
      isGzip = bytesRead === 2 && buffer[0] === GZIP_MAGIC[0] && buffer[1] === GZIP_MAGIC[1];
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw explainInput(error, file, 0);
  }
  if (!isGzip && basename(file).endsWith('.gz')) throw new TocsinError('input_unreadable', `${file} is called .gz but is not a gzip file.`);
  const source = createReadStream(file, { highWaterMark: CHUNK_BYTES });
  // The callback is needed for the pipeline to hand errors on; reading the gunzip stream throws them.
  const stream = isGzip ? pipeline(source, createGunzip({ chunkSize: CHUNK_BYTES }), () => undefined) : source;
  return { stream, bytesTotal, bytesRead: () => source.bytesRead };
}

/** What is to be said of an error while reading; `lines` were read before it. */
export function explainInput(error: unknown, file: string, lines: number): unknown {
  if (error instanceof TocsinError) return error;
  const { code } = error as NodeJS.ErrnoException;
  const unreadable = (why: string): TocsinError => new TocsinError('input_unreadable', `${file} ${why}`, { cause: error });
  const after = lines > 0 ? ` after line ${lines}` : '';
  switch (code) {
    case 'ENOENT': return unreadable('does not exist.');
    case 'EISDIR': return unreadable('is a folder; name a file.');
    case 'EACCES': case 'EPERM': return unreadable('may not be read by this user.');
    case 'Z_BUF_ERROR': return unreadable(`is cut off: its gzip data ends too early${after}.`);
    case 'Z_DATA_ERROR': return unreadable(`is damaged: its gzip data cannot be unpacked${after}.`);
    default: return typeof code === 'string' ? unreadable(`cannot be read (${code})${after}.`) : error;
  }
}

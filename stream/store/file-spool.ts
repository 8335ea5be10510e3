import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import { TocsinError } from '../../core/errors.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import type { RowSpool } from './row-spool.ts';

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);
/** Rows that are made into text between two looks at other work. */
const ROWS_PER_SLICE = 500;
const LEVEL = 1;

/** Batches as compressed files in a folder of their own, up to a size limit. */
export class FileSpool implements RowSpool {
  readonly #folder: string;
  readonly #bytesMax: number;
  #isReady: Promise<void> | null = null;
  #written = 0;
  readonly #sizes = new Map<string, number>();
  /** Bytes on disk now. */
  bytes = 0;

  /** Whatever stands in the folder from an earlier process is removed. */
  constructor(folder: string, bytesMax: number) {
    this.#folder = folder;
    this.#bytesMax = bytesMax;
  }

  async write(rows: readonly StoredItem[]): Promise<string> {
    await (this.#isReady ??= this.#begin());
    const slices: Buffer[] = [];
    for (let from = 0; from < rows.length; from += ROWS_PER_SLICE) {
      slices.push(Buffer.from(`${rows.slice(from, from + ROWS_PER_SLICE).map((row) => JSON.stringify(row)).join('\n')}\n`));
      await setImmediate();
    }
    const bytes = await deflate(Buffer.concat(slices), { level: LEVEL });
    if (this.bytes + bytes.length > this.#bytesMax) {
      throw new TocsinError('overloaded', `The spool of rows that wait for the store is full: it holds ${this.bytes} bytes, and at most ${this.#bytesMax} are allowed.`, { retryable: true });
    }
    const place = join(this.#folder, `${++this.#written}.rows`);
    this.bytes += bytes.length;
    this.#sizes.set(place, bytes.length);
    try {
      await writeFile(place, bytes);
    } catch (error) {
      await this.remove(place);
      throw error;
    }
    return place;
  }

  async read(place: string): Promise<StoredItem[]> {
    const text = (await inflate(await readFile(place))).toString('utf8');
    const rows: StoredItem[] = [];
    for (let from = 0; from < text.length; ) {
      const end = text.indexOf('\n', from);
      rows.push(JSON.parse(text.slice(from, end)) as StoredItem);
      from = end + 1;
      if (rows.length % ROWS_PER_SLICE === 0) await setImmediate();
    }
    return rows;
  }

  async remove(place: string): Promise<void> {
    this.bytes -= this.#sizes.get(place) ?? 0;
    this.#sizes.delete(place);
    await rm(place, { force: true }).catch(() => undefined);
  }

  async #begin(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
    await mkdir(this.#folder, { recursive: true });
  }
}

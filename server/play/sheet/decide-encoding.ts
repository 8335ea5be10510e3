import { TocsinError } from '../../../core/errors.ts';
import { explainInput, openInput } from '../open-input.ts';

export const SHEET_ENCODINGS = ['utf-8', 'gb18030', 'utf-16le', 'utf-16be'] as const;
export type SheetEncoding = (typeof SHEET_ENCODINGS)[number];

/** Files that are given by mistake, by their first bytes. */
const OTHER_KINDS: readonly [number[], string][] = [
  [[0x50, 0x4b, 0x03, 0x04], 'is an Excel workbook (.xlsx) or another zip file. Save the sheet as "CSV UTF-8" in Excel or WPS, and import that.'],
  [[0xd0, 0xcf, 0x11, 0xe0], 'is an old Excel workbook (.xls). Save the sheet as "CSV UTF-8" in Excel or WPS, and import that.'],
  [[0x25, 0x50, 0x44, 0x46], 'is a PDF. A sheet is imported as CSV.'],
];
const HEAD_BYTES = 4_096;
/** As many of the bytes at one side of the pairs are zero in UTF-16 text that holds Latin letters, separators and digits. */
const ZERO_SHARE_OF_UTF16 = 0.05;

/**
 * In what a sheet is written: by its byte order mark, else by what its bytes are from the first to the last: UTF-8, else
 * GB18030 (with GBK and GB2312, as Excel on a Chinese Windows writes). Where it is neither throughout, the one that fits
 * more of it. The file is read, never held.
 * @throws TocsinError `input_unreadable` for a workbook and for what cannot be read
 */
export async function decideEncoding(file: string): Promise<SheetEncoding> {
  const known = byFirstBytes(await readHead(file), file);
  if (known !== null) return known;
  const misfits = await countMisfits(file, 'utf-8');
  return misfits === 0 || misfits <= await countMisfits(file, 'gb18030') ? 'utf-8' : 'gb18030';
}

async function readHead(file: string): Promise<Buffer> {
  try {
    const { stream } = await openInput(file);
    for await (const chunk of stream as AsyncIterable<Buffer>) return chunk.subarray(0, HEAD_BYTES);
    return Buffer.alloc(0);
  } catch (error) {
    throw explainInput(error, file, 0);
  }
}

/** At how many places bytes are not of an encoding. */
async function countMisfits(file: string, encoding: SheetEncoding): Promise<number> {
  const { stream } = await openInput(file);
  const decoder = new TextDecoder(encoding);
  let misfits = 0;
  const add = (text: string): void => {
    for (let at = text.indexOf('\ufffd'); at >= 0; at = text.indexOf('\ufffd', at + 1)) misfits += 1;
  };
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) add(decoder.decode(chunk, { stream: true }));
  } catch (error) {
    throw explainInput(error, file, 0);
  }
  add(decoder.decode());
  return misfits;
}

function byFirstBytes(head: Buffer, file: string): SheetEncoding | null {
  for (const [magic, what] of OTHER_KINDS) {
    if (magic.every((byte, index) => head[index] === byte)) throw new TocsinError('input_unreadable', `${file} ${what}`);
  }
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return 'utf-8';
  const zeros = [0, 0];
  for (let at = 0; at < head.length; at += 1) if (head[at] === 0) zeros[at % 2]! += 1;
  const [even = 0, odd = 0] = zeros;
  if (odd > head.length * ZERO_SHARE_OF_UTF16 && odd > 4 * even) return 'utf-16le';
  if (even > head.length * ZERO_SHARE_OF_UTF16 && even > 4 * odd) return 'utf-16be';
  if (even + odd > 0) throw new TocsinError('input_unreadable', `${file} is not text. A sheet is imported as CSV.`);
  return null;
}

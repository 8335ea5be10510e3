import { isUtf8 } from 'node:buffer';
import { TocsinError } from '../../core/errors.ts';
import { type JsonFault, locateJsonFault } from './locate-json-fault.ts';

const BYTE_ORDER_MARK = 0xfeff;

/** The body as text, without a byte order mark. @throws TocsinError `invalid_json` for bytes that are not UTF-8. */
export function decodeBody(body: Uint8Array): string {
  if (!isUtf8(body)) {
    throw new TocsinError('invalid_json', `The body is not valid UTF-8 from byte ${validBytes(body)} on.`);
  }
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  return text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text;
}

/** @throws TocsinError `invalid_json` that says where the fault is and repeats nothing of the text. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const fault = locateJsonFault(text);
    // JSON.parse has limits of its own beyond the grammar.
    if (fault === null) throw new TocsinError('invalid_json', 'The body is JSON that is too large to be read.', { cause });
    throw new TocsinError('invalid_json', `The body is not valid JSON: ${describeFault(fault)}.`);
  }
}

function describeFault({ line, column, position, reason }: JsonFault): string {
  return `at line ${line}, column ${column} (position ${position}) ${reason}`;
}

/** A line of NDJSON that is neither blank nor the end; `number` counts lines from 1. */
export interface JsonLine {
  number: number;
  text: string;
}

/** Lines end with `\n`, or `\r\n`; blank ones are passed over. */
export function* splitLines(text: string): Generator<JsonLine> {
  let number = 0;
  for (let start = 0; start < text.length;) {
    const end = text.indexOf('\n', start);
    const line = text.slice(start, end < 0 ? text.length : end);
    number += 1;
    if (line.trim() !== '') yield { number, text: line };
    start = end < 0 ? text.length : end + 1;
  }
}

/** How many bytes may begin a text, by bisection; a character that the end cuts off counts until its last byte. */
function validBytes(body: Uint8Array): number {
  let valid = 0;
  let invalid = body.length;
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1;
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(body.subarray(0, middle), { stream: true });
      valid = middle;
    } catch {
      invalid = middle;
    }
  }
  return valid;
}

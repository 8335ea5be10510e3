import { TocsinError } from '../../core/errors.ts';

/**
 * Format v1, shared by every kind of frame: UTF-8 lines, each ended by `\n`. The first is a JSON header
 * `{"v":1,"kind":…,"count":n}`, then n lines of JSON, one an item. v2, of scored frames alone, has one more line behind
 * them. See docs/frames.md.
 */
export type FrameVersion = 1 | 2;

/** Of each kind that has more than version 1. */
const NEWEST_VERSIONS: Partial<Record<string, FrameVersion>> = { scored: 2 };

/** Fields of the header beside `v`, `kind` and `count`. */
export type HeaderFields = Record<string, string | number>;

/** A decoded frame whose items have not been looked at yet. */
export interface TextFrame {
  version: FrameVersion;
  kind: string;
  header: Record<string, unknown>;
  /** The item lines in one string, each ended by `\n`. */
  body: string;
  count: number;
}

const NEWLINE = 0x0a;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** `lines` are JSON texts without line breaks, as JSON.stringify makes them. */
export function encodeTextFrame(kind: string, fields: HeaderFields, lines: readonly string[]): Uint8Array {
  const header = encodeHeader({ version: 1, kind, fields, count: lines.length });
  return encoder.encode(lines.length === 0 ? header : `${header}${lines.join('\n')}\n`);
}

/** The first line, with its end. */
export function encodeHeader({ version, kind, fields, count }: { version: FrameVersion; kind: string; fields: HeaderFields; count: number }): string {
  return `${JSON.stringify({ v: version, kind, ...fields, count })}\n`;
}

/** The bytes behind the header. */
export function bodyBytes(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(bytes.indexOf(NEWLINE) + 1);
}

/**
 * Reads the header and finds the body; items are parsed by `parseItems`.
 * @throws TocsinError `frame_corrupt` for bytes that are not a whole frame of a known version.
 */
export function decodeTextFrame(bytes: Uint8Array): TextFrame {
  if (bytes.length === 0) throw corrupt('it is empty');
  if (bytes[bytes.length - 1] !== NEWLINE) throw corrupt('it is cut short: its last line has no end');
  const text = decodeUtf8(bytes);
  const headerEnd = text.indexOf('\n');
  const header = parseHeader(text.slice(0, headerEnd));
  const { kind, count, v: version } = header;
  const newest = (typeof kind === 'string' ? NEWEST_VERSIONS[kind] : undefined) ?? 1;
  if (version !== 1 && version !== newest) {
    throw corrupt(`its version is ${shown(version)} and this program reads version ${newest === 1 ? '1' : `1 or ${newest}`}`);
  }
  if (typeof kind !== 'string') throw corrupt('its header names no kind');
  if (!isCount(count)) throw corrupt(`its header announces ${shown(count)} items`);
  return { version: version === 1 ? 1 : newest, kind, header, body: text.slice(headerEnd + 1), count };
}

/** Parses the item lines in one go, which is about twice as fast as line by line. */
export function parseItems(frame: TextFrame): unknown[] {
  if (frame.body.length === 0) {
    if (frame.count !== 0) throw wrongCount(frame.count, 0);
    return [];
  }
  let items: unknown[];
  try {
    items = JSON.parse(`[${frame.body.slice(0, -1).replaceAll('\n', ',')}]`) as unknown[];
  } catch (cause) {
    throw corrupt(`item ${firstBadLine(frame.body)} is not JSON`, cause);
  }
  if (items.length !== frame.count) throw wrongCount(frame.count, items.length);
  return items;
}

/** The frame without its last line, and that line. @throws TocsinError `frame_corrupt` where there is none */
export function splitLastLine(frame: TextFrame): { before: TextFrame; line: string } {
  const { body } = frame;
  if (body === '') throw corrupt('its last line is missing');
  const from = body.lastIndexOf('\n', body.length - 2) + 1;
  return { before: { ...frame, body: body.slice(0, from) }, line: body.slice(from, -1) };
}

/** A whole number ≥ 0 that the header must hold, such as a time in milliseconds or a sequence. */
export function headerNumber(frame: TextFrame, field: string): number {
  const value = frame.header[field];
  if (!isCount(value)) throw corrupt(`its header has ${shown(value)} for ${field}`);
  return value;
}

export function headerText(frame: TextFrame, field: string): string {
  const value = frame.header[field];
  if (typeof value !== 'string') throw corrupt(`its header has ${shown(value)} for ${field}`);
  return value;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The error for a frame that cannot be read; `why` completes "This frame cannot be read: …". */
export function corrupt(why: string, cause?: unknown): TocsinError {
  return new TocsinError('frame_corrupt', `This frame cannot be read: ${why}.`, { cause });
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw corrupt('it is not UTF-8 text', cause);
  }
}

function parseHeader(line: string): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(line);
  } catch (cause) {
    throw corrupt('its first line is not a JSON header', cause);
  }
  if (!isObject(header)) throw corrupt('its first line is not a JSON header');
  return header;
}

function firstBadLine(body: string): number {
  const lines = body.slice(0, -1).split('\n');
  const index = lines.findIndex((line) => {
    try {
      JSON.parse(line);
      return false;
    } catch {
      return true;
    }
  });
  return index + 1;
}

function wrongCount(announced: number, found: number): TocsinError {
  return corrupt(`its header announces ${announced} items and it holds ${found}`);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** A value from outside, short enough for an error's sentence. */
function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 40);
}

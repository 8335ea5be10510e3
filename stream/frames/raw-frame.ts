import type { FeedbackItem } from '../../core/feedback.ts';
import type { RawFrame } from '../../core/frame.ts';
import { bodyBytes, corrupt, decodeTextFrame, encodeTextFrame, headerNumber, isObject, parseItems } from './text-frame.ts';

/** One item as its line in a frame: JSON without line breaks. */
export function encodeItem(item: FeedbackItem): string {
  return JSON.stringify(item);
}

export function encodeRawFrame(frame: RawFrame): Uint8Array {
  return encodeRawLines(frame.gatheredAtMs, frame.items.map(encodeItem));
}

/** Same bytes as `encodeRawFrame`, for items that `encodeItem` has already turned into lines. */
export function encodeRawLines(gatheredAtMs: number, lines: readonly string[]): Uint8Array {
  return encodeTextFrame('raw', { gatheredAtMs }, lines);
}

/**
 * Items are checked for the fields that everything later leans on; the gateway has validated the rest.
 * @throws TocsinError `frame_corrupt` for a frame that is damaged, cut short, of another kind or of a newer version.
 */
export function decodeRawFrame(bytes: Uint8Array): RawFrame {
  const frame = decodeTextFrame(bytes);
  if (frame.kind !== 'raw') throw corrupt(`it is of kind "${frame.kind}" and "raw" is expected`);
  const items = parseItems(frame);
  for (let index = 0; index < items.length; index++) {
    if (!isItem(items[index])) throw corrupt(`item ${index + 1} is not a piece of feedback`);
  }
  return { kind: 'raw', gatheredAtMs: headerNumber(frame, 'gatheredAtMs'), items: items as FeedbackItem[] };
}

/** The items' lines of a frame that `decodeRawFrame` has read, for `encodeScoredBody`: the scorer passes them on as they stand. */
export function rawBody(bytes: Uint8Array): Uint8Array {
  return bodyBytes(bytes);
}

/** Whether everything that is counted by is of its type: what passes here must never stop the counter. */
export function isItem(value: unknown): value is FeedbackItem {
  return isObject(value)
    && typeof value['id'] === 'string'
    && typeof value['workspace'] === 'string'
    && typeof value['text'] === 'string'
    && typeof value['channel'] === 'string'
    && typeof value['createdAtMs'] === 'number'
    && isTextOrAbsent(value['product'])
    && isTextOrAbsent(value['store'])
    && isTextOrAbsent(value['region'])
    && isTextOrAbsent(value['agent'])
    && (value['customer'] === undefined || isCustomer(value['customer']));
}

function isCustomer(value: unknown): boolean {
  return isObject(value) && isTextOrAbsent(value['id']) && isTextOrAbsent(value['tier']) && isTextOrAbsent(value['group']) && isTextOrAbsent(value['region']);
}

function isTextOrAbsent(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}

import type { FeedbackInput } from './feedback-input.ts';
import { mapLine } from './map-line.ts';
import { readLines } from './read-lines.ts';

/** What a file holds at one place, ready to be posted. */
export type InputRow =
  /** `content` makes the id of an item that has none. */
  | { kind: 'item'; number: number; item: FeedbackInput; content: string }
  | { kind: 'unusable'; number: number; reason: string };

/** The rows of a file of JSON lines, plain or gzip, a few at a time. @throws TocsinError `input_unreadable` */
export async function* readJsonRows(file: string): AsyncGenerator<InputRow[]> {
  for await (const lines of readLines(file)) {
    yield lines.map((line): InputRow => {
      const { number } = line;
      if (line.kind === 'unreadable') return { kind: 'unusable', number, reason: line.reason };
      const mapped = mapLine(line.text);
      return mapped.kind === 'item' ? { ...mapped, number, content: line.text } : { ...mapped, number };
    });
  }
}

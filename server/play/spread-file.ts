import { TocsinError } from '../../core/errors.ts';
import type { Posting } from './feedback-client.ts';
import type { FeedbackInput } from './feedback-input.ts';
import { mapLine } from './map-line.ts';
import { readLines } from './read-lines.ts';

/** One item with the time it was said. */
export interface TimedPosting extends Posting {
  atMs: number;
}

export interface FileProblem {
  line: number;
  reason: string;
}

export interface SpreadOptions {
  file: string;
  fromMs: number;
  toMs: number;
  idPrefix: string;
  onProblem: (problem: FileProblem) => void;
}

/** What a first reading of the file found. */
interface Survey {
  items: number;
  /** First and last time, when every item has one and they stand in order. */
  times: { firstMs: number; lastMs: number } | undefined;
}

/**
 * The items of a file, their times moved into [fromMs, toMs): in proportion when all have times in order, else evenly.
 * The file is read twice, never held.
 * @throws TocsinError `input_unreadable`, also when no line holds an item
 */
export async function* spreadFile({ file, fromMs, toMs, idPrefix, onProblem }: SpreadOptions): AsyncGenerator<TimedPosting> {
  const { items, times } = await survey(file);
  if (items === 0) throw new TocsinError('input_unreadable', `${file} holds no feedback: each line must be a JSON object with a text.`);
  let index = 0;
  for await (const { line, item, problem } of readItems(file)) {
    if (item === undefined) {
      onProblem({ line, reason: problem });
      continue;
    }
    const place = times === undefined ? index / items : (timeOf(item) - times.firstMs) / Math.max(1, times.lastMs - times.firstMs);
    const atMs = Math.min(toMs - 1, Math.floor(fromMs + place * (toMs - fromMs)));
    index += 1;
    yield { line: JSON.stringify({ ...item, id: `${idPrefix}-${index}`, createdAt: new Date(atMs).toISOString() }), place: line, atMs };
  }
}

async function survey(file: string): Promise<Survey> {
  let items = 0;
  let firstMs = Number.NaN;
  let lastMs = -Infinity;
  let ordered = true;
  for await (const { item } of readItems(file)) {
    if (item === undefined) continue;
    const atMs = timeOf(item);
    if (items === 0) firstMs = atMs;
    items += 1;
    // Not a number compares as false, and so ends the order as well.
    ordered = ordered && atMs >= lastMs;
    lastMs = atMs;
  }
  return { items, times: ordered && items > 0 ? { firstMs, lastMs } : undefined };
}

async function* readItems(file: string): AsyncGenerator<{ line: number; item: FeedbackInput | undefined; problem: string }> {
  for await (const lines of readLines(file)) {
    for (const line of lines) {
      const mapped = line.kind === 'line' ? mapLine(line.text) : { kind: 'unusable' as const, reason: line.reason };
      if (mapped.kind === 'item') yield { line: line.number, item: mapped.item, problem: '' };
      else yield { line: line.number, item: undefined, problem: mapped.reason };
    }
  }
}

function timeOf({ createdAt }: FeedbackInput): number {
  return typeof createdAt === 'string' ? Date.parse(createdAt) : Number.NaN;
}

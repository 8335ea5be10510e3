import type { FeedbackInput } from './feedback-input.ts';

export type MappedLine = { kind: 'item'; item: FeedbackInput } | { kind: 'unusable'; reason: string };

/**
 * One line of a replay file as an item to post.
 *
 * A line with a `channel` is a feedback item and is sent as it is. A line with a `source` and no channel is a row of a text
 * collection (`{text, source, label?, stars?}`): only its text goes, with the source as an attribute; a label is not told, the
 * model has to find it. Both kinds get the channel `api` when they have none. Whether the fields fit is the server's to say.
 */
export function mapLine(text: string): MappedLine {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'unusable', reason: 'is not JSON' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { kind: 'unusable', reason: 'is not a JSON object' };
  const row = value as Partial<FeedbackInput> & { source?: unknown };
  if (typeof row.text !== 'string' || row.text.trim() === '') return { kind: 'unusable', reason: 'has no text' };
  if (row.channel !== undefined) return { kind: 'item', item: row as FeedbackInput };
  if (typeof row.source === 'string') return { kind: 'item', item: { text: row.text, channel: 'api', attributes: { source: row.source } } };
  return { kind: 'item', item: { ...(row as Omit<FeedbackInput, 'channel'>), channel: 'api' } };
}

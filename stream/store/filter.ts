import type { Channel } from '../../core/feedback.ts';
import type { Sentiment } from '../../core/score.ts';
import type { Parameters } from './clickhouse.ts';

/** What a search or a count may ask of an item. Absent: anything. */
export interface FeedbackFilter {
  category?: string;
  sentiment?: Sentiment;
  channel?: Channel;
  complaint?: boolean;
  product?: string;
  region?: string;
  /** Part of the masked text; letter case does not matter. */
  text?: string;
}

export interface Conditions {
  /** Fixed text with `{name:Type}` places; never a value. */
  sql: string[];
  parameters: Parameters;
}

const CONDITIONS: Record<keyof FeedbackFilter, string> = {
  category: 'has(categories, {category:String})',
  sentiment: 'sentiment = {sentiment:String}',
  channel: 'channel = {channel:String}',
  complaint: 'complaint = {complaint:Bool}',
  product: 'product = {product:String}',
  region: 'region = {region:String}',
  text: 'positionCaseInsensitiveUTF8(text, {text:String}) > 0',
};

/** The filter as conditions with bound values. */
export function filterConditions(filter: FeedbackFilter): Conditions {
  const sql: string[] = [];
  const parameters: Parameters = {};
  for (const [name, condition] of Object.entries(CONDITIONS)) {
    const value = filter[name as keyof FeedbackFilter];
    if (value === undefined) continue;
    sql.push(condition);
    parameters[name] = value;
  }
  return { sql, parameters };
}

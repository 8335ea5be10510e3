/** Columns that the sink writes, in the order of a row's values. A migration that adds a column adds it here too. */
export const FEEDBACK_COLUMNS = [
  'workspace', 'id', 'created_at', 'received_at', 'channel', 'text', 'language',
  'sentiment', 'sentiment_probability', 'negative_probability', 'neutral_probability', 'positive_probability',
  'stars', 'star_probabilities', 'rating_conflict',
  'complaint', 'complaint_probability', 'severity',
  'categories', 'category_probabilities', 'category_deciders', 'implicit', 'keywords', 'duplicate_of', 'campaign_of', 'filled', 'model',
  'id_given', 'customer_id', 'customer_name', 'customer_phone', 'customer_phone_hash',
  'customer_tier', 'customer_group', 'customer_region',
  'product', 'order', 'ticket', 'agent', 'store', 'region',
  'rating', 'nps', 'wait_seconds', 'resolved', 'tags', 'parent_id', 'attributes',
  'log_id', 'log_sequence', 'log_index',
] as const;

export type FeedbackColumn = (typeof FEEDBACK_COLUMNS)[number];

/** What JSONCompactEachRow can hold of these columns. Times are `YYYY-MM-DD hh:mm:ss.mmm` in UTC. */
export type ColumnValue = string | number | boolean | null | readonly string[] | readonly number[];

/** One row of `tocsin.feedback`, its values in the order of FEEDBACK_COLUMNS. */
export type FeedbackRow = readonly ColumnValue[];

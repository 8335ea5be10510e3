import type { Migration } from './migration.ts';

const COLUMNS = [
  "counted_model LowCardinality(String) DEFAULT ''",
  "counted_sentiment LowCardinality(String) DEFAULT ''",
  'counted_stars UInt8 DEFAULT 0',
  'counted_complaint Bool DEFAULT false',
  'counted_complaint_probability Float32 DEFAULT 0 CODEC(ZSTD(1))',
  'counted_categories Array(LowCardinality(String)) DEFAULT []',
];
const KEPT = 'workspace, id, created_at, model, scored_at, sentiment, sentiment_probability, stars, complaint, complaint_probability, severity, categories, category_probabilities';

/**
 * Beside what another model says of an item, what was counted of it, so that boards compare the two without looking for the item.
 * Readings that were kept before are written again with it; each takes the place of the one without.
 */
export const countedReadings: Migration = {
  version: 8,
  name: 'counted-readings',
  statements: ({ database, altered }) => [
    ...COLUMNS.flatMap((column) => altered('scores', `ADD COLUMN IF NOT EXISTS ${column}`)),
    `INSERT INTO ${database}.scores (${KEPT}, counted_model, counted_sentiment, counted_stars, counted_complaint, counted_complaint_probability, counted_categories)
SELECT ${KEPT.split(', ').map((column) => `kept.${column}`).join(', ')}, item.model, item.sentiment, item.stars, item.complaint, item.complaint_probability, item.categories
FROM (SELECT * FROM ${database}.scores FINAL WHERE counted_model = '') AS kept
GLOBAL INNER JOIN
(
  SELECT workspace, id, model, sentiment, stars, complaint, complaint_probability, categories FROM ${database}.feedback
  WHERE (workspace, created_at, id) GLOBAL IN (SELECT workspace, created_at, id FROM ${database}.scores WHERE counted_model = '')
) AS item ON item.workspace = kept.workspace AND item.id = kept.id
SETTINGS async_insert = 0, insert_deduplicate = 0, max_partitions_per_insert_block = 0`,
  ],
};

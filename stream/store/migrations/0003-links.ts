import type { Migration } from './migration.ts';

const COLUMNS = [
  "campaign_of String DEFAULT '' CODEC(ZSTD(1)) AFTER duplicate_of",
  'filled Array(LowCardinality(String)) DEFAULT [] AFTER campaign_of',
];

/** What links an item to others: the copied text that it is of, and the fields that were filled from its customer's history. */
export const links: Migration = {
  version: 3,
  name: 'links',
  statements: ({ altered }) => COLUMNS.flatMap((column) => altered('feedback', `ADD COLUMN IF NOT EXISTS ${column}`)),
};

import { markBackfill } from './0002-rollups.ts';
import type { Migration } from './migration.ts';

/**
 * Batches of rows end elsewhere than before (`cut-batches.ts`), so the last one before this version comes again under another token. What is
 * stored up to here is noted: of such a batch only what is missing is inserted.
 */
export const batchEnds: Migration = {
  version: 12,
  name: 'batch-ends',
  statements: (placement) => [markBackfill(placement)],
};

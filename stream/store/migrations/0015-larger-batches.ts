import { markBackfill } from './0002-rollups.ts';
import type { Migration } from './migration.ts';

/** Batches have more rows than before, so what is stored up to here is noted as in `0012-batch-ends.ts`. */
export const largerBatches: Migration = {
  version: 15,
  name: 'larger-batches',
  statements: (placement) => [markBackfill(placement)],
};

import { markBackfill } from './0002-rollups.ts';
import type { Migration } from './migration.ts';

/** Batches end at another tick than before where one slipped over a second's edge, so what is stored up to here is noted as in `0012-batch-ends.ts`. */
export const slippedTicks: Migration = {
  version: 13,
  name: 'slipped-ticks',
  statements: (placement) => [markBackfill(placement)],
};

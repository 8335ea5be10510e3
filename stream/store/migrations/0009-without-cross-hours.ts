import { createView, dropView, markBackfill } from './0002-rollups.ts';
import type { Migration } from './migration.ts';
import type { Placement } from './placement.ts';
import { DAY, rollupSelect, viewOf } from './rollup-views.ts';

const CROSS_DAYS = 'rollup_cross_day';
const CROSS_HOURS = 'rollup_cross_hour';
/** A store may hold years; beyond this, counting goes on through files. */
const GROUPING_BYTES_MAX = 500_000_000;

/**
 * Nobody reads hours of category × channel × region × customer group, and each table that a view fills costs every insert some ten milliseconds.
 * Days of them are made from the items from now on. Another view does not know the tokens of earlier inserts, so the days are made again
 * from the items, except those that began before the oldest item: nothing is left to make them from, and no insert that was under way had rows of them.
 */
export const withoutCrossHours: Migration = {
  version: 9,
  name: 'without-cross-hours',
  statements: (placement) => {
    const { database, local, onCluster } = placement;
    const oldest = `(SELECT if(count() = 0, toDateTime64('2299-01-01 00:00:00', 3, 'UTC'), min(created_at)) FROM ${database}.feedback)`;
    const items = `(SELECT * FROM ${database}.feedback WHERE ${DAY(placement, 'created_at')} > ${oldest})`;
    return [
      dropView(placement, CROSS_DAYS),
      dropView(placement, CROSS_HOURS),
      `ALTER TABLE ${local(CROSS_DAYS)} ${onCluster} DELETE WHERE time > ${oldest} SETTINGS mutations_sync = 2, allow_nondeterministic_mutations = 1`,
      `INSERT INTO ${database}.${CROSS_DAYS} ${rollupSelect(CROSS_DAYS, placement, items)} SETTINGS async_insert = 0, insert_deduplicate = 0, max_partitions_per_insert_block = 0, max_bytes_before_external_group_by = ${GROUPING_BYTES_MAX}`,
      markBackfill(placement),
      createView(placement, CROSS_DAYS, viewOf(CROSS_DAYS).view(placement)),
      ...dropped(placement),
    ];
  },
};

function dropped({ database, local, onCluster }: Placement): string[] {
  return [...new Set([`${database}.${CROSS_HOURS}`, local(CROSS_HOURS)])].map((table) => `DROP TABLE IF EXISTS ${table} ${onCluster} SYNC`);
}

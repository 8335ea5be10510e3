import type { Migration } from './migration.ts';

/**
 * When items arrived and where they stand on their log, by minute: for boards that ask this of months, in whole minutes
 * (`toStartOfMinute(created_at)`). A projection lies inside of each part of `feedback`, so it holds what the part holds: an insert that is
 * repeated is in neither twice, and no further table is written. Parts that are there are given theirs in the background; until then the
 * engine reads their items.
 */
export const arrivals: Migration = {
  version: 7,
  name: 'arrivals',
  statements: ({ onCluster, local }) => [
    // Else a lightweight DELETE of rows is refused because of the projection.
    `ALTER TABLE ${local('feedback')} ${onCluster} MODIFY SETTING lightweight_mutation_projection_mode = 'rebuild'`,
    `
ALTER TABLE ${local('feedback')} ${onCluster} ADD PROJECTION IF NOT EXISTS arrivals
(
  SELECT
    workspace, log_id, toStartOfMinute(created_at),
    count(), countIf(log_index = 0), countIf(received_at > created_at + toIntervalHour(1)), max(received_at), min(log_sequence), max(log_sequence)
  GROUP BY workspace, log_id, toStartOfMinute(created_at)
)`,
    `ALTER TABLE ${local('feedback')} ${onCluster} MATERIALIZE PROJECTION arrivals SETTINGS mutations_sync = 0`,
  ],
};

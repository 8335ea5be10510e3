import type { MetricMaker, Recorders } from './metric-maker.ts';

/** What keeps the roles going: bounded queues, snapshots, logs that are trimmed, workers. */
export function recordUpkeep({ counter, gauge, histogram }: MetricMaker) {
  const replaced = counter('tocsin_workers_replaced_total', 'Worker threads replaced.', ['worker', 'reason']);
  const snapshotPause = histogram('tocsin_snapshot_pause_seconds', 'Time that counting stood still for a snapshot.');
  const snapshotsFailed = counter('tocsin_snapshots_failed_total', 'Snapshots that could not be written.', ['reason']);
  const deskSnapshotPause = histogram('tocsin_desk_snapshot_pause_seconds', 'Time that the incident desk stood still for a snapshot.');
  const deskSnapshotsFailed = counter('tocsin_desk_snapshots_failed_total', 'Snapshots of the incident desk that could not be kept.', ['reason']);
  const snapshotsRejected = counter('tocsin_snapshots_rejected_total', 'Snapshots that could not be used at a start.', ['reason']);
  const trimmed = counter('tocsin_log_entries_trimmed_total', 'Old entries removed from a log.', ['log']);
  const depth = gauge('tocsin_queue_depth', 'Entries waiting in a bounded queue.', ['queue']);
  const limit = gauge('tocsin_queue_limit', 'Limit of a bounded queue.', ['queue']);
  const snapshotBytes = gauge('tocsin_snapshot_bytes', 'Size of the newest snapshot of the counter.');
  const deskSnapshotBytes = gauge('tocsin_desk_snapshot_bytes', 'Size of the newest snapshot of the incident desk.');
  return {
    'queue-depth'(event) {
      depth.set({ queue: event.queue }, event.depth);
      limit.set({ queue: event.queue }, event.limit);
    },
    'snapshot-written'(event) {
      snapshotBytes.set(event.bytes);
      snapshotPause.observe(event.pauseMs / 1000);
    },
    'snapshot-failed': (event) => snapshotsFailed.inc({ reason: event.reason }),
    'snapshot-rejected': (event) => snapshotsRejected.inc({ reason: event.reason }),
    'desk-snapshot-written'(event) {
      deskSnapshotBytes.set(event.bytes);
      deskSnapshotPause.observe(event.pauseMs / 1000);
    },
    'desk-snapshot-failed': (event) => deskSnapshotsFailed.inc({ reason: event.reason }),
    'log-trimmed': (event) => trimmed.inc({ log: event.log }, event.entries),
    'worker-replaced': (event) => replaced.inc({ worker: event.worker, reason: event.reason }),
  } satisfies Partial<Recorders>;
}

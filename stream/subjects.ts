import type { BucketName, LogName, SnapshotOwner } from './ports.ts';

/** JetStream stream and subject of each log. `raw` loses an entry when it is acknowledged; the others keep theirs. */
export const LOGS: Record<LogName, { stream: string; subject: string; retention: 'until-acknowledged' | 'kept' }> = {
  raw: { stream: 'TOCSIN_RAW', subject: 'tocsin.raw.0', retention: 'until-acknowledged' },
  scored: { stream: 'TOCSIN_SCORED', subject: 'tocsin.scored.0', retention: 'kept' },
  alerts: { stream: 'TOCSIN_ALERTS', subject: 'tocsin.alerts', retention: 'kept' },
  operations: { stream: 'TOCSIN_OPERATIONS', subject: 'tocsin.operations', retention: 'kept' },
  incidents: { stream: 'TOCSIN_INCIDENTS', subject: 'tocsin.incidents', retention: 'kept' },
  deliveries: { stream: 'TOCSIN_DELIVERIES', subject: 'tocsin.deliveries', retention: 'kept' },
  labels: { stream: 'TOCSIN_LABELS', subject: 'tocsin.labels', retention: 'kept' },
  dead: { stream: 'TOCSIN_DEAD', subject: 'tocsin.dead', retention: 'kept' },
};

export const BUCKETS: Record<BucketName, string> = { rules: 'TOCSIN_RULES', channels: 'TOCSIN_CHANNELS', links: 'TOCSIN_LINKS', corrections: 'TOCSIN_CORRECTIONS' };

/** Object stores of snapshots. */
export const SNAPSHOT_BUCKETS: Record<SnapshotOwner, string> = { counter: 'TOCSIN_SNAPSHOTS', desk: 'TOCSIN_DESK_SNAPSHOTS' };

/** Core NATS subjects: questions between roles, and live fan-out. */
export const SUBJECTS = {
  /** A producer may send feedback here as a request; the answer is that of POST /v1/feedback. */
  feedbackIntake: 'tocsin.feedback',
  score: 'tocsin.ask.score',
  /** ModelStatus. */
  model: 'tocsin.ask.model',
  /** Reads the model anew: {model?}; the answer is ModelStatus. */
  modelReload: 'tocsin.ask.model-reload',
  /** A scorer has changed its model; the others follow: {scorer, model?}. */
  modelChanged: 'tocsin.live.model-changed',
  counts: 'tocsin.ask.counts',
  /** The latest ReconcileReport, or null. */
  reconciliation: 'tocsin.ask.reconciliation',
  /** Items of an UnstoredQuery that are counted and not stored yet. */
  unstoredItems: 'tocsin.ask.unstored-items',
  /** SharedItem[] of a SharedQuestion, of items that are counted and not stored yet. */
  unstoredShared: 'tocsin.ask.unstored-shared',
  /** PipelineStatus. */
  status: 'tocsin.ask.status',
  /** ChannelTestAnswer: a test page over one channel. */
  channelTest: 'tocsin.ask.channel-test',
  /** A lost page as its dead letter holds it, to be sent again; the answer is how that went, in words. */
  pageAgain: 'tocsin.ask.page-again',
  /** BoardCounts, once a second and after each alert. */
  liveCounts: 'tocsin.live.counts',
  /** FeedbackGlimpse[], a few times a second. */
  liveFeedback: 'tocsin.live.feedback',
} as const;

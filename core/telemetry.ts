import type { StageTimes } from './stage.ts';

/**
 * What the flow tells about itself: facts, never metric names. server/telemetry maps each kind to metrics and logs.
 * Durations in milliseconds.
 */
export type TelemetryEvent =
  | { kind: 'items-admitted'; count: number; channel: string }
  | { kind: 'items-rejected'; count: number; code: string }
  | { kind: 'request-finished'; route: string; method: string; status: number; durationMs: number }
  | { kind: 'request-refused'; reason: 'overloaded' | 'draining' | 'log-unavailable' | 'too-large' | 'timeout' }
  | { kind: 'frame-appended'; log: 'raw' | 'scored'; items: number; bytes: number; durationMs: number }
  | { kind: 'frame-scored'; items: number; durationMs: number }
  | { kind: 'frame-counted'; items: number; duplicates: number; repeats: number; durationMs: number; endToEndMs: number }
  | { kind: 'counter-noticed'; notice: string }
  | { kind: 'frame-dead-lettered'; stage: string; reason: string }
  | { kind: 'stages-passed'; stagesMs: StageTimes }
  | { kind: 'rows-stored'; rows: number; durationMs: number }
  | { kind: 'rows-spooled'; rows: number }
  | { kind: 'store-retried'; reason: string; attempt: number }
  | { kind: 'history-filled'; items: number; durationMs: number }
  | { kind: 'log-reconciled'; rows: number; missing: number; repaired: number; extra: number; durationMs: number }
  | { kind: 'alert-published'; event: 'opened' | 'escalated' | 'resolved'; ruleId: string }
  | { kind: 'page-ordered'; reason: string }
  | { kind: 'delivery-attempted'; channel: string; outcome: string; durationMs: number }
  | { kind: 'page-put-off'; channel: string }
  | { kind: 'page-failed-over'; channel: string; to: string }
  | { kind: 'queue-depth'; queue: string; depth: number; limit: number }
  | { kind: 'snapshot-written'; sequence: number; bytes: number; pauseMs: number; durationMs: number }
  | { kind: 'snapshot-failed'; reason: string }
  | { kind: 'snapshot-rejected'; reason: string }
  | { kind: 'desk-snapshot-written'; sequence: number; bytes: number; pauseMs: number; durationMs: number }
  | { kind: 'desk-snapshot-failed'; reason: string }
  | { kind: 'log-trimmed'; log: 'scored' | 'alerts' | 'deliveries' | 'incidents' | 'operations'; entries: number }
  | { kind: 'model-switched'; model: string }
  | { kind: 'model-refused'; reason: string }
  | { kind: 'worker-replaced'; worker: string; reason: string };

export type Telemetry = (event: TelemetryEvent) => void;

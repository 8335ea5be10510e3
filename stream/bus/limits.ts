import type { SnapshotOwner } from '../ports.ts';
import type { LogBytes } from './store-size.ts';

const GIB = 1024 ** 3;

/** How much each log may hold; then an append is refused with `overloaded`, and nothing old is dropped. */
export const DEFAULT_LOG_BYTES_MAX: LogBytes = { raw: 4 * GIB, scored: 16 * GIB, alerts: GIB, operations: GIB / 4, incidents: 2 * GIB, deliveries: GIB, labels: GIB, dead: GIB };

/** Every limit of the bus. Times in milliseconds. */
export interface BusLimits {
  logBytesMax: LogBytes;
  bucketBytesMax: number;
  /** Room for the snapshots of each owner, all generations and the one being written. */
  snapshotBytesMax: Record<SnapshotOwner, number>;
  /** Copies that a cluster keeps of each log: 1 on one machine, 3 on a cluster. */
  replicas: 1 | 3;
  connectMs: number;
  /** From the call of `append` to its answer, attempts after a reconnect included. */
  appendMs: number;
  /** A question to JetStream itself: creating a consumer, reading the last entry. */
  adminMs: number;
  /** Without a sign of life from its worker for this long, an entry goes to another one: what a worker's death costs. */
  ackWaitMs: number;
  /** How often a worker looks for entries that a crash of the server left on a work queue. */
  strandedLookMs: number;
  /** Questions that one answerer handles at a time; more are refused with `overloaded`. */
  answersInFlightMax: number;
}

export const DEFAULT_BUS_LIMITS: BusLimits = {
  logBytesMax: DEFAULT_LOG_BYTES_MAX,
  bucketBytesMax: 64 * 1024 ** 2,
  snapshotBytesMax: { counter: 8 * GIB, desk: 2 * GIB },
  replicas: 1,
  connectMs: 5_000,
  appendMs: 5_000,
  adminMs: 5_000,
  ackWaitMs: 10_000,
  strandedLookMs: 30_000,
  answersInFlightMax: 256,
};

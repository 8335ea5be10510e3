import type { LogInfo } from '../ports.ts';
import type { SnapshotHeader } from './format.ts';

/** Ticks change little and are counted fast, so they alone are worth a snapshot only after about an hour of them. */
const TICKS_WORTH_A_SNAPSHOT = 3_600;
/** Of the time a snapshot may take this share: with a large state or a slow disk they come less often. */
const BUSY_SHARE = 0.1;
const MARK_EVERY_MS = 3_600_000;
/** Above this share of the log's size limit it is trimmed down to the second one, however young its entries are. */
const PRESSED_SHARE = 0.8;
const RELIEVED_SHARE = 0.6;

export interface SnapshotQuestion {
  intervalMs: number;
  nowMs: number;
  /** When the last attempt ended and how long it took; both 0 before the first. */
  endedAtMs: number;
  tookMs: number;
  /** Entries since the last snapshot, and how many of them were ticks. */
  entries: number;
  ticks: number;
  /** How full the log is, 0 … 1. */
  logShare: number;
}

/** Whether a snapshot is due at the tick that has just been counted. */
export function isSnapshotDue({ intervalMs, nowMs, endedAtMs, tookMs, entries, ticks, logShare }: SnapshotQuestion): boolean {
  // Nothing of a full log may go before newer snapshots have taken the place of the oldest, so they come without waiting for anything new.
  if (logShare > PRESSED_SHARE) return nowMs - endedAtMs >= tookMs / BUSY_SHARE;
  if (entries === ticks && ticks < TICKS_WORTH_A_SNAPSHOT) return false;
  return nowMs - endedAtMs >= Math.max(intervalMs, tookMs / BUSY_SHARE);
}

/** The marks with one for a new snapshot, where the last one is an hour old. Those before the log's first entry are left out. */
export function addMark(marks: SnapshotHeader['marks'], mark: { timeMs: number; sequence: number }, firstSequence: number): SnapshotHeader['marks'] {
  const kept = marks.filter(([, sequence]) => sequence >= firstSequence);
  const last = kept.at(-1);
  if (last !== undefined && mark.timeMs - last[0] < MARK_EVERY_MS) return kept;
  return [...kept, [mark.timeMs, mark.sequence]];
}

export interface TrimQuestion {
  marks: SnapshotHeader['marks'];
  /** Of the oldest snapshot kept: what comes after it is needed to go on from it. */
  oldestKeptSequence: number;
  /** Stream time. */
  nowMs: number;
  keepMs: number;
  log: Pick<LogInfo, 'entries' | 'bytes' | 'firstSequence'>;
  bytesMax: number;
}

/** Up to which sequence the scored log may be trimmed; null when nothing is to go. */
export function decideTrim({ marks, oldestKeptSequence, nowMs, keepMs, log, bytesMax }: TrimQuestion): number | null {
  let upTo = 0;
  for (const [timeMs, sequence] of marks) if (timeMs <= nowMs - keepMs) upTo = sequence;
  if (log.bytes > bytesMax * PRESSED_SHARE) {
    const share = (log.bytes - bytesMax * RELIEVED_SHARE) / log.bytes;
    upTo = Math.max(upTo, log.firstSequence - 1 + Math.floor(log.entries * share));
  }
  upTo = Math.min(upTo, oldestKeptSequence);
  return upTo >= log.firstSequence ? upTo : null;
}

import type { LogInfo } from '../ports.ts';
import type { SnapshotHeader } from './format.ts';
import { COUNTER_SNAPSHOTS } from './kind.ts';
import type { SnapshotKind } from './kind.ts';

/** Why a snapshot is not used. */
export type SnapshotFault = 'damaged' | 'wrong-log' | 'newer-format' | 'older-format' | 'ahead-of-log' | 'entries-missing';

export interface StateFormats {
  /** What this program writes. */
  current: number;
  /** Older ones that it can bring up to date. */
  readable(format: number): boolean;
}

/** Whether counting may go on from a snapshot with this header on this log; null when it may. */
export function judgeHeader(header: SnapshotHeader, log: Pick<LogInfo, 'identity' | 'firstSequence' | 'lastSequence'>, formats: StateFormats): SnapshotFault | null {
  if (header.logIdentity !== log.identity) return 'wrong-log';
  if (header.stateFormat > formats.current) return 'newer-format';
  if (header.stateFormat < formats.current && !formats.readable(header.stateFormat)) return 'older-format';
  if (header.sequence > log.lastSequence) return 'ahead-of-log';
  if (header.sequence + 1 < log.firstSequence) return 'entries-missing';
  return null;
}

/** The sentence for a person. */
export function describeFault(fault: SnapshotFault, name: string, { log, anew }: SnapshotKind = COUNTER_SNAPSHOTS): string {
  switch (fault) {
    case 'damaged':
      return `The snapshot ${name} is damaged; the one before it is tried.`;
    case 'wrong-log':
      return `The snapshot ${name} belongs to another ${log} log; it is left out.`;
    case 'newer-format':
      return `The snapshot ${name} was written by a newer version of Tocsin; an older one is tried.`;
    case 'older-format':
      return `The snapshot ${name} was written by an older version of Tocsin and cannot be brought up to date; the state is ${anew} anew from the log.`;
    case 'ahead-of-log':
      return `The snapshot ${name} holds entries that the ${log} log does not have any more; the one before it is tried.`;
    case 'entries-missing':
      return `Between the snapshot ${name} and the ${log} log's oldest entry some are missing; another one is tried.`;
  }
}

/** `loss`: what is not known any more without a snapshot. */
export type NoSnapshot = { start: 'from-first-entry'; loss: 'nothing' | 'earlier-entries'; sentence: string } | { start: 'refused'; code: 'snapshot_too_new' | 'incidents_lost'; sentence: string };

type LogReach = Pick<LogInfo, 'firstSequence' | 'lastSequence'>;

/** What to do when no snapshot can be used. */
export function decideWithoutSnapshot(faults: readonly SnapshotFault[], log: LogReach): NoSnapshot {
  const { firstSequence } = log;
  if (firstSequence <= 1) return { start: 'from-first-entry', loss: 'nothing', sentence: describeWholeLog(faults, log) };
  if (faults.includes('newer-format')) {
    return {
      start: 'refused',
      code: 'snapshot_too_new',
      sentence: `The counter's snapshots were written by a newer version of Tocsin, and the scored log begins at entry ${firstSequence}, so this version cannot count again what came before. Start the newer version, or move the data folder aside to begin anew.`,
    };
  }
  return {
    start: 'from-first-entry',
    loss: 'earlier-entries',
    sentence: `No snapshot of the counter can be used, and the scored log begins at entry ${firstSequence}: windows are counted from there, and what came before is read from the store. Ids, texts and open alerts from before are not known: an item that is sent again counts again.`,
  };
}

/** The log holds everything since its first entry, so nothing but time is lost. */
export function describeWholeLog(faults: readonly SnapshotFault[], { lastSequence }: LogReach, { owner, log, anew }: SnapshotKind = COUNTER_SNAPSHOTS): string {
  const why = faults.length === 0 ? `There is no snapshot of the ${owner} yet` : `Of ${faults.length} snapshots of the ${owner} none can be used`;
  return lastSequence === 0 ? `${why}, and the ${log} log is empty.` : `${why}: the ${log} log is ${anew} from its first entry on, ${lastSequence} in all.`;
}

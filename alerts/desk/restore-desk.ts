import type { Timers } from '../../core/clock.ts';
import type { TocsinError } from '../../core/errors.ts';
import type { LogInfo, SnapshotStore } from '../../stream/ports.ts';
import { describeWholeLog } from '../../stream/snapshot/judge-snapshot.ts';
import type { NoSnapshot, SnapshotFault } from '../../stream/snapshot/judge-snapshot.ts';
import { DESK_SNAPSHOTS } from '../../stream/snapshot/kind.ts';
import { restoreState } from '../../stream/snapshot/restore.ts';
import { createDeskState } from '../incidents/desk-state.ts';
import type { DeskLimits, DeskState } from '../incidents/desk-state.ts';
import { DESK_FORMAT, readDeskLines } from '../incidents/encode-desk.ts';
import { journalStart } from '../incidents/journal.ts';
import type { JournalPlace } from '../incidents/journal.ts';

/** What reading the journal begins from. */
export interface DeskStart {
  state: DeskState;
  place: JournalPlace;
  /** Of the last entry of the incidents log that the state holds; 0 at the log's beginning. */
  sequence: number;
  /** Entries before the log's first one are not known, and that is accepted. */
  isCutOff: boolean;
}

export interface RestoreDeskParts {
  /** Absent: the journal is read from its first entry. */
  snapshots?: SnapshotStore;
  log: { info(): Promise<LogInfo> };
  limits?: Partial<DeskLimits>;
  /** Where no snapshot can be used and the log was trimmed, go on with what is left instead of refusing. */
  beginsAnew?: boolean;
  /** Snapshots that cannot be read are asked for again; once when absent. */
  timers?: Timers;
  /** Told what the state begins from. */
  info?(message: string): void;
  warn(message: string): void;
}

/** Some seconds apart: a log's server that starts anew is back before that. */
const ATTEMPTS_MAX = 15;

/**
 * The desk's state as the newest usable snapshot has it.
 * @throws TocsinError `log_unavailable` (retryable), `incidents_lost` where neither a snapshot nor the log's beginning is there,
 *   `snapshot_too_new` where a newer version wrote the snapshots
 */
export async function restoreDesk({ snapshots, log, limits = {}, beginsAnew = false, timers, info: tell, warn }: RestoreDeskParts): Promise<DeskStart> {
  const atStart: DeskStart = { state: createDeskState(limits), place: journalStart(), sequence: 0, isCutOff: false };
  if (snapshots === undefined) return atStart;
  const info = await log.info();
  const restored = await restoreState({
    store: snapshots,
    log: info,
    kind: DESK_SNAPSHOTS,
    reader: { format: DESK_FORMAT, decode: (bytes) => readDeskLines(new TextDecoder().decode(bytes).trimEnd().split('\n'), limits) },
    without: (faults, reach) => withoutSnapshot(faults, reach, beginsAnew),
    onRejected: (_fault, sentence) => warn(sentence),
    ...(tell === undefined ? {} : { onNone: tell }),
    ...(timers === undefined ? {} : { patience: { timers, attemptsMax: ATTEMPTS_MAX, onRetry: ({ message }: TocsinError) => warn(`The snapshots of the incident desk are asked for again: ${message}`) } }),
  });
  if (restored === null) return { ...atStart, isCutOff: info.firstSequence > 1 };
  tell?.(`The incident desk starts from the snapshot at entry ${restored.header.sequence} of the incidents log; ${info.lastSequence - restored.header.sequence} entries follow it.`);
  return { ...restored.state, sequence: restored.header.sequence, isCutOff: false };
}

function withoutSnapshot(faults: readonly SnapshotFault[], log: Pick<LogInfo, 'firstSequence' | 'lastSequence'>, beginsAnew: boolean): NoSnapshot {
  const { firstSequence } = log;
  if (firstSequence <= 1) return { start: 'from-first-entry', loss: 'nothing', sentence: describeWholeLog(faults, log, DESK_SNAPSHOTS) };
  const missing = `the incidents log begins at entry ${firstSequence}`;
  if (beginsAnew) {
    return { start: 'from-first-entry', loss: 'earlier-entries', sentence: `No snapshot of the incident desk can be used, and ${missing}: the desk goes on with what is left. Incidents, silences and routing entries from before are not known.` };
  }
  if (faults.includes('newer-format')) {
    return { start: 'refused', code: 'snapshot_too_new', sentence: `The incident desk's snapshots were written by a newer version of Tocsin, and ${missing}, so this version cannot read what came before. Start the newer version.` };
  }
  return {
    start: 'refused',
    code: 'incidents_lost',
    sentence: `No snapshot of the incident desk can be used, and ${missing}: which incidents are open, who has them, silences and routing entries made over the API cannot be known. Restore a backup of the data folder, or start once with TOCSIN_INCIDENTS_BEGIN_ANEW=true to go on with what is left.`,
  };
}

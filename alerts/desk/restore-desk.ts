import type { LogInfo, SnapshotStore } from '../../stream/ports.ts';
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
  warn(message: string): void;
}

/**
 * The desk's state as the newest usable snapshot has it.
 * @throws TocsinError `log_unavailable` (retryable), `incidents_lost` where neither a snapshot nor the log's beginning is there,
 *   `snapshot_too_new` where a newer version wrote the snapshots
 */
export async function restoreDesk({ snapshots, log, limits = {}, beginsAnew = false, warn }: RestoreDeskParts): Promise<DeskStart> {
  const atStart: DeskStart = { state: createDeskState(limits), place: journalStart(), sequence: 0, isCutOff: false };
  if (snapshots === undefined) return atStart;
  const info = await log.info();
  const restored = await restoreState({
    store: snapshots,
    log: info,
    kind: DESK_SNAPSHOTS,
    reader: { format: DESK_FORMAT, decode: (bytes) => readDeskLines(new TextDecoder().decode(bytes).trimEnd().split('\n'), limits) },
    without: (faults, { firstSequence }) => withoutSnapshot(faults, firstSequence, beginsAnew),
    onRejected: (_fault, sentence) => warn(sentence),
  });
  if (restored === null) return { ...atStart, isCutOff: info.firstSequence > 1 };
  return { ...restored.state, sequence: restored.header.sequence, isCutOff: false };
}

function withoutSnapshot(faults: readonly SnapshotFault[], firstSequence: number, beginsAnew: boolean): NoSnapshot {
  if (firstSequence <= 1) return { start: 'from-first-entry', sentence: null };
  const missing = `the incidents log begins at entry ${firstSequence}`;
  if (beginsAnew) {
    return { start: 'from-first-entry', sentence: `No snapshot of the incident desk can be used, and ${missing}: the desk goes on with what is left. Incidents, silences and routing entries from before are not known.` };
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

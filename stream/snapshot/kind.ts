import type { LogName, SnapshotOwner } from '../ports.ts';

/** Whose state a snapshot is, and the log whose entries it stands for. */
export interface SnapshotKind {
  owner: SnapshotOwner;
  log: LogName;
  /** What is done with the log where no snapshot can be used. */
  anew: 'counted' | 'read';
}

export const COUNTER_SNAPSHOTS: SnapshotKind = { owner: 'counter', log: 'scored', anew: 'counted' };
export const DESK_SNAPSHOTS: SnapshotKind = { owner: 'desk', log: 'incidents', anew: 'read' };

const SEQUENCE_DIGITS = 16;

/** Names sort by sequence. */
export function snapshotName(sequence: number, { owner }: Pick<SnapshotKind, 'owner'> = COUNTER_SNAPSHOTS): string {
  return `${owner}-${String(sequence).padStart(SEQUENCE_DIGITS, '0')}`;
}

export function isSnapshotName(name: string, { owner }: Pick<SnapshotKind, 'owner'> = COUNTER_SNAPSHOTS): boolean {
  return name.startsWith(`${owner}-`) && /^\d{16}$/.test(name.slice(owner.length + 1));
}

export function sequenceOf(name: string): number {
  return Number(name.slice(-SEQUENCE_DIGITS));
}

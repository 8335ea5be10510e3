import { TocsinError } from '../../core/errors.ts';
import type { LogInfo, SnapshotStore } from '../ports.ts';
import { decodeSnapshot } from './format.ts';
import type { DecodedSnapshot, SnapshotHeader } from './format.ts';
import { decideWithoutSnapshot, describeFault, judgeHeader } from './judge-snapshot.ts';
import type { SnapshotFault } from './judge-snapshot.ts';

/** How a state is read from bytes. */
export interface StateReader<State> {
  /** What this program writes. */
  format: number;
  /** Throws `frame_corrupt` for bytes that are no such state. */
  decode(bytes: Uint8Array): State;
  /** From an older format to the next one. */
  migrations?: ReadonlyMap<number, (bytes: Uint8Array) => Uint8Array>;
}

export interface RestoreParts<State> {
  store: SnapshotStore;
  log: Pick<LogInfo, 'identity' | 'firstSequence' | 'lastSequence'>;
  reader: StateReader<State>;
  /** Told of each snapshot that is not used, and of a start without one where entries are missing. */
  onRejected(fault: SnapshotFault | 'none-usable', sentence: string): void;
}

export interface Restored<State> {
  state: State;
  header: SnapshotHeader;
  name: string;
}

/**
 * The state of the newest snapshot that can be used; null where counting begins at the log's first entry.
 * @throws TocsinError `log_unavailable` (retryable) when the snapshots cannot be read, `snapshot_too_new` where a newer
 *   version wrote them and the log no longer holds what counting anew would need
 */
export async function restoreState<State>(parts: RestoreParts<State>): Promise<Restored<State> | null> {
  const faults: SnapshotFault[] = [];
  for (const { name, bytes } of (await parts.store.list()).reverse()) {
    if (!isSnapshotName(name)) continue;
    const found = await readOne(parts, name, bytes);
    if (typeof found !== 'string') return found;
    faults.push(found);
    parts.onRejected(found, describeFault(found, name));
  }
  const without = decideWithoutSnapshot(faults, parts.log);
  if (without.start === 'refused') throw new TocsinError('snapshot_too_new', without.sentence);
  if (without.sentence !== null) parts.onRejected('none-usable', without.sentence);
  return null;
}

/** Names sort by sequence. */
export function snapshotName(sequence: number): string {
  return `counter-${String(sequence).padStart(16, '0')}`;
}

export function isSnapshotName(name: string): boolean {
  return /^counter-\d{16}$/.test(name);
}

export function sequenceOf(name: string): number {
  return Number(name.slice('counter-'.length));
}

async function readOne<State>({ store, log, reader }: RestoreParts<State>, name: string, bytes: number): Promise<Restored<State> | SnapshotFault> {
  let fault: SnapshotFault | null = null;
  let decoded: DecodedSnapshot;
  try {
    decoded = await decodeSnapshot(store.get(name), bytes, (header) => {
      fault = judgeHeader(header, log, { current: reader.format, readable: (format) => canMigrate(reader, format) });
      if (fault !== null) throw new TocsinError('frame_corrupt', describeFault(fault, name));
    });
    return { state: reader.decode(migrate(reader, decoded)), header: decoded.header, name };
  } catch (error) {
    if (fault !== null) return fault;
    if (error instanceof TocsinError && error.code === 'log_unavailable') throw error;
    return 'damaged';
  }
}

function canMigrate({ format, migrations }: StateReader<unknown>, from: number): boolean {
  for (let at = from; at < format; at++) if (migrations?.has(at) !== true) return false;
  return true;
}

function migrate({ format, migrations }: StateReader<unknown>, { header, state }: DecodedSnapshot): Uint8Array {
  let bytes = state;
  for (let at = header.stateFormat; at < format; at++) bytes = migrations!.get(at)!(bytes);
  return bytes;
}

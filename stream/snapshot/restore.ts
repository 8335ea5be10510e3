import type { Timers } from '../../core/clock.ts';
import { TocsinError } from '../../core/errors.ts';
import type { LogInfo, SnapshotStore } from '../ports.ts';
import { sleep } from '../system-timers.ts';
import { decodeSnapshot } from './format.ts';
import type { DecodedSnapshot, SnapshotHeader } from './format.ts';
import { decideWithoutSnapshot, describeFault, judgeHeader } from './judge-snapshot.ts';
import type { NoSnapshot, SnapshotFault } from './judge-snapshot.ts';
import { COUNTER_SNAPSHOTS, isSnapshotName } from './kind.ts';
import type { SnapshotKind } from './kind.ts';

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
  /** The counter's when absent. */
  kind?: SnapshotKind;
  /** What to do when none can be used; as the counter does when absent. */
  without?(faults: readonly SnapshotFault[], log: Pick<LogInfo, 'firstSequence' | 'lastSequence'>): NoSnapshot;
  /** Told of each snapshot that is not used, and of a start without one where entries are missing. */
  onRejected(fault: SnapshotFault | 'none-usable', sentence: string): void;
  /** Told why none is used where nothing but time is lost by that. */
  onNone?(sentence: string): void;
  /** Asked again where the snapshots cannot be read; they are asked once when absent. */
  patience?: Patience;
}

export interface Patience {
  timers: Timers;
  attemptsMax: number;
  onRetry(error: TocsinError): void;
}

const RETRY_DELAY_MS = 1_000;
/** A snapshot whose bytes came damaged is read so often before it is given up: the way may have been at fault. */
const READS_OF_DAMAGED = 2;

export interface Restored<State> {
  state: State;
  header: SnapshotHeader;
  name: string;
}

/**
 * The state of the newest snapshot that can be used; null where counting begins at the log's first entry.
 * @throws TocsinError `log_unavailable` (retryable) when the snapshots cannot be read, and what a start without one is
 *   refused with: `snapshot_too_new` where a newer version wrote them and the log no longer holds what counting anew would need
 */
export async function restoreState<State>(parts: RestoreParts<State>): Promise<Restored<State> | null> {
  const { patience } = parts;
  const faults = new Map<string, SnapshotFault>();
  for (let attempt = 1; ; attempt++) {
    try {
      const restored = await newestUsable(parts, faults);
      return restored ?? without(parts, [...faults.values()]);
    } catch (error) {
      if (patience === undefined || attempt >= patience.attemptsMax || !(error instanceof TocsinError) || error.code !== 'log_unavailable') throw error;
      patience.onRetry(error);
      await sleep(patience.timers, RETRY_DELAY_MS);
    }
  }
}

/** @param faults of those that were found of no use, which are not looked at again */
async function newestUsable<State>(parts: RestoreParts<State>, faults: Map<string, SnapshotFault>): Promise<Restored<State> | null> {
  const kind = parts.kind ?? COUNTER_SNAPSHOTS;
  for (const { name, bytes } of (await parts.store.list()).reverse()) {
    if (!isSnapshotName(name, kind) || faults.has(name)) continue;
    let found = await readOne(parts, name, bytes);
    for (let reads = 1; found === 'damaged' && reads < READS_OF_DAMAGED; reads++) found = await readOne(parts, name, bytes);
    if (typeof found !== 'string') return found;
    faults.set(name, found);
    parts.onRejected(found, describeFault(found, name, kind));
  }
  return null;
}

function without<State>({ log, onRejected, onNone, ...parts }: RestoreParts<State>, faults: readonly SnapshotFault[]): null {
  const decided = (parts.without ?? decideWithoutSnapshot)(faults, log);
  if (decided.start === 'refused') throw new TocsinError(decided.code, decided.sentence);
  if (decided.loss === 'nothing') onNone?.(decided.sentence);
  else onRejected('none-usable', decided.sentence);
  return null;
}

async function readOne<State>({ store, log, reader, kind }: RestoreParts<State>, name: string, bytes: number): Promise<Restored<State> | SnapshotFault> {
  let fault: SnapshotFault | null = null;
  let decoded: DecodedSnapshot;
  try {
    decoded = await decodeSnapshot(store.get(name), bytes, (header) => {
      fault = judgeHeader(header, log, { current: reader.format, readable: (format) => canMigrate(reader, format) });
      if (fault !== null) throw new TocsinError('frame_corrupt', describeFault(fault, name, kind));
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

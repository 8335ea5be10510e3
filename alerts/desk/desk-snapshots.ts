import type { Clock, Timers } from '../../core/clock.ts';
import { TocsinError } from '../../core/errors.ts';
import type { Telemetry } from '../../core/telemetry.ts';
import type { LogInfo, SnapshotStore, TrimLog, WorkProgress } from '../../stream/ports.ts';
import { isSnapshotDue } from '../../stream/snapshot/decide.ts';
import { decodeSnapshot } from '../../stream/snapshot/format.ts';
import { DESK_SNAPSHOTS, snapshotName } from '../../stream/snapshot/kind.ts';
import { keepGenerations, writeSnapshot } from '../../stream/snapshot/write-snapshot.ts';
import type { DeskState } from '../incidents/desk-state.ts';
import { DESK_FORMAT, deskLines } from '../incidents/encode-desk.ts';
import type { JournalPlace } from '../incidents/journal.ts';
import { decideDeskTrim } from './decide-desk-trim.ts';

/** So much of the state is made into bytes in one turn; meanwhile the desk takes nothing in. */
const SLICE_CHARS = 256 * 1024;
/** The notifier's name among the workers of the incidents log: a page that waits must stay on it. */
const NOTIFIER = 'notifier';

export interface DeskSnapshotsParts {
  store: SnapshotStore;
  incidents: TrimLog & WorkProgress & { info(): Promise<LogInfo> };
  operations: TrimLog & { info(): Promise<LogInfo> };
  /** Up to which entry each log is in the store, or Infinity where nothing of it is stored. */
  storedThrough(): { incidents: number; operations: number };
  intervalMs: number;
  /** At least 1. */
  generations: number;
  clock: Clock;
  timers: Timers;
  telemetry: Telemetry;
  /** Told when one stands and what is below the oldest is gone. */
  onWritten?(snapshot: { sequence: number; bytes: number; pauseMs: number; durationMs: number }): void;
  warn(message: string): void;
}

/**
 * Keeps snapshots of the desk's state, and gives up the logs below the oldest one.
 *
 *   entry durable ─► state into bytes (the desk waits) ─► store ─► read back ─► older generations go ─► logs are trimmed
 *
 * Nothing is trimmed on the word of a snapshot that could not be read back whole.
 */
export class DeskSnapshots {
  readonly #parts: DeskSnapshotsParts;
  /** How far the operations log was at each snapshot that this one has seen. */
  readonly #operationsAt = new Map<number, number>();
  #entries = 0;
  #endedAtMs: number;
  #tookMs = 0;
  #isWriting = false;
  #isStopped = false;

  constructor(parts: DeskSnapshotsParts) {
    this.#parts = parts;
    this.#endedAtMs = parts.clock.nowMs();
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** After each entry that is durable; resolves when the desk may go on. Never rejects. */
  async written(state: DeskState, place: JournalPlace, sequence: number): Promise<void> {
    this.#entries += 1;
    const { clock, intervalMs } = this.#parts;
    const nowMs = clock.nowMs();
    if (this.#isWriting || this.#isStopped || !isSnapshotDue({ intervalMs, nowMs, endedAtMs: this.#endedAtMs, tookMs: this.#tookMs, entries: this.#entries, ticks: 0, logShare: 0 })) return;
    this.#isWriting = true;
    const pieces = await this.#capture(state, place);
    const held = { nowMs: state.nowMs, operations: place.operations, sequence, entries: this.#entries, startedAtMs: nowMs, pauseMs: clock.nowMs() - nowMs };
    void this.#keep(pieces, held).finally(() => {
      this.#isWriting = false;
      this.#endedAtMs = clock.nowMs();
      this.#tookMs = this.#endedAtMs - nowMs;
    });
  }

  async #capture(state: DeskState, place: JournalPlace): Promise<Uint8Array[]> {
    const encoder = new TextEncoder();
    const pieces: Uint8Array[] = [];
    let slice = '';
    for (const line of deskLines(state, place)) {
      slice += `${line}\n`;
      if (slice.length < SLICE_CHARS) continue;
      pieces.push(encoder.encode(slice));
      slice = '';
      await new Promise<void>((resolve) => void this.#parts.timers.soon(resolve));
    }
    pieces.push(encoder.encode(slice));
    return pieces;
  }

  async #keep(pieces: Uint8Array[], { nowMs, operations, sequence, entries, startedAtMs, pauseMs }: { nowMs: number; operations: number; sequence: number; entries: number; startedAtMs: number; pauseMs: number }): Promise<void> {
    const { store, incidents, generations, clock, telemetry, onWritten, warn } = this.#parts;
    try {
      const { identity } = await incidents.info();
      const bytes = await writeSnapshot({
        store, kind: DESK_SNAPSHOTS,
        header: { stateFormat: DESK_FORMAT, logIdentity: identity, sequence, madeAtMs: nowMs, marks: [] },
        next: () => this.#next(pieces),
        beforeEnd: () => Promise.resolve(),
      });
      this.#entries -= entries;
      this.#operationsAt.set(sequence, operations);
      await decodeSnapshot(store.get(snapshotName(sequence, DESK_SNAPSHOTS)), bytes, () => undefined);
      const oldest = await keepGenerations({ store, kind: DESK_SNAPSHOTS, sequence, generations });
      const durationMs = clock.nowMs() - startedAtMs;
      telemetry({ kind: 'desk-snapshot-written', sequence, bytes, pauseMs, durationMs });
      await this.#trim(oldest);
      onWritten?.({ sequence, bytes, pauseMs, durationMs });
    } catch (error) {
      if (this.#isStopped) return;
      telemetry({ kind: 'desk-snapshot-failed', reason: error instanceof TocsinError ? error.code : 'internal' });
      warn(`A snapshot of the incident desk could not be kept; the next one is tried later: ${error instanceof Error ? error.message : 'for an unknown reason'}`);
    }
  }

  #next(pieces: Uint8Array[]): Uint8Array | null {
    if (this.#isStopped) throw new TocsinError('draining', 'The snapshot was given up.');
    return pieces.shift() ?? null;
  }

  async #trim(oldestKept: number): Promise<void> {
    const { incidents, operations, storedThrough } = this.#parts;
    const stored = storedThrough();
    const delivered = await incidents.settledThrough(NOTIFIER);
    await this.#trimLog('incidents', incidents, Math.min(oldestKept, delivered, stored.incidents));
    // Known once this desk has written as many as are kept.
    const taken = this.#operationsAt.get(oldestKept);
    if (taken !== undefined) await this.#trimLog('operations', operations, Math.min(taken, stored.operations));
    for (const sequence of this.#operationsAt.keys()) if (sequence < oldestKept) this.#operationsAt.delete(sequence);
  }

  async #trimLog(name: 'incidents' | 'operations', log: DeskSnapshotsParts['operations'], heldThrough: number): Promise<void> {
    const info = await log.info();
    const upTo = decideDeskTrim(heldThrough, info);
    if (upTo === null || this.#isStopped) return;
    await log.trim(upTo);
    this.#parts.telemetry({ kind: 'log-trimmed', log: name, entries: upTo - info.firstSequence + 1 });
  }
}

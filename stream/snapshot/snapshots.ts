import type { Clock } from '../../core/clock.ts';
import { TocsinError } from '../../core/errors.ts';
import type { Telemetry } from '../../core/telemetry.ts';
import type { Counted } from '../count-entries.ts';
import type { StateCapture } from '../counter/capture-state.ts';
import type { LogInfo, SnapshotStore, TrimLog } from '../ports.ts';
import { charsOf, endsBatch, type Gathered } from '../store/cut-batches.ts';
import { addMark, decideTrim, isSnapshotDue } from './decide.ts';
import type { SnapshotHeader } from './format.ts';
import { COUNTER_SNAPSHOTS, snapshotName } from './kind.ts';
import { keepGenerations, writeSnapshot } from './write-snapshot.ts';

/** Of a batch in which no row is yet. */
const NOTHING: Gathered = { rows: 0, chars: 0, firstTimeMs: 0 };

export interface SnapshotsParts {
  store: SnapshotStore;
  scored: TrimLog & { info(): Promise<LogInfo> };
  /** Takes the state as it stands, for the pieces that are written later. */
  capture(): StateCapture;
  stateFormat: number;
  logIdentity: string;
  /** Of the snapshot that counting began from. */
  marks: SnapshotHeader['marks'];
  intervalMs: number;
  /** At least 1. */
  generations: number;
  keepLogMs: number;
  logBytesMax: number;
  clock: Clock;
  telemetry: Telemetry;
  /** Told of each one when its state is taken. @param sequence of the last entry in it */
  onBegun?(sequence: number): void;
  onWritten?(snapshot: WrittenSnapshot): void;
  onFailed(error: TocsinError): void;
}

export interface WrittenSnapshot {
  name: string;
  sequence: number;
  bytes: number;
  /** How long the stream stood still for it, milliseconds. */
  pauseMs: number;
  durationMs: number;
}

/**
 * Keeps snapshots of the counter's state, beside the stream and never in its way.
 *
 *   tick counted ─► capture (at once) ─► pieces ─► store ─► rows and events are durable ─► end ─► old ones and old entries go
 *
 * Taken right after a tick with which a batch of rows ends: whoever goes on from it cuts the same batches. It gets its end,
 * without which it is none, only when every row and event up to its sequence is durable, so nothing below it is needed again.
 */
export class Snapshots {
  readonly #parts: SnapshotsParts;
  #marks: SnapshotHeader['marks'];
  #entries = 0;
  #ticks = 0;
  #lastRowsSequence = 0;
  /** Since the last batch of rows ended. */
  #open = NOTHING;
  #publishedThrough = 0;
  #storedThrough = 0;
  #endedAtMs: number;
  #tookMs = 0;
  #writing: Promise<void> | null = null;
  #isStopped = false;
  #onSettled: (() => void) | null = null;
  #logShare = 0;

  constructor(parts: SnapshotsParts) {
    this.#parts = parts;
    this.#marks = parts.marks;
    this.#endedAtMs = parts.clock.nowMs();
  }

  /** Right after the step, before anything else is counted. */
  counted({ sequence, timeMs, kind, rows }: Pick<Counted, 'sequence' | 'timeMs' | 'kind' | 'rows'>): void {
    this.#entries += 1;
    if (rows.length > 0) this.#lastRowsSequence = sequence;
    const open = this.#open;
    const gathered: Gathered = { rows: open.rows + rows.length, chars: open.chars + charsOf(rows), firstTimeMs: open.rows === 0 ? timeMs : open.firstTimeMs };
    const isEnd = endsBatch(gathered, { kind, timeMs });
    this.#open = isEnd ? NOTHING : gathered;
    if (kind !== 'tick') return;
    this.#ticks += 1;
    if (this.#writing !== null || this.#isStopped) return;
    this.#lookAtLog();
    if (!isEnd) return;
    const { clock, intervalMs } = this.#parts;
    const nowMs = clock.nowMs();
    if (!isSnapshotDue({ intervalMs, nowMs, endedAtMs: this.#endedAtMs, tookMs: this.#tookMs, entries: this.#entries, ticks: this.#ticks, logShare: this.#logShare })) return;
    this.#writing = this.#take(nowMs).finally(() => {
      this.#writing = null;
    });
  }

  /** Every event up to this entry is durable. */
  published(sequence: number): void {
    this.#publishedThrough = sequence;
    this.#onSettled?.();
  }

  /** Every row up to this entry is durable. */
  stored(sequence: number): void {
    this.#storedThrough = sequence;
    this.#onSettled?.();
  }

  /** Gives up the one under way; resolves when it has. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#onSettled?.();
    await this.#writing;
  }

  /** Resolves when none is under way. */
  async idle(): Promise<void> {
    await this.#writing;
  }

  /** How full the log is at the next tick. Where it has no limit nobody asks. */
  #lookAtLog(): void {
    const { scored, logBytesMax } = this.#parts;
    if (logBytesMax === Infinity) return;
    scored.info().then(({ bytes, bytesMax }) => {
      this.#logShare = bytes / Math.min(logBytesMax, bytesMax ?? Infinity);
    }, () => undefined);
  }

  async #take(startedAtMs: number): Promise<void> {
    const { clock, telemetry, onBegun, onFailed, onWritten } = this.#parts;
    const rowsThrough = this.#lastRowsSequence;
    const before = { entries: this.#entries, ticks: this.#ticks };
    const capture = this.#parts.capture();
    const pauseMs = clock.nowMs() - startedAtMs;
    onBegun?.(capture.sequence);
    try {
      const bytes = await this.#write(capture, rowsThrough);
      this.#entries -= before.entries;
      this.#ticks -= before.ticks;
      const durationMs = clock.nowMs() - startedAtMs;
      telemetry({ kind: 'snapshot-written', sequence: capture.sequence, bytes, pauseMs, durationMs });
      onWritten?.({ name: snapshotName(capture.sequence), sequence: capture.sequence, bytes, pauseMs, durationMs });
      await this.#tidy(capture);
    } catch (error) {
      if (this.#isStopped) return;
      const reason = error instanceof TocsinError ? error : new TocsinError('internal', `A snapshot could not be written: ${String(error)}`, { cause: error });
      telemetry({ kind: 'snapshot-failed', reason: reason.code });
      onFailed(reason);
    } finally {
      capture.release();
      this.#endedAtMs = clock.nowMs();
      this.#tookMs = this.#endedAtMs - startedAtMs;
    }
  }

  async #write(capture: StateCapture, rowsThrough: number): Promise<number> {
    const { store, stateFormat, logIdentity, scored } = this.#parts;
    const { firstSequence } = await scored.info();
    this.#marks = addMark(this.#marks, { timeMs: capture.nowMs, sequence: capture.sequence }, firstSequence);
    const header: SnapshotHeader = { stateFormat, logIdentity, sequence: capture.sequence, madeAtMs: capture.nowMs, marks: this.#marks };
    const abandoned = { is: false };
    const next = (): Uint8Array | null => {
      if (this.#isStopped || abandoned.is) throw new TocsinError('draining', 'The snapshot was given up.');
      return capture.next();
    };
    try {
      return await writeSnapshot({ store, kind: COUNTER_SNAPSHOTS, header, next, beforeEnd: () => this.#settled(capture.sequence, rowsThrough) });
    } finally {
      abandoned.is = true;
    }
  }

  /** Resolves when the rows and events of every entry up to this one are durable. */
  async #settled(sequence: number, rowsThrough: number): Promise<void> {
    while (this.#publishedThrough < sequence || this.#storedThrough < rowsThrough) {
      if (this.#isStopped) throw new TocsinError('draining', 'The snapshot was given up.');
      await new Promise<void>((resolve) => (this.#onSettled = resolve));
      this.#onSettled = null;
    }
  }

  /** Older generations, those of other logs, and entries of the log that nobody needs any more. */
  async #tidy(capture: StateCapture): Promise<void> {
    const { store, scored, generations, keepLogMs, logBytesMax, telemetry } = this.#parts;
    const oldestKeptSequence = await keepGenerations({ store, kind: COUNTER_SNAPSHOTS, sequence: capture.sequence, generations });
    const log = await scored.info();
    const upTo = decideTrim({ marks: this.#marks, oldestKeptSequence, nowMs: capture.nowMs, keepMs: keepLogMs, log, bytesMax: Math.min(logBytesMax, log.bytesMax ?? Infinity) });
    this.#logShare = 0;
    if (upTo === null) return;
    await scored.trim(upTo);
    telemetry({ kind: 'log-trimmed', log: 'scored', entries: upTo - log.firstSequence + 1 });
  }
}

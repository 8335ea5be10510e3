import { TocsinError } from '../../../core/errors.ts';
import type { LogEntry, ScoredEntry } from '../../../core/frame.ts';
import type { TelemetryEvent } from '../../../core/telemetry.ts';
import { MemorySnapshots } from '../../bus/memory-snapshots.ts';
import { captureState } from '../../counter/capture-state.ts';
import { STATE_FORMAT, decodeState } from '../../counter/encode-state.ts';
import { createState } from '../../counter/state.ts';
import type { CounterState } from '../../counter/state.ts';
import { step } from '../../counter/step.ts';
import type { LogInfo } from '../../ports.ts';
import type { SnapshotFault } from '../judge-snapshot.ts';
import { restoreState } from '../restore.ts';
import type { Patience, StateReader } from '../restore.ts';
import { Snapshots } from '../snapshots.ts';

const LOG_ID = 'log-1';
export const READER: StateReader<CounterState> = { format: STATE_FORMAT, decode: (bytes) => decodeState(bytes) };

/** A scored log and a store of snapshots that outlive the counters that run on them. */
export class Ground {
  readonly store = new MemorySnapshots();
  identity = LOG_ID;
  readonly entries: LogEntry<ScoredEntry>[] = [];
  firstSequence = 1;
  bytes = 0;
  nowMs = 1_000_000;

  async info(): Promise<LogInfo> {
    return { identity: this.identity, entries: this.entries.length - this.firstSequence + 1, bytes: this.bytes, oldestAtMs: null, firstSequence: this.firstSequence, lastSequence: this.entries.length };
  }

  async trim(upToSequence: number): Promise<void> {
    this.firstSequence = Math.max(this.firstSequence, upToSequence + 1);
  }
}

export interface RunOptions {
  /** Called instead of telling at once that rows and events are durable. */
  holdSettled?: boolean;
  generations?: number;
  keepLogMs?: number;
  logBytesMax?: number;
  intervalMs?: number;
  state?: CounterState;
}

/** One life of a counter: counts entries and keeps snapshots. */
export class CounterRun {
  readonly ground: Ground;
  readonly state: CounterState;
  readonly snapshots: Snapshots;
  readonly failures: TocsinError[] = [];
  readonly told: TelemetryEvent[] = [];
  readonly #holdSettled: boolean;

  constructor(ground: Ground, options: RunOptions = {}) {
    this.ground = ground;
    this.state = options.state ?? createState();
    this.#holdSettled = options.holdSettled ?? false;
    this.snapshots = new Snapshots({
      store: ground.store,
      scored: { info: () => ground.info(), trim: (upTo) => ground.trim(upTo) },
      capture: () => captureState(this.state),
      stateFormat: STATE_FORMAT,
      logIdentity: ground.identity,
      marks: [],
      intervalMs: options.intervalMs ?? 0,
      generations: options.generations ?? 3,
      keepLogMs: options.keepLogMs ?? Infinity,
      logBytesMax: options.logBytesMax ?? Infinity,
      clock: { nowMs: () => ground.nowMs },
      telemetry: (event) => this.told.push(event),
      onFailed: (error) => this.failures.push(error),
    });
  }

  /** Counts one entry; a snapshot that it begins goes on beside. */
  count(entry: LogEntry<ScoredEntry>): void {
    const { rows } = step(this.state, entry);
    this.snapshots.counted({ sequence: entry.sequence, timeMs: entry.timeMs, kind: entry.value.kind, rows });
    if (!this.#holdSettled) this.settle(entry.sequence);
  }

  settle(sequence: number): void {
    this.snapshots.published(sequence);
    this.snapshots.stored(sequence);
  }

  /** Counts every entry of the log that it has not counted. */
  catchUp(): void {
    for (const entry of this.ground.entries.slice(this.state.sequence)) this.count(entry);
  }
}

export interface Start {
  state: CounterState | null;
  faults: (SnapshotFault | 'none-usable')[];
  sentences: string[];
  /** Why none is used, where nothing is lost by that. */
  none: string | null;
}

export async function start(ground: Ground, reader = READER, patience?: Patience): Promise<Start> {
  const faults: Start['faults'] = [];
  const sentences: string[] = [];
  let none: string | null = null;
  const restored = await restoreState({
    store: ground.store,
    log: await ground.info(),
    reader,
    onRejected(fault, sentence) {
      faults.push(fault);
      sentences.push(sentence);
    },
    onNone: (sentence) => (none = sentence),
    ...(patience === undefined ? {} : { patience }),
  });
  return { state: restored?.state ?? null, faults, sentences, none };
}

/** What counting the whole log without any snapshot gives. */
export function countedAfresh(entries: readonly LogEntry<ScoredEntry>[]): CounterState {
  const state = createState();
  for (const entry of entries) step(state, entry);
  return state;
}

import { LogFollower } from '../../alerts/list/log-follower.ts';
import { TocsinError } from '../../core/errors.ts';
import type { LogEntry } from '../../core/frame.ts';
import type { Clock } from '../../core/clock.ts';
import type { CurrentLabels, LabelRecord, Labels } from '../../core/label.ts';
import type { Telemetry } from '../../core/telemetry.ts';
import { decodeJson, encodeJson } from '../../stream/frames/record.ts';
import type { AppendLog, ReadLog } from '../../stream/ports.ts';
import { currentLabels, decideLabel } from './decide-label.ts';

/** Records that are remembered; older ones are asked of the store. */
const RECORDS_MAX = 50_000;

/** What the book needs of what is stored. */
export interface LabelSources {
  /** The masked text of an item; null when it is not stored. */
  textOf(workspace: string, feedbackId: string): Promise<string | null>;
  /** Labels of an item that have reached the store, oldest first. */
  stored(workspace: string, feedbackId: string): Promise<LabelRecord[]>;
}

export interface LabelBookParts {
  log: AppendLog & Pick<ReadLog, 'read' | 'last'>;
  sources: LabelSources;
  clock: Clock;
  makeId(): string;
  telemetry: Telemetry;
  recordsMax?: number;
}

export interface LabelAnswer {
  outcome: 'kept' | 'already-so';
  history: LabelRecord[];
  current: CurrentLabels;
}

/** Labels that people set: durable on their log before they are answered, then in the store, then training data. */
export class LabelBook {
  readonly #parts: LabelBookParts;
  readonly #follower: LogFollower;
  /** By id of the record, oldest first; the newest records only. */
  readonly #recent = new Map<string, LabelRecord>();
  /** One act at a time for an item, so that each sees the one before. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(parts: LabelBookParts) {
    this.#parts = parts;
    this.#follower = new LogFollower({ log: parts.log, entriesMax: parts.recordsMax ?? RECORDS_MAX, take: (entry) => this.#take(entry) });
  }

  start(): Promise<void> {
    return this.#follower.start();
  }

  stop(): void {
    this.#follower.stop();
  }

  /** Oldest first. Rejects with `not_found` for an item that is not stored. */
  async of(workspace: string, feedbackId: string): Promise<LabelAnswer> {
    if (await this.#parts.sources.textOf(workspace, feedbackId) === null) throw notStored();
    const history = await this.#history(workspace, feedbackId);
    return { outcome: 'kept', history, current: currentLabels(history) };
  }

  /** Resolves when it is on disk. Rejects with `not_found`, `overloaded` or `log_unavailable`. */
  set(workspace: string, feedbackId: string, act: { by: string; labels: Labels }): Promise<LabelAnswer> {
    const key = JSON.stringify([workspace, feedbackId]);
    const turn = (this.#turns.get(key) ?? Promise.resolve()).then(() => this.#set(workspace, feedbackId, act));
    const settled = turn.catch(() => undefined).then(() => {
      if (this.#turns.get(key) === settled) this.#turns.delete(key);
    });
    this.#turns.set(key, settled);
    return turn;
  }

  async #set(workspace: string, feedbackId: string, { by, labels }: { by: string; labels: Labels }): Promise<LabelAnswer> {
    const text = await this.#parts.sources.textOf(workspace, feedbackId);
    if (text === null) throw notStored();
    const before = await this.#history(workspace, feedbackId);
    const decision = decideLabel(currentLabels(before), { by, labels });
    if (decision.kind === 'keep') return { outcome: 'already-so', history: before, current: currentLabels(before) };
    const record: LabelRecord = { id: this.#parts.makeId(), workspace, feedbackId, text, by, atMs: this.#parts.clock.nowMs(), labels };
    await this.#parts.log.append(encodeJson('label', record), `label-${record.id}`);
    this.#keep(record);
    const history = [...before, record];
    return { outcome: 'kept', history, current: currentLabels(history) };
  }

  async #history(workspace: string, feedbackId: string): Promise<LabelRecord[]> {
    const all = new Map((await this.#parts.sources.stored(workspace, feedbackId)).map((record) => [record.id, record]));
    for (const record of this.#recent.values()) if (record.workspace === workspace && record.feedbackId === feedbackId) all.set(record.id, record);
    return [...all.values()].sort((a, b) => a.atMs - b.atMs);
  }

  #keep(record: LabelRecord): void {
    this.#recent.set(record.id, record);
    const [oldest] = this.#recent.keys();
    if (this.#recent.size > (this.#parts.recordsMax ?? RECORDS_MAX) && oldest !== undefined) this.#recent.delete(oldest);
  }

  #take(entry: LogEntry<Uint8Array>): void {
    try {
      this.#keep(decodeJson('label', entry.value));
    } catch (error) {
      this.#parts.telemetry({ kind: 'frame-dead-lettered', stage: 'label-book', reason: error instanceof TocsinError ? error.code : 'internal' });
    }
  }
}

function notStored(): TocsinError {
  return new TocsinError('not_found', 'There is no such feedback, or it is not stored yet; what was accepted is stored within seconds.');
}

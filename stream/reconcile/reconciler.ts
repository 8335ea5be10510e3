import { TocsinError } from '../../core/errors.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import type { BatchWriter } from '../store/batch-writer.ts';
import type { SequenceRange } from '../store/counts.ts';
import type { Batch } from '../store/cut-batches.ts';
import { fingerprintOf, type RangeFingerprint } from '../store/fingerprint.ts';
import { LogPass, type PassParts } from './pass.ts';
import { compareRows, isEqual, joined, NOTHING, type LogRange, type RowPlace } from './range.ts';

/** Rows of one range: what one comparison of rows holds in memory. */
const ROWS_PER_RANGE = 20_000;
/** Rows that a report names one by one. */
const EXAMPLES_MAX = 20;

/** What reconciling asks of the store. */
export interface StoredRows {
  fingerprint(range: SequenceRange): Promise<RangeFingerprint>;
  places(range: SequenceRange): Promise<RowPlace[]>;
  /** Those of the ids of a workspace that are stored anywhere. */
  among(workspace: string, ids: readonly string[]): Promise<ReadonlySet<string>>;
}

export interface ReconcilerParts extends PassParts {
  stored: StoredRows;
  writer: BatchWriter;
}

/** `missing`: in the log and not in the store. `extra`: in the store and not in the log. */
export type DifferenceKind = 'missing' | 'extra';

export interface ReconcileReport {
  logId: string;
  /** From here on the log was compared: its first entry, or the oldest one that it still held when this comparing began. */
  fromSequence: number;
  /** Up to here the log was compared. */
  throughSequence: number;
  /** Accepted items of the log up to there, each of which must be one row. */
  rows: number;
  /** `repaired`: every missing row was put back and nothing else differs. `differs`: see the counts. */
  outcome: 'equal' | 'repaired' | 'differs';
  missing: number;
  repaired: number;
  /** Missing rows that were not put back: ClickHouse refuses them, or their id is stored at another place. */
  notRepaired: number;
  extra: number;
  /** Ranges that differ and were not gone through row by row, for the run was ended. */
  notCompared: number;
  examples: (RowPlace & { kind: DifferenceKind })[];
}

export interface ReconcileRun {
  storedThrough: number;
  repairId: string;
  signal?: AbortSignal | undefined;
}

/**
 * Compares the scored log with the store and puts back what the store has lost.
 *
 *   log ─► step again ─► ranges of ids ─► one fingerprint for all ─► equal
 *                                              └─ differs ─► range by range ─► row by row ─► insert what is missing
 *
 * Each run goes on where the last one stopped; ranges seen before are compared again by their fingerprints, which costs the
 * store one query. Nothing is ever deleted: rows that the log does not know are reported.
 *
 * Where older entries of the log are gone, what repeats an item of theirs looks like an item that the store lacks. It is told by
 * its id, which is stored at another place, and is no difference; what is stored nowhere is lost and put back.
 * One run at a time.
 */
export class Reconciler {
  readonly #parts: ReconcilerParts;
  readonly #pass: LogPass;
  readonly #ranges: LogRange[] = [];
  /** Batches that the pass has made and that are in no range yet; the store may not hold them so far. */
  readonly #batches: { ids: string[]; lastSequence: number }[] = [];

  constructor(parts: ReconcilerParts) {
    this.#parts = parts;
    // Links change no id, so those that are only compared go without.
    this.#pass = new LogPass({ ...parts, duplicates: null });
  }

  /**
   * `storedThrough`: every batch that ends up to here is stored, or should be. `repairId` names the run: a repeat of its
   * inserts adds nothing. Aborting `signal` ends the reading; what was read is compared. Rejects with what log or store answer.
   */
  async run({ storedThrough, repairId, signal }: ReconcileRun): Promise<ReconcileReport> {
    const { identity: logId, lastSequence } = await this.#parts.scored.info();
    await this.#read(this.#pass, { lastSequence, signal }, ({ rows, lastSequence: batchEnd }) => {
      this.#batches.push({ ids: rows.map(({ item }) => item.id), lastSequence: batchEnd });
      return batchEnd < storedThrough;
    });
    this.#gather(storedThrough);
    const report: ReconcileReport = {
      logId, fromSequence: this.#ranges[0]?.fromSequence ?? 0, throughSequence: this.#ranges.at(-1)?.toSequence ?? 0, rows: this.#ranges.reduce((sum, { fingerprint }) => sum + fingerprint.count, 0),
      outcome: 'equal', missing: 0, repaired: 0, notRepaired: 0, extra: 0, notCompared: 0, examples: [],
    };
    const differing = await this.#differing(logId, report.throughSequence);
    if (differing.length === 0) return report;
    await this.#compareRows(differing, { report, repairId, lastSequence, signal });
    const rows = this.#ranges.reduce((sum, { fingerprint }) => sum + fingerprint.count, 0);
    if (report.missing + report.extra + report.notCompared === 0) return { ...report, rows };
    return { ...report, rows, outcome: report.extra + report.notRepaired + report.notCompared === 0 ? 'repaired' : 'differs' };
  }

  /** Reads on while there is more on the log and `onBatch` answers true. */
  async #read(pass: LogPass, { lastSequence, signal }: { lastSequence: number; signal: AbortSignal | undefined }, onBatch: (batch: Batch) => boolean | Promise<boolean>): Promise<void> {
    const enough = new AbortController();
    await pass.advance(lastSequence, async (batch) => {
      if (!(await onBatch(batch))) enough.abort();
    }, signal === undefined ? enough.signal : AbortSignal.any([enough.signal, signal]));
  }

  /** Ranges end where batches do, so that no row of one is still to be stored. */
  #gather(storedThrough: number): void {
    let ids: string[] = [];
    while (this.#batches.length > 0 && this.#batches[0]!.lastSequence <= storedThrough) {
      const { ids: added, lastSequence } = this.#batches.shift()!;
      for (const id of added) ids.push(id);
      const isLast = this.#batches.length === 0 || this.#batches[0]!.lastSequence > storedThrough;
      if (ids.length < ROWS_PER_RANGE && !isLast) continue;
      this.#ranges.push({ fromSequence: (this.#ranges.at(-1)?.toSequence ?? this.#pass.firstSequence - 1) + 1, toSequence: lastSequence, fingerprint: fingerprintOf(ids) });
      ids = [];
    }
  }

  async #differing(logId: string, toSequence: number): Promise<LogRange[]> {
    if (toSequence === 0) return [];
    const { stored } = this.#parts;
    const all = this.#ranges.reduce((sum, { fingerprint }) => joined(sum, fingerprint), NOTHING);
    if (isEqual(all, await stored.fingerprint({ logId, fromSequence: this.#ranges[0]!.fromSequence, toSequence }))) return [];
    const differing: LogRange[] = [];
    for (const range of this.#ranges) {
      const found = await stored.fingerprint({ logId, fromSequence: range.fromSequence, toSequence: range.toSequence });
      if (!isEqual(range.fingerprint, found)) differing.push(range);
    }
    return differing;
  }

  /** The rows themselves are taken from the log in another pass; differences are rare. */
  async #compareRows(differing: readonly LogRange[], run: { report: ReconcileReport; repairId: string; lastSequence: number; signal: AbortSignal | undefined }): Promise<void> {
    const waiting = [...differing];
    let rows: StoredItem[] = [];
    await this.#read(new LogPass(this.#parts), run, async (batch) => {
      const range = waiting[0]!;
      if (batch.lastSequence < range.fromSequence) return true;
      rows.push(...batch.rows);
      if (batch.lastSequence < range.toSequence) return true;
      waiting.shift();
      await this.#compareRange(range, rows, run);
      rows = [];
      return waiting.length > 0;
    });
    if (waiting.length > 0) run.report.notCompared = waiting.length;
  }

  async #compareRange(range: LogRange, rows: readonly StoredItem[], { report, repairId }: { report: ReconcileReport; repairId: string }): Promise<void> {
    const { logId } = report;
    const { fromSequence, toSequence } = range;
    const { missing: lacking, extra } = compareRows(rows, await this.#parts.stored.places({ logId, fromSequence, toSequence }));
    const lost = await this.#notElsewhere(lacking);
    let missing = lacking;
    if (this.#pass.firstSequence !== 1) {
      const repeats = new Set(lacking.filter((row) => !lost.includes(row)));
      // From now on the range is what it really holds.
      range.fingerprint = fingerprintOf(rows.filter((row) => !repeats.has(row)).map(({ item }) => item.id));
      missing = lost;
    }
    report.missing += missing.length;
    report.extra += extra.length;
    for (const { sequence, index, item } of missing) note(report, { sequence, index, id: item.id, kind: 'missing' });
    for (const row of extra) note(report, { ...row, kind: 'extra' });
    const repaired = await this.#insert(lost, logId, `repair:${logId}:${fromSequence}-${toSequence}:${repairId}`);
    report.repaired += repaired;
    report.notRepaired += missing.length - repaired;
  }

  /** A row that was put aside and stored later under another place must not be there twice. */
  async #notElsewhere(missing: readonly StoredItem[]): Promise<StoredItem[]> {
    const lost: StoredItem[] = [];
    for (const [workspace, rows] of byWorkspace(missing)) {
      const stored = await this.#parts.stored.among(workspace, rows.map(({ item }) => item.id));
      lost.push(...rows.filter(({ item }) => !stored.has(item.id)));
    }
    return lost.sort((a, b) => a.sequence - b.sequence || a.index - b.index);
  }

  /** Halves by place down to the rows that ClickHouse refuses, as the sink does. Answers how many are in. */
  async #insert(rows: readonly StoredItem[], logId: string, token: string): Promise<number> {
    if (rows.length === 0) return 0;
    try {
      await this.#parts.writer.insert(rows, logId, token);
      return rows.length;
    } catch (error) {
      if (!(error instanceof TocsinError) || error.code !== 'rows_refused') throw error;
      if (rows.length === 1) return 0;
      const middle = rows.length >> 1;
      return (await this.#insert(rows.slice(0, middle), logId, `${token}/0`)) + (await this.#insert(rows.slice(middle), logId, `${token}/1`));
    }
  }
}

function note(report: ReconcileReport, example: ReconcileReport['examples'][number]): void {
  if (report.examples.length < EXAMPLES_MAX) report.examples.push(example);
}

function byWorkspace(rows: readonly StoredItem[]): Map<string, StoredItem[]> {
  const found = new Map<string, StoredItem[]>();
  for (const row of rows) {
    const known = found.get(row.item.workspace);
    if (known === undefined) found.set(row.item.workspace, [row]);
    else known.push(row);
  }
  return found;
}

import {
  catchError, concat, concatMap, defer, EMPTY, filter, from, ignoreElements, map, of, shareReplay, switchMap, tap, throwError,
  type Observable, type OperatorFunction,
} from 'rxjs';
import type { Clock } from '../../core/clock.ts';
import { TocsinError } from '../../core/errors.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import type { BatchWriter } from './batch-writer.ts';
import {
  batchToken, CHARS_PER_BATCH, cutBatches, decideReplay, ROWS_PER_BATCH, type Batch, type BatchEntry, type OpenBatch,
} from './cut-batches.ts';
import { ParkedBatches } from './parked-batches.ts';
import type { RowSpool } from './row-spool.ts';
import { attempt, type RetryOptions } from './retry-forever.ts';
import { WaitingRoom } from './waiting-room.ts';

/** One counted entry of the scored log with its rows, in log order, without gaps. */
export interface CountedEntry extends BatchEntry {
  /** Asks the reader for more. It is flow control and not durability: what is stored is asked of the store itself. */
  ack(): void;
}

export interface StoreRowsOptions extends RetryOptions {
  writer: BatchWriter;
  clock: Clock;
  /**
   * Names the log that the sequences count in; another log (a new, empty one after the old was lost) must have another
   * name, or its rows would be taken for stored. Letters, digits and `._@-`.
   */
  logId: string;
  /**
   * Keeps a row that the store refuses, and tells telemetry. Tried again while it rejects with a retryable TocsinError.
   * May be given the same row again after a crash.
   */
  deadLetter(row: StoredItem, error: TocsinError): Promise<void>;
  /** Beyond either, entries wait unacknowledged. Defaults: two batches. At least one batch. */
  waitingRowsMax?: number;
  waitingCharsMax?: number;
  /** Takes rows that wait for longer, so that the reader reads on while the store is away. Absent: they wait in memory, and the reader too. */
  spool?: RowSpool;
  /** Rows that wait in memory before further ones are spooled. Default: one batch. */
  parkedRowsMax?: number;
  onSpoolFailed?(error: unknown): void;
}

export interface StoredBatch {
  firstSequence: number;
  lastSequence: number;
  rows: number;
  /** `skipped`: a replay of what the store held when the sink started. */
  outcome: 'inserted' | 'skipped';
}

/**
 * The sink: counted entries in, stored batches out, each row once in the store.
 *
 *   prepare and ask what is stored ─► cut at the log's boundaries ─► skip or insert under the range's token ─► make room (ack)
 *                                                   └─► spool while the store is away (ack) ─┘
 *
 * One insert at a time, in log order: only so does the highest stored sequence say that everything below is stored.
 * A retryable failure is tried again for ever; refused rows are halved down to the bad ones, which go to the dead letter.
 * Rows after the last cut are not written when it ends: their batch would end elsewhere on the replay.
 * Errors only with what is neither retryable nor about rows.
 */
export function storeRows(options: StoreRowsOptions): OperatorFunction<CountedEntry, StoredBatch> {
  return (entries) => {
    const room = new WaitingRoom({
      rowsMax: Math.max(options.waitingRowsMax ?? 2 * ROWS_PER_BATCH, ROWS_PER_BATCH),
      charsMax: Math.max(options.waitingCharsMax ?? 2 * CHARS_PER_BATCH, CHARS_PER_BATCH),
    });
    const parking = new ParkedBatches({
      room,
      spool: options.spool,
      rowsMax: options.parkedRowsMax ?? ROWS_PER_BATCH,
      charsMax: CHARS_PER_BATCH,
      telemetry: options.telemetry,
      ...(options.onSpoolFailed === undefined ? {} : { onSpoolFailed: options.onSpoolFailed }),
    });
    const storedThrough = attempt(() => askStoredThrough(options), options).pipe(shareReplay({ bufferSize: 1, refCount: true }));
    return entries.pipe(
      tap((entry) => room.enter(entry)),
      intoBatches(),
      map((batch) => parking.park(batch)),
      concatMap((parked) =>
        storedThrough.pipe(
          switchMap((sequence) => from(parked.take()).pipe(switchMap((batch) => storeBatch(batch, sequence, options)))),
          tap(() => parked.leave()),
        ),
      ),
    );
  };
}

async function askStoredThrough({ writer, logId }: StoreRowsOptions): Promise<number> {
  await writer.prepare();
  return writer.storedThrough(logId);
}

function intoBatches(): OperatorFunction<CountedEntry, Batch> {
  return (entries) =>
    defer(() => {
      let open: OpenBatch = null;
      return entries.pipe(
        map((entry) => {
          const cut = cutBatches(open, entry);
          open = cut.open;
          return cut.batch;
        }),
        filter((batch) => batch !== null),
      );
    });
}

function storeBatch(batch: Batch, storedThrough: number, options: StoreRowsOptions): Observable<StoredBatch> {
  const { firstSequence, lastSequence } = batch;
  const stored = { firstSequence, lastSequence, rows: batch.rows.length };
  if (decideReplay(batch, storedThrough) === 'skip') return of({ ...stored, outcome: 'skipped' as const });
  return defer(() => {
    const startedMs = options.clock.nowMs();
    return concat(
      insertRows(batch.rows, batchToken(options.logId, batch), options),
      defer(() => {
        options.telemetry({ kind: 'rows-stored', rows: batch.rows.length, durationMs: options.clock.nowMs() - startedMs });
        return of({ ...stored, outcome: 'inserted' as const });
      }),
    );
  });
}

/** Halves by place, so that a replay of the same batch tries the same halves under the same tokens. */
function insertRows(rows: readonly StoredItem[], token: string, options: StoreRowsOptions): Observable<never> {
  return attempt(() => options.writer.insert(rows, options.logId, token), options).pipe(
    ignoreElements(),
    catchError((error: unknown) => {
      if (!(error instanceof TocsinError) || error.code !== 'rows_refused') return throwError(() => error);
      const middle = rows.length >> 1;
      const [only] = rows;
      if (middle === 0) return only === undefined ? EMPTY : attempt(() => options.deadLetter(only, error), options).pipe(ignoreElements());
      return concat(
        insertRows(rows.slice(0, middle), `${token}/0`, options),
        insertRows(rows.slice(middle), `${token}/1`, options),
      );
    }),
  );
}

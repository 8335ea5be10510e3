import type { TocsinError } from '../../core/errors.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import type { Telemetry } from '../../core/telemetry.ts';
import type { Batch } from './cut-batches.ts';
import type { RowSpool } from './row-spool.ts';
import type { WaitingRoom } from './waiting-room.ts';

/** A batch that waits for its turn at the store. */
export interface ParkedBatch {
  /** The batch itself. Rejects where it was spooled and cannot be read back. */
  take(): Promise<Batch>;
  /** It is stored. */
  leave(): void;
}

export interface ParkedBatchesParts {
  room: WaitingRoom;
  /** Absent: everything waits in memory, and the reader with it. */
  spool: RowSpool | undefined;
  /** Rows that may wait in memory; what comes beyond them is spooled. */
  rowsMax: number;
  charsMax: number;
  telemetry: Telemetry;
  onSpoolFailed?(error: TocsinError | unknown): void;
}

/**
 * Where batches wait: a few in memory, the others in a spool, so that counting goes on for as long as the spool has room while the
 * store is away. What is spooled has left the waiting room, whose entries are acknowledged, and the reader reads on.
 */
export class ParkedBatches {
  readonly #parts: ParkedBatchesParts;
  #rows = 0;
  #chars = 0;

  constructor(parts: ParkedBatchesParts) {
    this.#parts = parts;
  }

  park(batch: Batch): ParkedBatch {
    const { room, spool, rowsMax, charsMax } = this.#parts;
    const isCrowded = this.#rows > 0 && (this.#rows + batch.rows.length > rowsMax || this.#chars + batch.chars > charsMax);
    if (spool !== undefined && isCrowded) return this.#spool(batch, spool);
    this.#rows += batch.rows.length;
    this.#chars += batch.chars;
    return {
      take: () => Promise.resolve(batch),
      leave: () => {
        this.#rows -= batch.rows.length;
        this.#chars -= batch.chars;
        room.leave(batch);
      },
    };
  }

  #spool(batch: Batch, spool: RowSpool): ParkedBatch {
    const { room, telemetry, onSpoolFailed } = this.#parts;
    const { firstSequence, lastSequence, chars, rows } = batch;
    const size = { rows: rows.length, chars };
    // From here on nothing but the promise holds the rows.
    const parked = spool.write(rows).then(
      (place) => {
        room.leave(size);
        telemetry({ kind: 'rows-spooled', rows: size.rows });
        return { place };
      },
      (error: unknown) => {
        onSpoolFailed?.(error);
        return { rows };
      },
    );
    let left: (() => void) | null = null;
    return {
      async take() {
        const found = await parked;
        const taken: readonly StoredItem[] = 'rows' in found ? found.rows : await spool.read(found.place);
        left = () => ('rows' in found ? room.leave(size) : void spool.remove(found.place));
        return { firstSequence, lastSequence, chars, rows: taken };
      },
      leave: () => left?.(),
    };
  }
}

import type { ScoredEntry } from '../../core/frame.ts';
import type { StoredItem } from '../../core/stored-item.ts';

/**
 * Where batches end is part of the stored format: a replay must cut the batches that were cut before, because their
 * range is the deduplication token. Changing either number is a change of format: stop, let the sink drain, then start.
 */
export const ROWS_PER_BATCH = 20_000;
/** Characters of text, several times those of 20,000 usual items: so the longest texts do not make an insert of a gigabyte. */
export const CHARS_PER_BATCH = 4_000_000;

/** What the sink needs of one counted entry of the scored log. */
export interface BatchEntry {
  sequence: number;
  kind: ScoredEntry['kind'];
  rows: readonly StoredItem[];
}

/** Rows of whole entries, in log order. Both sequences are of entries that carry rows. */
export interface Batch {
  firstSequence: number;
  lastSequence: number;
  rows: readonly StoredItem[];
  chars: number;
}

/** Rows gathered since the last cut; null when there are none. */
export type OpenBatch = { firstSequence: number; lastSequence: number; rows: StoredItem[]; chars: number } | null;

export interface Cut {
  open: OpenBatch;
  batch: Batch | null;
}

/**
 * One step: adds an entry, in log order, and says whether a batch ends with it.
 *
 * A batch ends at a tick, or with the entry that brings it to ROWS_PER_BATCH rows or CHARS_PER_BATCH characters; an
 * entry is never split. So the cuts depend on the log alone, and after any tick they do not depend on where the reading
 * began: a reader that starts at least one tick earlier cuts the same.
 *
 * The open batch is grown in place; use only the returned one afterwards.
 */
export function cutBatches(open: OpenBatch, entry: BatchEntry): Cut {
  const grown = entry.rows.length === 0 ? open : grow(open, entry);
  if (grown === null) return { open: null, batch: null };
  const full = grown.rows.length >= ROWS_PER_BATCH || grown.chars >= CHARS_PER_BATCH;
  return full || entry.kind === 'tick' ? { open: null, batch: grown } : { open: grown, batch: null };
}

function grow(open: OpenBatch, entry: BatchEntry): NonNullable<OpenBatch> {
  const grown = open ?? { firstSequence: entry.sequence, lastSequence: entry.sequence, rows: [], chars: 0 };
  grown.lastSequence = entry.sequence;
  for (const row of entry.rows) {
    grown.rows.push(row);
    grown.chars += row.item.text.length;
  }
  return grown;
}

/** Names a batch for ClickHouse's deduplication: the same range of the same log is the same batch. */
export function batchToken(logId: string, batch: Pick<Batch, 'firstSequence' | 'lastSequence'>): string {
  return `${logId}:${batch.firstSequence}-${batch.lastSequence}`;
}

/**
 * What to do with a batch on a replay, knowing the highest sequence that the store held when the sink started.
 * Batches are inserted one after the other, so everything below the one that holds it is stored; that one itself may
 * be there in part (ClickHouse commits month by month) and is sent again under its token.
 */
export function decideReplay(batch: Batch, storedThrough: number): 'skip' | 'send' {
  return batch.lastSequence < storedThrough ? 'skip' : 'send';
}

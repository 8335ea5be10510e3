import type { Store } from './clickhouse.ts';
import type { SequenceRange } from './counts.ts';

/** Where each stored row of a range of the log says that it stands, in that order. */
export async function storedPlaces(store: Store, range: SequenceRange): Promise<{ sequence: number; index: number; id: string }[]> {
  const [sequences = [], indexes = [], ids = []] = await store.selectColumns(
    `SELECT toFloat64(log_sequence), log_index, id FROM ${store.database}.feedback
     WHERE log_id = {logId:String} AND log_sequence BETWEEN {fromSequence:UInt64} AND {toSequence:UInt64}
     ORDER BY log_sequence, log_index`,
    { ...range },
  );
  return sequences.map((sequence, at) => ({ sequence: Number(sequence), index: Number(indexes[at]), id: String(ids[at]) }));
}

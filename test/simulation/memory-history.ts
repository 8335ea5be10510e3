import type { ReadHistory } from '../../stream/fill/condition-filler.ts';
import type { MemoryWriter } from '../../stream/store/memory-writer.ts';

/** Few, so that a fill takes several pages. */
const ROWS_PER_PAGE = 9;

/** What the store holds of the time before a rule, in an order of its own. `ask`: the way to the store. */
export function memoryHistory(writer: MemoryWriter, ask: <T>(question: () => Promise<T>) => Promise<T>): ReadHistory {
  return {
    read: ({ keepAfterMs, upToMs, sinceSequence }, after) => ask(async () => {
      const items = writer.rows
        .filter(({ row }) => row.duplicateOf === undefined && row.sequence < sinceSequence && row.createdAtMs > keepAfterMs && row.createdAtMs <= upToMs)
        .map(({ row: { item, score, createdAtMs, sequence, index } }) => ({ scored: { item: { ...item, createdAtMs }, score }, place: `${String(sequence).padStart(9, '0')}.${String(index).padStart(4, '0')}` }))
        .filter(({ place }) => place > after)
        .sort((a, b) => (a.place < b.place ? -1 : 1));
      const page = items.slice(0, ROWS_PER_PAGE);
      return { items: page, isLast: page.length < ROWS_PER_PAGE };
    }),
  };
}

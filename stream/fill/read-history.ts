import { itemsFromColumns } from '../backtest/items-from-columns.ts';
import { neededFields } from '../backtest/needed-fields.ts';
import type { Store } from '../store/clickhouse.ts';
import type { StoredField } from '../store/from-row.ts';
import { readHistoryPage } from '../store/history-page.ts';
import type { ReadHistory } from './topic-parts.ts';

/** Rows of one read: what the process holds of it, and how long it works on it. */
const ROWS_PER_PAGE = 10_000;

/** Reads from ClickHouse, and only the columns that decide what is counted where. `logId`: of the log that is being counted. */
export function historyOf(store: Store, logId: () => Promise<string>, rowsPerPage = ROWS_PER_PAGE): ReadHistory {
  return {
    async read(awaited, after) {
      const fields = [...new Set<StoredField>(['customerId', ...neededFields([awaited])])];
      const page = await readHistoryPage(store, {
        fields, after, afterMs: awaited.keepAfterMs, upToMs: awaited.upToMs, logId: await logId(), beforeSequence: awaited.sinceSequence, rowsMax: rowsPerPage,
      });
      const items = itemsFromColumns('', page).map((scored, at) => ({ scored, place: page.places[at]! }));
      return { items, isLast: page.count < rowsPerPage };
    },
  };
}

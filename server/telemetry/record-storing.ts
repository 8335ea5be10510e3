import type { MetricMaker, Recorders } from './metric-maker.ts';

/** Rows on their way to ClickHouse, and the log held against it. */
export function recordStoring({ counter, histogram, gauge }: MetricMaker) {
  const stored = histogram('tocsin_store_insert_seconds', 'Time of one insert into ClickHouse.');
  const storedRows = counter('tocsin_rows_stored_total', 'Rows stored in ClickHouse.');
  const spooledRows = counter('tocsin_rows_spooled_total', 'Rows put on disk to wait there for ClickHouse, so that counting goes on.');
  const storeRetries = counter('tocsin_store_retries_total', 'Inserts tried again.', ['reason']);
  const repaired = counter('tocsin_rows_repaired_total', 'Rows that the store had lost and that were put back from the scored log.');
  const reconciled = histogram('tocsin_reconcile_seconds', 'Time of one comparison of the scored log with the store.');
  const missing = gauge('tocsin_store_rows_missing', 'Rows of the scored log that the store lacked at the last comparison and that could not be put back.');
  const extra = gauge('tocsin_store_rows_extra', 'Rows in the store that the scored log did not know at the last comparison.');
  return {
    'rows-stored'(event) {
      storedRows.inc(event.rows);
      stored.observe(event.durationMs / 1000);
    },
    'rows-spooled': (event) => spooledRows.inc(event.rows),
    'store-retried': (event) => storeRetries.inc({ reason: event.reason }),
    'log-reconciled'(event) {
      repaired.inc(event.repaired);
      missing.set(event.missing - event.repaired);
      extra.set(event.extra);
      reconciled.observe(event.durationMs / 1000);
    },
  } satisfies Partial<Recorders>;
}

import { auditRows, deliveryRows, eventRows, knownAlerts, knownDeliveries } from '../../../dashboards/grafana/testing/known-alerts.ts';
import { caseEventRows, incidentRows, knownCases } from '../../../dashboards/grafana/testing/known-cases.ts';
import type { Store } from '../../../stream/store/clickhouse.ts';

const ALERTS = 20_000;
const SEED = 1;
const YEAR_DAYS = 365;
/** One item in so many was read by another model. */
const READ_EVERY = 500;

/**
 * Puts what generated items lack into a store of their own: 20,000 alerts with pages and incidents, readings of another model,
 * so that the boards that show them have something to read. `endMs` is the time of the newest item.
 */
export async function fillRecords(store: Store, endMs: number): Promise<void> {
  const insert = (table: string, rows: object[]): Promise<void> =>
    store.insert(`INSERT INTO ${store.database}.${table} FORMAT JSONEachRow`, Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n')));
  const alerts = knownAlerts(ALERTS, endMs, SEED, YEAR_DAYS);
  const cases = knownCases(ALERTS / 2, endMs, SEED, YEAR_DAYS);
  await insert('alert_events', eventRows(alerts));
  await insert('audit', auditRows(alerts));
  await insert('deliveries', deliveryRows(knownDeliveries(2 * ALERTS, endMs, SEED, YEAR_DAYS)));
  await insert('case_events', caseEventRows(cases));
  await insert('incidents', incidentRows(cases));
  const { database } = store;
  await store.run(`INSERT INTO ${database}.scores (workspace, id, created_at, model, scored_at, sentiment, sentiment_probability, stars, complaint, complaint_probability, severity, categories, category_probabilities,
  counted_model, counted_sentiment, counted_stars, counted_complaint, counted_complaint_probability, counted_categories)
SELECT workspace, id, created_at, 'candidate', now64(3), sentiment, sentiment_probability, stars, complaint != (cityHash64(id, 1) % 20 = 0), complaint_probability, severity, categories, category_probabilities,
  model, sentiment, stars, complaint, complaint_probability, categories
FROM ${database}.feedback WHERE cityHash64(id) % ${READ_EVERY} = 0 SETTINGS insert_deduplicate = 0, max_partitions_per_insert_block = 0`);
}

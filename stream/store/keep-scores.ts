import type { Score } from '../../core/score.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import type { Store } from './clickhouse.ts';
import { InsertSettings } from './insert-settings.ts';
import { wellFormed } from './store-records.ts';
import { utcText } from './to-row.ts';

/** An item that was counted, and what another model says of it. */
export interface Reading {
  stored: StoredItem;
  score: Score;
}

/**
 * Keeps what a model says of stored items in the table `scores`, under the model's version, beside what was counted of them; what stands in `feedback` and was
 * counted stays as it is. An item whose counted score is of that version is left out. Kept again, a reading takes the place of the earlier one, so
 * each item has one row per model. Answers how many were kept.
 * Rejects with `store_unavailable`.
 */
export async function keepScores(store: Store, { model, scoredAtMs, readings }: { model: string; scoredAtMs: number; readings: readonly Reading[] }): Promise<number> {
  const rows = readings.filter(({ stored }) => stored.model !== model).map(({ stored: { item, createdAtMs, model: countedModel, score: counted }, score }) => ({
    workspace: item.workspace, id: item.id, created_at: utcText(createdAtMs), model, scored_at: utcText(scoredAtMs), sentiment: score.sentiment, sentiment_probability: score.probabilities[score.sentiment],
    stars: score.stars, complaint: score.complaint, complaint_probability: score.complaintProbability, severity: score.severity,
    categories: score.categories.map(({ id }) => id), category_probabilities: score.categories.map(({ probability }) => probability),
    counted_model: countedModel, counted_sentiment: counted.sentiment, counted_stars: counted.stars, counted_complaint: counted.complaint,
    counted_complaint_probability: counted.complaintProbability, counted_categories: counted.categories.map(({ id }) => id),
  }));
  if (rows.length === 0) return 0;
  const statement = `INSERT INTO ${store.database}.scores SETTINGS ${await new InsertSettings(store).text()} FORMAT JSONEachRow`;
  await store.insert(statement, Buffer.from(rows.map((row) => `${JSON.stringify(row, wellFormed)}\n`).join('')));
  return rows.length;
}

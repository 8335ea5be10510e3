import { ERASED_TEXT } from '../../core/erased.ts';
import { LABEL_FIELDS, type LabelRecord, type Labels } from '../../core/label.ts';
import type { Store } from './clickhouse.ts';
import type { RecordRow } from './record-row.ts';
import { utcText } from './to-row.ts';

/** A column holds its empty value where the field was not judged. */
export function labelRow(record: LabelRecord): RecordRow {
  const { sentiment = '', stars = 0, complaint = null, severity = '', categories = [], implicit = null } = record.labels;
  return {
    workspace: record.workspace, feedback_id: record.feedbackId, label_id: record.id, at: utcText(record.atMs), by: record.by, text: record.text,
    sentiment, stars, complaint, severity, categories, implicit, record: JSON.stringify(record),
  };
}

/** In the order of LABEL_FIELDS, as `readLabels` takes them. */
export const LABEL_COLUMNS = 'sentiment, stars, complaint, severity, categories, implicit';

/** The fields that were judged, of values in the order of LABEL_FIELDS. */
export function readLabels(values: readonly unknown[]): Labels {
  const labels: Record<string, unknown> = {};
  LABEL_FIELDS.forEach((field, at) => {
    const value = values[at];
    const isEmpty = value === '' || value === 0 || value === null || value === undefined || (Array.isArray(value) && value.length === 0);
    if (!isEmpty) labels[field] = value;
  });
  return labels as Labels;
}

/** The labels of one item that have reached the store, oldest first. */
export async function storedLabels(store: Store, workspace: string, feedbackId: string): Promise<LabelRecord[]> {
  const rows = await store.select(
    `SELECT label_id, text, by, toUnixTimestamp64Milli(at), ${LABEL_COLUMNS}
     FROM ${store.database}.labels FINAL WHERE workspace = {workspace:String} AND feedback_id = {feedbackId:String} ORDER BY at, log_sequence`,
    { workspace, feedbackId },
  );
  return rows.map(([id, text, by, atMs, ...values]) => ({ id: String(id), workspace, feedbackId, text: String(text), by: String(by), atMs: Number(atMs), labels: readLabels(values) }));
}

/** What holds of an item by the last label of each field: a row of training data. */
export interface LabelledText extends Labels {
  feedbackId: string;
  text: string;
}

/** Labelled items of a workspace in the order of their ids, after `after` ('' at the beginning); fewer than `limit` are the last. What was erased teaches nothing. */
export async function readLabelledTexts(store: Store, { workspace, after, limit }: { workspace: string; after: string; limit: number }): Promise<LabelledText[]> {
  const place = '(at, log_sequence)';
  const rows = await store.select(
    `SELECT feedback_id, argMax(text, ${place}), argMaxIf(sentiment, ${place}, sentiment != ''), argMaxIf(stars, ${place}, stars > 0),
       argMaxIf(complaint, ${place}, complaint IS NOT NULL), argMaxIf(severity, ${place}, severity != ''),
       argMaxIf(categories, ${place}, notEmpty(categories)), argMaxIf(implicit, ${place}, implicit IS NOT NULL)
     FROM ${store.database}.labels WHERE workspace = {workspace:String} AND feedback_id > {after:String} AND text != '${ERASED_TEXT}'
     GROUP BY feedback_id ORDER BY feedback_id LIMIT {limit:UInt32}`,
    { workspace, after, limit },
  );
  return rows.map(([feedbackId, text, ...values]) => ({ feedbackId: String(feedbackId), text: String(text), ...readLabels(values) }));
}

import type { Labels } from '../../core/label.ts';
import type { Score } from '../../core/score.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import type { Store } from './clickhouse.ts';
import { fromRow, STORED_ITEM_COLUMNS } from './from-row.ts';
import { LABEL_COLUMNS, readLabels } from './labels.ts';
import { upToPlace, type WindowItemsQuery } from './window-items.ts';

/** Labelled items of one window that are looked at; people label by hand. */
const ITEMS_MAX = 10_000;
const SECONDS_MAX = 30;

/** `side`: of the place on the log that was asked about. */
export type RelabelledItem = StoredItem & { side: WindowItemsQuery['log']['side'] };

/** Items of a window that people have labelled, each as they say it is, whatever their group; repeats left out. Throws `store_unavailable`. */
export async function relabelledItems(store: Store, { workspace, afterMs, upToMs, log }: Pick<WindowItemsQuery, 'workspace' | 'afterMs' | 'upToMs'> & { log: Omit<WindowItemsQuery['log'], 'side' | 'from'> }): Promise<RelabelledItem[]> {
  const { database } = store;
  const inWindow = `workspace = {workspace:String} AND created_at > fromUnixTimestamp64Milli({afterMs:Int64}) AND created_at <= fromUnixTimestamp64Milli({upToMs:Int64})`;
  const parameters = { workspace, afterMs: Math.trunc(afterMs), upToMs: Math.trunc(upToMs), logId: log.id, sequence: log.sequence, index: log.index ?? 0 };
  const rows = await store.select(
    `SELECT ${STORED_ITEM_COLUMNS}, (log_id != {logId:String} OR ${upToPlace(log.index)}) AS is_up_to FROM ${database}.feedback
     WHERE ${inWindow} AND duplicate_of = '' AND id IN (SELECT feedback_id FROM ${database}.labels WHERE workspace = {workspace:String}) LIMIT ${ITEMS_MAX} SETTINGS max_execution_time = ${SECONDS_MAX}`,
    parameters,
  );
  if (rows.length === 0) return [];
  const items = rows.map(fromRow);
  const labels = new Map<string, Labels>();
  const said = await store.select(
    `SELECT feedback_id, ${LABEL_COLUMNS} FROM ${database}.labels FINAL WHERE workspace = {workspace:String} AND feedback_id IN {ids:Array(String)} ORDER BY at, log_sequence`,
    { workspace, ids: items.map(({ item }) => item.id) },
  );
  for (const [id, ...values] of said) labels.set(String(id), { ...labels.get(String(id)), ...readLabels(values) });
  return items.map((stored, at) => ({ ...stored, side: Number(rows[at]?.at(-1)) === 0 ? 'after' as const : 'up-to' as const, score: scoreAsLabelled(stored.score, labels.get(stored.item.id) ?? {}) }));
}

/** What a person said goes before what the model said; where it was not judged, the model's word stands. Pure. */
export function scoreAsLabelled(score: Score, { sentiment, stars, complaint, severity, categories, implicit }: Labels): Score {
  return {
    ...score,
    ...(sentiment === undefined ? {} : { sentiment }),
    ...(stars === undefined ? {} : { stars }),
    ...(complaint === undefined ? {} : { complaint, complaintProbability: complaint ? 1 : 0 }),
    ...(severity === undefined ? {} : { severity }),
    ...(categories === undefined ? {} : { categories: categories.map((id) => ({ id, probability: 1, decidedBy: 'taxonomy' as const })) }),
    ...(implicit === undefined ? {} : { implicit }),
  };
}

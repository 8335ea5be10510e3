import { TouchedAlerts, type TouchedItem } from '../../alerts/corrections/touched-alerts.ts';
import { compositesOver, windowsOver, type WindowPlace } from './alert-windows.ts';
import type { Store } from './clickhouse.ts';

/** Composites over composites are followed so far. */
const DEPTH_MAX = 5;
const IDS_PER_QUESTION = 500;

/** Alerts in whose numbers items of a workspace count, or by one of their scores did; and the composites over them. Throws `store_unavailable`. */
export async function findTouchedAlerts(store: Store, workspace: string, items: readonly TouchedItem[]): Promise<string[]> {
  if (items.length === 0) return [];
  const asked = new TouchedAlerts(items);
  const touched = new Set<string>();
  for (let after: WindowPlace = null; ;) {
    const { windows, next } = await windowsOver(store, { workspace, fromMs: asked.fromMs, toMs: asked.toMs, after });
    for (const { alertId, question } of windows) if (!touched.has(alertId) && asked.countIn(question)) touched.add(alertId);
    if (next === null) break;
    after = next;
  }
  let latest = [...touched];
  for (let depth = 0; depth < DEPTH_MAX && latest.length > 0; depth += 1) {
    const over: string[] = [];
    for (let from = 0; from < latest.length; from += IDS_PER_QUESTION) over.push(...await compositesOver(store, { workspace, alertIds: latest.slice(from, from + IDS_PER_QUESTION), sinceMs: asked.fromMs }));
    latest = over.filter((alertId) => !touched.has(alertId));
    for (const alertId of latest) touched.add(alertId);
  }
  return [...touched];
}

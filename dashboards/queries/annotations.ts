import { named } from './named.ts';
import type { PanelLanguage } from './panel.ts';

/** Alerts as marks on every panel over time: from when an alert opened to when it ended. */
export function alertAnnotation(language: PanelLanguage): string {
  return `SELECT opened_at AS time, ifNull(resolved_at, now64(3)) AS timeEnd, title_${language} AS title,
  concat(${named('alertSeverity', 'highest_severity', language)}, ' · ', arrayStringConcat(mapValues(group), ' · ')) AS text, [rule_id] AS tags
FROM tocsin.alerts
WHERE workspace = '$workspace' AND $__timeFilter_ms(opened_at)
ORDER BY opened_at
LIMIT 500`;
}

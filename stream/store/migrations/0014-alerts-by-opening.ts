import type { Migration } from './migration.ts';
import type { Placement } from './placement.ts';

/**
 * The view of alerts again, grouped by when they opened as well: so a question about a span of time reads the events of the alerts that opened in
 * it, and not those of all alerts. An escalation that does not say since when the alert was open (early versions wrote such) is left out.
 */
export const alertsByOpening: Migration = {
  version: 14,
  name: 'alerts-by-opening',
  statements: (placement) => [`CREATE OR REPLACE VIEW ${placement.database}.alerts ${placement.onCluster} AS ${alerts(placement)}`],
};

/** One row an alert. An acknowledgement may name the alert, or the case that it is part of. */
function alerts({ database }: Placement): string {
  return `
SELECT
  events.workspace AS workspace, events.alert_id AS alert_id, rule_id, title_zh, title_en, group, severity, highest_severity, state, opened_at, resolved_at, resolved_because,
  peak, fire_at, window_ms, late, escalations,
  if(acknowledgements.at >= opened_at, acknowledgements.at, NULL) AS acknowledged_at,
  if(acknowledgements.at >= opened_at, acknowledgements.actor, '') AS acknowledged_by,
  if(acknowledgements.at >= opened_at, dateDiff('millisecond', opened_at, acknowledgements.at) / 1000, NULL) AS seconds_to_acknowledge,
  dateDiff('millisecond', opened_at, resolved_at) / 1000 AS seconds_to_resolve
FROM
(
  SELECT
    e.workspace AS workspace, e.alert_id AS alert_id, any(e.rule_id) AS rule_id, argMax(e.title_zh, e.at) AS title_zh, argMax(e.title_en, e.at) AS title_en,
    any(e.group) AS group, argMax(e.severity, e.at) AS severity,
    if(countIf(e.severity = 'critical') > 0, 'critical', if(countIf(e.severity = 'warning') > 0, 'warning', 'notice')) AS highest_severity,
    if(countIf(e.kind = 'resolved') > 0, 'resolved', 'firing') AS state,
    ifNull(e.opened_at, e.at) AS opened_at, maxIf(toNullable(e.at), e.kind = 'resolved') AS resolved_at, anyIf(e.reason, e.kind = 'resolved') AS resolved_because,
    max(greatest(e.count, ifNull(e.peak, 0))) AS peak, argMax(e.fire_at, e.at) AS fire_at, any(e.window_ms) AS window_ms, max(e.late) AS late,
    countIf(e.kind = 'escalated') AS escalations
  FROM ${database}.alert_events AS e FINAL
  WHERE e.kind = 'opened' OR e.opened_at IS NOT NULL
  GROUP BY e.workspace, e.alert_id, ifNull(e.opened_at, e.at)
) AS events
LEFT JOIN
(
  SELECT if(cases.alert_id = '', acknowledged.target, cases.alert_id) AS alert_id, toNullable(min(acknowledged.at)) AS at, argMin(acknowledged.actor, acknowledged.at) AS actor
  FROM (SELECT at, actor, target FROM ${database}.audit WHERE action = 'acknowledge') AS acknowledged
  LEFT JOIN (SELECT DISTINCT case_id, arrayJoin(alert_ids) AS alert_id FROM ${database}.case_events) AS cases ON cases.case_id = acknowledged.target
  GROUP BY alert_id
) AS acknowledgements ON acknowledgements.alert_id = events.alert_id`;
}

import { levels } from './levels.ts';
import { named } from './named.ts';
import type { PanelLanguage, PanelQuery } from './panel.ts';
import { share } from './sources.ts';

const NO_CASES = { zh: '这段时间没有事件结束', en: 'No incident ended in this span' };
const STAT = { kind: 'stat', noData: NO_CASES, width: 6, height: 4 } as const;
const ENDED = "FROM tocsin.incidents FINAL WHERE workspace = '$workspace' AND $__timeFilter_ms(ended_at)";
const SECONDS = "dateDiff('second', opened_at, ended_at)";
const MEDIAN = `quantileExactOrNull(0.5)(${SECONDS})`;

const HOW: Record<string, Record<PanelLanguage, string>> = {
  resolved: { zh: '自行恢复', en: 'by itself' },
  'resolved-by-hand': { zh: '人工关闭', en: 'by hand' },
  merged: { zh: '并入另一事件', en: 'merged' },
};

function how(language: PanelLanguage): string {
  return `transform(toString(ended_because), [${Object.keys(HOW).map((code) => `'${code}'`).join(', ')}], [${Object.values(HOW).map((word) => `'${word[language]}'`).join(', ')}], toString(ended_because))`;
}

/** Incidents from the first page to their end: whether what was reported is also closed. */
export const cases: PanelQuery[] = [
  {
    ...STAT,
    id: 'cases-open',
    title: { zh: '未结束的事件', en: 'Open incidents' },
    description: { zh: '发过通知、至今没有结束的事件，不论何时开始。', en: 'Incidents that somebody was paged for and that have not ended, whenever they began.' },
    noData: { zh: '没有事件', en: 'No incidents' },
    sql: () => `SELECT countIf(last_page > greatest(last_end, ended)) AS value FROM (
  SELECT case_id, maxIf(at, kind != 'resolved') AS last_page, maxIf(at, kind = 'resolved') AS last_end FROM tocsin.case_events FINAL WHERE workspace = '$workspace' GROUP BY case_id
) AS pages
LEFT JOIN (SELECT incident_id, max(ended_at) AS ended FROM tocsin.incidents WHERE workspace = '$workspace' GROUP BY incident_id) AS ends ON ends.incident_id = pages.case_id`,
    columns: { value: { name: { zh: '未结束', en: 'Open' } } },
    unit: 'short',
    levels: levels(1, 5),
  },
  {
    ...STAT,
    id: 'cases-ended',
    title: { zh: '已结束的事件', en: 'Incidents ended' },
    description: { zh: '所选时间内结束的事件。', en: 'Incidents that ended in the span.' },
    sql: () => `SELECT count() AS value ${ENDED}`,
    columns: { value: { name: { zh: '事件', en: 'Incidents' } } },
    unit: 'short',
  },
  {
    ...STAT,
    id: 'time-to-close',
    title: { zh: '关闭用时', en: 'Time to close' },
    description: { zh: '从事件开始到结束的中位数，按结束时间。', en: 'Median from the beginning of an incident to its end, by its end.' },
    sql: () => `SELECT ${MEDIAN} AS value ${ENDED}`,
    columns: { value: { name: { zh: '中位数', en: 'Median' } } },
    unit: 's',
  },
  {
    ...STAT,
    id: 'cases-reopened',
    title: { zh: '重新打开占比', en: 'Reopened' },
    description: { zh: '结束后又再次发生的事件占比；高说明原因没有消除。', en: 'Incidents that were over and came again; a high share says that the cause is still there.' },
    sql: () => `SELECT ${share('countIf(reopened > 0)', 'count()')} AS value ${ENDED}`,
    columns: { value: { name: { zh: '占比', en: 'Share' } } },
    unit: 'percentunit',
    levels: levels(0.2, 0.5),
  },
  {
    id: 'case-ends',
    kind: 'table',
    title: { zh: '事件如何结束', en: 'How incidents ended' },
    description: { zh: '按级别和结束方式：事件数、合并的告警、关闭用时、重新打开。', en: 'By severity and way of ending: incidents, alerts in them, time to close, reopened.' },
    noData: NO_CASES,
    sql: (language) => `SELECT ${named('alertSeverity', 'severity', language)} AS level, ${how(language)} AS way, count() AS ended, sum(alerts) AS alerts_in, ${MEDIAN} AS close_s, max(${SECONDS}) AS longest_s, countIf(reopened > 0) AS reopened_cases
${ENDED}
GROUP BY severity, ended_because
ORDER BY ended DESC, level, way
LIMIT 50`,
    columns: {
      level: { name: { zh: '级别', en: 'Severity' } },
      way: { name: { zh: '方式', en: 'Ended' } },
      ended: { name: { zh: '事件', en: 'Incidents' } },
      alerts_in: { name: { zh: '告警', en: 'Alerts' } },
      close_s: { name: { zh: '关闭用时', en: 'To close' }, unit: 's' },
      longest_s: { name: { zh: '最长', en: 'Longest' }, unit: 's' },
      reopened_cases: { name: { zh: '重新打开', en: 'Reopened' } },
    },
    width: 24,
    height: 7,
  },
];

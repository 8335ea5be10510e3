import { cases } from './cases.ts';
import { levels } from './levels.ts';
import { named } from './named.ts';
import type { Board, PanelQuery } from './panel.ts';
import { share } from './sources.ts';

const NO_ALERTS = { zh: '这段时间没有告警', en: 'No alerts in this span' };
const STAT = { kind: 'stat', noData: NO_ALERTS, width: 4, height: 4 } as const;
const OPENED = "FROM tocsin.alerts WHERE workspace = '$workspace' AND $__timeFilter_ms(opened_at)";
/** An alert that was over within this time and that nobody took is noise: the page woke somebody for nothing. */
const NOISE_SECONDS = 300;
const IS_NOISE = `state = 'resolved' AND acknowledged_at IS NULL AND seconds_to_resolve <= ${NOISE_SECONDS}`;
const median = (seconds: string): string => `quantileExactOrNull(0.5)(${seconds})`;

const stats: PanelQuery[] = [
  {
    ...STAT,
    id: 'opened',
    title: { zh: '告警数', en: 'Alerts' },
    description: { zh: '所选时间内开始的告警。', en: 'Alerts that opened in the span.' },
    sql: () => `SELECT count() AS value ${OPENED}`,
    columns: { value: { name: { zh: '告警', en: 'Alerts' } } },
    unit: 'short',
  },
  {
    ...STAT,
    id: 'firing',
    title: { zh: '仍在告警', en: 'Still firing' },
    description: { zh: '尚未结束的告警，不论何时开始。', en: 'Alerts that have not ended, whenever they opened.' },
    sql: () => "SELECT countIf(state = 'firing') AS value FROM tocsin.alerts WHERE workspace = '$workspace'",
    columns: { value: { name: { zh: '告警中', en: 'Firing' } } },
    unit: 'short',
    levels: levels(1, 5),
  },
  {
    ...STAT,
    id: 'time-to-acknowledge',
    title: { zh: '确认用时', en: 'Time to acknowledge' },
    description: { zh: '从告警开始到有人确认的中位数，只算已确认的。', en: 'Median from opening to the acknowledgement, of those acknowledged.' },
    noData: { zh: '没有确认过的告警', en: 'No alert was acknowledged' },
    sql: () => `SELECT ${median('seconds_to_acknowledge')} AS value ${OPENED}`,
    columns: { value: { name: { zh: '中位数', en: 'Median' } } },
    unit: 's',
    levels: levels(300, 900),
  },
  {
    ...STAT,
    id: 'time-to-resolve',
    title: { zh: '恢复用时', en: 'Time to resolve' },
    description: { zh: '从告警开始到结束的中位数，只算已结束的。', en: 'Median from opening to the end, of those that ended.' },
    noData: { zh: '没有结束的告警', en: 'No alert ended' },
    sql: () => `SELECT ${median('seconds_to_resolve')} AS value ${OPENED}`,
    columns: { value: { name: { zh: '中位数', en: 'Median' } } },
    unit: 's',
  },
  {
    ...STAT,
    id: 'noise',
    title: { zh: '噪声占比', en: 'Noise' },
    description: { zh: '五分钟内自行结束且无人确认的告警占比；高说明规则太敏感。', en: 'Alerts that ended within five minutes and that nobody took; a high share says that rules are too eager.' },
    sql: () => `SELECT ${share(`countIf(${IS_NOISE})`, 'count()')} AS value ${OPENED}`,
    columns: { value: { name: { zh: '占比', en: 'Share' } } },
    unit: 'percentunit',
    levels: levels(0.2, 0.5),
  },
  {
    ...STAT,
    id: 'undelivered',
    title: { zh: '送达失败', en: 'Failed deliveries' },
    description: { zh: '所选时间内没有成功的发送尝试。', en: 'Attempts to deliver in the span that did not succeed.' },
    noData: { zh: '没有发送', en: 'Nothing was sent' },
    sql: () => "SELECT countIf(outcome IN ('retrying', 'failed')) AS value FROM tocsin.deliveries FINAL WHERE $__timeFilter_ms(at)",
    columns: { value: { name: { zh: '失败', en: 'Failed' } } },
    unit: 'short',
    levels: levels(1, 20),
  },
];

const overTime: PanelQuery = {
  id: 'opened-over-time',
  kind: 'bars',
  title: { zh: '告警走势（按级别）', en: 'Alerts by severity' },
  description: { zh: '每个时间段开始的告警，按达到过的最高级别。', en: 'Alerts that opened in each interval, by the highest severity that they reached.' },
  noData: NO_ALERTS,
  sql: (language) => `SELECT $__timeInterval(opened_at) AS time, ${named('alertSeverity', 'highest_severity', language)} AS series, count() AS alerts ${OPENED} GROUP BY time, highest_severity ORDER BY time, series`,
  unit: 'short',
  width: 24,
  height: 8,
};

const rules: PanelQuery = {
  id: 'rules',
  kind: 'table',
  title: { zh: '规则一览', en: 'Rules at a glance' },
  description: { zh: '每条规则的告警数、确认率、用时和噪声；先调最吵的那条。', en: 'Alerts, acknowledgement, times and noise of each rule: tune the loudest one first.' },
  noData: NO_ALERTS,
  sql: (language) => `SELECT rule_id, any(title_${language}) AS title, count() AS alerts, ${share('countIf(acknowledged_at IS NOT NULL)', 'alerts')} AS acknowledged_share,
  ${median('seconds_to_acknowledge')} AS acknowledge_s, ${median('seconds_to_resolve')} AS resolve_s, ${share(`countIf(${IS_NOISE})`, 'alerts')} AS noise
${OPENED}
GROUP BY rule_id
ORDER BY alerts DESC, rule_id
LIMIT 50`,
  columns: {
    rule_id: { name: { zh: '规则', en: 'Rule' } },
    title: { name: { zh: '名称', en: 'Title' } },
    alerts: { name: { zh: '告警', en: 'Alerts' } },
    acknowledged_share: { name: { zh: '确认率', en: 'Acknowledged' }, unit: 'percentunit' },
    acknowledge_s: { name: { zh: '确认用时', en: 'To acknowledge' }, unit: 's' },
    resolve_s: { name: { zh: '恢复用时', en: 'To resolve' }, unit: 's' },
    noise: { name: { zh: '噪声', en: 'Noise' }, unit: 'percentunit' },
  },
  width: 24,
  height: 9,
};

const latest: PanelQuery = {
  id: 'latest',
  kind: 'table',
  title: { zh: '最近的告警', en: 'Latest alerts' },
  description: { zh: '最近开始的五十个告警。', en: 'The fifty alerts that opened last.' },
  noData: NO_ALERTS,
  sql: (language) => `SELECT opened_at, title_${language} AS title, arrayStringConcat(mapValues(group), ' · ') AS concerned, ${named('alertSeverity', 'severity', language)} AS level,
  if(state = 'firing', ${language === 'zh' ? "'▲ 告警中', '● 已恢复'" : "'▲ firing', '● resolved'"}) AS standing, peak, seconds_to_acknowledge, seconds_to_resolve, alert_id
${OPENED}
ORDER BY opened_at DESC, alert_id DESC
LIMIT 50`,
  columns: {
    opened_at: { name: { zh: '开始', en: 'Opened' }, widthPx: 170 },
    title: { name: { zh: '规则', en: 'Rule' } },
    concerned: { name: { zh: '对象', en: 'Group' } },
    level: { name: { zh: '级别', en: 'Severity' }, widthPx: 90 },
    standing: { name: { zh: '状态', en: 'State' }, widthPx: 100 },
    peak: { name: { zh: '峰值', en: 'Peak' }, unit: 'short', widthPx: 80 },
    seconds_to_acknowledge: { name: { zh: '确认用时', en: 'To acknowledge' }, unit: 's', widthPx: 110 },
    seconds_to_resolve: { name: { zh: '恢复用时', en: 'To resolve' }, unit: 's', widthPx: 110 },
    alert_id: { name: { zh: '编号', en: 'Id' }, widthPx: 160 },
  },
  width: 24,
  height: 11,
};

const deliveries: PanelQuery = {
  id: 'channels',
  kind: 'table',
  title: { zh: '通知渠道', en: 'Page channels' },
  description: { zh: '每个渠道的发送尝试、成功率和用时。', en: 'Attempts, success and duration of each channel.' },
  noData: { zh: '没有发送', en: 'Nothing was sent' },
  sql: () => `SELECT channel_id, any(channel_kind) AS way, count() AS attempts, ${share("countIf(outcome = 'delivered')", 'attempts')} AS delivered_share, quantileExact(0.5)(duration_ms) AS median_ms, max(duration_ms) AS longest_ms
FROM tocsin.deliveries FINAL
WHERE outcome != 'skipped' AND $__timeFilter_ms(at)
GROUP BY channel_id
ORDER BY attempts DESC, channel_id
LIMIT 50`,
  columns: {
    channel_id: { name: { zh: '渠道', en: 'Channel' } },
    way: { name: { zh: '种类', en: 'Kind' } },
    attempts: { name: { zh: '尝试', en: 'Attempts' } },
    delivered_share: { name: { zh: '成功率', en: 'Delivered' }, unit: 'percentunit' },
    median_ms: { name: { zh: '用时中位数', en: 'Median' }, unit: 'ms' },
    longest_ms: { name: { zh: '最长用时', en: 'Longest' }, unit: 'ms' },
  },
  width: 24,
  height: 7,
};

/** How the people on call fare: how often they are called, how fast they answer, how often it was for nothing. */
export const alerts: Board = {
  id: 'alerts',
  title: { zh: '告警与值班', en: 'Alerts and on-call' },
  description: { zh: '告警有多少，多久有人确认，多久恢复，有多少是噪声。', en: 'How many alerts there are, how soon somebody takes them, how soon they end, and how many were noise.' },
  tags: ['operations'],
  from: 'now-7d',
  refresh: '30s',
  variables: ['workspace'],
  sections: [
    { title: { zh: '概况', en: 'At a glance' }, panels: stats },
    { title: { zh: '走势与规则', en: 'Over time and by rule' }, panels: [overTime, rules] },
    { title: { zh: '事件与关闭', en: 'Incidents and their end' }, panels: cases },
    { title: { zh: '明细', en: 'Details' }, panels: [latest, deliveries] },
  ],
};

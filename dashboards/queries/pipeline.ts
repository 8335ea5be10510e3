import { levels } from './levels.ts';
import { named } from './named.ts';
import type { Board, PanelQuery } from './panel.ts';
import { ARRIVED_IN_SPAN, byDimension, share } from './sources.ts';

const NO_FEEDBACK = { zh: '这段时间没有反馈', en: 'No feedback in this span' };
const STAT = { kind: 'stat', noData: NO_FEEDBACK, width: 6, height: 4 } as const;
const all = (measures: string[]): string => byDimension({ dimension: 'all', measures });

const stats: PanelQuery[] = [
  {
    ...STAT,
    id: 'newest-age',
    title: { zh: '最新一行的年龄', en: 'Age of the newest row' },
    description: { zh: '库中最新一条反馈收到至今的时间。一直没有新反馈时它也会增大。', en: 'Time since the newest stored item arrived. It also grows while nobody says anything.' },
    sql: () => `SELECT dateDiff('second', max(received_at), now64(3)) AS value ${ARRIVED_IN_SPAN} HAVING count() > 0`,
    columns: { value: { name: { zh: '年龄', en: 'Age' } } },
    unit: 's',
    levels: levels(60, 300),
  },
  {
    ...STAT,
    id: 'rows',
    title: { zh: '入库行数', en: 'Rows stored' },
    description: { zh: '所选时间内的全部行，含重复反馈。', en: 'All rows of the span, repeats among them.' },
    sql: () => `SELECT sum(items) + sum(repeats) AS value FROM ${all(['items', 'repeats'])}`,
    columns: { value: { name: { zh: '行数', en: 'Rows' } } },
    unit: 'short',
  },
  {
    ...STAT,
    id: 'late',
    title: { zh: '迟到的反馈', en: 'Late items' },
    description: { zh: '收到时已超过一小时的反馈；它们计入自己的时间窗口。', en: 'Items that were more than an hour old when they arrived; they count in the windows of their own time.' },
    sql: () => `SELECT countIf(received_at > created_at + toIntervalHour(1)) AS value ${ARRIVED_IN_SPAN}`,
    columns: { value: { name: { zh: '迟到', en: 'Late' } } },
    unit: 'short',
  },
  {
    ...STAT,
    id: 'repeat-share',
    title: { zh: '重复占比', en: 'Share of repeats' },
    description: { zh: '同一客户重复提交的反馈占全部的比例。', en: 'Repeats by the same customer among all rows.' },
    sql: () => `SELECT ${share('sum(repeats)', '(sum(items) + sum(repeats))')} AS value FROM ${all(['items', 'repeats'])}`,
    columns: { value: { name: { zh: '占比', en: 'Share' } } },
    unit: 'percentunit',
    levels: levels(0.1, 0.3),
  },
];

const flow: PanelQuery[] = [
  {
    id: 'rows-over-time',
    kind: 'line',
    title: { zh: '入库速度', en: 'Rows over time' },
    description: { zh: '每个时间段入库的行数，按反馈创建时间。', en: 'Rows of each interval, by the time at which the items were created.' },
    noData: NO_FEEDBACK,
    sql: () => `SELECT at AS time, sum(items) AS originals, sum(repeats) AS repeated FROM ${all(['items', 'repeats'])} GROUP BY time ORDER BY time`,
    columns: { originals: { name: { zh: '反馈', en: 'Items' } }, repeated: { name: { zh: '重复', en: 'Repeats' } } },
    unit: 'short',
    width: 12,
    height: 9,
  },
  {
    id: 'arrival-delay',
    kind: 'line',
    title: { zh: '到达延迟（按渠道）', en: 'Arrival delay by channel' },
    description: { zh: '从创建到收到的平均时间；某个渠道突然变大，说明它在积压。', en: 'Mean time from creation to arrival; where it jumps for one channel, that channel holds items back.' },
    noData: NO_FEEDBACK,
    sql: (language) => `SELECT at AS time, ${named('channel', 'value', language)} AS series, ${share('sum(arrival_delay_ms_sum)', 'sum(items)')} AS delay_ms
FROM ${byDimension({ dimension: 'channel', measures: ['items', 'arrival_delay_ms_sum'] })}
GROUP BY time, value
ORDER BY time, series`,
    unit: 'ms',
    width: 12,
    height: 9,
  },
  {
    id: 'logs',
    kind: 'table',
    title: { zh: '日志与位置', en: 'Logs and places' },
    description: { zh: '每个评分日志入库到哪个序号，每帧平均多少条；帧按其首条反馈计。', en: 'How far each scored log is stored, and how many items a frame holds; a frame is counted by its first item.' },
    noData: NO_FEEDBACK,
    sql: () => `SELECT log_id, count() AS stored_rows, countIf(log_index = 0) AS frames, ${share('stored_rows', 'frames')} AS items_a_frame,
  min(log_sequence) AS first_sequence, max(log_sequence) AS last_sequence, max(received_at) AS newest
${ARRIVED_IN_SPAN}
GROUP BY log_id
ORDER BY newest DESC, log_id
LIMIT 20`,
    columns: {
      log_id: { name: { zh: '日志', en: 'Log' } },
      stored_rows: { name: { zh: '行数', en: 'Rows' } },
      frames: { name: { zh: '帧数', en: 'Frames' } },
      items_a_frame: { name: { zh: '每帧条数', en: 'Items a frame' }, unit: 'none' },
      first_sequence: { name: { zh: '最小序号', en: 'First sequence' }, unit: 'none' },
      last_sequence: { name: { zh: '最大序号', en: 'Last sequence' }, unit: 'none' },
      newest: { name: { zh: '最新收到', en: 'Newest arrival' } },
    },
    width: 24,
    height: 7,
  },
];

/** How data flows into the store. What the stages do before it is in the Prometheus metrics of each role. */
export const pipeline: Board = {
  id: 'pipeline',
  title: { zh: '数据链路', en: 'Pipeline health' },
  description: { zh: '反馈入库的速度、延迟和位置。入库之前各环节的指标见 /metrics。', en: 'Speed, delay and place of what is stored. The stages before it are in /metrics.' },
  tags: ['operations'],
  from: 'now-6h',
  refresh: '30s',
  variables: ['workspace'],
  sections: [
    { title: { zh: '概况', en: 'At a glance' }, panels: stats },
    { title: { zh: '流量', en: 'Flow' }, panels: flow },
  ],
};

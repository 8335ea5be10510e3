import { filled, named } from './named.ts';
import type { Board, PanelLanguage, PanelQuery } from './panel.ts';
import { byDimension, share } from './sources.ts';

const NO_FEEDBACK = { zh: '这段时间没有反馈', en: 'No feedback in this span' };
const MEASURES = ['items', 'complaints', 'negative', 'stars_sum', 'waits', 'wait_seconds_sum', 'resolutions', 'resolved_items', 'nps_answers', 'nps_promoters', 'nps_detractors', 'arrival_delay_ms_sum'];

function summary(id: string, dimension: 'channel' | 'agent', title: PanelQuery['title'], name: PanelQuery['title'], noData: PanelQuery['noData']): PanelQuery {
  const label = (language: PanelLanguage): string => (dimension === 'channel' ? named('channel', 'value', language) : filled('value', language));
  return {
    id,
    kind: 'table',
    title,
    description: {
      zh: '星级由模型给出；等待、解决率和 NPS 只算填了的反馈；到达延迟是从创建到收到的平均时间。',
      en: 'Stars are the model’s; waiting, resolved and NPS are of the items that say so; delay is the mean time from creation to arrival.',
    },
    noData,
    sql: (language) => `SELECT ${label(language)} AS name, sum(items) AS feedback, sum(complaints) AS complaint_count,
  ${share('complaint_count', 'feedback')} AS complaint_share, ${share('sum(stars_sum)', 'feedback')} AS stars,
  ${share('sum(wait_seconds_sum)', 'sum(waits)')} AS wait_s, ${share('sum(resolved_items)', 'sum(resolutions)')} AS resolved_share,
  if(sum(nps_answers) = 0, NULL, 100 * (toInt64(sum(nps_promoters)) - toInt64(sum(nps_detractors))) / sum(nps_answers)) AS nps,
  ${share('sum(arrival_delay_ms_sum)', 'feedback')} AS delay_ms
FROM ${byDimension({ dimension, measures: MEASURES })}
GROUP BY value
ORDER BY feedback DESC, name
LIMIT 50`,
    columns: {
      name: { name },
      feedback: { name: { zh: '反馈', en: 'Feedback' } },
      complaint_count: { name: { zh: '投诉', en: 'Complaints' } },
      complaint_share: { name: { zh: '投诉占比', en: 'Share of complaints' }, unit: 'percentunit' },
      stars: { name: { zh: '平均星级', en: 'Mean stars' }, unit: 'none' },
      wait_s: { name: { zh: '平均等待', en: 'Mean wait' }, unit: 's' },
      resolved_share: { name: { zh: '解决率', en: 'Resolved' }, unit: 'percentunit' },
      nps: { name: { zh: 'NPS', en: 'NPS' }, unit: 'none' },
      delay_ms: { name: { zh: '到达延迟', en: 'Arrival delay' }, unit: 'ms' },
    },
    width: 24,
    height: 11,
  };
}

function trend(id: string, title: PanelQuery['title'], description: PanelQuery['description'], value: string, measures: string[], unit: string): PanelQuery {
  return {
    id,
    kind: 'line',
    title,
    description,
    noData: NO_FEEDBACK,
    sql: (language) => `SELECT at AS time, ${named('channel', 'value', language)} AS series, ${value} AS value_now
FROM ${byDimension({ dimension: 'channel', measures })}
GROUP BY time, value
ORDER BY time, series`,
    unit,
    width: 12,
    height: 9,
  };
}

/** Channels and the people who answer on them. */
export const channels: Board = {
  id: 'channels',
  title: { zh: '渠道与客服', en: 'Channels and agents' },
  description: { zh: '每个渠道和客服的量、投诉占比、等待和解决率。', en: 'Volume, share of complaints, waiting and resolution of each channel and agent.' },
  tags: ['analysis'],
  from: 'now-7d',
  refresh: '1m',
  variables: ['workspace'],
  sections: [
    {
      title: { zh: '渠道', en: 'Channels' },
      panels: [
        trend('items-by-channel', { zh: '反馈量（按渠道）', en: 'Feedback by channel' }, { zh: '每个时间段各渠道的反馈条数；突然归零多半是接入中断。', en: 'Items of each channel and interval; a sudden zero is most often a broken connection.' }, 'sum(items)', ['items'], 'short'),
        trend('share-by-channel', { zh: '投诉占比（按渠道）', en: 'Share of complaints by channel' }, { zh: '每个时间段各渠道的投诉除以反馈。', en: 'Complaints divided by items, of each channel and interval.' }, share('sum(complaints)', 'sum(items)'), ['items', 'complaints'], 'percentunit'),
        summary('channel-summary', 'channel', { zh: '渠道一览', en: 'Channels at a glance' }, { zh: '渠道', en: 'Channel' }, NO_FEEDBACK),
      ],
    },
    {
      title: { zh: '客服', en: 'Agents' },
      panels: [summary('agent-summary', 'agent', { zh: '客服一览', en: 'Agents at a glance' }, { zh: '客服', en: 'Agent' }, { zh: '没有带客服的反馈', en: 'No feedback names an agent' })],
    },
  ],
};

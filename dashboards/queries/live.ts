import { levels } from './levels.ts';
import { named } from './named.ts';
import type { Board, PanelQuery } from './panel.ts';
import { ARRIVALS, byDimension, share } from './sources.ts';

const NO_FEEDBACK = { zh: '这段时间没有反馈', en: 'No feedback in this span' };
const STAT = { kind: 'stat', noData: NO_FEEDBACK, width: 4, height: 4 } as const;
const all = (measures: string[]): string => byDimension({ dimension: 'all', measures });

const stats: PanelQuery[] = [
  {
    ...STAT,
    id: 'items',
    title: { zh: '反馈数', en: 'Feedback' },
    description: { zh: '所选时间内的反馈条数，重复反馈不计。', en: 'Items in the span; repeats of an item are not counted.' },
    sql: () => `SELECT sum(items) AS value FROM ${all(['items'])}`,
    columns: { value: { name: { zh: '反馈数', en: 'Items' } } },
    unit: 'short',
  },
  {
    ...STAT,
    id: 'complaints',
    title: { zh: '投诉数', en: 'Complaints' },
    description: { zh: '所选时间内被判为投诉的反馈。', en: 'Items in the span that the model takes for complaints.' },
    sql: () => `SELECT sum(complaints) AS value FROM ${all(['complaints'])}`,
    columns: { value: { name: { zh: '投诉数', en: 'Complaints' } } },
    unit: 'short',
  },
  {
    ...STAT,
    id: 'complaint-share',
    title: { zh: '投诉占比', en: 'Share of complaints' },
    description: { zh: '投诉数除以反馈数。', en: 'Complaints divided by all feedback.' },
    sql: () => `SELECT ${share('sum(complaints)', 'sum(items)')} AS value FROM ${all(['items', 'complaints'])}`,
    columns: { value: { name: { zh: '投诉占比', en: 'Share' } } },
    unit: 'percentunit',
    levels: levels(0.3, 0.5),
  },
  {
    ...STAT,
    id: 'severe',
    title: { zh: '严重反馈', en: 'Severe' },
    description: { zh: '严重程度为“严重”的反馈。', en: 'Items of severity “severe”.' },
    sql: () => `SELECT sum(severe) AS value FROM ${all(['severe'])}`,
    columns: { value: { name: { zh: '严重', en: 'Severe' } } },
    unit: 'short',
    levels: levels(1, 20),
  },
  {
    ...STAT,
    id: 'repeats',
    title: { zh: '重复反馈', en: 'Repeats' },
    description: { zh: '同一客户再次提交的相同反馈，不计入其他数字。', en: 'The same said again by the same customer; in no other number.' },
    sql: () => `SELECT sum(repeats) AS value FROM ${all(['repeats'])}`,
    columns: { value: { name: { zh: '重复', en: 'Repeats' } } },
    unit: 'short',
  },
  {
    ...STAT,
    id: 'newest-age',
    title: { zh: '最新数据', en: 'Newest data' },
    description: { zh: '库中最新一条反馈距现在的时间。大屏上的计数不经过数据库，更快。', en: 'Age of the newest stored item. The counts on the wall screen do not wait for the store and are newer.' },
    noData: { zh: '近两天没有数据', en: 'No data for two days' },
    sql: () => `SELECT dateDiff('second', max(received_at), now64(3)) AS value ${ARRIVALS} AND minute >= now64(3) - INTERVAL 2 DAY HAVING count() > 0`,
    columns: { value: { name: { zh: '距今', en: 'Age' } } },
    unit: 's',
    levels: levels(60, 300),
  },
];

const trends: PanelQuery[] = [
  {
    id: 'complaints-by-category',
    kind: 'line',
    title: { zh: '投诉走势（按类别）', en: 'Complaints by category' },
    description: { zh: '所选时间内投诉最多的八个类别；一条反馈属于几个类别就各计一次。', en: 'The eight categories with most complaints in the span; an item counts in each of its categories.' },
    noData: NO_FEEDBACK,
    sql: (language) => `WITH source AS ${byDimension({ dimension: 'category', measures: ['complaints'] })}
SELECT at AS time, ${named('category', 'value', language)} AS series, sum(complaints) AS complaints
FROM source
WHERE value IN (SELECT value FROM source GROUP BY value ORDER BY sum(complaints) DESC, value LIMIT 8)
GROUP BY time, value
ORDER BY time, series`,
    unit: 'short',
    width: 12,
    height: 9,
  },
  {
    id: 'items-by-sentiment',
    kind: 'bars',
    title: { zh: '反馈量（按情绪）', en: 'Feedback by sentiment' },
    description: { zh: '每个时间段的负面、中性和正面反馈。', en: 'Negative, neutral and positive items of each interval.' },
    noData: NO_FEEDBACK,
    sql: () => `SELECT at AS time, sum(negative) AS negative, sum(neutral) AS neutral, sum(positive) AS positive FROM ${all(['negative', 'neutral', 'positive'])} GROUP BY time ORDER BY time`,
    columns: { negative: { name: { zh: '负面', en: 'Negative' } }, neutral: { name: { zh: '中性', en: 'Neutral' } }, positive: { name: { zh: '正面', en: 'Positive' } } },
    unit: 'short',
    width: 12,
    height: 9,
  },
];

const rank = (id: string, dimension: string, field: 'category' | 'channel', title: PanelQuery['title'], description: PanelQuery['description']): PanelQuery => ({
  id,
  kind: 'rank',
  title,
  description,
  noData: NO_FEEDBACK,
  sql: (language) => `SELECT ${named(field, 'value', language)} AS name, sum(complaints) AS complaints FROM ${byDimension({ dimension, measures: ['complaints'] })} GROUP BY value HAVING complaints > 0 ORDER BY complaints DESC, name LIMIT 12`,
  unit: 'short',
  width: 8,
  height: 10,
});

const ranks: PanelQuery[] = [
  rank('top-categories', 'category', 'category', { zh: '投诉最多的类别', en: 'Categories with most complaints' }, { zh: '所选时间内的投诉数。', en: 'Complaints in the span.' }),
  rank('top-channels', 'channel', 'channel', { zh: '投诉来自哪些渠道', en: 'Complaints by channel' }, { zh: '所选时间内的投诉数。', en: 'Complaints in the span.' }),
  {
    id: 'top-products',
    kind: 'rank',
    title: { zh: '投诉最多的产品', en: 'Products with most complaints' },
    description: { zh: '所选时间内的投诉数；未填产品的反馈不在其中。', en: 'Complaints in the span; items without a product are not in it.' },
    noData: { zh: '没有带产品的投诉', en: 'No complaint names a product' },
    sql: () => `SELECT value AS name, sum(complaints) AS complaints FROM ${byDimension({ dimension: 'product', measures: ['complaints'] })} GROUP BY value HAVING complaints > 0 ORDER BY complaints DESC, name LIMIT 12`,
    unit: 'short',
    width: 8,
    height: 10,
  },
];

const latest: PanelQuery = {
  id: 'latest-complaints',
  kind: 'table',
  title: { zh: '最新投诉', en: 'Latest complaints' },
  description: { zh: '最新的五十条投诉，个人信息已遮盖。', en: 'The latest fifty complaints; personal data is masked.' },
  noData: { zh: '这段时间没有投诉', en: 'No complaints in this span' },
  sql: (language) => `SELECT created_at AS time, ${named('channel', 'channel', language)} AS channel, arrayStringConcat(arrayMap(category -> ${named('category', 'category', language)}, categories), ' / ') AS categories, ${named('severity', 'severity', language)} AS severity, text, id
FROM tocsin.feedback
WHERE workspace = '$workspace' AND complaint AND duplicate_of = '' AND $__timeFilter_ms(created_at)
ORDER BY created_at DESC, id DESC
LIMIT 50`,
  columns: {
    time: { name: { zh: '时间', en: 'Time' }, widthPx: 170 },
    channel: { name: { zh: '渠道', en: 'Channel' }, widthPx: 90 },
    categories: { name: { zh: '类别', en: 'Categories' }, widthPx: 150 },
    severity: { name: { zh: '程度', en: 'Severity' }, widthPx: 80 },
    text: { name: { zh: '内容', en: 'Text' } },
    id: { name: { zh: '编号', en: 'Id' }, widthPx: 120 },
  },
  width: 24,
  height: 12,
};

/** What happens now: refreshed every 30 seconds, for a screen on the wall of a team. */
export const live: Board = {
  id: 'live',
  title: { zh: '实时运营', en: 'Live operations' },
  description: { zh: '现在有多少反馈和投诉，关于什么，来自哪里。', en: 'How much feedback and how many complaints there are now, about what and from where.' },
  tags: ['live'],
  from: 'now-6h',
  refresh: '30s',
  variables: ['workspace'],
  sections: [
    { title: { zh: '概况', en: 'At a glance' }, panels: stats },
    { title: { zh: '走势', en: 'Trends' }, panels: trends },
    { title: { zh: '来源', en: 'Where from' }, panels: ranks },
    { title: { zh: '明细', en: 'Details' }, panels: [latest] },
  ],
};

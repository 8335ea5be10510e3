import { levels } from './levels.ts';
import { modelVersions } from './model-versions.ts';
import { named } from './named.ts';
import type { Board, PanelQuery } from './panel.ts';
import { byDimension, share } from './sources.ts';

const NO_FEEDBACK = { zh: '这段时间没有反馈', en: 'No feedback in this span' };
const NO_RATINGS = { zh: '没有带评分的反馈', en: 'No feedback brought a rating' };
const all = (measures: string[]): string => byDimension({ dimension: 'all', measures });
const STAT = { kind: 'stat', noData: NO_FEEDBACK, width: 6, height: 4 } as const;

const stats: PanelQuery[] = [
  {
    ...STAT,
    id: 'certainty',
    title: { zh: '情绪把握', en: 'Certainty of sentiment' },
    description: { zh: '模型对所选情绪的平均概率；持续下降说明用语在变化。', en: 'Mean probability of the sentiment chosen; a steady fall says that the language changes.' },
    sql: () => `SELECT ${share('sum(sentiment_probability_sum)', 'sum(items)')} AS value FROM ${all(['items', 'sentiment_probability_sum'])}`,
    columns: { value: { name: { zh: '把握', en: 'Certainty' } } },
    unit: 'percentunit',
  },
  {
    ...STAT,
    id: 'conflicts',
    title: { zh: '评分与文字矛盾', en: 'Rating against text' },
    description: { zh: '带评分的反馈中，评分与文字意思相反的占比。', en: 'Among items with a rating: those whose rating says the opposite of the text.' },
    noData: NO_RATINGS,
    sql: () => `SELECT ${share('sum(rating_conflicts)', 'sum(ratings)')} AS value FROM ${all(['rating_conflicts', 'ratings'])}`,
    columns: { value: { name: { zh: '占比', en: 'Share' } } },
    unit: 'percentunit',
    levels: levels(0.05, 0.15),
  },
  {
    ...STAT,
    id: 'implicit',
    title: { zh: '含蓄投诉占比', en: 'Implicit complaints' },
    description: { zh: '投诉中用语客气、没有负面词的占比。', en: 'Among complaints: those in polite words without a negative one.' },
    sql: () => `SELECT ${share('sum(implicit_complaints)', 'sum(complaints)')} AS value FROM ${all(['implicit_complaints', 'complaints'])}`,
    columns: { value: { name: { zh: '占比', en: 'Share' } } },
    unit: 'percentunit',
  },
  {
    ...STAT,
    id: 'other-share',
    title: { zh: '“其他”占比', en: 'Share of “other”' },
    description: { zh: '模型没有归入任何类别的反馈；上升说明需要新的类别。', en: 'Items that fit no category; a rise says that a new one is needed.' },
    sql: () => `SELECT ${share("sumIf(part, kind = 'other')", "sumIf(part, kind = 'all')")} AS value FROM (
  SELECT 'other' AS kind, sum(items) AS part FROM ${byDimension({ dimension: 'category', measures: ['items'], where: "value = 'other'" })}
  UNION ALL
  SELECT 'all' AS kind, sum(items) AS part FROM ${all(['items'])}
)`,
    columns: { value: { name: { zh: '占比', en: 'Share' } } },
    unit: 'percentunit',
    levels: levels(0.25, 0.4),
  },
];

const drift: PanelQuery[] = [
  {
    id: 'certainty-over-time',
    kind: 'line',
    title: { zh: '把握的走势', en: 'Certainty over time' },
    description: { zh: '每个时间段情绪的平均概率，以及投诉的平均概率。', en: 'Mean probability of the sentiment chosen and of “complaint”, of each interval.' },
    noData: NO_FEEDBACK,
    sql: () => `SELECT at AS time, ${share('sum(sentiment_probability_sum)', 'sum(items)')} AS sentiment_certainty, ${share('sum(complaint_probability_sum)', 'sum(items)')} AS complaint_probability FROM ${all(['items', 'sentiment_probability_sum', 'complaint_probability_sum'])} GROUP BY time ORDER BY time`,
    columns: { sentiment_certainty: { name: { zh: '情绪把握', en: 'Sentiment' } }, complaint_probability: { name: { zh: '投诉概率', en: 'Complaint' } } },
    unit: 'percentunit',
    width: 12,
    height: 9,
  },
  {
    id: 'stars-against-ratings',
    kind: 'line',
    title: { zh: '模型星级与客户评分', en: 'The model’s stars and customers’ ratings' },
    description: { zh: '两条线各自是平均值；差距变大说明模型偏离。', en: 'Means of both; a growing gap says that the model drifts.' },
    noData: NO_FEEDBACK,
    sql: () => `SELECT at AS time, ${share('sum(stars_sum)', 'sum(items)')} AS model_stars, ${share('sum(rating_sum)', 'sum(ratings)')} AS customer_rating FROM ${all(['items', 'stars_sum', 'ratings', 'rating_sum'])} GROUP BY time ORDER BY time`,
    columns: { model_stars: { name: { zh: '模型星级', en: 'Model' } }, customer_rating: { name: { zh: '客户评分', en: 'Customers' } } },
    unit: 'none',
    width: 12,
    height: 9,
  },
  {
    id: 'language-mix',
    kind: 'bars',
    title: { zh: '语言构成', en: 'Languages' },
    description: { zh: '每个时间段各语言的反馈条数。', en: 'Items of each language and interval.' },
    noData: NO_FEEDBACK,
    sql: (language) => `SELECT at AS time, ${named('language', 'value', language)} AS series, sum(items) AS feedback FROM ${byDimension({ dimension: 'language', measures: ['items'] })} GROUP BY time, value ORDER BY time, series`,
    unit: 'short',
    width: 12,
    height: 9,
  },
  {
    id: 'by-model',
    kind: 'table',
    title: { zh: '模型版本', en: 'Model versions' },
    description: { zh: '所选时间内每个模型版本评过的反馈；更换模型时两行并列可比。', en: 'What each version of the model scored in the span: two rows to compare when the model changes.' },
    noData: NO_FEEDBACK,
    sql: () => `SELECT value AS model, sum(items) AS feedback, ${share('sum(complaints)', 'feedback')} AS complaint_share, ${share('sum(negative)', 'feedback')} AS negative_share, ${share('sum(stars_sum)', 'feedback')} AS stars, ${share('sum(sentiment_probability_sum)', 'feedback')} AS certainty
FROM ${byDimension({ dimension: 'model', measures: ['items', 'complaints', 'negative', 'stars_sum', 'sentiment_probability_sum'] })}
GROUP BY value
ORDER BY feedback DESC, model`,
    columns: {
      model: { name: { zh: '模型', en: 'Model' } },
      feedback: { name: { zh: '反馈', en: 'Feedback' } },
      complaint_share: { name: { zh: '投诉占比', en: 'Complaints' }, unit: 'percentunit' },
      negative_share: { name: { zh: '负面占比', en: 'Negative' }, unit: 'percentunit' },
      stars: { name: { zh: '平均星级', en: 'Mean stars' }, unit: 'none' },
      certainty: { name: { zh: '把握', en: 'Certainty' }, unit: 'percentunit' },
    },
    width: 12,
    height: 9,
  },
];

/** Whether the model still fits what customers write. */
export const modelQuality: Board = {
  id: 'model',
  title: { zh: '模型质量与漂移', en: 'Model quality and drift' },
  description: { zh: '模型是否仍然适合客户的用语。', en: 'Whether the model still fits what customers write.' },
  tags: ['model'],
  from: 'now-30d',
  refresh: '5m',
  variables: ['workspace'],
  sections: [
    { title: { zh: '概况', en: 'At a glance' }, panels: stats },
    { title: { zh: '漂移', en: 'Drift' }, panels: drift },
    { title: { zh: '版本对比', en: 'Versions' }, panels: modelVersions },
  ],
};

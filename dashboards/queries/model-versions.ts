import type { PanelQuery } from './panel.ts';
import { byDimension, share } from './sources.ts';

const NO_FEEDBACK = { zh: '这段时间没有反馈', en: 'No feedback in this span' };
const NO_READINGS = { zh: '没有保存其他模型的结果（tocsin model compare --keep）', en: 'No readings of another model were kept (tocsin model compare --keep)' };
const KEPT = "FROM tocsin.scores FINAL WHERE workspace = '$workspace' AND counted_model != '' AND $__timeFilter_ms(created_at)";

const same = (a: string, b: string): string => `arraySort(arrayDistinct(${a})) = arraySort(arrayDistinct(${b}))`;

/** Model versions beside each other. */
export const modelVersions: PanelQuery[] = [
  {
    id: 'complaints-by-model',
    kind: 'line',
    title: { zh: '投诉占比（按模型版本）', en: 'Share of complaints by model version' },
    description: { zh: '每个时间段各模型版本判为投诉的比例；换模型时的跳变来自模型，而不是客户。', en: 'What each version takes for complaints, of each interval; a step at a change of model is the model’s, not the customers’.' },
    noData: NO_FEEDBACK,
    sql: () => `SELECT at AS time, value AS series, ${share('sum(complaints)', 'sum(items)')} AS complaint_share FROM ${byDimension({ dimension: 'model', measures: ['items', 'complaints'] })} GROUP BY time, value ORDER BY time, series`,
    unit: 'percentunit',
    width: 12,
    height: 9,
  },
  {
    id: 'agreement-over-time',
    kind: 'line',
    title: { zh: '与另一模型一致的比例', en: 'Agreement with another model' },
    description: { zh: '两个模型对“是否投诉”判断相同的比例，按反馈的时间；只算保存了另一模型结果的反馈。', en: 'Items of which both models say the same about “complaint”, by the time of the item; only those of which another model’s reading was kept.' },
    noData: NO_READINGS,
    sql: () => `SELECT $__timeInterval(created_at) AS time, model AS series, ${share('countIf(complaint = counted_complaint)', 'count()')} AS agreement ${KEPT} GROUP BY time, model ORDER BY time, series`,
    unit: 'percentunit',
    width: 12,
    height: 9,
  },
  {
    id: 'agreement',
    kind: 'table',
    title: { zh: '模型版本之间的一致性', en: 'Agreement of model versions' },
    description: { zh: '计数所用的模型与另一模型读同一批反馈：结论相同的比例、多判和少判的投诉、投诉概率的平均差。', en: 'The model that was counted and another one on the same items: shares of equal answers, complaints more and fewer, mean gap of the complaint’s probability.' },
    noData: NO_READINGS,
    sql: () => `SELECT counted_model, model AS other_model, count() AS readings, ${share('countIf(complaint = counted_complaint)', 'readings')} AS same_complaint, ${share('countIf(sentiment = counted_sentiment)', 'readings')} AS same_sentiment,
  ${share(`countIf(${same('categories', 'counted_categories')})`, 'readings')} AS same_categories, countIf(complaint AND NOT counted_complaint) AS more, countIf(counted_complaint AND NOT complaint) AS fewer,
  avg(abs(toFloat64(complaint_probability) - toFloat64(counted_complaint_probability))) AS gap
${KEPT}
GROUP BY counted_model, model
ORDER BY readings DESC, counted_model, other_model
LIMIT 50`,
    columns: {
      counted_model: { name: { zh: '计数模型', en: 'Counted' } },
      other_model: { name: { zh: '另一模型', en: 'Other model' } },
      readings: { name: { zh: '反馈', en: 'Feedback' } },
      same_complaint: { name: { zh: '投诉一致', en: 'Same complaint' }, unit: 'percentunit' },
      same_sentiment: { name: { zh: '情绪一致', en: 'Same sentiment' }, unit: 'percentunit' },
      same_categories: { name: { zh: '类别一致', en: 'Same categories' }, unit: 'percentunit' },
      more: { name: { zh: '多判投诉', en: 'Complaints more' } },
      fewer: { name: { zh: '少判投诉', en: 'Complaints fewer' } },
      gap: { name: { zh: '概率差', en: 'Gap' }, unit: 'percentunit' },
    },
    width: 24,
    height: 7,
  },
];

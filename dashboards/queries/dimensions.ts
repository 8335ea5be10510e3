import { area, AREAS, filled, named } from './named.ts';
import type { Board, PanelLanguage, PanelQuery } from './panel.ts';
import { FILTERS, share } from './sources.ts';

const NO_COMPLAINTS = { zh: '这段时间没有投诉', en: 'No complaints in this span' };
const AREA_CODES = Object.keys(AREAS);

/**
 * Complaints by area over time, cut by `bucket`. An item with categories in two areas counts in both. A day of the
 * roll-up is named by the instant at which it begins where the company is, so its noon tells its date anywhere in Asia.
 */
function overTime(id: string, bucket: string, title: PanelQuery['title'], description: PanelQuery['description']): PanelQuery {
  return {
    id,
    kind: 'bars',
    title,
    description,
    noData: NO_COMPLAINTS,
    sql: (language) => `SELECT toDateTime(${bucket}, 'UTC') AS time, ${named('area', area('category'), language)} AS series, sum(complaints) AS complaints
FROM tocsin.rollup_cross_day AS days
WHERE ${FILTERS}
  AND category != '' AND $__timeFilter(days.time)
GROUP BY time, series
ORDER BY time, series`,
    unit: 'short',
    width: 12,
    height: 9,
  };
}

/** A table of complaints: one row per value of a field, one column per area. */
function matrix(id: string, field: 'region' | 'customer_group' | 'channel', title: PanelQuery['title'], name: PanelQuery['title']): PanelQuery {
  const value = (language: PanelLanguage): string => (field === 'channel' ? named('channel', field, language) : filled(field, language));
  return {
    id,
    kind: 'table',
    title,
    description: {
      zh: '每格是一个大类的投诉数；“合计”里一条反馈只计一次，“占比”是投诉除以全部反馈。',
      en: 'Each cell counts the complaints of one area; “all” counts an item once, “share” is complaints divided by all feedback.',
    },
    noData: NO_COMPLAINTS,
    sql: (language) => `SELECT ${value(language)} AS name, sumIf(complaints, category = '') AS everything,
${AREA_CODES.map((code) => `  sumIf(complaints, ${area('category')} = '${code}') AS \`${code}\``).join(',\n')},
  ${share("sumIf(complaints, category = '')", "sumIf(items, category = '')")} AS complaint_share
FROM tocsin.rollup_cross_day
WHERE ${FILTERS}
  AND $__timeFilter(time)
GROUP BY ${field}
HAVING everything > 0
ORDER BY everything DESC, name
LIMIT 50`,
    columns: {
      name: { name },
      everything: { name: { zh: '合计', en: 'All' } },
      ...Object.fromEntries(Object.entries(AREAS).map(([code, name]) => [code, { name }])),
      complaint_share: { name: { zh: '占比', en: 'Share' }, unit: 'percentunit' },
    },
    unit: 'short',
    width: 24,
    height: 10,
  };
}

/** Complaints by product, service and after-sales × region × customer group × week and month. */
export const dimensions: Board = {
  id: 'dimensions',
  title: { zh: '投诉维度分析', en: 'Complaints by dimension' },
  description: { zh: '按产品、服务、售后，以及地区、客户群、渠道、周和月看投诉。', en: 'Complaints by area, region, customer group, channel, week and month.' },
  tags: ['analysis'],
  from: 'now-90d',
  refresh: '5m',
  variables: ['workspace', 'channel', 'region', 'customer_group'],
  sections: [
    {
      title: { zh: '时间', en: 'Over time' },
      panels: [
        overTime('by-week', 'toStartOfWeek(days.time + INTERVAL 12 HOUR, 1)', { zh: '每周投诉', en: 'Complaints a week' }, { zh: '每周（周一起）各大类的投诉数。', en: 'Complaints of each area a week, from Monday.' }),
        overTime('by-month', 'toStartOfMonth(days.time + INTERVAL 12 HOUR)', { zh: '每月投诉', en: 'Complaints a month' }, { zh: '每月各大类的投诉数；首尾两月只含所选时间。', en: 'Complaints of each area a month; the first and the last month hold what the span holds of them.' }),
      ],
    },
    {
      title: { zh: '交叉', en: 'Crossed' },
      panels: [
        matrix('by-region', 'region', { zh: '地区 × 大类', en: 'Region × area' }, { zh: '地区', en: 'Region' }),
        matrix('by-group', 'customer_group', { zh: '客户群 × 大类', en: 'Customer group × area' }, { zh: '客户群', en: 'Customer group' }),
        matrix('by-channel', 'channel', { zh: '渠道 × 大类', en: 'Channel × area' }, { zh: '渠道', en: 'Channel' }),
      ],
    },
  ],
};

import { filled, named } from './named.ts';
import type { Board, PanelLanguage, PanelQuery } from './panel.ts';
import { FILTERS } from './sources.ts';

const NO_COMPLAINTS = { zh: '这段时间没有投诉', en: 'No complaints in this span' };

/** The span of the board and the one of equal length before it, of one table. */
const BEFORE = '$__fromTime - ($__toTime - $__fromTime)';
const BOTH_SPANS = `time > ${BEFORE} AND time <= $__toTime`;
const NOW = 'time > $__fromTime';

interface TopList {
  id: string;
  title: PanelQuery['title'];
  description: PanelQuery['description'];
  name: PanelQuery['title'];
  /** SQL of the name, from the columns of `by`. */
  label(language: PanelLanguage): string;
  table: string;
  by: string;
  where: string;
}

/** Ten names with the complaints of this span, those of the span before, and how they differ. */
function top({ id, title, description, name, label, table, by, where }: TopList): PanelQuery {
  return {
    id,
    kind: 'table',
    title,
    description,
    noData: NO_COMPLAINTS,
    sql: (language) => `SELECT ${label(language)} AS name, sumIf(complaints, ${NOW}) AS now, sumIf(complaints, NOT (${NOW})) AS before,
  toInt64(now) - toInt64(before) AS change, if(before = 0, NULL, change / before) AS change_share,
  ${trendWord(language)} AS trend
FROM tocsin.${table}
WHERE ${where}
  AND ${BOTH_SPANS}
GROUP BY ${by}
HAVING now > 0
ORDER BY now DESC, name
LIMIT 10`,
    columns: {
      name: { name },
      now: { name: { zh: '本期', en: 'This span' } },
      before: { name: { zh: '上期', en: 'Span before' } },
      change: { name: { zh: '变化', en: 'Change' } },
      change_share: { name: { zh: '变化率', en: 'Change, %' }, unit: 'percentunit' },
      trend: { name: { zh: '趋势', en: 'Trend' } },
    },
    unit: 'short',
    width: 12,
    height: 11,
  };
}

function trendWord(language: PanelLanguage): string {
  const [fresh, up, down, steady] = language === 'zh' ? ['★ 新出现', '▲ 上升', '▼ 下降', '● 持平'] : ['★ new', '▲ up', '▼ down', '● steady'];
  return `multiIf(before = 0, '${fresh}', change_share >= 0.2, '${up}', change_share <= -0.2, '${down}', '${steady}')`;
}

const AGAINST = { zh: '与前一段等长时间相比；默认 7 天，即周环比。', en: 'Compared with the span of equal length before it; 7 days by default, so week over week.' };

const ofDimension = (dimension: 'product' | 'store' | 'agent', title: PanelQuery['title'], name: PanelQuery['title']): PanelQuery => top({
  id: `top-${dimension}s`,
  title,
  description: AGAINST,
  name,
  label: (language) => filled('value', language),
  table: 'rollup_issue_day',
  by: 'value',
  where: `workspace = '$workspace' AND dimension = '${dimension}' AND category = ''`,
});

/** The ten worst issues with their change week over week. */
export const topIssues: Board = {
  id: 'top-issues',
  title: { zh: 'TOP10 问题与环比', en: 'Top 10 issues, week over week' },
  description: { zh: '投诉最多的十个类别、产品、门店和客服，与上一周期相比。', en: 'The ten categories, products, stores and agents with most complaints, against the span before.' },
  tags: ['analysis'],
  from: 'now-7d',
  refresh: '5m',
  variables: ['workspace', 'channel', 'region', 'customer_group'],
  sections: [
    {
      title: { zh: '问题', en: 'Issues' },
      panels: [
        top({
          id: 'top-categories',
          title: { zh: 'TOP10 类别', en: 'Top 10 categories' },
          description: AGAINST,
          name: { zh: '类别', en: 'Category' },
          label: (language) => named('category', 'category', language),
          table: 'rollup_cross_day',
          by: 'category',
          where: `${FILTERS}\n  AND category != ''`,
        }),
        top({
          id: 'top-product-issues',
          title: { zh: 'TOP10 产品问题', en: 'Top 10 issues of products' },
          description: { zh: `一个产品的一个类别为一个问题。${AGAINST.zh}`, en: `A category of one product is an issue. ${AGAINST.en}` },
          name: { zh: '产品 · 类别', en: 'Product · category' },
          label: (language) => `concat(value, ' · ', ${named('category', 'category', language)})`,
          table: 'rollup_issue_day',
          by: 'value, category',
          where: "workspace = '$workspace' AND dimension = 'product' AND category != ''",
        }),
      ],
    },
    {
      title: { zh: '来源', en: 'Where from' },
      panels: [
        ofDimension('product', { zh: 'TOP10 产品', en: 'Top 10 products' }, { zh: '产品', en: 'Product' }),
        ofDimension('store', { zh: 'TOP10 门店', en: 'Top 10 stores' }, { zh: '门店', en: 'Store' }),
        ofDimension('agent', { zh: 'TOP10 客服', en: 'Top 10 agents' }, { zh: '客服', en: 'Agent' }),
      ],
    },
  ],
};

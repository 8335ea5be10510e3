import type { LocalText } from '../../core/rule.ts';

/** What every board says in the same words. */
export const WORDS = {
  folder: { zh: 'Tocsin 看板', en: 'Tocsin boards' },
  dataSource: { zh: '数据源', en: 'Data source' },
  state: { zh: '状态', en: 'State' },
  alerts: { zh: '告警', en: 'Alerts' },
  otherBoards: { zh: '其他看板', en: 'Other boards' },
  console: { zh: 'Tocsin 控制台', en: 'Tocsin console' },
  wall: { zh: '大屏', en: 'Wall screen' },
  playlist: { zh: 'Tocsin 轮播', en: 'Tocsin playlist' },
  all: { zh: '全部', en: 'All' },
} as const satisfies Record<string, LocalText>;

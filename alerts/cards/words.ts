import type { LocalText } from '../../core/rule.ts';
import type { CardLink } from './card.ts';

/** Fixed words of cards. */
export const WORDS = {
  late: { zh: '由迟到的反馈补齐：过去的窗口达到阈值，当前数量低于阈值', en: 'Completed by late feedback: a past window reached the threshold, the count now is below it' },
  count: { zh: '数量/阈值', en: 'Count / threshold' },
  trend: { zh: '走势', en: 'Trend' },
  measured: { zh: '情况', en: 'Measured' },
  owner: { zh: '负责人', en: 'Owner' },
  toldTo: { zh: '通知', en: 'Told' },
  peak: { zh: '最高', en: 'Peak' },
  lasted: { zh: '持续', en: 'Lasted' },
  items: { zh: '首条 → 最近', en: 'First → latest' },
  ends: { zh: '若不再新增，预计恢复', en: 'Ends if nothing more comes' },
  quotes: { zh: '原声', en: 'In their words' },
  rule: { zh: '规则', en: 'Rule' },
  workspace: { zh: '空间', en: 'workspace' },
  shortened: { zh: '（内容过长，已略去一部分；完整内容见链接）', en: '(Too long for this channel: a part is left out; the links have all of it)' },
} as const satisfies Record<string, LocalText>;

export const LINK_LABELS: Record<CardLink['kind'], LocalText> = {
  acknowledge: { zh: '我来处理', en: 'Acknowledge' },
  silence: { zh: '静默', en: 'Silence' },
  wall: { zh: '大屏', en: 'Wall' },
  alert: { zh: '告警详情', en: 'Alert' },
  evidence: { zh: '明细', en: 'Evidence' },
};

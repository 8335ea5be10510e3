import type { NoPageReason, PageReason } from '../../core/page-order.ts';
import type { Language } from './language.ts';

/** Why an alert was paged, or why not, as its incident names it. */
const WORDS: Readonly<Record<PageReason | NoPageReason, Record<Language, string>>> = {
  'fired': { zh: '已通知：触发', en: 'told: it fired' },
  'reopened': { zh: '已通知：再次发生', en: 'told: it came again' },
  'level-reached': { zh: '已通知：级别升高', en: 'told: a higher level' },
  'escalation-step': { zh: '已通知：无人确认，升级', en: 'told: nobody had acknowledged' },
  'escalated-by-hand': { zh: '已通知：手动升级', en: 'told: escalated by hand' },
  'acknowledgement-expired': { zh: '已通知：确认到期', en: 'told: the acknowledgement ran out' },
  'grew': { zh: '已通知：确认后继续增长', en: 'told: it grew after it was acknowledged' },
  'new-cause': { zh: '已通知：出现新原因', en: 'told: a new cause' },
  'silence-ended': { zh: '已通知：静默结束', en: 'told: the silence was over' },
  'quiet-hours-ended': { zh: '已通知：免打扰结束', en: 'told: the quiet hours were over' },
  'inhibition-ended': { zh: '已通知：不再由其他告警解释', en: 'told: no longer explained by another alert' },
  'flapping': { zh: '未再通知：反复波动', en: 'not told again: it flaps' },
  'flapping-ended': { zh: '已通知：波动结束', en: 'told: the flapping was over' },
  'acknowledged': { zh: '已告知：已有人处理', en: 'told: somebody has it' },
  'handed-over': { zh: '已通知：交接', en: 'told: handed over' },
  'split': { zh: '已通知：拆分', en: 'told: split off' },
  'correction': { zh: '已通知：更正', en: 'told: a correction' },
  'resolved': { zh: '已通知：结束', en: 'told: it was over' },
  'resolved-by-hand': { zh: '由人关闭', en: 'closed by hand' },
  'merged': { zh: '已并入其他事件', en: 'merged into another incident' },
  'group-wait': { zh: '待通知：等同组告警', en: 'not yet told: waits for its group' },
  'grouped': { zh: '未单独通知：并入已通知的事件', en: 'not told by itself: of an incident that was told' },
  'already-paged': { zh: '未通知：该级别已通知过', en: 'not told: this level was told before' },
  'already-acknowledged': { zh: '未通知：已有人确认', en: 'not told: acknowledged already' },
  'nobody-named-for-level': { zh: '未通知：该级别没有指定人', en: 'not told: nobody is named for the level' },
  'silenced': { zh: '未通知：静默中', en: 'not told: silenced' },
  'inhibited': { zh: '未通知：由其他告警解释', en: 'not told: explained by another alert' },
  'quiet-hours': { zh: '待通知：免打扰时段', en: 'not yet told: quiet hours' },
  'ended-before': { zh: '未通知：通知前已结束', en: 'not told: over before that' },
  'nobody-was-told': { zh: '未通知结束：没有人收到过触发', en: 'end not told: nobody was told of the fire' },
};

/** Empty for a reason of another version. */
export function pageReasonWords(reason: string, language: Language): string {
  return Object.hasOwn(WORDS, reason) ? WORDS[reason as PageReason | NoPageReason][language] : '';
}

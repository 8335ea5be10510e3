import type { LocalText } from '../../core/rule.ts';
import type { Recount } from './recount.ts';

const NOTHING: LocalText = { zh: '', en: '' };

/** What a recount came to, in a sentence. Pure. */
export function whyRecounted({ reason, claimed, counted, cameLater, cameLate, countedAsOf, countedNow, labelled }: Omit<Recount, 'outcome' | 'counts' | 'why'> & { labelled: number }): LocalText {
  const late = cameLate === 0 ? NOTHING : { zh: `；其中 ${cameLate} 条属于当时、迟到`, en: `; ${cameLate} that belong to that moment came late` };
  const people = labelled === 0 ? NOTHING : { zh: `；窗口内 ${labelled} 条经人工标注`, en: `; people labelled ${labelled} of the window` };
  const grew = cameLater - cameLate;
  const growth = grew === 0 ? NOTHING : { zh: `；此后又增加 ${grew} 条（增长，不是更正）`, en: `; ${grew} more came since (growth, no correction)` };
  const sums = cameLate === 0 && labelled === 0 ? NOTHING : { zh: `；当时实为 ${countedAsOf}`, en: `; ${countedAsOf} at that moment` };
  const now = grew === 0 ? NOTHING : { zh: `，现为 ${countedNow}`, en: `, ${countedNow} now` };
  const parts = [found(reason, claimed, counted), late, people, sums, growth, now];
  return { zh: parts.map(({ zh }) => zh).join(''), en: parts.map(({ en }) => en).join('') };
}

function found(reason: Recount['reason'], claimed: number, counted: number): LocalText {
  const off = Math.round(Math.abs(claimed - counted) * 100) / 100;
  switch (reason) {
    case 'as-said':
      return { zh: `存储中重新计数为 ${counted}，与告警一致`, en: `counted again in the store: ${counted}, as the alert says` };
    case 'lower-bound':
      return { zh: `存储中重新计数为 ${counted}；告警所说的 ${claimed} 是下限`, en: `counted again in the store: ${counted}; the alert's ${claimed} is a lower bound` };
    case 'past-keeping-time':
      return { zh: `存储中为 ${counted}，比告警少 ${off}：窗口中较早的条目已过保留期，无法再核对`, en: `${counted} in the store, ${off} fewer than the alert says: older items of the window are past their keeping time, so it cannot be counted again` };
    case 'erased':
      return { zh: `存储中为 ${counted}，比告警少 ${off}：窗口内有客户的信息已按要求删除，告警当时所说无误`, en: `${counted} in the store, ${off} fewer than the alert says: customers of the window were erased since; what was told was right then` };
    case 'fewer':
      return { zh: `存储中为 ${counted}，比告警少 ${off}：条目已被修改或移除`, en: `${counted} in the store, ${off} fewer than the alert says: items were changed or removed` };
    case 'more':
      return { zh: `存储中为 ${counted}，比告警多 ${off}：告警之后存储被修改`, en: `${counted} in the store, ${off} more than the alert says: the store was changed after it` };
  }
}

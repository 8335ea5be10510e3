import type { CorrectedCounts } from '../../core/operation.ts';
import type { LocalText } from '../../core/rule.ts';

export interface CorrectedNumbers {
  countThen: number;
  countNow: number;
  volume?: { then: number; now: number };
  counts?: CorrectedCounts;
  why: LocalText;
}

/** What was said and what it turned out to be. Pure. */
export function sayCorrection({ countThen, countNow, volume, counts = 'items', why }: CorrectedNumbers, { firedByLast, firesByNow }: { firedByLast: boolean; firesByNow: boolean }): LocalText {
  const [then, now] = [amount(countThen, counts, volume?.then), amount(countNow, counts, volume?.now)];
  const verdict = firesByNow ? (firedByLast ? { zh: '', en: '' } : { zh: ';按此仍应告警', en: '; by that it does fire' }) : { zh: ';按此本不应告警', en: '; by that it would not have fired' };
  return {
    zh: `更正:告警时说 ${then.zh},当时实为 ${now.zh}${verdict.zh}(${why.zh})`,
    en: `correction: ${then.en} as it was told, ${now.en} at that moment when counted again${verdict.en} (${why.en})`,
  };
}

function amount(count: number, counts: CorrectedCounts, volume: number | undefined): LocalText {
  const [zh, en] = [count.toLocaleString('en-US'), count.toLocaleString('en-US')];
  if (volume !== undefined) return { zh: `${zh} 条(共 ${volume.toLocaleString('en-US')} 条)`, en: `${en} of ${volume.toLocaleString('en-US')} items` };
  switch (counts) {
    case 'items':
      return { zh: `${zh} 条`, en: `${en} ${count === 1 ? 'item' : 'items'}` };
    case 'customers':
    case 'voices':
      return { zh: `${zh} 位客户`, en: `${en} ${count === 1 ? 'customer' : 'customers'}` };
    case 'probability':
      return { zh: `概率之和 ${zh}`, en: `a sum of ${en}` };
    case 'alerts':
      return { zh: `${zh} 项成员告警`, en: `${en} member ${count === 1 ? 'alert' : 'alerts'}` };
  }
}

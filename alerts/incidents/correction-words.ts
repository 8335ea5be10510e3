import { agreeInNumber } from '../../core/agree-in-number.ts';
import { ALERT_SEVERITY_NAMES } from '../../core/names.ts';
import type { CorrectedCounts, CorrectedUsual } from '../../core/operation.ts';
import type { AlertSeverity, LocalText } from '../../core/rule.ts';

export interface CorrectedNumbers {
  countThen: number;
  countNow: number;
  volume?: { then: number; now: number };
  usual?: { then: CorrectedUsual; now: CorrectedUsual };
  counts?: CorrectedCounts;
  why: LocalText;
}

/** What was said and what it turned out to be. Pure. */
export function sayCorrection({ countThen, countNow, volume, usual, counts = 'items', why }: CorrectedNumbers, { firedByLast, firesByNow }: { firedByLast: boolean; firesByNow: boolean }): LocalText {
  const [then, now] = [besideUsual(amount(countThen, counts, volume?.then), usual?.then), besideUsual(amount(countNow, counts, volume?.now), usual?.now)];
  const verdict = firesByNow ? (firedByLast ? { zh: '', en: '' } : { zh: '；按此仍应告警', en: '; by that it does fire' }) : { zh: '；按此本不应告警', en: '; by that it would not have fired' };
  return {
    zh: `更正：告警时说 ${then.zh}，当时实为 ${now.zh}${verdict.zh}（${why.zh}）`,
    en: `correction: ${then.en} as it was told, ${now.en} at that moment when counted again${verdict.en} (${why.en})`,
  };
}

/** The same of the moment at which a level was reached. Pure. */
export function sayLevelCorrection({ countThen, countNow, counts = 'items', why, level }: CorrectedNumbers & { level: AlertSeverity }, { firedByLast, firesByNow }: { firedByLast: boolean; firesByNow: boolean }): LocalText {
  const [then, now] = [amount(countThen, counts, undefined), amount(countNow, counts, undefined)];
  const { zh } = ALERT_SEVERITY_NAMES[level];
  const verdict = firesByNow ? (firedByLast ? { zh: '', en: '' } : { zh: `；按此仍达到“${zh}”级别`, en: `; by that the level ${level} was reached` }) : { zh: `；按此并未达到“${zh}”级别`, en: `; by that the level ${level} was not reached` };
  return {
    zh: `更正：升级为“${zh}”时说 ${then.zh}，当时实为 ${now.zh}${verdict.zh}（${why.zh}）`,
    en: `correction: ${then.en} as it was told to be ${level}, ${now.en} at that moment when counted again${verdict.en} (${why.en})`,
  };
}

/** What a spike, or an absence, was held against. */
function besideUsual(said: LocalText, usual: CorrectedUsual | undefined): LocalText {
  if (usual === undefined) return said;
  const [expected, fireAt] = [Number(usual.expected.toFixed(1)).toLocaleString('en-US'), usual.fireAt.toLocaleString('en-US')];
  if (usual.expectedMin !== undefined) {
    const expectedMin = usual.expectedMin.toLocaleString('en-US');
    return { zh: `${said.zh}（通常 ${expected} 条，通常不足 ${expectedMin} 条时不触发）`, en: `${said.en} (${expected} usual, fires only where ${expectedMin} or more are)` };
  }
  return { zh: `${said.zh}（通常 ${expected} 条，达到 ${fireAt} 条触发）`, en: `${said.en} (${expected} usual, fires at ${fireAt})` };
}

function amount(count: number, counts: CorrectedCounts, volume: number | undefined): LocalText {
  const [zh, en] = [count.toLocaleString('en-US'), count.toLocaleString('en-US')];
  if (volume !== undefined) return { zh: `${zh} 条（共 ${volume.toLocaleString('en-US')} 条）`, en: agreeInNumber(`${en} of ${volume.toLocaleString('en-US')} items`) };
  switch (counts) {
    case 'items':
      return { zh: `${zh} 条`, en: agreeInNumber(`${en} items`) };
    case 'customers':
    case 'voices':
      return { zh: `${zh} 位客户`, en: agreeInNumber(`${en} customers`) };
    case 'probability':
      return { zh: `概率之和 ${zh}`, en: `a sum of ${en}` };
    case 'alerts':
      return { zh: `${zh} 项成员告警`, en: agreeInNumber(`${en} member alerts`) };
  }
}

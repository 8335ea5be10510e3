import { han } from '../../core/han.ts';
import { agreeInNumber } from '../../core/agree-in-number.ts';
import type { AlertMeasure } from '../../core/alert.ts';
import type { LocalText } from '../../core/rule.ts';
import { troubleWords } from '../troubles/trouble-words.ts';
import { spanText, windowText } from './time-text.ts';

/** The numbers of an event, in the words of its kind of rule. */
export interface MeasureWords {
  /** What was found: 24 小时内 25 条，占 203 条的 12.3 %. */
  counted: LocalText;
  /** What fires. */
  limit: LocalText;
  /** Why it is over. */
  over: LocalText;
}

interface Numbers {
  count: number;
  fireAt: number;
  resolveBelow: number;
  windowMs: number;
}

const TODAY: Record<'workday' | 'rest-day' | 'sale-day', LocalText> = {
  'workday': { zh: '工作日', en: 'workdays' },
  'rest-day': { zh: '休息日', en: 'rest days' },
  'sale-day': { zh: '大促日', en: 'sale days' },
};

/** Says what made a rule fire. Pure; both languages. */
export function measureWords(measure: AlertMeasure, numbers: Numbers): MeasureWords {
  const { counted, limit, over } = manyWords(measure, numbers);
  const agreed = ({ zh, en }: LocalText): LocalText => ({ zh, en: agreeInNumber(en) });
  return { counted: agreed(counted), limit: agreed(limit), over: agreed(over) };
}

function manyWords(measure: AlertMeasure, { count, fireAt, resolveBelow, windowMs }: Numbers): MeasureWords {
  const window = windowText(windowMs);
  const below = { zh: `已低于 ${number(resolveBelow)}`, en: `below ${number(resolveBelow)}` };
  const limit = { zh: `阈值 ${number(fireAt)}`, en: `threshold ${number(fireAt)}` };
  switch (measure.kind) {
    case 'customers':
      return {
        counted: { zh: `${window.zh}内 ${number(count)} 位客户（${number(measure.items)} 条）`, en: `${number(count)} customers (${number(measure.items)} items) in ${window.en}` },
        limit: { zh: `阈值 ${number(fireAt)} 位`, en: `threshold ${number(fireAt)} customers` },
        over: below,
      };
    case 'probability':
      return { counted: { zh: `${window.zh}内投诉概率合计 ${number(count)}（${number(measure.items)} 条）`, en: `complaint probabilities of ${number(measure.items)} items in ${window.en} add up to ${number(count)}` }, limit, over: below };
    case 'severe':
      return {
        counted: { zh: `${number(count)} 条`, en: `${number(count)} items` },
        limit: { zh: '一条即告警', en: 'one is enough' },
        over: { zh: `${window.zh}内没有新的`, en: `no further one for ${window.en}` },
      };
    case 'share': {
      const said = (share: number): LocalText => shareText(share, measure.per);
      return {
        counted: {
          zh: `${window.zh}内 ${number(measure.volume)} 条中有 ${number(count)} 条，占 ${said(measure.share).zh}`,
          en: `${number(count)} of ${number(measure.volume)} in ${window.en}, ${said(measure.share).en}`,
        },
        limit: { zh: `阈值 ${said(measure.shareAtLeast).zh}`, en: `threshold ${said(measure.shareAtLeast).en}` },
        over: { zh: `占比为 ${said(measure.share).zh}`, en: `the share is ${said(measure.share).en}` },
      };
    }
    case 'spike': {
      const times = measure.expected > 0 ? (count / measure.expected).toFixed(1) : null;
      const day = measure.today === undefined ? { zh: '往日', en: 'earlier days' } : TODAY[measure.today];
      return {
        counted: {
          zh: `${window.zh}内 ${number(count)} 条，${day.zh}同时段通常 ${number(measure.expected)} 条${times === null ? '' : `，为其 ${times} 倍`}`,
          en: `${number(count)} in ${window.en}, usually ${number(measure.expected)} at this time of ${day.en}${times === null ? '' : `, ${times} times as many`}`,
        },
        limit,
        over: { zh: '已回到平常', en: 'back to what is usual' },
      };
    }
    case 'absence':
      return {
        counted: { zh: `${window.zh}内只有 ${number(count)} 条，通常 ${number(measure.expected)} 条`, en: `only ${number(count)} in ${window.en}, usually ${number(measure.expected)}` },
        limit: { zh: `少于 ${number(fireAt)} 条即告警`, en: `fires below ${number(fireAt)}` },
        over: { zh: '已恢复收到', en: 'it speaks again' },
      };
    case 'newTopic':
      return {
        counted: {
          zh: `新话题“${measure.term}”：${window.zh}内 ${number(count)} 位客户、${number(measure.items)} 条，平时约 ${number(measure.expected)} 条`,
          en: `new topic "${measure.term}": ${number(count)} customers, ${number(measure.items)} items in ${window.en}, about ${number(measure.expected)} before`,
        },
        limit: { zh: `阈值 ${number(fireAt)} 位`, en: `threshold ${number(fireAt)} customers` },
        over: below,
      };
    case 'composite':
      return {
        counted: {
          zh: `同时成立：${measure.members.map(({ title }) => title.zh).join('、') || '无告警'}`,
          en: `together: ${measure.members.map(({ title }) => title.en).join(', ') || 'no alert'}`,
        },
        limit: { zh: '组合条件', en: 'all of the condition' },
        over: { zh: '组合条件不再成立', en: 'the condition holds no more' },
      };
    case 'trouble': {
      const { found, limit: fires, over } = troubleWords(measure.trouble, { level: count, openAt: fireAt, about: measure.about });
      return { counted: found, limit: fires, over };
    }
  }
}

/** “按目前速度约 2 小时后达到” / "at this rate in about 2 h". */
export function forecastText(inMs: number): LocalText {
  const span = spanText(inMs);
  return { zh: han`按目前速度约 ${span.zh}后达到`, en: `at this rate in about ${span.en}` };
}

/** 12.3 % or, of a thousand, 3.1 ‰. */
export function shareText(share: number, per: 100 | 1000): LocalText {
  const value = Number((share * per).toPrecision(3));
  return per === 100 ? { zh: `${value}%`, en: `${value} %` } : { zh: `千分之 ${value}`, en: `${value} in 1,000` };
}

function number(value: number): string {
  return (Number.isInteger(value) ? value : Number(value.toFixed(1))).toLocaleString('en-US');
}

import { han } from '../../core/han.ts';
import type { GroupField, LocalText } from '../../core/rule.ts';
import { groupName } from '../notify/group-name.ts';
import { oneLine, shorten } from '../notify/safe-text.ts';
import { spanText } from '../notify/time-text.ts';
import type { Facet, Findings, Trust } from './findings.ts';
import { sparkline } from './sparkline.ts';

const VALUE_GRAPHEMES_MAX = 30;
const MODELS_SHOWN = 2;

/** A few lines on the likely cause, the strongest first; none where nothing stands out. */
export function sayCauses({ facets, newTerms }: Findings): LocalText[] {
  const said = facets.map(sayFacet);
  if (newTerms.length > 0) {
    const words = newTerms.map(clean);
    said.push({ zh: `新出现的词：${words.join('、')}`, en: `New words: ${words.join(', ')}` });
  }
  return said;
}

/** Title of those lines: of how many items they speak. */
export function causesTitle({ items, count }: Findings): LocalText {
  return items >= count ? { zh: `原因线索（共 ${items} 条）`, en: `Likely cause (of ${items})` } : { zh: `原因线索（看了 ${count} 条中的 ${items} 条）`, en: `Likely cause (${items} of ${count} looked at)` };
}

/** How they came: blocks, and the latest part of the window beside the one before. */
export function sayTrend({ trend, pace }: Findings): LocalText {
  const line = sparkline(trend.counts);
  const span = spanText(pace.spanMs);
  return { zh: `${line} 最近 ${span.zh}有 ${pace.latest} 条，之前 ${span.zh}有 ${pace.before} 条`, en: `${line} ${pace.latest} in the last ${span.en}, ${pace.before} in the ${span.en} before` };
}

export function sayDuplicates({ nearDuplicates, items }: Findings): LocalText | null {
  if (nearDuplicates === 0) return null;
  return { zh: `${items} 条中有 ${nearDuplicates} 条与其他内容相近，已合并`, en: `${nearDuplicates} of ${items} say nearly the same as another one and are put together` };
}

const LOWER_BOUND: Record<Trust['lowerBound'][number], LocalText> = {
  'scorer-lag': { zh: '评分滞后', en: 'scoring lags' },
  'counter-lag': { zh: '计数滞后', en: 'counting lags' },
  'counter-starting': { zh: '计数器启动中', en: 'the counter is starting' },
  'log-unavailable': { zh: '日志不可用', en: 'the log is away' },
  'past-awaited': { zh: '历史数据待补齐', en: 'earlier feedback has still to be read' },
  'unknown': { zh: '未收到计数器的消息', en: 'nothing was heard from the counter' },
};

/** The trust line: whether counts are exact, how late they are, what could not be processed, which model. */
export function sayTrust({ exact, lowerBound, lagMs, deadLetters }: Trust, models: readonly string[]): LocalText {
  const zh = [exact ? '计数精确' : `计数为下限（${lowerBound.map((reason) => LOWER_BOUND[reason].zh).join('、')}）`];
  const en = [exact ? 'counts are exact' : `counts are lower bounds (${lowerBound.map((reason) => LOWER_BOUND[reason].en).join(', ')})`];
  if (lagMs !== null) {
    zh.push(`延迟 ${(lagMs / 1_000).toFixed(1)} 秒`);
    en.push(`lag ${(lagMs / 1_000).toFixed(1)} s`);
  }
  if (deadLetters !== null) {
    zh.push(`死信 ${deadLetters}`);
    en.push(`dead letters ${deadLetters}`);
  }
  const shown = models.slice(0, MODELS_SHOWN).map(clean);
  if (shown.length > 0) {
    zh.push(han`模型 ${shown.join('、')}`);
    en.push(`model ${shown.join(', ')}`);
  }
  return { zh: zh.join(' · '), en: en.join(' · ') };
}

function sayFacet({ kind, field, value, count, of, usualShare }: Facet): LocalText {
  const usual = usualShare === null ? { zh: '', en: '' } : { zh: `（平时 ${percent(usualShare, '')}）`, en: ` (usually ${percent(usualShare, ' ')})` };
  switch (kind) {
    case 'term':
      return { zh: `${of} 条里 ${count} 条提到“${clean(value)}”${usual.zh}`, en: `${count} of ${of} mention "${clean(value)}"${usual.en}` };
    case 'attribute':
      return { zh: han`${of} 条里 ${count} 条的 ${clean(field)} 是 ${clean(value)}${usual.zh}`, en: `${count} of ${of} have ${clean(field)} ${clean(value)}${usual.en}` };
    case 'field': {
      const name = groupName({ [field as GroupField]: value });
      return { zh: han`${of} 条里 ${count} 条来自 ${name.zh}${usual.zh}`, en: `${count} of ${of}: ${name.en}${usual.en}` };
    }
  }
}

function percent(share: number, space: '' | ' '): string {
  return `${share > 0 && share < 0.01 ? '< 1' : Math.round(share * 100)}${space}%`;
}

/** Values come from senders. */
function clean(text: string): string {
  return shorten(oneLine(text), VALUE_GRAPHEMES_MAX);
}

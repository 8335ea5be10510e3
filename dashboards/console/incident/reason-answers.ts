import type { ShownTexts } from '../../shared/language.ts';
import { isFields } from '../../shared/live-message.ts';

const isText = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

/** What the items of an alert have in common, as `GET /v1/alerts/{id}/reason` says it. */
export interface ShownReason {
  state: string;
  title: ShownTexts | null;
  lines: ShownTexts[];
  /** The blocks, and the words without them: a screen reader is spared the blocks. */
  trend: { sparkline: string; text: ShownTexts } | null;
  models: string[];
}

/** An alert's numbers as they are now. */
export interface AlertNow {
  count: number;
  fireAt: number;
  windowMs: number;
  /** Null where it does not end by waiting, or is over. */
  endsAtMs: number | null;
}

/** Null where the answer is none of that route. */
export function parseReason(answer: unknown): ShownReason | null {
  if (!isFields(answer) || !isText(answer['state'])) return null;
  const { state, title, lines, trend, models } = answer;
  const drawn = isFields(trend) ? textsOf(trend['text']) : null;
  return {
    state, title: textsOf(title), lines: Array.isArray(lines) ? lines.map(textsOf).filter((line) => line !== null) : [],
    trend: isFields(trend) && isText(trend['sparkline']) && drawn !== null ? { sparkline: trend['sparkline'], text: withoutBlocks(drawn, trend['sparkline']) } : null,
    models: Array.isArray(models) ? models.filter(isText) : [],
  };
}

/** Null where the answer is not one of `GET /v1/alerts/{id}`. */
export function parseAlertNow(answer: unknown): AlertNow | null {
  if (!isFields(answer) || !isNumber(answer['count']) || !isNumber(answer['fireAt']) || !isNumber(answer['windowMs'])) return null;
  return { count: answer['count'], fireAt: answer['fireAt'], windowMs: answer['windowMs'], endsAtMs: isNumber(answer['endsAtMs']) ? answer['endsAtMs'] : null };
}

/** The text of a trend begins with its blocks. */
function withoutBlocks({ zh, en }: ShownTexts, sparkline: string): ShownTexts {
  const words = (text: string): string => (text.startsWith(sparkline) ? text.slice(sparkline.length).trimStart() : text);
  return { zh: words(zh), en: words(en) };
}

function textsOf(value: unknown): ShownTexts | null {
  return isFields(value) && isText(value['zh']) && isText(value['en']) ? { zh: value['zh'], en: value['en'] } : null;
}

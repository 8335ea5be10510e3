import type { CategoryId } from '../../core/category.ts';
import type { Sentiment } from '../../core/score.ts';
import type { IncidentKind } from './incident.ts';
import type { PhraseBank } from './phrase-bank.ts';
import type { Prng } from './prng.ts';
import { renderTemplate, type Slot, type Template } from './template.ts';

/** What one text shall say. */
export interface TextOrder {
  bank: PhraseBank;
  category: CategoryId;
  sentiment: Sentiment;
  incident?: IncidentKind;
  slotValue: (slot: Slot) => string;
}

const SAMPLE_SHARE = 0.22;
const OPENER_SHARE = 0.4;
const DETAIL_SHARE = 0.45;
const CLOSER_SHARE = 0.45;
const SECOND_COMPLAINT_SHARE = 0.06;
const TYPO_SHARE = { zh: 0.05, 'zh-Hant': 0.03, en: 0.12 };

/**
 * Puts one customer's text together: [opener] core [detail] [closer], where the core is a phrase of the category, a whole
 * sample text with synonyms, or a phrase of the incident; then a customer's punctuation, and now and then a slip.
 */
export function composeText(prng: Prng, order: TextOrder): string {
  const { bank, sentiment } = order;
  const render = (templates: readonly Template[]): string => renderTemplate(prng.pick(templates), prng, order.slotValue);
  const topic = bank.topics[order.category][sentiment];
  const pieces: string[] = [];
  const question = sentiment === 'neutral' && prng.chance(0.8) ? (bank.writing === 'en' ? '?' : '？') : '';
  if (order.incident === undefined && topic.samples.length > 0 && prng.chance(SAMPLE_SHARE)) {
    pieces.push(asked(render(topic.samples), question));
    if (prng.chance(0.4)) pieces.unshift(render(bank.openers[sentiment]));
    if (prng.chance(0.5)) pieces.push(render(bank.closers[sentiment]));
  } else {
    if (prng.chance(OPENER_SHARE)) pieces.push(render(bank.openers[sentiment]));
    pieces.push(asked(render(order.incident === undefined ? topic.core : bank.incidents[order.incident]), question));
    if (topic.detail.length > 0 && prng.chance(DETAIL_SHARE)) pieces.push(render(topic.detail));
    if (sentiment === 'negative' && prng.chance(SECOND_COMPLAINT_SHARE) && topic.core.length > 1 && order.incident === undefined) {
      pieces.push(prng.pick(bank.joins) + (bank.writing === 'en' ? ' ' : '') + render(topic.core));
    }
    if (prng.chance(CLOSER_SHARE)) pieces.push(render(bank.closers[sentiment]));
  }
  const text = bank.writing === 'en' ? punctuateEnglish(prng, pieces, sentiment) : punctuateChinese(prng, pieces, sentiment);
  return prng.chance(TYPO_SHARE[bank.writing]) ? slip(prng, text, bank) : text;
}

function asked(text: string, mark: string): string {
  return mark !== '' && endsOpen(text) ? text + mark : text;
}

const CHINESE_JOINS = ['，', '，', '，', '。', '。', ' ', '！', '…', '～'];

function punctuateChinese(prng: Prng, pieces: readonly string[], sentiment: Sentiment): string {
  const join = prng.pick(CHINESE_JOINS);
  let text = pieces[0] as string;
  for (let index = 1; index < pieces.length; index += 1) text += endsOpen(text) ? join + (pieces[index] as string) : pieces[index] as string;
  if (!endsOpen(text)) return text;
  const style = prng.below(10);
  if (sentiment === 'neutral') return text;
  if (sentiment === 'negative' && style < 2) return `${text}！！！`.slice(0, text.length + 1 + prng.below(3));
  return style < 5 ? text : style < 8 ? `${text}。` : style < 9 ? `${text}！` : `${text}。。。`;
}

function punctuateEnglish(prng: Prng, pieces: readonly string[], sentiment: Sentiment): string {
  const style = prng.below(10);
  const join = style < 4 ? '. ' : style < 7 ? ', ' : style < 8 ? ' - ' : '... ';
  const capitals = style < 6;
  let text = '';
  for (const piece of pieces) {
    if (text !== '') text += endsOpen(text) ? join : ' ';
    text += capitals && (text === '' || join === '. ') ? piece.charAt(0).toUpperCase() + piece.slice(1) : piece;
  }
  if (sentiment === 'negative' && prng.chance(0.02)) text = text.toUpperCase();
  if (!endsOpen(text)) return text;
  if (sentiment === 'neutral') return text;
  return style < 5 ? `${text}.` : style < 6 ? `${text}!` : text;
}

/** Whether a text ends in a letter or digit, so that a mark may follow. */
function endsOpen(text: string): boolean {
  const last = text.charCodeAt(text.length - 1);
  if (last < 0x80) return /[\w)"']/.test(text.charAt(text.length - 1));
  // Chinese marks and full-width forms, and halves of emoji or their variation selector
  return !(last >= 0x3000 && last <= 0x303f) && !(last >= 0xff00 && last <= 0xff5e) && !(last >= 0xd800 && last <= 0xdfff) && last !== 0xfe0f && last !== 0x2026;
}

/** One slip: a confused word where the text has one, else two neighbouring characters the wrong way round. */
function slip(prng: Prng, text: string, bank: PhraseBank): string {
  const start = prng.below(bank.typos.length);
  for (let tried = 0; tried < bank.typos.length; tried += 1) {
    const [right, wrong] = bank.typos[(start + tried) % bank.typos.length] as readonly [string, string];
    const at = text.indexOf(right);
    const insideWord = bank.writing === 'en' && (isLetter(text, at - 1) || isLetter(text, at + right.length));
    if (at >= 0 && !insideWord) return text.slice(0, at) + wrong + text.slice(at + right.length);
  }
  if (bank.writing !== 'en') return text;
  const at = prng.below(Math.max(1, text.length - 2));
  return isLetter(text, at) && isLetter(text, at + 1) ? text.slice(0, at) + text.charAt(at + 1) + text.charAt(at) + text.slice(at + 2) : text;
}

function isLetter(text: string, at: number): boolean {
  return /[a-z]/i.test(text.charAt(at));
}

import { CHANNELS } from '../../../core/feedback.ts';
import { CATEGORY_IDS } from '../../../core/category.ts';
import type { ScoredItem } from '../../../core/frame.ts';
import type { Rule } from '../../../core/rule.ts';

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 2, 1);
/** Items come up to this late, so that order within a group is mixed. */
const DISORDER_MS = 30_000;
const CUSTOMERS = 200_000;

/** What a cell of the benchmark counts. */
export interface Cell {
  rules: number;
  keys: number;
  items: number;
  windowMs: number;
  fireAt: number;
  /** Event time that the items cover. */
  spanMs: number;
  /** Share of the items that go to one key in a hundred, another hundredth every three hours. */
  hotShare: number;
  /** Share of the items that are up to a day late instead of seconds. */
  lateShare: number;
  /** Whether repeats and copied texts are looked for. */
  duplicates: 'on' | 'off';
  /** `phrases`: four of sixteen, so that all are near-equal; `real`: pieces of real texts, of which few are, and now and then a repeat or a copy. */
  texts: 'phrases' | 'real';
}

export const DEFAULT_CELL: Cell = { rules: 10, keys: 10_000, items: 1_000_000, windowMs: DAY_MS, fireAt: 50, spanMs: 2 * DAY_MS, hotShare: 0.3, lateShare: 0, duplicates: 'on', texts: 'phrases' };

/** Of real texts: letters of a piece, pieces of a text, and how often a customer says again what was said before or sends what many send. */
const PIECE_LETTERS = 15;
const PIECES_MAX = 7;
const REPEAT_SHARE = 0.03;
const COPY_SHARE = 0.02;
const COPIED_TEXTS = 20;
const LATEST_MAX = 1_000;

const PHRASES = [
  '等了十天包裹还没有送到', '客服电话一直打不通', '包装破了里面也压坏了', '颜色和图片完全不一样', '退款申请没有人处理', '味道很好孩子也喜欢', '用了两天就开不了机', '说明书写得看不懂',
  '价格比别的店贵不少', '下次还会再来买', '安装师傅很有耐心', '少发了一件配件', '尺码偏小要换大一号', '屏幕拆封就有划痕', '充一晚上电也充不满', '店员的态度很热情',
];

/** Ten conditions as rules have them; from the eleventh rule on each gets a variant that no other has. */
const WHERES = [
  'complaint',
  '',
  'sentiment == "negative"',
  'stars <= 2',
  'channel == "app"',
  'complaint && stars == 1',
  'rating <= 2',
  'implicit',
  '"logistics" in categories',
  'complaint && channel != "phone"',
];

export function makeRules({ rules, windowMs, fireAt }: Cell): Rule[] {
  return Array.from({ length: rules }, (_, index): Rule => {
    const base = WHERES[index % WHERES.length]!;
    const variant = Math.floor(index / WHERES.length);
    const where = variant === 0 ? base : `${base === '' ? '' : `${base} && `}complaintProbability >= ${variant / 100}`;
    return {
      id: `rule-${index}`,
      title: { zh: '激增', en: 'Surge' },
      kind: 'threshold',
      ...(where === '' ? {} : { where }),
      groupBy: ['product'],
      windowMs,
      fireAt,
      resolveBelow: Math.ceil(fireAt * 0.8),
      severity: 'warning',
      escalate: [],
      notify: [],
    };
  });
}

/** A seeded stream of scored items, as they come off the log: fresh objects with fresh texts. */
export class Load {
  readonly #cell: Cell;
  readonly #pieces: readonly string[];
  readonly #copied: readonly string[];
  readonly #latest: { customer: string; text: string }[] = [];
  #seed = 7;
  #made = 0;

  /** `texts`: real ones, where the cell wants those. */
  constructor(cell: Cell, texts: readonly string[] = []) {
    this.#cell = cell;
    this.#pieces = texts.flatMap((text) => Array.from({ length: Math.floor(text.length / PIECE_LETTERS) }, (_, at) => text.slice(at * PIECE_LETTERS, (at + 1) * PIECE_LETTERS)));
    this.#copied = texts.filter((text) => text.length >= PIECE_LETTERS).slice(0, COPIED_TEXTS);
  }

  /** Log time of the item made last, milliseconds since the epoch. */
  nowMs(): number {
    return START_MS + Math.floor((this.#made * this.#cell.spanMs) / this.#cell.items);
  }

  frame(size: number): ScoredItem[] {
    return JSON.parse(`[${Array.from({ length: size }, () => this.#item()).join()}]`) as ScoredItem[];
  }

  /** JSON of one item. */
  #item(): string {
    this.#made++;
    const nowMs = this.nowMs();
    const ageMs = this.#unit() < this.#cell.lateShare ? this.#unit() * DAY_MS : this.#unit() * DISORDER_MS;
    const createdAtMs = nowMs - Math.floor(ageMs);
    const isNegative = this.#unit() < 0.5;
    const isComplaint = isNegative && this.#unit() < 0.7;
    const categories = [this.#pick(CATEGORY_IDS), ...(this.#unit() < 0.2 ? [this.#pick(CATEGORY_IDS)] : [])];
    const id = `${this.#below(2 ** 31).toString(16)}-${this.#made.toString(36)}-feedback`;
    const phrases = this.#cell.texts === 'real' ? null : `${this.#pick(PHRASES)}，${this.#pick(PHRASES)}，${this.#pick(PHRASES)}，${this.#pick(PHRASES)}，单号 ${this.#made}`;
    const channel = this.#pick(CHANNELS);
    const said = phrases === null ? this.#real() : { customer: `c${this.#below(CUSTOMERS)}`, text: phrases };
    const product = `product-${this.#key(nowMs)}`;
    const rating = 1 + this.#below(5);
    const item = `{"id":"${id}","idGiven":true,"workspace":"default","text":${JSON.stringify(said.text)},"channel":"${channel}","createdAtMs":${createdAtMs},"receivedAtMs":${nowMs},"customer":{"id":"${said.customer}"},"product":"${product}","rating":${rating}}`;
    const sentiment = isNegative ? 'negative' : this.#unit() < 0.4 ? 'neutral' : 'positive';
    const stars = 1 + this.#below(5);
    const complaintProbability = this.#unit();
    const named = categories.map((category) => `{"id":"${category}","probability":0.9,"decidedBy":"model"}`).join();
    return `{"item":${item},"score":{"sentiment":"${sentiment}","probabilities":{"negative":0.5,"neutral":0.2,"positive":0.3},"stars":${stars},"starProbabilities":[0.2,0.2,0.2,0.2,0.2],"complaint":${isComplaint},"complaintProbability":${complaintProbability},"severity":"${isComplaint ? 'moderate' : 'none'}","categories":[${named}],"implicit":${this.#unit() < 0.1},"keywords":[],"language":"zh"}}`;
  }

  /** What nobody said before, mostly; else the latest words of one customer again, or those that many send. */
  #real(): { customer: string; text: string } {
    const chance = this.#unit();
    const latest = this.#latest;
    if (chance < REPEAT_SHARE && latest.length === LATEST_MAX) {
      const { customer, text } = this.#pick(latest);
      return { customer, text: `${text}！` };
    }
    const customer = `c${this.#below(CUSTOMERS)}`;
    if (chance > 1 - COPY_SHARE) return { customer, text: this.#pick(this.#copied) };
    let text = '';
    for (let left = 1 + this.#below(PIECES_MAX); left > 0; left--) text += this.#pick(this.#pieces);
    latest[latest.length < LATEST_MAX ? latest.length : this.#made % LATEST_MAX] = { customer, text };
    return { customer, text };
  }

  #key(nowMs: number): number {
    const { keys, hotShare } = this.#cell;
    if (this.#unit() >= hotShare) return this.#below(keys);
    const hotKeys = Math.max(1, Math.floor(keys / 100));
    return (Math.floor(nowMs / (3 * 3_600_000)) * hotKeys + this.#below(hotKeys)) % keys;
  }

  #pick<T>(values: readonly T[]): T {
    return values[this.#below(values.length)]!;
  }

  #below(limit: number): number {
    return Math.floor(this.#unit() * limit);
  }

  /** Linear congruential, 32 bits (Numerical Recipes). */
  #unit(): number {
    this.#seed = (Math.imul(this.#seed, 1664525) + 1013904223) >>> 0;
    return this.#seed / 2 ** 32;
  }
}

import type { Channel } from '../../../core/feedback.ts';

/** In which order a sheet writes days that do not begin with the year. */
export const DATE_ORDERS = ['ymd', 'mdy', 'dmy'] as const;
export type DateOrder = (typeof DATE_ORDERS)[number];

export type Cell<T> = { ok: true; value: T } | { ok: false; reason: string };

const DAY_MS = 86_400_000;
/** Day 0 of Excel's calendar; 60 is a 29 February that there was not, all days after it are right. */
const EXCEL_ZERO_MS = Date.UTC(1899, 11, 30);
/** Excel's numbers of 1982 and 2119. */
const [EXCEL_MIN, EXCEL_MAX] = [30_000, 80_000];

const CLOCK = String.raw`(?:[T\s]*(上午|下午|AM|PM)?\s*(\d{1,2})[::时点](\d{1,2})?(?:[::分](\d{1,2})?秒?)?(?:\.\d+)?分?\s*(上午|下午|AM|PM)?)?`;
const YEAR_FIRST = new RegExp(String.raw`^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?${CLOCK}$`, 'iu');
const YEAR_LAST = new RegExp(String.raw`^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})${CLOCK}$`, 'iu');
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2}))?$/u;
const EPOCH = /^1\d{9}(?:\d{3})?$/u;
const EXCEL_NUMBER = /^\d{5}(?:\.\d+)?$/u;

/**
 * A time as sheets write it, as `POST /v1/feedback` reads it: 2025/3/1 9:05, 2025年3月1日 9时5分, 20250301, Excel's own number
 * of a day, seconds or milliseconds since 1970. A day alone is its midnight. What is none of these is left to the server to
 * judge. A day that begins with neither the year nor a number above 12 needs `order` to be read. Pure.
 */
export function readTimeCell(text: string, order: DateOrder): Cell<string> {
  if (EPOCH.test(text)) return { ok: true, value: new Date(Number(text) * (text.length === 10 ? 1_000 : 1)).toISOString() };
  if (EXCEL_NUMBER.test(text)) {
    const days = Number(text);
    if (days >= EXCEL_MIN && days <= EXCEL_MAX) return { ok: true, value: wall(new Date(Math.round((EXCEL_ZERO_MS + days * DAY_MS) / 1_000) * 1_000)) };
  }
  const compact = COMPACT.exec(text);
  if (compact !== null) return time(compact.slice(1, 4), compact.slice(4), text);
  const first = YEAR_FIRST.exec(text);
  if (first !== null) return time(first.slice(1, 4), clockOf(first), text);
  const last = YEAR_LAST.exec(text);
  if (last === null) return { ok: true, value: text };
  const [, one = '', two = '', year = ''] = last;
  const found = orderOf(Number(one), Number(two), order);
  if (found === null) return { ok: false, reason: 'has a date of which it cannot be told which number is the month; say --dates mdy or --dates dmy' };
  return time(found === 'mdy' ? [year, one, two] : [year, two, one], clockOf(last), text);
}

function orderOf(one: number, two: number, order: DateOrder): 'mdy' | 'dmy' | null {
  if (order !== 'ymd') return order;
  if (one > 12) return 'dmy';
  return two > 12 ? 'mdy' : null;
}

/** Hour, minute and second of a match of {@link CLOCK}, behind three numbers of the day. */
function clockOf(match: RegExpExecArray): string[] {
  const [before, hour, minute, second, after] = match.slice(4);
  const half = (before ?? after)?.toUpperCase();
  const isLater = half === '下午' || half === 'PM';
  const isHalf = half !== undefined;
  const hours = Number(hour ?? 0);
  return [String(isHalf ? (hours % 12) + (isLater ? 12 : 0) : hours), minute ?? '0', second ?? '0'];
}

function time(day: readonly (string | undefined)[], clock: readonly (string | undefined)[], text: string): Cell<string> {
  const [year = 0, month = 0, date = 0] = day.map(Number);
  const [hour = 0, minute = 0, second = 0] = clock.map((part) => Number(part ?? 0));
  const read = new Date(Date.UTC(year, month - 1, date, hour, minute, second));
  // A day that there is not, such as 31 April, is for the server to refuse.
  const isDay = read.getUTCFullYear() === year && read.getUTCMonth() === month - 1 && read.getUTCDate() === date;
  return { ok: true, value: isDay && hour < 24 && minute < 60 && second < 60 ? wall(read) : text };
}

function wall(read: Date): string {
  return read.toISOString().slice(0, 19).replace('T', ' ');
}

const CHANNEL_WORDS: Readonly<Record<Channel, string>> = {
  app: 'app 应用 客户端 手机应用 手机端',
  'mini-program': '小程序 微信小程序 微信 miniprogram mini-program',
  web: 'web website 网站 官网 网页 pc pc端',
  chat: 'chat 在线客服 在线 聊天 在线咨询 im 企业微信',
  phone: 'phone call 电话 热线 客服热线 呼叫中心 400',
  email: 'email e-mail mail 邮件 邮箱 电子邮件',
  social: 'social 社交媒体 社媒 微博 公众号 微信公众号 抖音 小红书 知乎',
  store: 'store 门店 店铺 线下门店',
  survey: 'survey 问卷 调研 调查 问卷调查',
  offline: 'offline 线下 现场',
  api: 'api 接口',
};
const CHANNEL_OF_WORD: ReadonlyMap<string, Channel> = new Map((Object.keys(CHANNEL_WORDS) as Channel[]).flatMap((channel) => CHANNEL_WORDS[channel].split(' ').map((word): [string, Channel] => [word, channel])));

/** The channel that a sheet's word for it means, or null. Pure. */
export function readChannelCell(text: string): Channel | null {
  return CHANNEL_OF_WORD.get(text.normalize('NFKC').trim().toLowerCase()) ?? null;
}

/** `5`, `5.0`, `5星`, `★★★★☆`, 五星; words such as 非常满意 are the server's to read. Pure. */
export function readRatingCell(text: string): number | string {
  const plain = text.normalize('NFKC').replace(/\s*(?:颗?星|分|stars?)$/iu, '');
  if (/^[★⭐]{1,5}☆*$/u.test(plain)) return [...plain].filter((sign) => sign !== '☆').length;
  const word = '一二三四五'.indexOf(plain);
  if (word >= 0 && plain.length === 1) return word + 1;
  return readNumberCell(plain);
}

/** A number where the cell is one, with or without separators of thousands; else its text, for the server to refuse. Pure. */
export function readNumberCell(text: string): number | string {
  const plain = text.normalize('NFKC').replace(/(?<=\d),(?=\d{3}(?:\D|$))/gu, '');
  return /^-?\d+(?:\.\d+)?$/u.test(plain) ? Number(plain) : text;
}

const YES = new Set(['true', 'yes', 'y', '1', '是', '已解决', '解决', '√', '✓']);
const NO = new Set(['false', 'no', 'n', '0', '否', '未解决', '没有', '×', '✗']);

/** Pure. */
export function readYesCell(text: string): boolean | string {
  const word = text.normalize('NFKC').toLowerCase();
  if (YES.has(word)) return true;
  return NO.has(word) ? false : text;
}

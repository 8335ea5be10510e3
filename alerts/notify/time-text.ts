import type { LocalText } from '../../core/rule.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** ISO 8601 duration: `PT24H`, `P7D`, `PT1H30M`. A single day is written in hours, as rules write it. */
export function isoDuration(durationMs: number): string {
  if (durationMs > DAY_MS && durationMs % DAY_MS === 0) return `P${durationMs / DAY_MS}D`;
  const { hours, minutes, seconds } = parts(durationMs);
  return `PT${hours > 0 ? `${hours}H` : ''}${minutes > 0 ? `${minutes}M` : ''}${seconds > 0 || hours + minutes === 0 ? `${seconds}S` : ''}`;
}

/** A window's length in words: 24 小时 · 24 h; 7 天 · 7 d; 90 分钟 is 1 小时 30 分钟. */
export function windowText(windowMs: number): LocalText {
  if (windowMs > DAY_MS && windowMs % DAY_MS === 0) return { zh: `${windowMs / DAY_MS} 天`, en: `${windowMs / DAY_MS} d` };
  const { hours, minutes, seconds } = parts(windowMs);
  return joined([[hours, '小时', 'h'], [minutes, '分钟', 'min'], [seconds, '秒', 's']], 3);
}

/** How long something lasted, in its two largest units: 5 小时 20 分钟 · 5 h 20 min. */
export function spanText(spanMs: number): LocalText {
  if (spanMs < MINUTE_MS) return { zh: '不到 1 分钟', en: 'under 1 min' };
  const days = Math.floor(spanMs / DAY_MS);
  const { hours, minutes } = parts(spanMs % DAY_MS);
  if (days > 0) return joined([[days, '天', 'd'], [hours, '小时', 'h']], 2);
  return joined([[hours, '小时', 'h'], [minutes, '分钟', 'min']], 2);
}

/** Times of the day in one IANA zone. Keeps its formatters: making one costs more than writing a page. */
export class ZonedTime {
  readonly #time: Intl.DateTimeFormat;
  readonly #offset: Intl.DateTimeFormat;

  /** @throws RangeError for a zone that does not exist. */
  constructor(timeZone: string) {
    this.#time = new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' });
    this.#offset = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'shortOffset' });
  }

  /** `MM-DD HH:mm`, the same in both languages. */
  text(atMs: number): string {
    const { month, day, hour, minute } = fields(this.#time, atMs);
    return `${month}-${day} ${hour}:${minute}`;
  }

  /** `UTC+8`, as it is in the zone at that time. */
  offset(atMs: number): string {
    const name = fields(this.#offset, atMs).timeZoneName ?? 'UTC';
    return name.replace('GMT', 'UTC').replace(/\+0$/u, '');
  }
}

function fields(format: Intl.DateTimeFormat, atMs: number): Partial<Record<Intl.DateTimeFormatPartTypes, string>> {
  return Object.fromEntries(format.formatToParts(atMs).map(({ type, value }) => [type, value]));
}

function parts(durationMs: number): { hours: number; minutes: number; seconds: number } {
  return {
    hours: Math.floor(durationMs / HOUR_MS),
    minutes: Math.floor((durationMs % HOUR_MS) / MINUTE_MS),
    seconds: Math.floor((durationMs % MINUTE_MS) / SECOND_MS),
  };
}

function joined(units: [amount: number, zh: string, en: string][], most: number): LocalText {
  const said = units.filter(([amount]) => amount > 0).slice(0, most);
  return {
    zh: said.map(([amount, zh]) => `${amount} ${zh}`).join(' '),
    en: said.map(([amount, , en]) => `${amount} ${en}`).join(' '),
  };
}

import { LOCALES } from './language.ts';
import type { Language } from './language.ts';

/** Whether a number is the number, or what is known of it so far. */
export type Bound = 'exact' | 'atLeast';

/** Shown in the place of a number that is not there. */
export const NO_VALUE = '—';

export interface Formatter {
  /** `1,234`; a lower bound is `≥1,234`; not finite is `—`. */
  count(value: number, bound?: Bound): string;
  /** `23.1%`; of lower bounds the share itself is only near, `≈23.1%`; of nothing `—`. */
  share(part: number, whole: number, bound?: Bound): string;
  /** One decimal below 10 s, as an age that is read at a glance: `0.8 s`, `47 s`, `3 min 20 s`. */
  age(ms: number): string;
  /** The two largest units, cut and not rounded: `2 h 5 min`. */
  duration(ms: number): string;
  /** A rule's window in its own unit, where a day is still 24 hours: `24 h`, `7 d`, `5 min`. */
  window(ms: number): string;
  /** Time of day with seconds, in the viewer's zone. */
  clock(ms: number): string;
  /** Time of day without seconds. */
  hourMinute(ms: number): string;
  /** Hour and minute, with the date before it when it is not the day of `nowMs`. */
  moment(ms: number, nowMs: number): string;
}

const DAY_MS = 86_400_000;

const UNITS: { ms: number; zh: string; en: string }[] = [
  { ms: DAY_MS, zh: '天', en: 'd' },
  { ms: 3_600_000, zh: '小时', en: 'h' },
  { ms: 60_000, zh: '分钟', en: 'min' },
  { ms: 1_000, zh: '秒', en: 's' },
];

/** @param timeZone IANA name; absent means the viewer's own. */
export function createFormatter(language: Language, timeZone?: string): Formatter {
  const locale = LOCALES[language];
  const zone = timeZone === undefined ? {} : { timeZone };
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const percent = new Intl.NumberFormat(locale, { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const tenths = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1, roundingMode: 'floor' } as Intl.NumberFormatOptions);
  const hms = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23', ...zone } as const;
  const clock = new Intl.DateTimeFormat(locale, hms);
  const hourMinute = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...zone });
  const dated = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...zone });
  const day = new Intl.DateTimeFormat('en', { dateStyle: 'short', ...zone });
  const at = (format: Intl.DateTimeFormat, ms: number): string => (Number.isFinite(ms) && Math.abs(ms) <= 8.64e15 ? format.format(ms) : NO_VALUE);

  const duration = (ms: number): string => {
    if (!Number.isFinite(ms)) return NO_VALUE;
    const first = UNITS.findIndex((unit) => ms >= unit.ms);
    const at = first === -1 ? UNITS.length - 1 : first;
    let rest = Math.max(0, ms);
    const parts: string[] = [];
    for (const unit of UNITS.slice(at, at + 2)) {
      const amount = Math.floor(rest / unit.ms);
      rest -= amount * unit.ms;
      if (amount > 0 || parts.length === 0) parts.push(`${whole.format(amount)} ${unit[language]}`);
    }
    return parts.join(' ');
  };

  const window = (ms: number): string => {
    const unit = UNITS.find(({ ms: unitMs }) => ms % unitMs === 0 && (unitMs < DAY_MS || ms > DAY_MS) && ms >= unitMs);
    return unit === undefined ? duration(ms) : `${whole.format(ms / unit.ms)} ${unit[language]}`;
  };

  return {
    count: (value, bound = 'exact') => (Number.isFinite(value) ? `${bound === 'atLeast' ? '≥' : ''}${whole.format(value)}` : NO_VALUE),
    share: (part, of, bound = 'exact') => (of > 0 && Number.isFinite(part / of) ? `${bound === 'atLeast' ? '≈' : ''}${percent.format(part / of)}` : NO_VALUE),
    age: (ms) => (ms < 10_000 ? `${tenths.format(Math.max(0, ms) / 1000)} ${language === 'zh' ? '秒' : 's'}` : duration(ms)),
    duration,
    window,
    clock: (ms) => at(clock, ms),
    hourMinute: (ms) => at(hourMinute, ms),
    moment: (ms, nowMs) => (at(day, ms) === at(day, nowMs) ? at(hourMinute, ms) : at(dated, ms)),
  };
}

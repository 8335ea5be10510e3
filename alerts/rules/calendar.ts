import chineseDays from 'chinese-days';

const DAY_KINDS = ['workday', 'rest-day', 'sale-day'] as const;
export type DayKind = (typeof DAY_KINDS)[number];

/** Days of sales on which everybody in China sells; `MM-DD`. */
export const DEFAULT_SALE_DAYS: readonly string[] = ['06-18', '11-11', '12-12'];

const HOUR_MS = 3_600_000;
const NAMES_MAX = 4_096;
const LAST_YEAR_LOOKED_FOR = 2_100;

let lastYear: number | undefined;

/** The last year that the calendar of China's public holidays knows; later ones have weekends only. */
export function lastCalendarYear(): number {
  if (lastYear !== undefined) return lastYear;
  let year = 2_024;
  // The first of October is a holiday in every year that is known.
  while (year < LAST_YEAR_LOOKED_FOR && chineseDays.getDayDetail(`${year + 1}-10-01`).name.includes(',')) year++;
  return (lastYear = year);
}

/** `day`: `YYYY-MM-DD`. With `china` public holidays are days of rest and days worked in their stead are not. */
export function dayKind(day: string, calendar: 'china' | 'weekends', saleDays: readonly string[]): DayKind {
  if (saleDays.includes(day.slice(5))) return 'sale-day';
  if (calendar === 'china' && Number(day.slice(0, 4)) <= lastCalendarYear()) return chineseDays.getDayDetail(day).work ? 'workday' : 'rest-day';
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return weekday === 0 || weekday === 6 ? 'rest-day' : 'workday';
}

/** Days of the calendar in one time zone. Remembers those of the hours asked for, because a rule asks for the same again and again. */
export class LocalDays {
  readonly #timeZone: string;
  /** Made when it is first needed: only rules with a calendar ask, and it is costly. */
  #format: Intl.DateTimeFormat | undefined;
  readonly #names = new Map<number, string>();

  /** @param timeZone an IANA zone; what is none is refused with the settings */
  constructor(timeZone: string) {
    this.#timeZone = timeZone;
  }

  /** `YYYY-MM-DD` in the zone. */
  of(ms: number): string {
    const quarter = Math.floor(ms / (HOUR_MS / 4));
    let name = this.#names.get(quarter);
    if (name === undefined) {
      if (this.#names.size >= NAMES_MAX) this.#names.clear();
      this.#format ??= new Intl.DateTimeFormat('sv-SE', { timeZone: this.#timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
      this.#names.set(quarter, (name = this.#format.format(quarter * (HOUR_MS / 4))));
    }
    return name;
  }
}

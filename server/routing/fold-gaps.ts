import { ZonedTime } from '../../alerts/notify/time-text.ts';
import type { ScheduleGap } from '../../alerts/routing/check-book.ts';
import { localTime } from '../../alerts/schedules/day-hours.ts';
import type { LocalText } from '../../core/rule.ts';

/** Fewer of one kind are told one by one. */
const FOLDED_FROM = 3;
const DAY_MS = 86_400_000;
const WEEKDAYS: readonly LocalText[] = [
  { zh: '周一', en: 'Mon' }, { zh: '周二', en: 'Tue' }, { zh: '周三', en: 'Wed' }, { zh: '周四', en: 'Thu' }, { zh: '周五', en: 'Fri' }, { zh: '周六', en: 'Sat' }, { zh: '周日', en: 'Sun' },
];

/** When nobody is on call: each gap, those that come at the same hours of the day or of the week told as one. In the order of the first of each. Pure. */
export function foldGaps(gaps: readonly ScheduleGap[]): { gap: ScheduleGap; when: LocalText }[] {
  const alike = new Map<string, ScheduleGap[]>();
  for (const gap of gaps) {
    const { scheduleId, timeZone, fromMs, toMs } = gap;
    const key = JSON.stringify([scheduleId, localTime(fromMs, timeZone).minute, toMs - fromMs, new ZonedTime(timeZone).offset(fromMs)]);
    alike.set(key, [...(alike.get(key) ?? []), gap]);
  }
  return [...alike.values()].flatMap((same) => {
    const days = same.length < FOLDED_FROM ? null : daysOf(same);
    return days === null ? same.map((gap) => ({ gap, when: once(gap) })) : [{ gap: same[0]!, when: again(same, days) }];
  }).sort((one, other) => one.gap.fromMs - other.gap.fromMs);
}

/** On which days of the week they begin, where each such day between the first and the last has one; otherwise null. */
function daysOf(gaps: readonly ScheduleGap[]): LocalText | null {
  const starts = gaps.map(({ fromMs, timeZone }) => localTime(fromMs, timeZone));
  const days = starts.map(({ date }) => Date.parse(date) / DAY_MS);
  const weekdays = [...new Set(starts.map(({ weekday }) => weekday))].sort((one, other) => one - other);
  const [first = 0, last = 0] = [days[0], days.at(-1)];
  const expected = Array.from({ length: last - first + 1 }, (_, at) => first + at).filter((day) => weekdays.includes(((day + 3) % 7) + 1));
  if (expected.length !== days.length) return null;
  if (weekdays.length === WEEKDAYS.length || days.length === last - first + 1) return { zh: '每天', en: 'daily' };
  const names = weekdays.map((weekday) => WEEKDAYS[weekday - 1]!);
  return { zh: `每${names.map(({ zh }) => zh).join('、')}`, en: `each ${names.map(({ en }) => en).join(', ')}` };
}

function once({ fromMs, toMs, timeZone }: ScheduleGap): LocalText {
  const times = new ZonedTime(timeZone);
  const [from, to] = [fromMs, toMs].map((atMs) => `${times.text(atMs)} ${times.offset(atMs)}`);
  return { zh: `${from} 到 ${to} 无人值班`, en: `nobody is on call from ${from} to ${to}` };
}

function again(gaps: readonly ScheduleGap[], days: LocalText): LocalText {
  const [first, last] = [gaps[0]!, gaps.at(-1)!];
  const times = new ZonedTime(first.timeZone);
  const clock = (atMs: number): string => times.text(atMs).slice(-5);
  const isLong = first.toMs - first.fromMs >= DAY_MS;
  const end = WEEKDAYS[localTime(first.toMs, first.timeZone).weekday - 1]!;
  const span = `${clock(first.fromMs)}–`;
  const [zh, en] = isLong ? [`${end.zh} `, `${end.en} `] : ['', ''];
  const [from, to] = [first.fromMs, last.fromMs].map((atMs) => times.text(atMs).slice(0, 5));
  return {
    zh: `${days.zh} ${span}${zh}${clock(first.toMs)} ${times.offset(first.fromMs)} 无人值班，${from} 到 ${to} 共 ${gaps.length} 次`,
    en: `nobody is on call ${days.en} ${span}${en}${clock(first.toMs)} ${times.offset(first.fromMs)}, ${gaps.length} times from ${from} to ${to}`,
  };
}

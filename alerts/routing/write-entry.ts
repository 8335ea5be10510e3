import type { BookSection, Matcher } from '../../core/operation.ts';
import { formatDuration } from '../rules/duration.ts';
import type { BookEntry, Chain, DayHours, Inhibition, Route, Schedule, User } from './book.ts';
import { WEEKDAYS } from './fields.ts';

/** An entry as a person writes it, in the file or over the API: what reading it again gives is the same entry. */
export function writeEntry<S extends BookSection>(section: S, entry: BookEntry<S>): Record<string, unknown> {
  switch (section) {
    case 'users': {
      const { quietHours, ...rest } = entry as User;
      return { ...rest, ...(quietHours === null ? {} : { quietHours: writeHours(quietHours) }) };
    }
    case 'teams':
      return { ...entry };
    case 'schedules':
      return writeSchedule(entry as Schedule);
    case 'chains': {
      const { id, steps, repeat } = entry as Chain;
      return { id, steps: steps.map(({ waitMs, notify }) => ({ wait: formatDuration(waitMs), notify })), repeat };
    }
    case 'routes': {
      const { when, hours, waitMs, ...rest } = entry as Route;
      return { ...rest, when: when.map(writeMatcher), hours: hours === null ? null : { ...writeHours(hours), within: hours.within }, wait: formatDuration(waitMs) };
    }
    case 'inhibitions': {
      const { source, target, ...rest } = entry as Inhibition;
      return { ...rest, source: source.map(writeMatcher), target: target.map(writeMatcher) };
    }
    default:
      return { ...entry };
  }
}

function writeSchedule({ id, timeZone, rotations, overrides, fallbackTeam }: Schedule): Record<string, unknown> {
  return {
    id, timeZone, fallbackTeam,
    rotations: rotations.map(({ users, shiftMs, startsAtMs, hours }) => ({ users, every: formatDuration(shiftMs), startsAt: new Date(startsAtMs).toISOString(), hours: hours === null ? null : writeHours(hours) })),
    overrides: overrides.map(({ user, fromMs, toMs }) => ({ user, from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() })),
  };
}

export function writeMatcher({ field, operator, value }: Matcher): string {
  return `${field}${operator}"${value}"`;
}

function writeHours({ fromMinute, toMinute, weekdays, timeZone, calendar }: DayHours): Record<string, unknown> {
  return { from: clock(fromMinute), to: clock(toMinute), weekdays: weekdays.map((day) => WEEKDAYS[day - 1]), timeZone, calendar };
}

function clock(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EMPTY_BOOK } from '../../alerts/routing/book.ts';
import type { RoutingBook } from '../../alerts/routing/book.ts';
import { scheduleGaps } from '../../alerts/routing/check-book.ts';
import { parseRoutingFile, type RoutingFile } from '../../alerts/routing/parse-routing-file.ts';
import { HOLIDAYS_KNOWN_UNTIL_YEAR } from '../../alerts/schedules/day-hours.ts';
import { matchersOf } from '../../alerts/routing/matchers-of.ts';
import { warnOfMatcher } from '../../alerts/silences/warn-of-matcher.ts';
import { formatFileProblem } from '../../alerts/yaml-list.ts';
import { TocsinError } from '../../core/errors.ts';
import type { LocalText } from '../../core/rule.ts';
import { packageRoot } from '../app/package-root.ts';
import { faultInChinese } from '../words/error-in-chinese.ts';
import { foldGaps } from './fold-gaps.ts';

const GAPS_AHEAD_MS = 30 * 86_400_000;
const GAP_END_MS = 3 * 86_400_000;
/** Of all schedules. */
const GAP_LINES_MAX = 20;

/** The routing file that the settings name, or the one of the product's folder where there is one. */
export function routingFileOf(setting: string | undefined): string | undefined {
  if (setting !== undefined) return setting;
  const standard = join(packageRoot(), 'alerts', 'routing.yaml');
  return existsSync(standard) ? standard : undefined;
}

/** @throws TocsinError `invalid_setting` when the file cannot be read. */
export async function readRoutingFile(file: string, channels: ReadonlySet<string>): Promise<RoutingFile> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new TocsinError('invalid_setting', `the routing file ${file} cannot be read: ${cause.code ?? 'unknown'}`, { cause });
  });
  return parseRoutingFile(text, file, channels);
}

/** @throws TocsinError `invalid_setting` that lists every problem of the file with its line and key. */
export async function readRouting(setting: string | undefined, channels: ReadonlySet<string>): Promise<RoutingBook> {
  const file = routingFileOf(setting);
  if (file === undefined) return EMPTY_BOOK;
  const { book, problems } = await readRoutingFile(file, channels);
  if (problems.length > 0) {
    throw new TocsinError('invalid_setting', `the routing does not fit:\n${problems.map((problem) => `  ${formatFileProblem(problem, 'entry')}`).join('\n')}`);
  }
  return book;
}

/** Matchers of the book that name what no alert has. `categories`: the company's own. Which rules there are is not known before the log is read. */
export function matcherRemarks(book: RoutingBook, categories: readonly string[]): LocalText[] {
  const entries = [
    ...book.routes.map((entry) => ({ what: { zh: `路由 ${entry.id}`, en: `route ${entry.id}` }, lists: matchersOf('routes', entry) })),
    ...book.inhibitions.map((entry) => ({ what: { zh: `抑制规则 ${entry.id}`, en: `inhibition ${entry.id}` }, lists: matchersOf('inhibitions', entry) })),
  ];
  return entries.flatMap(({ what, lists }) => lists.flatMap(({ key, matchers }) => matchers.flatMap((matcher, at) => {
    const message = warnOfMatcher(matcher, { categories });
    return message === null ? [] : [{ zh: `${what.zh} 的 ${key}[${at}]：${faultInChinese(message)}`, en: `${what.en}: ${key}[${at}] ${message}` }];
  })));
}

/** What is not wrong and still should be known: gaps of the next 30 days, in the schedule's own zone, and where the calendar ends. */
export function routingRemarks(book: RoutingBook, nowMs: number): LocalText[] {
  // A little further, so that the last gap is not cut short.
  const ahead = scheduleGaps(book, nowMs, GAPS_AHEAD_MS + GAP_END_MS).filter(({ fromMs }) => fromMs < nowMs + GAPS_AHEAD_MS);
  const gaps = foldGaps(ahead).slice(0, GAP_LINES_MAX).map(({ gap: { scheduleId, team }, when }) => ({
    zh: `排班 ${scheduleId}：${when.zh}，${team === null ? '没有默认团队，通知发往默认渠道' : `由团队 ${team} 接手`}`,
    en: `schedule ${scheduleId}: ${when.en}; ${team === null ? 'there is no default team, so pages go to the default channels' : `the team ${team} takes over`}`,
  }));
  const usesCalendar = JSON.stringify(book).match(/"calendar":"(?:workdays|holidays)"/u) !== null;
  const endsSoon = new Date(nowMs + GAPS_AHEAD_MS).getUTCFullYear() > HOLIDAYS_KNOWN_UNTIL_YEAR;
  const calendarEnds = {
    zh: `官方节假日只知道到 ${HOLIDAYS_KNOWN_UNTIL_YEAR} 年底，之后周一到周五都算工作日`,
    en: `official days off are known up to the end of ${HOLIDAYS_KNOWN_UNTIL_YEAR}; after it Monday to Friday count as workdays`,
  };
  return [...gaps, ...(usesCalendar && endsSoon ? [calendarEnds] : [])];
}

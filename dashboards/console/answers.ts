import type { HealthPart, OpenAlert } from '../../core/live.ts';
import type { GroupKey } from '../../core/alert.ts';
import { parseWarnings, type Warning } from './parse-warnings.ts';
import { approachingOf, isAlertLike, isFields } from '../shared/live-message.ts';

/** One alert of `GET /v1/alerts`. */
export interface ListedAlert extends Omit<OpenAlert, 'endsAtMs'> {
  state: 'firing' | 'resolved';
  /** Highest count while it was open; `count` is that of its latest event. */
  peak?: number;
  resolvedAtMs: number | null;
  endsAtMs: number | null;
  /** Why it was paged, or why not; empty where that is not known. */
  pageReason: string;
}

/** One item of `GET /v1/feedback`; its text is masked. */
export interface ListedFeedback {
  id: string;
  text: string;
  channel: string;
  sentiment: string;
  complaint: boolean;
  categories: string[];
  createdAt: string | number;
}

export interface FeedbackPage {
  items: ListedFeedback[];
  nextCursor: string | null;
}

const isNumberOrNull = (value: unknown): value is number | null => value === null || typeof value === 'number';
const isText = (value: unknown): value is string => typeof value === 'string';

function isListedAlert(value: unknown): value is Omit<ListedAlert, 'pageReason'> {
  if (!isAlertLike(value)) return false;
  const { state, openedAtMs, resolvedAtMs, endsAtMs, peak } = value;
  return (
    (state === 'firing' || state === 'resolved') && typeof openedAtMs === 'number' &&
    isNumberOrNull(resolvedAtMs) && isNumberOrNull(endsAtMs) &&
    (peak === undefined || typeof peak === 'number')
  );
}

function isListedFeedback(value: unknown): value is ListedFeedback {
  if (!isFields(value)) return false;
  const { id, text, channel, sentiment, complaint, categories, createdAt } = value;
  return (
    [id, text, channel, sentiment].every(isText) && typeof complaint === 'boolean' &&
    Array.isArray(categories) && categories.every(isText) && (isText(createdAt) || typeof createdAt === 'number')
  );
}

/** Null where the answer is not one of `GET /v1/alerts`; entries that cannot be read are left out. */
export function parseAlerts(answer: unknown): ListedAlert[] | null {
  return isFields(answer) && Array.isArray(answer['alerts']) ? answer['alerts'].filter(isListedAlert).map((alert) => ({ ...alert, pageReason: pageReasonOf(alert) })) : null;
}

function pageReasonOf(alert: object): string {
  const incident = 'incident' in alert ? alert.incident : null;
  const page = isFields(incident) ? incident['page'] : null;
  return isFields(page) && isText(page['reason']) ? page['reason'] : '';
}

/** Null where the answer is not one of `GET /v1/feedback`; entries that cannot be read are left out. */
export function parseFeedbackPage(answer: unknown): FeedbackPage | null {
  if (!isFields(answer) || !Array.isArray(answer['items'])) return null;
  const { nextCursor } = answer;
  return { items: answer['items'].filter(isListedFeedback), nextCursor: isText(nextCursor) ? nextCursor : null };
}

/** One channel of `GET /v1/channels`. */
export interface ListedChannel {
  id: string;
  kind: string;
  isDefault: boolean;
  fallback: string | null;
  /** Made over the API: it may be removed there. */
  isOwn: boolean;
}

/** What came of a test page. */
export interface ChannelTest {
  delivered: boolean;
  detail: { zh: string; en: string };
  /** What happened and what to do about it; null where it was delivered. */
  advice: { zh: string; en: string } | null;
}

/** Null where the answer is not one of `GET /v1/channels`; entries that cannot be read are left out. */
export function parseChannels(answer: unknown): ListedChannel[] | null {
  if (!isFields(answer) || !Array.isArray(answer['channels'])) return null;
  return answer['channels'].flatMap((entry: unknown): ListedChannel[] => {
    const channel = isFields(entry) ? entry['channel'] : null;
    if (!isFields(channel) || !isText(channel['id']) || !isText(channel['kind'])) return [];
    return [{ id: channel['id'], kind: channel['kind'], isDefault: channel['default'] !== false, fallback: isText(channel['fallback']) ? channel['fallback'] : null, isOwn: isFields(entry) && entry['source'] === 'api' }];
  });
}

/** Null where the answer is not one of `POST /v1/channels/{id}/test`. */
export function parseChannelTest(answer: unknown): ChannelTest | null {
  if (!isFields(answer) || typeof answer['delivered'] !== 'boolean' || !isText(answer['detail'])) return null;
  const { advice } = answer;
  return { delivered: answer['delivered'], detail: inBoth(answer['detail'], answer['detailZh']), advice: isFields(advice) && isText(advice['zh']) && isText(advice['en']) ? { zh: advice['zh'], en: advice['en'] } : null };
}

/** One of `GET /v1/dead-letters` that waits. */
export interface ListedLetter {
  sequence: number;
  /** The channel of a lost page; null for anything else. */
  channel: string | null;
  stage: string;
  reason: { zh: string; en: string };
  atMs: number;
}

const PAGES = 'pages/';

/** What a server says in English, with its Chinese where it says it so as well: an older one does not. */
export function inBoth(en: string, zh: unknown): { zh: string; en: string } {
  return { zh: isText(zh) ? zh : en, en };
}

/** Null where the answer is not one of `GET /v1/dead-letters`; entries that cannot be read are left out. */
export function parseLetters(answer: unknown): ListedLetter[] | null {
  if (!isFields(answer) || !Array.isArray(answer['deadLetters'])) return null;
  return answer['deadLetters'].flatMap((entry: unknown): ListedLetter[] => {
    if (!isFields(entry)) return [];
    const { sequence, log, stage, reason, reasonZh, atMs } = entry;
    if (typeof sequence !== 'number' || !isText(log) || !isText(stage) || !isText(reason) || typeof atMs !== 'number') return [];
    return [{ sequence, channel: log.startsWith(PAGES) ? log.slice(PAGES.length) : null, stage, reason: inBoth(reason, reasonZh), atMs }];
  });
}

/** What is on its way to be an alert, of `GET /v1/counts`. */
export interface ListedEarly {
  ruleId: string;
  title: Record<'zh' | 'en', string>;
  group: GroupKey;
  count: number;
  fireAt: number;
  windowMs: number;
  reachesAtMs: number;
}

/** Null where the answer is not one of `GET /v1/counts`; entries that cannot be read are left out. */
export function parseEarly(answer: unknown): ListedEarly[] | null {
  if (!isFields(answer) || !Array.isArray(answer['groups'])) return null;
  const listed = Array.isArray(answer['approaching']) ? answer['approaching'] : [];
  return approachingOf({ approaching: listed.map((one: unknown) => (isFields(one) && isText(one['reachesAt']) ? { ...one, reachesAtMs: Date.parse(one['reachesAt']) } : one)) });
}

/** The sentence of a problem document (`application/problem+json`), or the bare status. */
export function problemText(status: number, answer: unknown): string {
  if (isFields(answer)) {
    for (const text of [answer['detail'], answer['title'], answer['code']]) {
      if (isText(text) && text !== '') return text;
    }
  }
  return `HTTP ${status}`;
}

/** The parts that keep the server from being ready. */
export function parseUnready(answer: unknown): Pick<HealthPart, 'part' | 'reason' | 'reasonZh'>[] {
  const parts = isFields(answer) && Array.isArray(answer['parts']) ? answer['parts'] : [];
  return parts.flatMap((each: unknown) => {
    if (!isFields(each) || each['ok'] !== false || !isText(each['part'])) return [];
    const { part, reason, reasonZh } = each;
    return [{ part, ...(isText(reason) ? { reason } : {}), ...(isText(reasonZh) ? { reasonZh } : {}) }];
  });
}

/** One silence of `GET /v1/silences` that is not over. */
export interface ListedSilence {
  id: string;
  /** As it is written: `category="logistics"`. */
  matchers: string[];
  /** Values that it names by `=`, without the rule. */
  group: GroupKey;
  author: string;
  reason: string;
  state: 'waiting' | 'active';
  untilAtMs: number | null;
  nextBeginAtMs: number | null;
  /** What it names that no alert has. */
  warnings: Warning[];
}

/** Null where the answer is not one of `GET /v1/silences`; those that are over and those that cannot be read are left out. */
export function parseSilences(answer: unknown): ListedSilence[] | null {
  return isFields(answer) && Array.isArray(answer['silences']) ? answer['silences'].map(silenceOf).filter((silence) => silence !== null) : null;
}

function silenceOf(value: unknown): ListedSilence | null {
  if (!isFields(value)) return null;
  const { id, matchers, author, reason, state, untilAt, nextBeginAt } = value;
  if (![id, author, reason].every(isText) || !Array.isArray(matchers) || !matchers.every(isText) || (state !== 'waiting' && state !== 'active')) return null;
  const timeOf = (text: unknown): number | null => (isText(text) && !Number.isNaN(Date.parse(text)) ? Date.parse(text) : null);
  const named = matchers.map((matcher) => /^(\w+)="([^"\\]*)"$/u.exec(matcher)).filter((match) => match !== null && match[1] !== 'rule');
  return { id: id as string, matchers, group: Object.fromEntries(named.map((match) => [match![1]!, match![2]!])), author: author as string, reason: reason as string, state, untilAtMs: timeOf(untilAt), nextBeginAtMs: timeOf(nextBeginAt), warnings: parseWarnings(value['warnings']) };
}

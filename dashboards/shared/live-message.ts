import type { AlertEvent, GroupKey } from '../../core/alert.ts';
import type { Approaching, BoardCounts, HealthReport, LiveMessage, OpenAlert } from '../../core/live.ts';

type Fields = Record<string, unknown>;

export const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isText = (value: unknown): value is string => typeof value === 'string';
const areNumbers = (from: unknown, keys: readonly string[]): from is Fields => isFields(from) && keys.every((key) => isNumber(from[key]));
const isListOf = (value: unknown, holds: (entry: unknown) => boolean): value is unknown[] => Array.isArray(value) && value.every(holds);

function isGroup(value: unknown): value is GroupKey {
  return isFields(value) && Object.values(value).every(isText);
}

const isNumberOrNull = (value: unknown): value is number | null => value === null || isNumber(value);

/** What an open alert and an alert event have in common. */
export function isAlertLike(value: unknown): value is Fields {
  return (
    areNumbers(value, ['count', 'fireAt', 'windowMs']) &&
    isText(value['alertId']) && isText(value['ruleId']) && isText(value['severity']) && isGroup(value['group']) &&
    isFields(value['title']) && isText(value['title']['zh']) && isText(value['title']['en'])
  );
}

function isOpenAlert(value: unknown): value is OpenAlert {
  return isAlertLike(value) && areNumbers(value, ['openedAtMs']) && isNumberOrNull(value['endsAtMs']);
}

function isAlertEvent(value: unknown): value is AlertEvent {
  if (!isAlertLike(value) || !areNumbers(value, ['atMs']) || !isText(value['workspace'])) return false;
  switch (value['kind']) {
    case 'opened':
    case 'escalated':
      return isNumberOrNull(value['endsAtMs']);
    case 'resolved':
      return areNumbers(value, ['openedAtMs', 'peak']);
    default:
      return false;
  }
}

function isBoardCounts(value: unknown): value is BoardCounts {
  return (
    areNumbers(value, ['asOfMs', 'lagMs']) && isText(value['workspace']) && typeof value['exact'] === 'boolean' &&
    isListOf(value['lowerBound'], isText) &&
    areNumbers(value['totals24h'], ['items', 'complaints', 'negative', 'neutral', 'positive']) &&
    isListOf(value['categories'], (entry) => areNumbers(entry, ['complaints5m', 'complaints1h', 'complaints24h']) && isText(entry['id'])) &&
    areNumbers(value['perMinute'], ['endMs']) &&
    isListOf(value['perMinute']['items'], isNumber) && isListOf(value['perMinute']['complaints'], isNumber) &&
    isListOf(value['openAlerts'], isOpenAlert)
  );
}

function isApproaching(value: unknown): value is Approaching {
  return (
    areNumbers(value, ['count', 'fireAt', 'windowMs', 'reachesAtMs']) && isText(value['ruleId']) && isGroup(value['group']) &&
    isFields(value['title']) && isText(value['title']['zh']) && isText(value['title']['en']) && [undefined, 'customers', 'probability'].includes(value['of'] as undefined) && isEarlyMeasure(value['measure'])
  );
}

function isEarlyMeasure(value: unknown): boolean {
  if (value === undefined) return true;
  if (!isFields(value)) return false;
  switch (value['kind']) {
    case 'share':
      return areNumbers(value, ['volume', 'share', 'shareAtLeast']) && (value['per'] === 100 || value['per'] === 1_000);
    case 'spike':
      return areNumbers(value, ['expected']);
    case 'newTopic':
      return areNumbers(value, ['items', 'expected']);
    default:
      return false;
  }
}

/** An early notice is an extra: one that cannot be read costs no counts. */
export function approachingOf(counts: object): Approaching[] {
  const listed = 'approaching' in counts ? counts.approaching : undefined;
  return Array.isArray(listed) ? listed.filter(isApproaching) : [];
}

function isHealthReport(value: unknown): value is HealthReport {
  return (
    areNumbers(value, ['atMs']) && typeof value['ready'] === 'boolean' &&
    isListOf(value['parts'], (part) => isFields(part) && isText(part['part']) && typeof part['ok'] === 'boolean')
  );
}

/**
 * Reads one text frame of `WS /live`. Everything that the page touches is checked here, so that a page left open across
 * an upgrade of the server meets a message it cannot read as null, and never as an exception while drawing.
 *
 * @returns null for anything else, topics unknown to this page among them
 */
export function parseLiveMessage(text: string): LiveMessage | null {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isFields(message) || !isText(message['id'])) return null;
  const { id, topic, data } = message;
  switch (topic) {
    case 'counts':
      if (!isBoardCounts(data)) return null;
      return { id, topic, data: data.approaching === undefined ? data : { ...data, approaching: approachingOf(data) } };
    case 'alerts':
      return isAlertEvent(data) ? { id, topic, data } : null;
    case 'health':
      return isHealthReport(data) ? { id, topic, data } : null;
    default:
      return null;
  }
}

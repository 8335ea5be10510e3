import { isFields } from '../shared/live-message.ts';
import { parseWarnings, type Warning } from './parse-warnings.ts';

/** One rule of `GET /v1/rules`. */
export interface ListedRule {
  id: string;
  title: Record<'zh' | 'en', string>;
  kind: string;
  warnings: Warning[];
}

/** What a rule would have done, of `POST /v1/rules/backtest`. */
export interface TriedRule {
  /** Items gone through. */
  items: number;
  alerts: number;
  pagesPerWeek: number;
  mostAlertsInOneHour: number;
  /** Of the alert that was open for longest; null without one that ended. */
  longestOpenMs: number | null;
  /** Of a rule that is not made yet. */
  warnings: Warning[];
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

/** Null where the answer is not one of `GET /v1/rules`; entries that cannot be read are left out. */
export function parseRules(answer: unknown): ListedRule[] | null {
  if (!isFields(answer) || !Array.isArray(answer['rules'])) return null;
  return answer['rules'].flatMap((entry: unknown): ListedRule[] => {
    const rule = isFields(entry) ? entry['rule'] : null;
    if (!isFields(rule) || !isText(rule['id']) || !isFields(rule['title'])) return [];
    const { zh, en } = rule['title'];
    return isText(zh) && isText(en) ? [{ id: rule['id'], title: { zh, en }, kind: isText(rule['kind']) ? rule['kind'] : '', warnings: parseWarnings(isFields(entry) ? entry['warnings'] : null) }] : [];
  });
}

/** Null where the answer is none of a backtest. */
export function parseTried(answer: unknown): TriedRule | null {
  if (!isFields(answer) || !isCount(answer['items']) || !isFields(answer['summary'])) return null;
  const { alerts, pagesPerWeek, mostAlertsInOneHour, longestOpenMs } = answer['summary'];
  if (!isCount(alerts) || !isCount(pagesPerWeek) || !isCount(mostAlertsInOneHour)) return null;
  return { items: answer['items'], alerts, pagesPerWeek, mostAlertsInOneHour, longestOpenMs: isCount(longestOpenMs) ? longestOpenMs : null, warnings: parseWarnings(answer['warnings']) };
}

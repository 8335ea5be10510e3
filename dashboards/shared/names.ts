import { CATEGORIES } from '../../core/category.ts';
import { han } from '../../core/han.ts';
import type { GroupKey } from '../../core/alert.ts';
import type { HealthPart, LowerBoundReason } from '../../core/live.ts';
import { CHANNEL_NAMES, COMPLAINT_SEVERITY_NAMES, FIELD_NAMES, LANGUAGE_NAMES, SENTIMENT_NAMES } from '../../core/names.ts';
import type { GroupField, LocalText } from '../../core/rule.ts';
import type { Language } from './language.ts';

const VALUES: Partial<Record<GroupField, Readonly<Record<string, LocalText>>>> = {
  category: CATEGORIES, channel: CHANNEL_NAMES, sentiment: SENTIMENT_NAMES, severity: COMPLAINT_SEVERITY_NAMES, language: LANGUAGE_NAMES,
};

const REASONS: Record<LowerBoundReason, LocalText> = {
  'scorer-lag': { zh: '评分积压', en: 'scoring is behind' },
  'counter-lag': { zh: '计数积压', en: 'counting is behind' },
  'counter-starting': { zh: '计数正在启动', en: 'the counter is starting' },
  'log-unavailable': { zh: '日志不可用', en: 'the log is unavailable' },
  'past-awaited': { zh: '历史数据待补齐', en: 'earlier feedback has still to be read' },
};

/** Parts without which feedback leads to no alert. */
export const PARTS_BEFORE_ALERTS: ReadonlySet<string> = new Set(['log', 'gateway', 'scorer', 'counter']);

/** Parts of the server, as `/readyz` names them. */
const PARTS: Record<string, LocalText> = {
  gateway: { zh: '接收', en: 'intake' },
  log: { zh: '消息日志', en: 'the log' },
  scorer: { zh: '评分', en: 'scoring' },
  counter: { zh: '计数', en: 'counting' },
  store: { zh: '存储', en: 'the store' },
  incidents: { zh: '事件', en: 'incidents' },
  notifier: { zh: '通知', en: 'paging' },
};

/** Looks a key up without meeting what every object inherits. */
function named(table: Readonly<Record<string, LocalText>> | undefined, key: string, language: Language): string {
  return table !== undefined && Object.hasOwn(table, key) ? (table[key]?.[language] ?? key) : key;
}

/** The category's name; the id itself where a company's own taxonomy added it. */
export function categoryName(id: string, language: Language): string {
  return named(CATEGORIES, id, language);
}

function fieldName(field: string, language: Language): string {
  return named(FIELD_NAMES, field, language);
}

/** The name of one value of a group field, or of an item's field of that name; unknown values as they are. */
export function valueName(field: string, value: string, language: Language): string {
  return Object.hasOwn(VALUES, field) ? named(VALUES[field as GroupField], value, language) : value;
}

export function reasonName(reason: string, language: Language): string {
  return named(REASONS, reason, language);
}

/** Parts of the server that do not work, each with its reason where it gives one; a part that is not known by the name that came. */
export function partsInWords(parts: readonly Pick<HealthPart, 'part' | 'reason' | 'reasonZh'>[], language: Language): string {
  const words = parts.map(({ part, reason, reasonZh }) => {
    const [name, why] = [named(PARTS, part, language), language === 'zh' ? (reasonZh ?? reason) : reason];
    if (why === undefined) return name;
    return language === 'zh' ? `${name}（${why}）` : `${name} (${why})`;
  });
  return words.join(language === 'zh' ? '、' : ', ');
}

/**
 * A group in words: values whose meaning is plain by themselves stand alone (`物流配送`), others carry their field
 * (`门店 12`), and an empty one says that it was not given (`门店未填`). An ungrouped rule's group is the empty text.
 */
export function groupName(group: GroupKey, language: Language): string {
  const parts = Object.entries(group).map(([field, value]) => {
    if (value === '') return `${fieldName(field, language)}${language === 'zh' ? '未填' : ' not given'}`;
    return field === 'category' || field === 'channel' ? valueName(field, value, language) : han`${fieldName(field, language)} ${valueName(field, value, language)}`;
  });
  return parts.join(' / ');
}

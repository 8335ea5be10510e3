import { han } from '../../core/han.ts';
import type { GroupKey } from '../../core/alert.ts';
import { CATEGORIES } from '../../core/category.ts';
import { CHANNEL_NAMES, COMPLAINT_SEVERITY_NAMES, FIELD_NAMES, LANGUAGE_NAMES, SENTIMENT_NAMES } from '../../core/names.ts';
import type { GroupField, LocalText } from '../../core/rule.ts';
import { oneLine, shorten } from './safe-text.ts';

/** A group's value comes from the sender, so its length is bounded before it stands in a headline. */
const VALUE_GRAPHEMES_MAX = 40;

/** Values of a closed list, by field; a value that is not on it stands for itself. */
const VALUE_NAMES: Partial<Record<GroupField, Record<string, LocalText>>> = {
  category: CATEGORIES,
  channel: CHANNEL_NAMES,
  sentiment: SENTIMENT_NAMES,
  severity: COMPLAINT_SEVERITY_NAMES,
  language: LANGUAGE_NAMES,
};

/** Whose values speak for themselves: the name of the field is not said before them. */
const PLAIN: ReadonlySet<string> = new Set(Object.keys(VALUE_NAMES));

/** The group as a person says it: 物流配送 · 门店 12 / Logistics · Store 12. */
export function groupName(group: GroupKey): LocalText {
  const named = Object.entries(group).map(([field, value]) => nameOf(field, value));
  if (named.length === 0) return { zh: '合计', en: 'Total' };
  return { zh: named.map((name) => name.zh).join(' · '), en: named.map((name) => name.en).join(' · ') };
}

/** Where a piece of feedback came from; an unknown channel stands for itself. */
export function channelName(channel: string): LocalText {
  return nameOf('channel', channel);
}

function nameOf(field: string, value: string): LocalText {
  const names = VALUE_NAMES[field as GroupField];
  if (names !== undefined && Object.hasOwn(names, value)) return names[value] ?? { zh: value, en: value };
  const shown = shorten(oneLine(value), VALUE_GRAPHEMES_MAX);
  const label = PLAIN.has(field) || !Object.hasOwn(FIELD_NAMES, field) ? undefined : FIELD_NAMES[field as GroupField];
  if (label === undefined) return { zh: shown, en: shown };
  return shown === '' ? { zh: `${label.zh}未填`, en: `${label.en} not given` } : { zh: han`${label.zh} ${shown}`, en: `${label.en} ${shown}` };
}

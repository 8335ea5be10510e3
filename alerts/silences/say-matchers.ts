import { han } from '../../core/han.ts';
import { ALERT_SEVERITY_NAMES } from '../../core/names.ts';
import type { GroupField, LocalText } from '../../core/rule.ts';
import type { Matcher, Silence } from '../../core/operation.ts';
import { groupName } from '../notify/group-name.ts';
import { oneLine, shorten } from '../notify/safe-text.ts';
import { writeMatcher } from '../routing/write-entry.ts';

/** A matcher may be longer than anybody reads. */
const MATCHER_GRAPHEMES_MAX = 60;

/** What a silence is about, as a person says it: 静默“物流配送 · 门店 12”. */
export function silenceInWords({ matchers }: Silence): LocalText {
  if (matchers.length === 0) return { zh: '静默全部告警', en: 'silence of everything' };
  const said = matchers.map(inWords);
  return { zh: `静默“${said.map(({ zh }) => zh).join(' · ')}”`, en: `silence of “${said.map(({ en }) => en).join(' · ')}”` };
}

/** A value in words; an expression as it is written, for it says more than its words would. */
function inWords(matcher: Matcher): LocalText {
  const { field, operator, value } = matcher;
  if (operator !== '=' || value === '') return asWritten(writeMatcher(matcher));
  switch (field) {
    case 'severity':
      return Object.hasOwn(ALERT_SEVERITY_NAMES, value) ? ALERT_SEVERITY_NAMES[value as keyof typeof ALERT_SEVERITY_NAMES] : asWritten(value);
    case 'rule':
    case 'workspace':
      return labelled(field, shorten(oneLine(value), MATCHER_GRAPHEMES_MAX));
    default:
      return groupName({ [field as GroupField]: value });
  }
}

function labelled(field: 'rule' | 'workspace', value: string): LocalText {
  return field === 'rule' ? { zh: han`规则 ${value}`, en: `rule ${value}` } : { zh: han`空间 ${value}`, en: `workspace ${value}` };
}

function asWritten(text: string): LocalText {
  const shown = shorten(oneLine(text), MATCHER_GRAPHEMES_MAX);
  return { zh: shown, en: shown };
}

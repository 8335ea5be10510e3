import { han } from '../../core/han.ts';
import type { Formatter } from './format.ts';
import type { Handling } from './handling.ts';
import type { Language } from './language.ts';

interface Words {
  has: (who: string, until: string) => string;
  given: (who: string) => string;
  silenced: string;
  corrected: (moment: string) => string;
}

const WORDS: Record<Language, Words> = {
  zh: { has: (who, until) => han`${who} 已确认，至 ${until}`, given: (who) => han`负责人 ${who}`, silenced: '静默中', corrected: (moment) => `${moment} 更正过计数` },
  en: { has: (who, until) => `${who} has it until ${until}`, given: (who) => `given to ${who}`, silenced: 'silenced', corrected: (moment) => `count corrected at ${moment}` },
};

/**
 * Who has an alert, whether it is silenced, what was corrected: a few words each, the most telling first; none where nobody did anything.
 * @param corrections `told`: with the numbers, in a sentence; `named`: that there was one
 */
export function handlingWords(handling: Handling | undefined, { language, format }: { language: Language; format: Formatter }, nowMs: number, corrections: 'told' | 'named'): string[] {
  if (handling === undefined) return [];
  const words = WORDS[language];
  const { acknowledged, assignee, silenced, corrected } = handling;
  const moment = (ms: number): string => format.moment(ms, nowMs);
  return [
    ...(acknowledged === null ? [] : [words.has(acknowledged.by, moment(acknowledged.untilMs))]),
    ...(assignee === null || assignee === acknowledged?.by ? [] : [words.given(assignee)]),
    ...(silenced ? [words.silenced] : []),
    ...(corrected === null ? [] : [corrections === 'named' ? words.corrected(moment(corrected.atMs)) : `${moment(corrected.atMs)} ${corrected.detail[language]}`]),
  ];
}

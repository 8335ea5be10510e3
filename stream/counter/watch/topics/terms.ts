import type { Language } from '../../../../core/score.ts';

/** Terms of one text: more say no more. */
const TERMS_MAX = 160;
/** Only the beginning of a text is looked at. */
export const TEXT_CHARS_MAX = 300;
const ZH_LENGTHS = [4, 3, 2] as const;
const EN_CHARS_MIN = 3;

/** Characters with which no word of Chinese that says something begins or ends. */
const ZH_STOP = new Set('的了是在我有和就不人都一也很到说要去你会着没看好这那吗呢啊吧呀么们个与及或但而被把让给从对又还再只能可以为于其之后前上下里中大小多少太真最更非常已经没过来起得地啦哦嗯哈他她它您咱啥怎什谁哪每各某此');
const EN_STOP = new Set('the and for are was were has have had this that with you your they them not but can could would should will just from out get got all any very too our its it\'s i\'m don\'t didn\'t can\'t been being what when where which who why how than then there here about after before again more most some such only own same into over under her his she him'.split(' '));

/**
 * Parts of a text that may be a topic: of Chinese its runs of 2 to 4 characters, of other languages words and pairs of words; each once. Stop words
 * are left out last, so that whether a text has any other part does not depend on them.
 */
export function termsOf(text: string, language: Language, stopWords: ReadonlySet<string>): string[] {
  const terms = new Set<string>();
  const cut = text.slice(0, TEXT_CHARS_MAX);
  if (language === 'zh') for (const [run] of cut.matchAll(/\p{Script=Han}{2,}/gu)) addRuns(run, terms);
  let before = '';
  for (const [word] of cut.toLowerCase().matchAll(/[a-z][a-z']+/gu)) {
    const isWord = word.length >= EN_CHARS_MIN && !EN_STOP.has(word);
    if (isWord) terms.add(word);
    if (isWord && before !== '') terms.add(`${before} ${word}`);
    before = isWord ? word : '';
  }
  const first = [...terms].slice(0, TERMS_MAX);
  return stopWords.size === 0 ? first : first.filter((term) => !stopWords.has(term) && !term.split(' ').some((word) => stopWords.has(word)));
}

function addRuns(run: string, terms: Set<string>): void {
  for (const length of ZH_LENGTHS) {
    for (let at = 0; at + length <= run.length; at++) {
      if (ZH_STOP.has(run[at]!) || ZH_STOP.has(run[at + length - 1]!)) continue;
      terms.add(run.slice(at, at + length));
    }
  }
}

/**
 * The topic as a person says it: the stretch of the text that overlapping terms cover together, around the one given. `terms`: those of the
 * text that are said about as often.
 */
export function nameTopic(text: string, term: string, terms: readonly string[]): string {
  const lower = text.toLowerCase();
  let from = lower.indexOf(term);
  if (from < 0) return term;
  let to = from + term.length;
  const spans = terms.map((one) => [lower.indexOf(one), one.length] as const).filter(([at]) => at >= 0).map(([at, length]) => [at, at + length] as const);
  for (let grew = true; grew;) {
    grew = false;
    for (const [start, end] of spans) {
      // They share a character at least.
      if (start >= to || end <= from || (start >= from && end <= to)) continue;
      from = Math.min(from, start);
      to = Math.max(to, end);
      grew = true;
    }
  }
  return to - from > NAME_CHARS_MAX ? term : text.slice(from, to);
}

const NAME_CHARS_MAX = 24;

import { detectLanguage } from '../text/language.ts';
import { createFoldTable } from '../text/normalize.ts';
import type { Row } from './dataset.ts';
import { lettersOf } from './split.ts';
import { hashText } from './teacher.ts';

/** The `source` of clauses. */
export const CLAUSE_SOURCE = 'clauses';

/** Marks that end a clause; a point inside a number or a name does not. */
const CLAUSE_ENDS = /[，。！？；：、…～~,;!?\n\r]+|\.(?=\s|$)|\s{2,}/u;
const HAN_MIN = 5;
const HAN_MAX = 40;
const WORDS_MIN = 4;
const WORDS_MAX = 24;

/** About so many clauses of each language are learned from: as many of each source, all of one that has fewer. */
const CLAUSES_MAX = { zh: 120_000, en: 50_000 };
/** Questions to a bank, one clause each. */
const LEFT_OUT = new Set(['banking77']);

/**
 * The clauses of a text that say something on their own: of 5 to 40 characters in Chinese, of 4 to 24 words in English. Customers
 * write such short texts more often than whole reviews.
 */
export function clausesOf(text: string): string[] {
  return text.split(CLAUSE_ENDS).map((clause) => clause.trim()).filter(saysSomething);
}

function saysSomething(clause: string): boolean {
  if (detectLanguage(clause) !== 'en') return clause.length >= HAN_MIN && clause.length <= HAN_MAX;
  const words = clause.split(/\s+/u).length;
  return words >= WORDS_MIN && words <= WORDS_MAX;
}

/** Clauses of the texts that are learned from, without a label, each once; none that is a whole text or has the letters of a held-out one. */
export function chooseClauses(learned: readonly Row[], heldOut: readonly Row[]): Row[] {
  const fold = createFoldTable();
  const kept = new Set(heldOut.map(({ text }) => lettersOf(text, fold)));
  const whole = new Set([...learned, ...heldOut].map(({ text }) => text));
  const sourceOf = new Map<string, string>();
  for (const { text, source } of learned) {
    if (LEFT_OUT.has(source)) continue;
    for (const clause of clausesOf(text)) if (!sourceOf.has(clause) && !whole.has(clause) && !kept.has(lettersOf(clause, fold))) sourceOf.set(clause, source);
  }
  const shares = { zh: sharesOf(sourceOf, 'zh'), en: sharesOf(sourceOf, 'en') };
  const chosen = [...sourceOf].filter(([clause, source]) => hashText(clause) / 2 ** 32 < shares[languageOf(clause)].get(source)!);
  return chosen.map(([text]) => ({ text, source: CLAUSE_SOURCE, language: detectLanguage(text), sentiment: null, mixed: false, stars: null, aspects: [], product: '', implicit: null }));
}

/** What share of each source's clauses of a language is taken. */
function sharesOf(sourceOf: ReadonlyMap<string, string>, language: 'zh' | 'en'): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [clause, source] of sourceOf) if (languageOf(clause) === language) counts.set(source, (counts.get(source) ?? 0) + 1);
  const shares = new Map<string, number>();
  let room = CLAUSES_MAX[language];
  let sources = counts.size;
  for (const [source, count] of [...counts].sort((a, b) => a[1] - b[1])) {
    const taken = Math.min(count, Math.floor(room / sources));
    shares.set(source, taken / count);
    room -= taken;
    sources--;
  }
  return shares;
}

/** Whose teacher judges a clause: the English one or the one for all else. */
function languageOf(clause: string): 'zh' | 'en' {
  return detectLanguage(clause) === 'en' ? 'en' : 'zh';
}

import { SIMPLIFIED, TRADITIONAL } from './traditional.ts';

/** From here on a UTF-16 unit is Han, kana or Hangul: one of them says about as much as two letters. */
export const FIRST_IDEOGRAPH = 0x2e80;

let table: Uint16Array | null = null;

/**
 * `[65536] uint16`: for each UTF-16 unit the letter or digit that it is compared as, 0 where it is left out. Width, case,
 * accents and compatibility forms are unified (NFKD below the ideographs, NFKC above), traditional Han reads as simplified;
 * spaces, punctuation, symbols, emoji and surrogates are left out. A constant, made when it is first asked for.
 */
export function foldTable(): Uint16Array {
  if (table !== null) return table;
  const made = new Uint16Array(65_536);
  const kept = /[\p{L}\p{N}]/u;
  for (let code = 0; code < made.length; code++) {
    if (code >= 0xd800 && code <= 0xf8ff) continue;
    const form = code < 0x3040 || code >= 0xff00 ? 'NFKD' : 'NFKC';
    for (const letter of String.fromCharCode(code).normalize(form).toLowerCase()) {
      if (letter.length > 1 || !kept.test(letter)) continue;
      made[code] = letter.charCodeAt(0);
      break;
    }
  }
  for (let at = 0; at < TRADITIONAL.length; at++) made[TRADITIONAL.charCodeAt(at)] = SIMPLIFIED.charCodeAt(at);
  table = made;
  return made;
}

/** A whole text as its compared letters; for lists, tests and documentation, the sketch folds as it reads. */
export function foldText(text: string): string {
  const fold = foldTable();
  let folded = '';
  for (let at = 0; at < text.length; at++) {
    const letter = fold[text.charCodeAt(at)]!;
    if (letter !== 0) folded += String.fromCharCode(letter);
  }
  return folded;
}

// C0 controls except tab and line feed, DEL, and halves of a surrogate pair that stand alone.
const UNCLEAN = /[\u0000-\u0008\u000B-\u001F\u007F]|\p{Surrogate}/u;
const CONTROLS = /[\u0000-\u0008\u000B-\u001F\u007F]/gu;
const LONE_SURROGATES = /\p{Surrogate}/gu;

/**
 * Strips NUL, the other C0 controls except `\n` and `\t`, and DEL; replaces each lone surrogate by U+FFFD.
 * What comes out can be written as UTF-8 and read back unchanged.
 */
export function cleanText(text: string): string {
  if (!UNCLEAN.test(text)) return text;
  return text.replace(CONTROLS, '').replace(LONE_SURROGATES, '\uFFFD');
}

/** {@link cleanText}, then without white space at both ends. */
export function cleanLine(text: string): string {
  return cleanText(text).trim();
}

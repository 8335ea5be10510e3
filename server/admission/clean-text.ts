// C0 controls except tab and line feed, DEL, and halves of a surrogate pair that stand alone.
const UNCLEAN = /[\u0000-\u0008\u000B-\u001F\u007F]|\p{Surrogate}/u;
const CONTROLS = /[\u0000-\u0008\u000B-\u001F\u007F]/gu;
const LONE_SURROGATES = /\p{Surrogate}/gu;

/**
 * Strips NUL, the other C0 controls except `\n` and `\t`, and DEL; replaces each lone surrogate by U+FFFD.
 * What comes out can be written as UTF-8 and read back unchanged.
 */
export function cleanText(text: string): string {
  if (isPlain(text) || !UNCLEAN.test(text)) return text;
  return text.replace(CONTROLS, '').replace(LONE_SURROGATES, '\uFFFD');
}

/** Holds nothing that could need cleaning; a pair of surrogates might. A loop is several times faster than the pattern. */
function isPlain(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x20 ? code !== 0x09 && code !== 0x0a : code === 0x7f || (code >= 0xd800 && code <= 0xdfff)) return false;
  }
  return true;
}

/** {@link cleanText}, then without white space at both ends. */
export function cleanLine(text: string): string {
  return cleanText(text).trim();
}

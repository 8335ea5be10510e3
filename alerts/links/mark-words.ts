import { escapeHtml } from '../cards/escape.ts';

/** A text as HTML in which the words are marked wherever they stand, whatever their case; the longest first, none inside another. Pure. */
export function markWords(text: string, words: readonly string[]): string {
  const folded = fold(text);
  const sought = [...new Set(words.map((word) => fold(word.trim())).filter((word) => word !== ''))].sort((a, b) => b.length - a.length);
  let html = '';
  let plainFrom = 0;
  for (let at = 0; at < text.length;) {
    const found = sought.find((word) => folded.startsWith(word, at));
    if (found === undefined) {
      at += 1;
      continue;
    }
    html += `${escapeHtml(text.slice(plainFrom, at))}<mark>${escapeHtml(text.slice(at, at + found.length))}</mark>`;
    at += found.length;
    plainFrom = at;
  }
  return html + escapeHtml(text.slice(plainFrom));
}

/** In small letters, as far as each stays at its place. */
function fold(text: string): string {
  const small = text.toLowerCase();
  return small.length === text.length ? small : text;
}

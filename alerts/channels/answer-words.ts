import { oneLine, shorten } from '../notify/safe-text.ts';

const WORDS_GRAPHEMES_MAX = 120;
const MARKUP = /<[^<>]{0,400}>/gu;
/** Long runs of token characters with a digit among them: keys, hashes, ids. */
const TOKENS = /(?=[\w-]*\d)[\w-]{20,}/gu;
const NUMBERS = /\d{7,}/gu;
/** A shorter part of an address is no secret, and hiding it would only spoil the words. */
const SECRET_UNITS_MIN = 6;
const HIDDEN = '***';

/** What a receiver said, short enough for a record and without what must not stand there: our secrets, tokens, long numbers. */
export function answerWords(status: number, bodyStart: string, secrets: readonly string[]): string {
  let words = oneLine(bodyStart.replace(MARKUP, ' '));
  for (const secret of secrets) words = words.replaceAll(secret, HIDDEN);
  words = shorten(words.replace(TOKENS, HIDDEN).replace(NUMBERS, HIDDEN), WORDS_GRAPHEMES_MAX);
  return words === '' ? `HTTP ${status}` : `HTTP ${status}: ${words}`;
}

/** The parts of an address that may be a key: user, password, path segments and query values, as written and decoded; longest first. */
export function secretsOf(url: URL): string[] {
  const written = [url.username, url.password, ...url.pathname.split('/'), ...url.searchParams.values(), url.pathname, url.search, `${url.pathname}${url.search}`];
  const all = written.flatMap((part) => [part, decoded(part)]);
  return [...new Set(all)].filter((part) => part.length >= SECRET_UNITS_MIN).sort((a, b) => b.length - a.length);
}

/** Percent-decoded, or as it is where that is no valid encoding. */
export function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

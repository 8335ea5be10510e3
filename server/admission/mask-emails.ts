import type { PersonalSpan } from './personal-span.ts';

/** Where `@` stands alone in full width too. */
const AT_SIGNS = /[@＠]/gu;
const DOMAIN = /^(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z][A-Za-z0-9-]{1,62}/u;
const DOMAIN_CHARS_MAX = 255;

/**
 * E-mail addresses in `text`, full-width forms included. Local part and domain are ASCII:
 * a Chinese word written against an address stays outside of it.
 */
export function findEmails(text: string): PersonalSpan[] {
  const spans: PersonalSpan[] = [];
  let searchedTo = 0;
  for (const match of text.matchAll(AT_SIGNS)) {
    const at = match.index;
    let start = at;
    while (start > searchedTo && isLocalPart(narrow(text.charCodeAt(start - 1)))) start -= 1;
    const domain = DOMAIN.exec(narrowText(text.slice(at + 1, at + 1 + DOMAIN_CHARS_MAX)));
    if (start === at || domain === null) continue;
    const end = at + 1 + domain[0].length;
    spans.push({ kind: 'email', start, end, value: narrowText(text.slice(start, end)).toLowerCase() });
    searchedTo = end;
  }
  return spans;
}

/** Full-width forms of ASCII to ASCII; everything else as it is. */
function narrow(code: number): number {
  return code >= 0xff01 && code <= 0xff5e ? code - 0xfee0 : code;
}

function narrowText(text: string): string {
  return text.replace(/[\uFF01-\uFF5E]/gu, (wide) => String.fromCharCode(narrow(wide.charCodeAt(0))));
}

function isLocalPart(code: number): boolean {
  const character = String.fromCharCode(code);
  return code < 0x7f && /[A-Za-z0-9._%+'!#$&*/=?^`{|}~-]/u.test(character);
}

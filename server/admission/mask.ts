import { digitAt } from './digit-chain.ts';
import { type CardEvidence, findNumbers } from './find-numbers.ts';
import { type HashKey, keyedHash } from './keyed-hash.ts';
import { findEmails } from './mask-emails.ts';
import type { PersonalSpan } from './personal-span.ts';

/** Fewer digits than this are no number that could be masked. */
const DIGITS_MIN = 8;
/** A number that stood right beside another shows only once that one is gone, so a text that was changed is looked at again. */
const LOOKS_MAX = 4;

/**
 * `text` with phones, identity cards, bank cards and e-mail addresses replaced by `<phone>`, `<id-card>`, `<bank-card>`
 * and `<email>`: words of no language, which the model reads as words. Full-width digits and spaced or dashed forms too.
 *
 * A bank card is 13 to 19 digits of an issuer's range with a right check digit; a number of 16 to 19 digits with 62 is taken
 * for a card without it, because a customer who mistypes one digit has still told his card.
 */
export function maskText(text: string): string {
  return replaceSpans(text, 'any-unionpay', (span) => `<${span.kind}>`);
}

/**
 * The same for what names a thing, such as an order: the number's place is taken by its kind and its pseudonym
 * (`phone-kfbmcaaoehdlnpgj`), so that two different identifiers stay different and the same one stays the same.
 * Only numbers with a right check digit count as cards here.
 */
export function maskIdentifier(text: string, key: HashKey): string {
  return replaceSpans(text, 'checksum', (span) => `${span.kind}-${keyedHash(span.value, key)}`);
}

function replaceSpans(text: string, evidence: CardEvidence, replacement: (span: PersonalSpan) => string): string {
  let masked = text;
  for (let look = 0; look < LOOKS_MAX; look += 1) {
    const before = masked;
    masked = replaceOnce(before, evidence, replacement);
    if (masked === before) break;
  }
  return masked;
}

function replaceOnce(text: string, evidence: CardEvidence, replacement: (span: PersonalSpan) => string): string {
  const traces = tracesIn(text);
  if (traces === 'none') return text;
  const withoutEmails = traces === 'digits' ? text : replaceAll(text, findEmails(text), replacement);
  return replaceAll(withoutEmails, findNumbers(withoutEmails, evidence), replacement);
}

function replaceAll(text: string, spans: PersonalSpan[], replacement: (span: PersonalSpan) => string): string {
  if (spans.length === 0) return text;
  let replaced = '';
  let copied = 0;
  for (const span of spans) {
    replaced += text.slice(copied, span.start) + replacement(span);
    copied = span.end;
  }
  return replaced + text.slice(copied);
}

/** The cheap look that spares nearly every text the expensive one. */
function tracesIn(text: string): 'none' | 'digits' | 'at-sign' {
  let digits = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x40 || code === 0xff20) return 'at-sign';
    if (code < 0x3a ? code >= 0x30 : code >= 0xff10 && digitAt(text, at) >= 0) digits += 1;
  }
  return digits >= DIGITS_MIN ? 'digits' : 'none';
}

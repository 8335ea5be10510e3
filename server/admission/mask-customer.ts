import { type HashKey, keyedHash } from './keyed-hash.ts';

const MOBILE = /^(?:0086|86|0)?(1[3-9]\d{9})$/u;
/** Fewer digits are an extension or a slip; their hash would join strangers. */
const HASHED_DIGITS_MIN = 7;

/** First character and two stars: `张**`, `J**`; three stars when it does not begin with a letter. */
export function maskName(name: string): string {
  const first = String.fromCodePoint(name.codePointAt(0) ?? 0x2a);
  return /^\p{L}$/u.test(first) ? `${first}**` : '***';
}

export interface MaskedPhone {
  /** `138****8000` for a mainland mobile, `****5678` for another number of at least 8 digits, else `****`. */
  phone: string;
  /** The same for each spelling of one number; absent for a number that came masked or too short. */
  phoneHash?: string;
}

/** Hides the middle of a telephone number and adds a pseudonym by which the same customer is known again. */
export function maskPhone(phone: string, key: HashKey): MaskedPhone {
  const narrow = phone.replace(/[\uFF10-\uFF19]/gu, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0));
  if (/[*＊]/u.test(phone)) return { phone: maskStarred(narrow) };
  const digits = narrow.replace(/\D/gu, '');
  // Eleven digits behind another country's code are no mobile of the mainland.
  const mobile = /^\s*[+＋](?!\D*86)/u.test(narrow) ? undefined : MOBILE.exec(digits)?.[1];
  const known = mobile ?? digits;
  const masked = mobile === undefined ? `****${digits.length >= 8 ? digits.slice(-4) : ''}` : `${mobile.slice(0, 3)}****${mobile.slice(-4)}`;
  return known.length < HASHED_DIGITS_MIN ? { phone: masked } : { phone: masked, phoneHash: keyedHash(known, key) };
}

/** A number that came with stars keeps at most its first three and last four digits. */
function maskStarred(phone: string): string {
  const [head = '', ...rest] = phone.split(/[*＊]+/u).map((part) => part.replace(/\D/gu, ''));
  return `${head.slice(0, 3)}****${(rest.at(-1) ?? '').slice(-4)}`;
}

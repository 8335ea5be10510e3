/**
 * Groups of digits with at most a few separators between them: `138 0013-8000` is three groups.
 * Full-width digits count as digits; invisible characters inside a group do not end it.
 */
export interface DigitChain {
  /** A `+` stands before the first group, and no letter or digit before that: `1T+128` is a sum. */
  plus: boolean;
  /** Offset of the `+`, or of the first digit. */
  start: number;
  groups: DigitGroup[];
  /** End of an `X` right after the last group, as an identity card's check character; -1 without one. */
  checkEnd: number;
  /** Where to go on looking. */
  end: number;
}

interface DigitGroup {
  /** ASCII. */
  digits: string;
  start: number;
  end: number;
}

const SEPARATORS_MAX = 3;
/** From this many digits standing alone on, they are one number. */
const SPELLED_OUT_MIN = 8;

/** The first chain at or after `from`, or null. */
export function nextDigitChain(text: string, from: number): DigitChain | null {
  let at = from;
  while (at < text.length && digitAt(text, at) < 0) at += 1;
  if (at >= text.length) return null;
  const plus = at > from && isPlus(text.charCodeAt(at - 1)) && !/[A-Za-z0-9]/u.test(text.charAt(at - 2));
  const chain: DigitChain = { plus, start: plus ? at - 1 : at, groups: [], checkEnd: -1, end: at };
  for (;;) {
    const group = readGroup(text, at);
    chain.groups.push(group);
    at = group.end;
    let next = at;
    while (next < text.length && next - at < SEPARATORS_MAX && isSeparator(text.charCodeAt(next))) next += 1;
    if (next < text.length && digitAt(text, next) >= 0) {
      at = next;
      continue;
    }
    chain.groups = joinSpelledOut(chain.groups);
    if (isCheckLetter(text.charCodeAt(at))) chain.checkEnd = at + 1;
    else if (next === at + 1 && isCheckLetter(text.charCodeAt(next))) chain.checkEnd = next + 1;
    chain.end = at;
    return chain;
  }
}

/** A number spelled out, `1 3 8 0 0 …`, as the one group it stands for. */
function joinSpelledOut(groups: DigitGroup[]): DigitGroup[] {
  if (groups.length < SPELLED_OUT_MIN) return groups;
  const joined: DigitGroup[] = [];
  for (let first = 0; first < groups.length;) {
    let after = first;
    while (groups[after]?.digits.length === 1) after += 1;
    const run = groups.slice(first, Math.max(after, first + 1));
    if (run.length >= SPELLED_OUT_MIN) {
      joined.push({ digits: run.map((group) => group.digits).join(''), start: run[0]?.start ?? 0, end: run.at(-1)?.end ?? 0 });
    } else {
      joined.push(...run);
    }
    first += run.length;
  }
  return joined;
}

function readGroup(text: string, start: number): DigitGroup {
  let digits = '';
  let end = start;
  for (let at = start; at < text.length; at += 1) {
    const digit = digitAt(text, at);
    if (digit >= 0) {
      digits += String.fromCharCode(48 + digit);
      end = at + 1;
    } else if (!isInvisible(text.charCodeAt(at))) {
      break;
    }
  }
  return { digits, start, end };
}

/** 0 to 9, or -1. */
export function digitAt(text: string, index: number): number {
  const code = text.charCodeAt(index);
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  if (code >= 0xff10 && code <= 0xff19) return code - 0xff10;
  return -1;
}

function isPlus(code: number): boolean {
  return code === 0x2b || code === 0xff0b;
}

function isCheckLetter(code: number): boolean {
  return code === 0x58 || code === 0x78 || code === 0xff38 || code === 0xff58;
}

function isInvisible(code: number): boolean {
  return (code >= 0x200b && code <= 0x200f) || code === 0x2060 || code === 0xfeff || code === 0xad;
}

function isSeparator(code: number): boolean {
  switch (code) {
    case 0x20: case 0xa0: case 0x3000: // spaces
    case 0x2d: case 0xff0d: case 0x2212: // hyphens and minus
    case 0x2e: case 0xff0e: case 0xb7: case 0x5f: // dots and underline
    case 0x28: case 0x29: case 0xff08: case 0xff09: // brackets
      return true;
    default:
      return (code >= 0x2002 && code <= 0x200a) || (code >= 0x2010 && code <= 0x2015) || isInvisible(code);
  }
}

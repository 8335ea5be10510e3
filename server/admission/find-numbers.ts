import type { Candidate } from './candidate.ts';
import { isIdCard, passesLuhn } from './checksums.ts';
import { type DigitChain, nextDigitChain } from './digit-chain.ts';
import { isMobile, isPhone } from './phone-shapes.ts';
import type { PersonalKind, PersonalSpan } from './personal-span.ts';

/** How much evidence a card number needs: `any-unionpay` takes a mistyped 62… number for a card as well. */
export type CardEvidence = 'checksum' | 'any-unionpay';

interface Detector {
  kind: PersonalKind;
  digitsMin: number;
  digitsMax: number;
  groupsMax: number;
  matches: (candidate: Candidate) => boolean;
}

const ID_CARD: Detector = {
  kind: 'id-card', digitsMin: 17, digitsMax: 18, groupsMax: 6,
  matches: ({ digits, check }) => (digits.length === 18 ? isIdCard(digits) : digits.length === 17 && check && isIdCard(`${digits}X`)),
};
/** With its country code apart from it or not. */
const MOBILE_IN_ONE_PIECE: Detector = {
  kind: 'phone', digitsMin: 11, digitsMax: 15, groupsMax: 2,
  matches: (candidate) => (candidate.shape.at(-1) ?? 0) >= 11 && isMobile(candidate),
};
const BANK_CARD: Detector = { kind: 'bank-card', digitsMin: 13, digitsMax: 19, groupsMax: 8, matches: isBankCard };
const PHONE: Detector = { kind: 'phone', digitsMin: 8, digitsMax: 17, groupsMax: 6, matches: isPhone };
const UNIONPAY_MISTYPED: Detector = {
  kind: 'bank-card', digitsMin: 16, digitsMax: 19, groupsMax: 8,
  matches: ({ digits, shape }) => digits.startsWith('62') && isCardShape(shape),
};

/** Strong evidence first, so that a weak guess never eats half of a sure number. */
const DETECTORS: Record<CardEvidence, Detector[]> = {
  'checksum': [ID_CARD, MOBILE_IN_ONE_PIECE, BANK_CARD, PHONE],
  'any-unionpay': [ID_CARD, MOBILE_IN_ONE_PIECE, BANK_CARD, PHONE, UNIONPAY_MISTYPED],
};
const DIGITS_MIN = 8;

/** Phones, identity cards and bank cards in `text`, in order, never overlapping. */
export function findNumbers(text: string, evidence: CardEvidence): PersonalSpan[] {
  const spans: PersonalSpan[] = [];
  for (let chain = nextDigitChain(text, 0); chain !== null; chain = nextDigitChain(text, chain.end)) {
    let digits = 0;
    for (const group of chain.groups) digits += group.digits.length;
    if (digits >= DIGITS_MIN) spans.push(...findInChain(text, chain, DETECTORS[evidence]));
  }
  return spans;
}

function findInChain(text: string, chain: DigitChain, detectors: Detector[]): PersonalSpan[] {
  const taken = new Array<boolean>(chain.groups.length).fill(false);
  const spans: PersonalSpan[] = [];
  for (const detector of detectors) {
    for (let first = 0; first < chain.groups.length; first += 1) {
      const last = longestMatch(text, chain, { detector, taken, first });
      if (last < 0) continue;
      spans.push(spanOf(chain, detector.kind, { first, last }));
      taken.fill(true, first, last + 1);
      first = last;
    }
  }
  return spans.sort((one, other) => one.start - other.start);
}

/** The last group of the longest number that begins with group `first`, or -1. */
function longestMatch(text: string, chain: DigitChain, search: { detector: Detector; taken: boolean[]; first: number }): number {
  const { detector, taken, first } = search;
  let digits = '';
  let longest = -1;
  const shape: number[] = [];
  const end = Math.min(chain.groups.length, first + detector.groupsMax);
  for (let last = first; last < end && taken[last] === false; last += 1) {
    const group = chain.groups[last];
    if (group === undefined || digits.length + group.digits.length > detector.digitsMax) break;
    digits += group.digits;
    shape.push(group.digits.length);
    if (digits.length < detector.digitsMin) continue;
    const candidate: Candidate = {
      digits, shape,
      plus: chain.plus && first === 0,
      source: text.slice(chain.groups[first]?.start, group.end),
      check: last === chain.groups.length - 1 && chain.checkEnd >= 0,
    };
    if (detector.matches(candidate)) longest = last;
  }
  return longest;
}

function spanOf(chain: DigitChain, kind: PersonalKind, range: { first: number; last: number }): PersonalSpan {
  const groups = chain.groups.slice(range.first, range.last + 1);
  const value = groups.map((group) => group.digits).join('');
  const checked = kind === 'id-card' && value.length === 17;
  return {
    kind,
    start: range.first === 0 ? chain.start : groups[0]?.start ?? chain.start,
    end: checked ? chain.checkEnd : groups.at(-1)?.end ?? chain.end,
    value: checked ? `${value}X` : value,
  };
}

/**
 * Issuers' ranges (ISO/IEC 7812: 3–6 travel and banking, 9 national, as China's 95…; 22 and 23–27 Mir and Mastercard)
 * with a right check digit. Numbers that begin with 1, 7, 8 or 20 stay, which is how order numbers look;
 * so do 13 digits with 69, a Chinese article's bar code.
 */
function isBankCard({ digits, shape }: Candidate): boolean {
  if (!/^(?:[34569]|2[2-7])/u.test(digits) || (digits.length === 13 && digits.startsWith('69'))) return false;
  return isCardShape(shape) && passesLuhn(digits);
}

/** One piece, two, or pieces of 2 to 8 digits of which the last may be shorter. */
function isCardShape(shape: number[]): boolean {
  return shape.length <= 2 || shape.every((digits, index) => digits <= 8 && (digits >= 2 || index === shape.length - 1));
}

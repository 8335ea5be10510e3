import type { Candidate } from './candidate.ts';


const MOBILE = /^1[3-9]\d{9}$/u;
const SERVICE = /^[48]00\d{7}$/u;
/** Beijing and the other two-digit areas have eight digits, the rest seven or eight. */
const LANDLINE = /^0(?:(?:10|2\d)[1-9]\d{7}|[3-9]\d{2}[1-9]\d{6,7})$/u;
const NORTH_AMERICAN = /^1?[2-9]\d{2}[2-9]\d{6}$/u;
/** Country code of China as people write it before a mobile; a lone 0 was once dialled for another province. */
const MOBILE_PREFIXES = ['0086', '86', '0', ''];

/** Any telephone number that {@link Candidate} can be, judged by digits and grouping. */
export function isPhone(candidate: Candidate): boolean {
  return isMobile(candidate) || isService(candidate) || isLandline(candidate) || isInternational(candidate) || isNorthAmerican(candidate);
}

/** A mobile of mainland China, with or without its country code. */
export function isMobile({ digits, shape, source }: Candidate): boolean {
  return MOBILE_PREFIXES.some((prefix) => {
    if (!digits.startsWith(prefix) || !MOBILE.test(digits.slice(prefix.length))) return false;
    const rest = withoutPrefix(shape, prefix.length);
    return rest !== null && isMobileShape(rest, source);
  });
}

/** Group lengths once the first `prefix` digits are gone; null when they end inside of a later group. */
function withoutPrefix(shape: number[], prefix: number): number[] | null {
  const [first = 0, ...others] = shape;
  if (first === prefix) return others;
  return first > prefix ? [first - prefix, ...others] : null;
}

/**
 * People write 11, 3-4-4, 7-4, 3-8, 3-2-2-2-2 …; five numbers in a row that begin otherwise are something else, so are
 * four of up to three digits (a network address) and three of which one stands in brackets (`1799 (1999-200)`).
 */
function isMobileShape(shape: number[], source: string): boolean {
  const [first = 0] = shape;
  if (shape.length <= 2) return true;
  if (shape.length === 3) return first === 3 || !/[()（）]/u.test(source);
  return first === 3 && shape.length <= 5 && !(shape.length === 4 && shape.every((digits) => digits <= 3));
}

/** 400 and 800 numbers. */
function isService({ digits, shape }: Candidate): boolean {
  return SERVICE.test(digits) && shape.length <= 4 && (shape[0] ?? 0) >= 3;
}

/** Area code and number, in one piece or with the area code apart. */
function isLandline({ digits, shape }: Candidate): boolean {
  if (!LANDLINE.test(digits)) return false;
  const areaDigits = /^0(?:10|2\d)/u.test(digits) ? 3 : 4;
  return shape.length === 1 || (shape[0] === areaDigits && shape.length <= 4);
}

/** `+` and a country code, or 00, a country code and a separator. ITU-T E.164 allows 15 digits. */
function isInternational({ digits, shape, plus }: Candidate): boolean {
  if (plus) return digits.length <= 15 && !digits.startsWith('0');
  const first = shape[0] ?? 0;
  return /^00[1-9]/u.test(digits) && digits.length >= 11 && shape.length >= 2 && first >= 3 && first <= 5;
}

/** 3-3-4 with a hyphen, dot or brackets: with spaces alone it may be any three numbers. */
function isNorthAmerican({ digits, shape, source }: Candidate): boolean {
  const local = shape.length === 4 && shape[0] === 1 ? shape.slice(1) : shape;
  return local.join('-') === '3-3-4' && NORTH_AMERICAN.test(digits) && /[-.()]/u.test(source);
}

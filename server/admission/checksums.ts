// Weights and check characters of GB 11643-1999, which follows ISO 7064 MOD 11-2.
const ID_CARD_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const ID_CARD_CHECKS = '10X98765432';

/** True for the 18 characters of a resident identity card: a plausible birth date and the right check character. */
export function isIdCard(value: string): boolean {
  if (value.length !== 18) return false;
  const year = Number(value.slice(6, 10));
  const month = Number(value.slice(10, 12));
  const day = Number(value.slice(12, 14));
  if (value.startsWith('0') || year < 1850 || year > 2150 || month < 1 || month > 12 || day < 1 || day > 31) return false;
  let sum = 0;
  for (let index = 0; index < 17; index += 1) sum += (value.charCodeAt(index) - 48) * (ID_CARD_WEIGHTS[index] ?? 0);
  return value[17]?.toUpperCase() === ID_CARD_CHECKS[sum % 11];
}

/** The check of ISO/IEC 7812-1, annex B (Luhn), over ASCII digits. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 48;
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

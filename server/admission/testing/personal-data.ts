import fc from 'fast-check';

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** Generators of what must never reach a log, for property tests. All values are made up. */
const digits = (length: number): fc.Arbitrary<string> =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map((all) => all.join(''));

export const anyMobile: fc.Arbitrary<string> = fc.tuple(fc.integer({ min: 3, max: 9 }), digits(9)).map(([second, rest]) => `1${second}${rest}`);

export const anyIdCard: fc.Arbitrary<string> = fc
  .tuple(fc.integer({ min: 110_000, max: 659_999 }), fc.integer({ min: 1930, max: 2020 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }), digits(3))
  .map(([area, year, month, day, serial]) => {
    const body = `${area}${year}${String(month).padStart(2, '0')}${String(day).padStart(2, '0')}${serial}`;
    const sum = [...body].reduce((total, digit, index) => total + Number(digit) * (WEIGHTS[index] ?? 0), 0);
    return body + ('10X98765432'[sum % 11] ?? '');
  });

export const anyBankCard: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom('4', '51', '55', '62', '622202', '37', '35', '2221', '95588', '60'), fc.integer({ min: 14, max: 19 }), digits(19))
  .map(([prefix, length, rest]) => {
    const body = (prefix + rest).slice(0, length - 1);
    return body + String(checkDigit(body));
  });

function checkDigit(body: string): number {
  let sum = 0;
  [...body].reverse().forEach((digit, index) => {
    const doubled = index % 2 === 0 ? Number(digit) * 2 : Number(digit);
    sum += doubled > 9 ? doubled - 9 : doubled;
  });
  return (10 - (sum % 10)) % 10;
}

export const anyEmail: fc.Arbitrary<string> = fc
  .tuple(fc.stringMatching(/^[a-z0-9][a-z0-9._+-]{0,20}$/u), fc.constantFrom('qq.com', '163.com', 'gmail.com', 'mail.example.co.uk', 'a-b.cn'))
  .map(([local, domain]) => `${local}@${domain}`);

export const toFullWidth = (text: string): string => text.replace(/[0-9]/gu, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));

/** Text around a secret that does not itself end or begin with a digit, so that the secret's edges are its own. */
export const anySurrounding: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('', '我的电话', '订单 20241101 已付款,', 'tel:', '价格3.5元 ', '(', ' 12 号 ', '\n', '😀', 'a@b ', '+', '2024-11-01 10:30:00 ', 'No.7/'),
  fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replace(/[0-9０-９]+$/u, '')),
);

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskIdentifier, maskText } from './mask.ts';
import { maskName, maskPhone } from './mask-customer.ts';
import { anyBankCard, anyEmail, anyIdCard, anyMobile, anySurrounding, toFullWidth } from './testing/personal-data.ts';

const key = [1, 2, 3, 4] as const;

describe('masking of text', () => {
  it.each([
    ['a mobile', '打13800138000找我', '打<phone>找我'],
    ['a mobile with spaces', '138 0013 8000', '<phone>'],
    ['a mobile with dashes', '138-0013-8000', '<phone>'],
    ['a mobile with mixed separators', '138 0013-8000', '<phone>'],
    ['a mobile in pairs', '138 00 13 80 00', '<phone>'],
    ['a mobile digit by digit', '1 3 8 0 0 1 3 8 0 0 0', '<phone>'],
    ['a mobile with invisible characters', '138\u200b0013\u200b8000', '<phone>'],
    ['a mobile with +86', '+8613800138000', '<phone>'],
    ['a mobile with +86 apart', '+86 138 0013 8000', '<phone>'],
    ['a mobile with 86 in brackets', '(+86)13800138000', '(<phone>'],
    ['a mobile with 0086', '0086-13800138000', '<phone>'],
    ['a mobile in full width', '１３８００１３８０００', '<phone>'],
    ['a mobile against letters', 'tel13800138000ok', 'tel<phone>ok'],
    ['a mobile behind another number', '订单 2024 13800138000', '订单 2024 <phone>'],
    ['two mobiles', '13800138000、13900139000', '<phone>、<phone>'],
    ['a landline', '010-12345678', '<phone>'],
    ['a landline in brackets', '(0571)88886666', '(<phone>'],
    ['a landline in one piece', '02187654321', '<phone>'],
    ['a 400 number', '400-820-8820', '<phone>'],
    ['a 400 number of another shape', '4008-517-517', '<phone>'],
    ['an 800 number', '8008208820', '<phone>'],
    ['a number of the United States', 'call +1 (415) 555-2671 now', 'call <phone> now'],
    ['a number of the United States without its code', '(415) 555-2671', '(<phone>'],
    ['a number of Britain', '+44 20 7946 0958', '<phone>'],
    ['a number of Hong Kong', '+852 9123 4567', '<phone>'],
    ['an identity card', '身份证11010519491231002X。', '身份证<id-card>。'],
    ['an identity card with a small x', '11010519491231002x', '<id-card>'],
    ['an identity card in groups', '110105 19491231 002X', '<id-card>'],
    ['an identity card in full width', '１１０１０５１９４９１２３１００２Ｘ', '<id-card>'],
    ['a Visa card', '4111 1111 1111 1111', '<bank-card>'],
    ['an American Express card', '3782-822463-10005', '<bank-card>'],
    ['a UnionPay card', '6222021234567890128', '<bank-card>'],
    ['a mistyped UnionPay card', '6222021234567890123', '<bank-card>'],
    ['an e-mail address', '发到zhang.san@qq.com吧', '发到<email>吧'],
    ['an e-mail address in full width', 'ｚｈａｎｇ＠ｑｑ．ｃｏｍ', '<email>'],
    ['an e-mail address that is a mobile', '13800138000@163.com', '<email>'],
  ])('hides %s', (_name, given, masked) => {
    expect(maskText(given)).toBe(masked);
  });

  it.each([
    ['an order number', '订单20241101123456789没到'],
    ['a short number', '等了12345678天'],
    ['a date and time', '2024-11-01 10:30:00'],
    ['a date and an amount', '1999-12-31 100 元'],
    ['a price list', '15 12 13 200 10'],
    ['amounts', '1999元,2999元,3999元'],
    ['a mention', '谢谢@客服小王 和 @tim.今天'],
    ['a price at a shop', 'cable (49.99 @ example.com)'],
    ['a price and a discount', '1799（1999-200）'],
    ['a storage size', '8G 1T+128 1050 4G'],
    ['a network address that begins like a mobile', '153.69.214.203'],
    ['a version', 'iOS 17.5.1 (21F90), app 8.2.1.10034'],
    ['a bar code', '6901234567892'],
    ['an address in the network', '192.168.100.200'],
    ['eleven digits that are no mobile', '12000138000'],
    ['a number of another length', '138001380001'],
    ['a large sum', '1,380,013,800'],
    ['an identity card with a wrong check character', '身份证110105194912310021'],
    ['the phone with its middle hidden', '138****8000'],
  ])('leaves %s', (_name, text) => {
    expect(maskText(text)).toBe(text);
  });

  it('finds a telephone number that stands right behind a card number', () => {
    expect(maskText('40000000000002+130000000000')).toBe('<bank-card><phone>');
  });

  it('is stable: masking twice is masking once', () => {
    const text = fc.array(fc.oneof(fc.string(), anyMobile, anyEmail, anyBankCard, anyIdCard, fc.constantFrom(' ', '-', '+'))).map((parts) => parts.join(''));
    fc.assert(fc.property(text, (given) => {
      expect(maskText(maskText(given))).toBe(maskText(given));
    }));
  });

  const secrets: [string, fc.Arbitrary<string>][] = [
    ['mobile', anyMobile],
    ['mobile with its country code', anyMobile.map((mobile) => `+86 ${mobile}`)],
    ['mobile in groups', anyMobile.map((mobile) => mobile.replace(/^(\d{3})(\d{4})/u, '$1-$2-'))],
    ['identity card', anyIdCard],
    ['bank card', anyBankCard],
    ['bank card in fours', anyBankCard.map((card) => card.replace(/\d{4}(?=\d)/gu, '$& '))],
    ['e-mail address', anyEmail],
  ];
  it.each(secrets)('lets no %s through, whatever stands around it', (_name, secret) => {
    fc.assert(fc.property(anySurrounding, secret, anySurrounding, fc.boolean(), (before, raw, after, wide) => {
      const written = wide ? toFullWidth(raw) : raw;
      expect(maskText(`${before}${written} ${after}`)).not.toContain(written);
    }), { numRuns: 400 });
  });
});

describe('masking of identifiers', () => {
  it('keeps different ones different and the same one the same', () => {
    const one = maskIdentifier('13800138000', key);
    expect(one).toMatch(/^phone-[a-p]{16}$/u);
    expect(maskIdentifier('138-0013-8000', key)).toBe(one);
    expect(maskIdentifier('13800138001', key)).not.toBe(one);
  });

  it('leaves an order number that only looks a little like a card', () => {
    expect(maskIdentifier('6222021234567890123', key)).toBe('6222021234567890123');
  });

  it('leaves a UUID', () => {
    expect(maskIdentifier('6f9619ff-8b86-d011-b42d-00cf4fc964ff', key)).toBe('6f9619ff-8b86-d011-b42d-00cf4fc964ff');
  });
});

describe('masking of a customer', () => {
  it.each([
    ['张三', '张**'], ['John Smith', 'J**'], ['𠮷野', '𠮷**'], ['张**', '张**'], ['13800138000', '***'], ['😀', '***'],
  ])('turns the name %s into %s', (name, masked) => {
    expect(maskName(name)).toBe(masked);
  });

  it.each([
    ['13800138000', '138****8000'], ['+86 138 0013 8000', '138****8000'], ['１３８００１３８０００', '138****8000'],
    ['010-12345678', '****5678'], ['+1 415 555 2671', '****2671'], ['12345', '****'], ['none', '****'],
    ['138****8000', '138****8000'], ['13800138000*12', '138****12'],
  ])('turns the phone %s into %s', (phone, masked) => {
    expect(maskPhone(phone, key).phone).toBe(masked);
  });

  it('gives every spelling of a mobile the same hash', () => {
    const hashes = ['13800138000', '+86 138-0013-8000', '0086 13800138000', '１３８００１３８０００'].map((phone) => maskPhone(phone, key).phoneHash);
    expect(new Set(hashes).size).toBe(1);
    expect(hashes[0]).toMatch(/^[a-p]{16}$/u);
  });

  it('hashes no number that came with stars or is too short to be one', () => {
    expect(maskPhone('138****8000', key).phoneHash).toBeUndefined();
    expect(maskPhone('12345', key).phoneHash).toBeUndefined();
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FeedbackItem } from '../../core/feedback.ts';
import { type Admission, type AdmissionContext, admit } from './admit.ts';
import {
  ATTRIBUTES_MAX, ATTRIBUTE_CHARS_MAX, ATTRIBUTE_KEY_CHARS_MAX, FUTURE_TOLERANCE_MS, IDENTIFIER_CHARS_MAX, LABEL_CHARS_MAX,
  TAGS_MAX, TAG_CHARS_MAX, TEXT_CHARS_MAX, WAIT_SECONDS_MAX,
} from './limits.ts';
import { RATING_WORDS } from './rating-words.ts';
import { anyBankCard, anyEmail, anyIdCard, anyMobile, anySurrounding, toFullWidth } from './testing/personal-data.ts';
import { createZoneOffset } from '../../core/zone-offset.ts';

const receivedAtMs = Date.parse('2025-06-01T00:00:00Z');
const context: AdmissionContext = {
  receivedAtMs, makeId: () => 'made', offsetAt: createZoneOffset('Asia/Shanghai'), hashKey: [1, 2, 3, 4],
};
const minimal = { text: '物流太慢', channel: 'app' };

function admitted(input: unknown): FeedbackItem {
  const answer: Admission = admit(input, context);
  if (!answer.ok) throw new Error(`refused: ${answer.message}`);
  return answer.item;
}

describe('admission', () => {
  it('fills in what a minimal item leaves out', () => {
    expect(admitted(minimal)).toEqual({
      id: 'made', idGiven: false, workspace: 'default', text: '物流太慢', channel: 'app', createdAtMs: receivedAtMs, receivedAtMs,
    });
  });

  it('keeps every field of a full item', () => {
    const full = {
      id: 'f-1', text: 'slow', channel: 'chat', createdAt: '2025-05-31 12:00:00', workspace: 'shop-1',
      customer: { id: 'c1', name: '张三', phone: '13800138000', tier: 'gold', group: 'vip', region: '上海' },
      product: 'x1', order: 'A-9', ticket: 't-1', agent: 'wang', store: 's-12', region: '华东', rating: 2, nps: 3, waitSeconds: 12.5,
      resolved: false, tags: ['a', 'b'], parentId: 'f-0', attributes: { version: '8.2.1', retry: 3, beta: true, note: null },
    };
    expect(admitted(full)).toEqual({
      id: 'f-1', idGiven: true, workspace: 'shop-1', text: 'slow', channel: 'chat', createdAtMs: Date.parse('2025-05-31T04:00:00Z'), receivedAtMs,
      customer: { id: 'c1', name: '张**', phone: '138****8000', phoneHash: expect.stringMatching(/^[a-p]{16}$/u), tier: 'gold', group: 'vip', region: '上海' },
      product: 'x1', order: 'A-9', ticket: 't-1', agent: 'wang', store: 's-12', region: '华东', rating: 2, nps: 3, waitSeconds: 12.5,
      resolved: false, tags: ['a', 'b'], parentId: 'f-0', attributes: { version: '8.2.1', retry: 3, beta: true, note: null },
    });
  });

  it('takes null and empty strings for not given', () => {
    const empty = { ...minimal, id: null, createdAt: null, product: '', order: ' ', customer: { name: '', phone: null }, tags: ['', ' '], rating: null, attributes: {} };
    expect(admitted(empty)).toEqual(admitted(minimal));
  });

  it('cleans before it measures', () => {
    expect(admitted({ ...minimal, text: `\u0000 ${'长'.repeat(TEXT_CHARS_MAX)}\u0000\n` }).text).toHaveLength(TEXT_CHARS_MAX);
    expect(admitted({ ...minimal, text: '坏\ud83d了\u0000' }).text).toBe('坏\ufffd了');
    expect(admit({ ...minimal, text: ' \u0000 ' }, context)).toMatchObject({ ok: false, code: 'empty_field', field: 'text' });
  });

  it.each(Object.entries(RATING_WORDS))('reads the rating %s as %i', (word, stars) => {
    expect(admitted({ ...minimal, rating: ` ${word.toUpperCase()} ` }).rating).toBe(stars);
  });

  it('keeps unknown plain fields as attributes, those of the customer under a prefix', () => {
    const item = admitted({ ...minimal, os: 'iOS', score: 7, vip: true, nothing: null, customer: { age: 30 }, attributes: { os2: 'x' } });
    expect(item.attributes).toEqual({ os2: 'x', os: 'iOS', score: 7, vip: true, nothing: null, 'customer.age': 30 });
  });

  it('takes attributes of any name', () => {
    const item = admitted({ ...minimal, attributes: { ok: false, code: 'a', field: 'b', message: 'c', constructor: 'd' } });
    expect(item.attributes).toEqual({ ok: false, code: 'a', field: 'b', message: 'c', constructor: 'd' });
  });

  it.each([
    ['at the server\'s time', 0, 0],
    ['as far ahead as is tolerated, taken as the server\'s time', FUTURE_TOLERANCE_MS, 0],
    ['a millisecond ago', -1, -1],
  ])('takes an event %s', (_name, ahead, kept) => {
    expect(admitted({ ...minimal, createdAt: new Date(receivedAtMs + ahead).toISOString() }).createdAtMs).toBe(receivedAtMs + kept);
  });

  const long = (length: number): string => 'x'.repeat(length);
  it.each([
    ['a string', 'text', 'not_an_object', '', 'An item must be a JSON object, not a string.'],
    ['null', null, 'not_an_object', '', 'An item must be a JSON object, not null.'],
    ['an array', [minimal], 'not_an_object', '', 'An item must be a JSON object, not an array.'],
    ['a missing text', { channel: 'app' }, 'missing_field', 'text', 'text is missing.'],
    ['a text that is a number', { ...minimal, text: 5 }, 'wrong_type', 'text', 'text must be a string, not a number.'],
    ['a text that is null', { ...minimal, text: null }, 'wrong_type', 'text', 'text must be a string, not null.'],
    ['an empty text', { ...minimal, text: '' }, 'empty_field', 'text', 'text is empty.'],
    ['a text of 20,001 characters', { ...minimal, text: long(TEXT_CHARS_MAX + 1) }, 'too_long', 'text', 'text has more than 20,000 characters.'],
    ['a missing channel', { text: 'a' }, 'missing_field', 'channel', 'channel is missing. It is one of app, mini-program, web, chat, phone, email, social, store, survey, offline, api.'],
    ['an unknown channel', { ...minimal, channel: 'fax' }, 'not_in_list', 'channel', 'channel must be one of app, mini-program, web, chat, phone, email, social, store, survey, offline, api.'],
    ['an everyday name of a channel', { ...minimal, channel: '微信' }, 'not_in_list', 'channel', 'channel must be one of app, mini-program, web, chat, phone, email, social, store, survey, offline, api; did you mean mini-program?'],
    ['a channel that is an array', { ...minimal, channel: ['app'] }, 'wrong_type', 'channel', 'channel must be a string, not an array.'],
    ['an empty id', { ...minimal, id: ' ' }, 'empty_field', 'id', 'id is empty.'],
    ['an id that is a number', { ...minimal, id: 7 }, 'wrong_type', 'id', 'id must be a string, not a number.'],
    ['a long id', { ...minimal, id: long(IDENTIFIER_CHARS_MAX + 1) }, 'too_long', 'id', 'id has more than 128 characters.'],
    ['a workspace with a slash', { ...minimal, workspace: 'a/b' }, 'invalid_format', 'workspace', 'workspace may have letters A to Z, digits, dots, underlines and hyphens, and begins with a letter or a digit.'],
    ['a customer that is a string', { ...minimal, customer: 'c' }, 'wrong_type', 'customer', 'customer must be an object, not a string.'],
    ['a phone that is a number', { ...minimal, customer: { phone: 13800138000 } }, 'wrong_type', 'customer.phone', 'customer.phone must be a string, not a number.'],
    ['a long product', { ...minimal, product: long(LABEL_CHARS_MAX + 1) }, 'too_long', 'product', 'product has more than 200 characters.'],
    ['a rating of 0', { ...minimal, rating: 0 }, 'out_of_range', 'rating', 'rating must be at least 1.'],
    ['a rating of 6', { ...minimal, rating: 6 }, 'out_of_range', 'rating', 'rating must be at most 5.'],
    ['a rating of 4.5', { ...minimal, rating: 4.5 }, 'out_of_range', 'rating', 'rating must be a whole number from 1 to 5.'],
    ['a rating of true', { ...minimal, rating: true }, 'wrong_type', 'rating', 'rating must be a number or a string, not a boolean.'],
    ['a rating of another word', { ...minimal, rating: 'so-so' }, 'not_in_list', 'rating', `rating must be a number from 1 to 5 or one of: ${Object.keys(RATING_WORDS).join(', ')}.`],
    ['an nps of 11', { ...minimal, nps: 11 }, 'out_of_range', 'nps', 'nps must be at most 10.'],
    ['an nps of -1', { ...minimal, nps: -1 }, 'out_of_range', 'nps', 'nps must be at least 0.'],
    ['an nps of 3.5', { ...minimal, nps: 3.5 }, 'out_of_range', 'nps', 'nps must be a whole number.'],
    ['a waiting time of a year and a second', { ...minimal, waitSeconds: WAIT_SECONDS_MAX + 1 }, 'out_of_range', 'waitSeconds', 'waitSeconds must be at most 31536000.'],
    ['a waiting time that is a string', { ...minimal, waitSeconds: '5' }, 'wrong_type', 'waitSeconds', 'waitSeconds must be a number, not a string.'],
    ['resolved as a string', { ...minimal, resolved: 'yes' }, 'wrong_type', 'resolved', 'resolved must be a boolean, not a string.'],
    ['tags that are a string', { ...minimal, tags: 'a' }, 'wrong_type', 'tags', 'tags must be an array, not a string.'],
    ['a tag that is a number', { ...minimal, tags: ['a', 1] }, 'wrong_type', 'tags[1]', 'tags[1] must be a string, not a number.'],
    ['a long tag', { ...minimal, tags: [long(TAG_CHARS_MAX + 1)] }, 'too_long', 'tags[0]', 'tags[0] has more than 64 characters.'],
    ['too many tags', { ...minimal, tags: Array(TAGS_MAX + 1).fill('a') }, 'too_many', 'tags', 'tags has more than 32 entries.'],
    ['attributes that are an array', { ...minimal, attributes: [] }, 'wrong_type', 'attributes', 'attributes must be an object, not an array.'],
    ['a nested attribute', { ...minimal, attributes: { a: { b: 1 } } }, 'wrong_type', 'attributes.a', 'attributes.a must be a string, a number, true, false or null, not an object.'],
    ['a long attribute', { ...minimal, attributes: { a: long(ATTRIBUTE_CHARS_MAX + 1) } }, 'too_long', 'attributes.a', 'attributes.a has more than 1,000 characters.'],
    ['a long name of an attribute', { ...minimal, attributes: { [long(ATTRIBUTE_KEY_CHARS_MAX + 1)]: 1 } }, 'too_long', 'attributes', 'A name under attributes is empty or longer than 64 characters.'],
    ['an unknown field that is an object', { ...minimal, device: { os: 'x' } }, 'unknown_field', 'device', 'device is not a known field, and an object or an array cannot be kept as an attribute.'],
    ['an unknown field of the customer that is an array', { ...minimal, customer: { pets: [] } }, 'unknown_field', 'customer.pets', 'customer.pets is not a known field, and an object or an array cannot be kept as an attribute.'],
    ['an unknown field that is long', { ...minimal, body: long(ATTRIBUTE_CHARS_MAX + 1) }, 'too_long', 'body', 'body is not a known field, and an attribute has at most 1000 characters.'],
    ['a field given twice', { ...minimal, os: 'a', attributes: { os: 'b' } }, 'duplicate_field', 'os', 'os is given twice: as an unknown field and under attributes.'],
    ['too many attributes', { ...minimal, ...Object.fromEntries(Array.from({ length: ATTRIBUTES_MAX + 1 }, (_, index) => [`a${index}`, index])) }, 'too_many', 'attributes', 'The item has more than 32 attributes and unknown fields.'],
    ['a field named __proto__', JSON.parse('{"text":"a","channel":"app","__proto__":1}'), 'unknown_field', '', 'The item has an unknown field whose name is empty, reserved or longer than 64 characters.'],
    ['a time that is none', { ...minimal, createdAt: 'yesterday' }, 'invalid_time', 'createdAt', 'createdAt must be an RFC 3339 time such as 2025-03-01T09:30:00+08:00, or YYYY-MM-DD HH:mm:ss.'],
    ['a time that is a number', { ...minimal, createdAt: 1735689600000 }, 'wrong_type', 'createdAt', 'createdAt must be a string, not a number.'],
    ['a time before 2000', { ...minimal, createdAt: '1999-12-31T23:59:59.999Z' }, 'time_too_old', 'createdAt', 'createdAt is before the year 2000.'],
    ['a time too far ahead', { ...minimal, createdAt: new Date(receivedAtMs + FUTURE_TOLERANCE_MS + 1).toISOString() }, 'time_in_future', 'createdAt', 'createdAt is more than 5 minutes ahead of the server\'s clock.'],
  ])('refuses %s', (_name, input, code, field, message) => {
    expect(admit(input, context)).toEqual({ ok: false, code, field, message });
  });

  const secrets: [string, fc.Arbitrary<string>][] = [
    ['mobile', anyMobile], ['identity card', anyIdCard], ['bank card', anyBankCard], ['e-mail address', anyEmail],
  ];
  it.each(secrets)('lets no %s into an item by any of its fields', (_name, anySecret) => {
    const written = fc.tuple(anySurrounding, anySecret, fc.boolean()).map(([before, secret, wide]) => ({ before, secret, given: wide ? toFullWidth(secret) : secret }));
    fc.assert(fc.property(written, ({ before, secret, given }) => {
      const told = `${before}${given}。`;
      const input = {
        id: given, text: told, channel: 'app', workspace: undefined, customer: { id: given, name: given, phone: given.slice(0, 40), tier: told, group: told, region: told, nick: told },
        product: told, order: given, ticket: given, agent: told, store: told, region: told, tags: [told.slice(-60)], parentId: given,
        attributes: { note: told, [given]: 1, number: Number(secret) || 0 }, extra: told,
      };
      const item = JSON.stringify(admitted(input));
      expect(item).not.toContain(secret);
      expect(item).not.toContain(given);
    }), { numRuns: 200 });
  });

  it('repeats nothing personal in a refusal', () => {
    expect(JSON.stringify(admit({ ...minimal, '13800138000': {} }, context))).not.toContain('13800138000');
    expect(JSON.stringify(admit({ ...minimal, attributes: { '13800138000': {} } }, context))).not.toContain('13800138000');
    expect(JSON.stringify(admit({ ...minimal, channel: '13800138000' }, context))).not.toContain('13800138000');
  });

  it('answers any JSON without throwing, and what it admits is within its limits', () => {
    const anyInput = fc.oneof(fc.jsonValue(), fc.record({ text: fc.string(), channel: fc.constant('app'), extra: fc.jsonValue(), createdAt: fc.string(), tags: fc.jsonValue() }, { requiredKeys: [] }));
    fc.assert(fc.property(anyInput, (input) => {
      const answer = admit(input, context);
      if (answer.ok) expect(answer.item.createdAtMs).toBeLessThanOrEqual(answer.item.receivedAtMs);
      else expect(answer.message).toMatch(/\.$/u);
    }), { numRuns: 500 });
  });
});

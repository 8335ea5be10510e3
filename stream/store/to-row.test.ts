import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { FEEDBACK_COLUMNS, type ColumnValue, type FeedbackColumn } from './feedback-row.ts';
import { toRow, utcText } from './to-row.ts';
import { feedbackItem, SCORE, storedItem } from './testing/items.ts';
import type { StoredItem } from '../../core/stored-item.ts';

type NamedRow = Record<FeedbackColumn, ColumnValue>;

function namedRow(stored: StoredItem): NamedRow {
  const values = toRow(stored, 'scored.0');
  expect(values).toHaveLength(FEEDBACK_COLUMNS.length);
  return Object.fromEntries(FEEDBACK_COLUMNS.map((column, index) => [column, values[index]])) as NamedRow;
}

describe('the row of an item', () => {
  it('holds every field of a full item', () => {
    const stored: StoredItem = {
      sequence: 9_007_199_254_740_991,
      index: 4_294_967_295,
      item: {
        id: 'A-1',
        idGiven: true,
        workspace: 'shop',
        text: '快递太慢了\n“三天”',
        channel: 'mini-program',
        createdAtMs: Date.UTC(2026, 1, 28, 15, 59, 59, 999),
        receivedAtMs: Date.UTC(2026, 1, 28, 16, 0, 0, 1),
        customer: { id: 'c-7', name: '王**', phone: '138****0000', phoneHash: 'h1', tier: 'gold', group: 'vip', region: '华东' },
        product: 'P1', order: 'O1', ticket: 'T1', agent: 'A1', store: 'S1', region: '上海',
        rating: 1, nps: 0, waitSeconds: 12.5, resolved: false,
        tags: ['退款', 'b'], parentId: 'A-0', attributes: { city: '上海', n: 2, yes: true, none: null },
      },
      score: {
        ...SCORE,
        categories: [
          { id: 'logistics', probability: 0.75, decidedBy: 'model' },
          { id: 'service.speed', probability: 0.5, decidedBy: 'taxonomy' },
        ],
        implicit: true,
        ratingConflict: true,
        keywords: ['太慢', '三天'],
      },
      model: 'cnn-3',
      createdAtMs: Date.UTC(2026, 1, 28, 15, 59, 59, 999),
      duplicateOf: 'A-0',
      campaignOf: 'A-9',
      filled: ['region'],
    };
    expect(namedRow(stored)).toEqual({
      workspace: 'shop', id: 'A-1', created_at: '2026-02-28 15:59:59.999', received_at: '2026-02-28 16:00:00.001',
      channel: 'mini-program', text: '快递太慢了\n“三天”', language: 'zh',
      sentiment: 'negative', sentiment_probability: 0.75, negative_probability: 0.75, neutral_probability: 0.125, positive_probability: 0.125,
      stars: 1, star_probabilities: [0.5, 0.25, 0.125, 0.0625, 0.0625], rating_conflict: true,
      complaint: true, complaint_probability: 0.875, severity: 'moderate',
      categories: ['logistics', 'service.speed'], category_probabilities: [0.75, 0.5], category_deciders: ['model', 'taxonomy'],
      implicit: true, keywords: ['太慢', '三天'], duplicate_of: 'A-0', campaign_of: 'A-9', filled: ['region'], model: 'cnn-3', id_given: true,
      customer_id: 'c-7', customer_name: '王**', customer_phone: '138****0000', customer_phone_hash: 'h1',
      customer_tier: 'gold', customer_group: 'vip', customer_region: '华东',
      product: 'P1', order: 'O1', ticket: 'T1', agent: 'A1', store: 'S1', region: '上海',
      rating: 1, nps: 0, wait_seconds: 12.5, resolved: false, tags: ['退款', 'b'], parent_id: 'A-0',
      attributes: '{"city":"上海","n":2,"yes":true,"none":null}',
      log_id: 'scored.0', log_sequence: 9_007_199_254_740_991, log_index: 4_294_967_295,
    });
  });

  it('leaves absent texts empty and absent numbers null', () => {
    const row = namedRow(storedItem());
    expect(row).toMatchObject({
      customer_id: '', product: '', order: '', parent_id: '', duplicate_of: '', campaign_of: '', attributes: '',
      rating: null, nps: null, wait_seconds: null, resolved: null, tags: [],
    });
  });

  it('takes the probability of the sentiment that was decided', () => {
    const row = namedRow(storedItem({ score: { sentiment: 'positive', probabilities: { negative: 0.25, neutral: 0.25, positive: 0.5 } } }));
    expect(row.sentiment_probability).toBe(0.5);
  });

  it('replaces a surrogate without its partner and keeps whole pairs', () => {
    expect(namedRow(storedItem({ item: { text: 'a\ud800b\udc00c😀' } })).text).toBe('a\ufffdb\ufffdc😀');
  });

  it.each([
    { name: 'NaN', value: Number.NaN },
    { name: 'Infinity', value: Number.POSITIVE_INFINITY },
    { name: '-Infinity', value: Number.NEGATIVE_INFINITY },
  ])('stores $name as 0 where a number must be, as null where it may be absent', ({ value }) => {
    const row = namedRow(
      storedItem({ item: { rating: value, waitSeconds: value }, score: { complaintProbability: value, starProbabilities: [value, 0, 0, 0, 1] } }),
    );
    expect(row).toMatchObject({ rating: null, wait_seconds: null, complaint_probability: 0, star_probabilities: [0, 0, 0, 0, 1] });
  });

  it('makes one JSON line of any item, whatever its texts hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.dictionary(fc.string(), fc.string()), (text, product, attributes) => {
        const line = JSON.stringify(toRow({ ...storedItem(), item: feedbackItem({ text, product, attributes }) }, 'scored.0'));
        expect(line).not.toMatch(/[\n\r]/);
      }),
    );
  });
});

describe('a time in a row', () => {
  it.each([
    { name: 'the epoch', ms: 0, text: '1970-01-01 00:00:00.000' },
    { name: 'a millisecond before it', ms: -1, text: '1969-12-31 23:59:59.999' },
    { name: 'the end of a leap day', ms: Date.UTC(2028, 1, 29, 23, 59, 59, 999), text: '2028-02-29 23:59:59.999' },
    { name: 'the year 2100', ms: Date.UTC(2100, 0, 1), text: '2100-01-01 00:00:00.000' },
    { name: 'a part of a millisecond', ms: 1_700_000_000_000.9, text: '2023-11-14 22:13:20.000' },
    { name: 'before the year 1900', ms: Date.UTC(1800, 0, 1), text: '1900-01-01 00:00:00.000' },
    { name: 'after the year 2299', ms: 8.64e15, text: '2299-12-31 23:59:59.999' },
    { name: 'infinity', ms: Number.POSITIVE_INFINITY, text: '2299-12-31 23:59:59.999' },
    { name: 'no number', ms: Number.NaN, text: '1970-01-01 00:00:00.000' },
  ])('of $name is written in full', ({ ms, text }) => {
    expect(utcText(ms)).toBe(text);
  });
});

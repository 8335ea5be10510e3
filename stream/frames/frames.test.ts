import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TocsinError } from '../../core/errors.ts';
import type { FeedbackItem } from '../../core/feedback.ts';
import type { RawFrame, ScoredEntry } from '../../core/frame.ts';
import type { Score } from '../../core/score.ts';
import { decodeRawFrame, encodeItem, encodeRawFrame, rawBody } from './raw-frame.ts';
import { decodeJson, encodeJson } from './record.ts';
import { decodeScoredEntry, encodeScoredBody, encodeScoredEntry } from './scored-entry.ts';

const item: FeedbackItem = {
  id: 'a1', idGiven: true, workspace: 'default', text: '物流太慢', channel: 'app', createdAtMs: 1, receivedAtMs: 2,
};
const score: Score = {
  sentiment: 'negative', probabilities: { negative: 0.9, neutral: 0.05, positive: 0.05 }, stars: 1,
  starProbabilities: [0.8, 0.1, 0.05, 0.03, 0.02], complaint: true, complaintProbability: 0.93, severity: 'mild',
  categories: [{ id: 'logistics', probability: 0.9, decidedBy: 'model' }], implicit: false, keywords: ['慢'], language: 'zh',
};

/** Any string of UTF-16 units: lone surrogates, U+2028, NUL and line breaks included. */
const anyText = fc.oneof(
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
  fc.constantFrom('\ud800', '\udfff\ud800', '\u2028\u2029', '\0', '\n\r\n', '"\\', '\ufeff', '😀', ''),
);
const anyProbability = fc.oneof(fc.integer({ min: 0, max: 100_000 }).map((n) => n / 100_000), fc.double({ min: 0, max: 1, noNaN: true }).map((p) => p + 0));
const anyScore: fc.Arbitrary<Score> = fc.record({
  sentiment: fc.constantFrom('negative', 'neutral', 'positive'), severity: fc.constantFrom('none', 'severe'), language: fc.constantFrom('zh', 'other'),
  probabilities: fc.record({ negative: anyProbability, neutral: anyProbability, positive: anyProbability }, { noNullPrototype: true }),
  stars: fc.integer({ min: 1, max: 5 }), starProbabilities: fc.tuple(anyProbability, anyProbability, anyProbability, anyProbability, anyProbability),
  complaint: fc.boolean(), complaintProbability: anyProbability, implicit: fc.boolean(), keywords: fc.array(anyText), ratingConflict: fc.boolean(),
  categories: fc.array(fc.record({ id: anyText, probability: anyProbability, decidedBy: fc.constantFrom('model' as const, 'taxonomy' as const) }, { noNullPrototype: true }), { maxLength: 3 }),
}, { requiredKeys: ['sentiment', 'severity', 'language', 'probabilities', 'stars', 'starProbabilities', 'complaint', 'complaintProbability', 'implicit', 'keywords', 'categories'], noNullPrototype: true });
const anyTimeMs = fc.integer({ min: 0, max: 4e12 });
const anyItem: fc.Arbitrary<FeedbackItem> = fc.record({
  id: anyText, idGiven: fc.boolean(), workspace: anyText, text: anyText,
  channel: fc.constantFrom('app', 'email', 'store'), createdAtMs: anyTimeMs, receivedAtMs: anyTimeMs,
  customer: fc.record({ id: anyText, tier: anyText }, { requiredKeys: [] }),
  rating: fc.integer({ min: 1, max: 5 }), tags: fc.array(anyText),
  attributes: fc.dictionary(anyText, fc.oneof(anyText, fc.integer(), fc.boolean(), fc.constant(null))),
}, { requiredKeys: ['id', 'idGiven', 'workspace', 'text', 'channel', 'createdAtMs', 'receivedAtMs'], noNullPrototype: true });
const anyFrame: fc.Arbitrary<RawFrame> = fc.record({
  kind: fc.constant('raw'), gatheredAtMs: anyTimeMs, items: fc.array(anyItem, { maxLength: 5 }),
}, { noNullPrototype: true });

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return error instanceof TocsinError ? error.code : `not a TocsinError: ${String(error)}`;
  }
  return 'accepted';
}

describe('raw frames', () => {
  it('come back as they were, whatever their text holds', () => {
    fc.assert(fc.property(anyFrame, (frame) => {
      expect(decodeRawFrame(encodeRawFrame(frame))).toEqual(frame);
    }));
  });

  it('are refused when cut anywhere', () => {
    fc.assert(fc.property(anyFrame, (frame) => {
      const bytes = encodeRawFrame(frame);
      for (let length = 0; length < bytes.length; length++) {
        expect(codeOf(() => decodeRawFrame(bytes.subarray(0, length)))).toBe('frame_corrupt');
      }
    }), { numRuns: 30 });
  });

  it('never throw anything but frame_corrupt when a byte is changed', () => {
    fc.assert(fc.property(anyFrame, fc.nat(), fc.nat({ max: 255 }), (frame, at, value) => {
      const bytes = encodeRawFrame(frame);
      bytes[at % bytes.length] = value;
      expect(['accepted', 'frame_corrupt']).toContain(codeOf(() => decodeRawFrame(bytes)));
    }), { numRuns: 500 });
  });

  it('can be read by a person', () => {
    const text = new TextDecoder().decode(encodeRawFrame({ kind: 'raw', gatheredAtMs: 7, items: [item] }));
    expect(text).toBe('{"v":1,"kind":"raw","gatheredAtMs":7,"count":1}\n'
      + '{"id":"a1","idGiven":true,"workspace":"default","text":"物流太慢","channel":"app","createdAtMs":1,"receivedAtMs":2}\n');
  });
});

describe('scored entries', () => {
  const entries: [string, ScoredEntry][] = [
    ['a scored frame', {
      kind: 'scored', rawSequence: 12, gatheredAtMs: 5, scoredAtMs: 9, model: 'm-1', items: [{ item, score }, { item, score }],
    }],
    ['a scored frame without items', { kind: 'scored', rawSequence: 1, gatheredAtMs: 5, scoredAtMs: 9, model: 'm-1', items: [] }],
    ['a tick', { kind: 'tick' }],
    ['a rule set', {
      kind: 'rules',
      rules: [{
        id: 'r', title: { zh: '甲', en: 'A' }, kind: 'threshold', groupBy: ['category'], windowMs: 60_000, fireAt: 50,
        resolveBelow: 40, severity: 'warning', escalate: [], notify: ['on-call'],
      }],
    }],
  ];
  it.each(entries)('of %s come back as they were and are refused when cut anywhere', (_name, entry) => {
    const bytes = encodeScoredEntry(entry);
    expect(decodeScoredEntry(bytes)).toEqual(entry);
    for (let length = 0; length < bytes.length; length++) {
      expect(codeOf(() => decodeScoredEntry(bytes.subarray(0, length)))).toBe('frame_corrupt');
    }
  });

  it('made of the raw frame\'s bytes are the same as those made of its items', () => {
    fc.assert(fc.property(anyFrame, (frame) => {
      const common = { rawSequence: 3, gatheredAtMs: frame.gatheredAtMs, scoredAtMs: 8, model: 'm-1' };
      const spliced = encodeScoredBody({ ...common, body: rawBody(encodeRawFrame(frame)), scores: frame.items.map(() => score) });
      expect(spliced).toEqual(encodeScoredEntry({
        kind: 'scored', ...common, items: frame.items.map((each) => ({ item: each, score })),
      }));
    }));
  });

  it('whose scores do not fit their items are refused', () => {
    const bytes = encodeScoredBody({ rawSequence: 1, gatheredAtMs: 1, scoredAtMs: 1, model: 'm', body: rawBody(encodeRawFrame({ kind: 'raw', gatheredAtMs: 1, items: [item, item] })), scores: [score] });
    expect(codeOf(() => decodeScoredEntry(bytes))).toBe('frame_corrupt');
  });

  it('keep every score as it was, whatever its numbers and words', () => {
    fc.assert(fc.property(fc.array(anyScore, { maxLength: 6 }), (scores) => {
      const entry: ScoredEntry = { kind: 'scored', rawSequence: 1, gatheredAtMs: 2, scoredAtMs: 3, model: 'm', items: scores.map((each) => ({ item, score: each })) };
      expect(decodeScoredEntry(encodeScoredEntry(entry))).toEqual(entry);
    }));
  });

  it('never throw anything but frame_corrupt when a byte is changed', () => {
    fc.assert(fc.property(fc.array(anyScore, { minLength: 1, maxLength: 3 }), fc.nat(), fc.nat({ max: 255 }), (scores, at, value) => {
      const bytes = encodeScoredEntry({ kind: 'scored', rawSequence: 1, gatheredAtMs: 2, scoredAtMs: 3, model: 'm', items: scores.map((each) => ({ item, score: each })) });
      bytes[at % bytes.length] = value;
      expect(['accepted', 'frame_corrupt']).toContain(codeOf(() => decodeScoredEntry(bytes)));
    }), { numRuns: 1_000 });
  });

  it('with a number that JSON does not have are read with 0 in its place', () => {
    const odd: Score = { ...score, complaintProbability: NaN, probabilities: { ...score.probabilities, negative: Infinity } };
    const entry = decodeScoredEntry(encodeScoredEntry({ kind: 'scored', rawSequence: 1, gatheredAtMs: 2, scoredAtMs: 3, model: 'm', items: [{ item, score: odd }] }));
    expect(entry).toMatchObject({ items: [{ score: { complaintProbability: 0, probabilities: { negative: 0, neutral: 0.05, positive: 0.05 } } }] });
  });

  it('of version 1, an object of item and score a line, are read as before', () => {
    const line = JSON.stringify({ item, score });
    const text = `{"v":1,"kind":"scored","rawSequence":12,"gatheredAtMs":5,"scoredAtMs":9,"model":"m-1","count":2}\n${line}\n${line}\n`;
    expect(decodeScoredEntry(new TextEncoder().encode(text))).toEqual({ kind: 'scored', rawSequence: 12, gatheredAtMs: 5, scoredAtMs: 9, model: 'm-1', items: [{ item, score }, { item, score }] });
  });

  it('can be read by a person', () => {
    const text = new TextDecoder().decode(encodeScoredEntry({ kind: 'scored', rawSequence: 12, gatheredAtMs: 5, scoredAtMs: 9, model: 'm-1', items: [{ item, score }] }));
    expect(text.split('\n')).toEqual([
      '{"v":2,"kind":"scored","rawSequence":12,"gatheredAtMs":5,"scoredAtMs":9,"model":"m-1","count":1}',
      encodeItem(item),
      '{"scale":100000,"words":["negative","mild","zh","logistics","model"],"scores":[0,90000,5000,5000,1,80000,10000,5000,3000,2000,1,93000,1,2,1,1],"categories":[3,90000,4],"keywords":["慢"]}',
      '',
    ]);
  });
});

describe('records', () => {
  const letter = { log: 'raw', sequence: 4, stage: 'scorer', reason: 'not JSON', atMs: 1, bytes: 'AA==' };
  it('come back as they were and are refused when cut anywhere', () => {
    const bytes = encodeJson('dead', letter);
    expect(decodeJson('dead', bytes)).toEqual(letter);
    for (let length = 0; length < bytes.length; length++) {
      expect(codeOf(() => decodeJson('dead', bytes.subarray(0, length)))).toBe('frame_corrupt');
    }
  });
});

describe('the sentence of a frame that cannot be read', () => {
  const raw = (text: string): (() => unknown) => () => decodeRawFrame(new TextEncoder().encode(text));
  const cases: [string, () => unknown, string][] = [
    ['nothing at all', raw(''), 'it is empty'],
    ['no line end', raw('{"v":1,"kind":"raw","gatheredAtMs":1,"count":0}'), 'it is cut short: its last line has no end'],
    ['bytes that are not UTF-8', () => decodeRawFrame(Uint8Array.of(0xff, 0x0a)), 'it is not UTF-8 text'],
    ['a header that is not JSON', raw('hello\n'), 'its first line is not a JSON header'],
    ['a header that is no object', raw('[1]\n'), 'its first line is not a JSON header'],
    ['a byte-order mark', raw('\ufeff{"v":1,"kind":"raw","gatheredAtMs":1,"count":0}\n'), 'its first line is not a JSON header'],
    ['a newer version', raw('{"v":2,"kind":"raw","gatheredAtMs":1,"count":0}\n'), 'its version is 2 and this program reads version 1'],
    ['no version', raw('{"kind":"raw","gatheredAtMs":1,"count":0}\n'), 'its version is nothing and this program reads version 1'],
    ['a negative count', raw('{"v":1,"kind":"raw","gatheredAtMs":1,"count":-1}\n'), 'its header announces -1 items'],
    ['a newer version of a scored frame', () => decodeScoredEntry(new TextEncoder().encode('{"v":3,"kind":"scored","count":0}\n')), 'its version is 3 and this program reads version 1 or 2'],
    ['a scored frame without its scores', () => decodeScoredEntry(new TextEncoder().encode('{"v":2,"kind":"scored","rawSequence":1,"gatheredAtMs":1,"scoredAtMs":1,"model":"m","count":0}\n')), 'its last line is missing'],
    ['a missing time', raw('{"v":1,"kind":"raw","count":0}\n'), 'its header has nothing for gatheredAtMs'],
    ['fewer items than announced', raw(`{"v":1,"kind":"raw","gatheredAtMs":1,"count":2}\n${JSON.stringify(item)}\n`), 'its header announces 2 items and it holds 1'],
    ['more items than announced', raw(`{"v":1,"kind":"raw","gatheredAtMs":1,"count":0}\n${JSON.stringify(item)}\n`), 'its header announces 0 items and it holds 1'],
    ['a broken item', raw('{"v":1,"kind":"raw","gatheredAtMs":1,"count":2}\n{}\n{"id":\n'), 'item 2 is not JSON'],
    ['an item of another shape', raw('{"v":1,"kind":"raw","gatheredAtMs":1,"count":1}\n[]\n'), 'item 1 is not a piece of feedback'],
    ['another kind', () => decodeRawFrame(encodeScoredEntry({ kind: 'tick' })), 'it is of kind "tick" and "raw" is expected'],
    ['a raw frame on the scored log', () => decodeScoredEntry(encodeRawFrame({ kind: 'raw', gatheredAtMs: 1, items: [] })), 'it is of kind "raw", which no scored log holds'],
    ['another record', () => decodeJson('alert', encodeJson('dead', { log: 'raw', sequence: 1, stage: 's', reason: 'r', atMs: 1, bytes: '' })), 'it is of kind "dead" and "alert" is expected'],
  ];
  it.each(cases)('names %s', (_name, action, why) => {
    expect(action).toThrow(new TocsinError('frame_corrupt', `This frame cannot be read: ${why}.`));
    expect(codeOf(action)).toBe('frame_corrupt');
  });
});

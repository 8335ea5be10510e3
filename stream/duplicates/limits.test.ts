import { describe, expect, it } from 'vitest';
import { TocsinError } from '../../core/errors.ts';
import { BucketTable } from './bucket-table.ts';
import { decodeDuplicates, encodeDuplicates } from './encode-duplicates.ts';
import { fillFromHistory } from './fill-from-history.ts';
import { link } from './link.ts';
import { Records } from './records.ts';
import { advanceDuplicates, createDuplicateState, duplicateBytes, takeNotices } from './state.ts';
import { makeItem } from './testing/measure-links.ts';
import { Random } from './testing/random.ts';

const START_MS = Date.UTC(2026, 2, 1);
const HOUR_MS = 3_600_000;
const TEXT = '耳机用了三天左边就没有声音了，客服一直不回复';

describe('memory', () => {
  it('stays within the limits through a million customers, and a notice says what was forgotten', () => {
    const state = createDuplicateState({ itemsMax: 65_536, historyCustomersMax: 50_000 });
    const random = new Random(1);
    let itemBytesMax = 0;
    for (let at = 0; at < 1_000_000; at++) {
      const text = at % 10 === 0 ? `${random.below(1e9)}号订单还没有发货${at}，等了很久` : '没收到';
      const item = makeItem({ id: `item-${at}`, text, customer: { id: `c${at}`, tier: 'gold' } });
      link(state, item, START_MS + at);
      fillFromHistory(state, item, START_MS + at);
      if (at % 10_000 === 0) itemBytesMax = Math.max(itemBytesMax, duplicateBytes(state).itemBytes);
    }
    const { items, indexBytes, historyBytes } = duplicateBytes(state);
    expect(items).toBe(65_536);
    expect(itemBytesMax).toBeLessThanOrEqual(17 * 4_096 * 160);
    expect(indexBytes).toBeLessThanOrEqual(65_536 * 4 * 8 * 4);
    expect(historyBytes).toBeLessThanOrEqual(2 * 50_000 * 24 * 4);
    expect(takeNotices(state).map(({ kind }) => kind)).toEqual(['duplicates-forgotten-early', 'histories-forgotten-early']);
  });

  it('is at most 300 bytes a text, with the tables that lead to it, the customer and copied texts', () => {
    const state = createDuplicateState({ itemsMax: 131_072 });
    const random = new Random(3);
    const letters = (count: number): string => Array.from({ length: count }, () => String.fromCharCode(0x4e00 + random.below(3_000))).join('');
    for (let at = 0; at < 100_000; at++) {
      const item = makeItem({ id: `01900000-0000-7000-8000-${String(at).padStart(12, '0')}`, text: at % 50 === 0 ? TEXT : letters(30), customer: { id: `c${at}`, tier: 'gold' } });
      link(state, item, START_MS + at);
      fillFromHistory(state, item, START_MS + at);
    }
    const { items, itemBytes, indexBytes, campaignBytes, historyBytes } = duplicateBytes(state);
    expect(items).toBe(100_000);
    expect((itemBytes + indexBytes + campaignBytes + historyBytes) / items).toBeLessThanOrEqual(300);
  });

  it('is given back when the horizon has passed and nothing arrives', () => {
    for (const pauseMs of [73 * HOUR_MS, 60 * 24 * HOUR_MS]) {
      const state = createDuplicateState();
      for (let at = 0; at < 10_000; at++) link(state, makeItem({ id: `i${at}`, text: `${TEXT}${at}`, customer: { id: `c${at}` } }), START_MS + at);
      const before = duplicateBytes(state).itemBytes;
      advanceDuplicates(state, START_MS + pauseMs);
      expect(duplicateBytes(state).items).toBe(0);
      expect(duplicateBytes(state).itemBytes).toBeLessThanOrEqual(before / 3 + 1);
      expect(link(state, makeItem({ text: `${TEXT}5`, customer: { id: 'c5' }, createdAtMs: START_MS + pauseMs }), START_MS + pauseMs)).toEqual({ kind: 'original' });
      expect(takeNotices(state)).toEqual([]);
    }
  });

  it('holds no more campaigns than the limit', () => {
    const state = createDuplicateState({ campaignsMax: 10 });
    for (let at = 0; at < 400; at++) {
      const letter = String.fromCharCode(0x4e00 + Math.floor(at / 2) * 31);
      const text = Array.from({ length: 16 }, (_, index) => String.fromCharCode(letter.charCodeAt(0) + index * 7)).join('');
      link(state, makeItem({ id: `i${at}`, text, customer: { id: `c${at}` } }), START_MS + at);
    }
    expect([...state.campaigns.all()].length).toBe(10);
    expect(takeNotices(state)).toEqual([{ kind: 'campaigns-forgotten-early', campaignsMax: 10 }]);
  });
});

describe('texts made to do harm', () => {
  it.each([
    ['marks alone, ten thousand times', () => '！？…  🙃\u200b'],
    ['nothing at all', () => ''],
    ['twenty thousand letters', (at: number) => `${at}${'退'.repeat(20_000)}`],
    ['twenty thousand different letters', (at: number) => Array.from({ length: 20_000 }, (_, index) => String.fromCharCode(0x4e00 + ((index * 37 + at * 101) % 20_000))).join('')],
    ['boilerplate and nothing else', () => '【app反馈】来自小程序'.repeat(900)],
    ['halves of surrogate pairs and controls', (at: number) => `\ud83d\u0000${String.fromCharCode(0xdc00 + (at % 1_000), at % 32)}`],
  ])('are linked or left, and cost no more than others: %s', (_, textOf) => {
    const state = createDuplicateState({ itemsMax: 4_096 });
    const count = textOf(0).length > 5_000 ? 200 : 10_000;
    for (let at = 0; at < count; at++) {
      const found = link(state, makeItem({ id: `i${at}`, text: textOf(at), customer: { id: `c${at % 50}` } }), START_MS + at);
      expect(['original', 'repeat', 'campaign']).toContain(found.kind);
    }
    expect(duplicateBytes(state).items).toBeLessThanOrEqual(4_096);
    expect(decodeDuplicates(encodeDuplicates(state)).records.size).toBe(state.records.size);
  });

  it('count once where one customer sends the same marks ten thousand times in an hour', () => {
    const state = createDuplicateState();
    let originals = 0;
    for (let at = 0; at < 10_000; at++) {
      if (link(state, makeItem({ id: `i${at}`, text: '！！！', customer: { id: 'c1' }, createdAtMs: START_MS + at }), START_MS + at).kind === 'original') originals++;
    }
    expect(originals).toBe(1);
  });

  it('take event times of any year', () => {
    const state = createDuplicateState();
    const send = (createdAtMs: number): string => link(state, makeItem({ text: TEXT, customer: { id: 'c1' }, createdAtMs }), START_MS).kind;
    expect([-1, 0, Date.UTC(1970, 0, 1), START_MS, Date.UTC(2100, 0, 1), Number.MAX_SAFE_INTEGER].map(send)).toEqual(['original', 'repeat', 'repeat', 'original', 'repeat', 'repeat']);
  });
});

describe('a table of buckets', () => {
  it('answers as a map of the live numbers does, whatever is put in', () => {
    const random = new Random(5);
    const records = { first: 1, size: 0 };
    const table = new BucketTable(records, 4_096);
    const oracle = new Map<number, number>();
    let wrong = 0;
    for (let number = 1; number <= 40_000; number++) {
      records.size++;
      if (records.size > 2_000) {
        records.first++;
        records.size--;
      }
      const hash = (random.below(3_000) * 0x9e3779b1) | 0;
      const held = oracle.get(hash) ?? 0;
      const expected = held >= records.first ? held : 0;
      expect(table.get(hash)).toBe(expected);
      if (table.exchange(hash, number) !== expected) wrong++;
      oracle.set(hash, number);
    }
    expect(wrong).toBe(0);
    expect(table.evicted).toBe(0);
  });

  it('forgets the oldest of a bucket that cannot grow, and counts it', () => {
    const table = new BucketTable({ first: 1, size: 100 }, 64);
    // Equal low bits: all of one bucket however much it grows.
    for (let at = 0; at < 9; at++) table.exchange(at << 20, at + 1);
    expect(table.evicted).toBe(1);
    expect(Array.from({ length: 9 }, (_, at) => table.get(at << 20))).toEqual([0, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe('records', () => {
  it('keep ids and times while numbers start again after 2^32', () => {
    const records = new Records(4_096);
    records.first = 2 ** 32 - 10;
    const numbers: number[] = [];
    for (let at = 0; at < 5_000; at++) {
      const from = records.add(`id-${at}`, START_MS + at, at);
      expect(records.at(records.last)).toBe(from);
      numbers.push(records.last);
    }
    expect(numbers).not.toContain(0);
    expect(numbers[10]).toBe(1);
    numbers.forEach((number, at) => {
      expect(records.has(number)).toBe(at >= 5_000 - 4_096);
      if (records.has(number)) expect(records.id(number)).toBe(`id-${at}`);
    });
    records.retire(START_MS + 6_000, 1_500, 10);
    expect(records.size).toBe(500);
  });
});

describe('saved bytes', () => {
  it('are refused where they are none, are cut short, or are of another format', () => {
    const state = createDuplicateState();
    link(state, makeItem({ text: TEXT, customer: { id: 'c1' } }), START_MS);
    const bytes = encodeDuplicates(state);
    const other = bytes.slice();
    new DataView(other.buffer).setFloat64(8, 2, true);
    for (const [bad, sentence] of [
      [new Uint8Array(40), 'These bytes are no saved state of duplicate detection.'],
      [bytes.slice(0, bytes.length - 9), 'The saved state is damaged: it ends too early.'],
      [other, 'The saved state of duplicate detection has format 2, and this version reads format 1.'],
    ] as const) {
      expect(() => decodeDuplicates(bad)).toThrow(new TocsinError('frame_corrupt', sentence));
    }
  });

  it('are not changed by what comes later, and take other settings', () => {
    const state = createDuplicateState();
    link(state, makeItem({ id: 'first', text: TEXT, customer: { id: 'c1' } }), START_MS);
    const bytes = encodeDuplicates(state);
    const copy = bytes.slice();
    for (let at = 0; at < 100; at++) link(state, makeItem({ text: `${at}${TEXT}`, customer: { id: `c${at}` } }), START_MS);
    expect(Buffer.compare(bytes, copy)).toBe(0);
    const later = START_MS + 2 * HOUR_MS;
    const again = makeItem({ text: TEXT, customer: { id: 'c1' }, createdAtMs: later });
    expect(link(decodeDuplicates(bytes), again, later)).toEqual({ kind: 'repeat', of: 'first' });
    expect(link(decodeDuplicates(bytes, { horizonMs: HOUR_MS }), again, later)).toEqual({ kind: 'original' });
  });
});

describe('settings', () => {
  it.each([
    [{ horizonMs: 0 }, 'horizonMs of duplicate detection must be a whole number from 60000 to 2592000000, and it is 0.'],
    [{ horizonMs: 60_000 }, 'shortHorizonMs of duplicate detection must be a whole number from 0 to 60000, and it is 3600000.'],
    [{ itemsMax: 5_000 }, 'itemsMax of duplicate detection must be a power of two, and 5000 is not.'],
    [{ campaignCustomers: 1 }, 'campaignCustomers of duplicate detection must be a whole number from 2 to 64, and it is 1.'],
    [{ historyDays: 0.5 }, 'historyDays of duplicate detection must be a whole number from 1 to 400, and it is 0.5.'],
  ])('out of range are refused with a sentence: %j', (config, sentence) => {
    expect(() => createDuplicateState(config)).toThrow(new TocsinError('invalid_setting', sentence));
  });
});

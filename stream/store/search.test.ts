import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { CHANNELS } from '../../core/feedback.ts';
import { SENTIMENTS } from '../../core/score.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import { ClickHouseWriter } from './clickhouse-writer.ts';
import { countAll, countByCategory, rowsBetweenSequences } from './counts.ts';
import type { FeedbackFilter } from './filter.ts';
import { fingerprintOf, xxHash32 } from './fingerprint.ts';
import { scanColumns, scanHistory } from './scan-history.ts';
import { findFeedback, searchFeedback, type FeedbackSearch } from './search.ts';
import { decodeCursor, encodeCursor } from './search-cursor.ts';
import { SOME_TIME_MS, storedItem } from './testing/items.ts';
import { temporaryStore, type TemporaryStore } from './testing/embedded-store.ts';

const CATEGORIES = ['logistics', 'product.quality', 'service.speed'];
const TEXTS = ['快递太慢了', 'Refund NOW please', '100% _off_ \\ "quoted"', '退款\n退款', '好评'];

/** 600 items of two workspaces with few distinct times, so that pages are cut between items of one millisecond. */
const STORED: StoredItem[] = Array.from({ length: 600 }, (_, at) =>
  storedItem({
    sequence: 1 + Math.floor(at / 20),
    index: at % 20,
    ...(at % 11 === 0 ? { duplicateOf: 'item-1-0' } : {}),
    item: {
      id: `id-${(at * 7919) % 600}`,
      workspace: at % 3 === 0 ? 'other' : 'shop',
      createdAtMs: SOME_TIME_MS + (at % 40),
      text: TEXTS[at % TEXTS.length] ?? '',
      channel: CHANNELS[at % 4] ?? 'app',
      ...(at % 2 === 0 ? { product: `P${at % 6}` } : {}),
    },
    score: {
      sentiment: SENTIMENTS[at % 3] ?? 'neutral',
      complaint: at % 5 < 2,
      categories: CATEGORIES.slice(0, 1 + (at % 3)).map((id) => ({ id, probability: 0.5, decidedBy: 'model' })),
    },
  }),
);

function matches(stored: StoredItem, filter: FeedbackFilter): boolean {
  const { item, score } = stored;
  return (
    (filter.category === undefined || score.categories.some(({ id }) => id === filter.category)) &&
    (filter.sentiment === undefined || score.sentiment === filter.sentiment) &&
    (filter.channel === undefined || item.channel === filter.channel) &&
    (filter.complaint === undefined || score.complaint === filter.complaint) &&
    (filter.product === undefined || item.product === filter.product) &&
    (filter.text === undefined || item.text.toLowerCase().includes(filter.text.toLowerCase()))
  );
}

const compareTexts = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** What a search must give, by looking at every item. */
function expectedIds({ workspace, fromMs = -Infinity, toMs = Infinity, ...filter }: FeedbackSearch): string[] {
  return STORED.filter((stored) => stored.item.workspace === workspace && stored.createdAtMs >= fromMs && stored.createdAtMs < toMs && matches(stored, filter))
    .sort((a, b) => b.createdAtMs - a.createdAtMs || compareTexts(b.item.id, a.item.id))
    .map((stored) => stored.item.id);
}

const filters: fc.Arbitrary<FeedbackFilter> = fc.record(
  {
    category: fc.constantFrom(...CATEGORIES, 'none'),
    sentiment: fc.constantFrom(...SENTIMENTS),
    channel: fc.constantFrom(...CHANNELS.slice(0, 5)),
    complaint: fc.boolean(),
    product: fc.constantFrom('P0', 'P2', 'P9'),
    text: fc.constantFrom('快递', 'refund', '%', '_', '\\', '"', '\n', '好评', 'absent'),
  },
  { requiredKeys: [] },
);

/** Each is sent as every text parameter in turn: none may be more than a text. */
const INJECTIONS = [
  "' OR 1=1 --",
  "'; DROP TABLE tocsin.feedback; --",
  '\\',
  "\\' OR 1=1 --",
  "') UNION ALL SELECT * FROM system.users --",
  '{workspace:String}',
  '`id`',
  '\u0000',
  '\n\nDROP TABLE tocsin.feedback',
  "1); SYSTEM SHUTDOWN; --",
  '%',
  'NULL',
  '\\N',
  '/* */',
  '"; DROP DATABASE tocsin; "',
];

describe('reading what is stored', () => {
  let temporary: TemporaryStore;
  beforeAll(async () => {
    temporary = await temporaryStore();
    await new ClickHouseWriter(temporary.store).insert(STORED, 'scored.0', 'scored.0:1-30');
  });
  afterAll(() => temporary.dispose());

  async function allPages(search: FeedbackSearch): Promise<string[]> {
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await searchFeedback(temporary.store, cursor === undefined ? search : { ...search, cursor });
      ids.push(...page.items.map((stored) => stored.item.id));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return ids;
  }

  it('pages give what a look at every item gives, newest first, for any filter and page size', async () => {
    await fc.assert(
      fc.asyncProperty(filters, fc.constantFrom('shop', 'other', 'none'), fc.nat({ max: 45 }), fc.nat({ max: 45 }), fc.integer({ min: 7, max: 400 }), async (filter, workspace, from, to, limit) => {
        const search = { ...filter, workspace, fromMs: SOME_TIME_MS + from, toMs: SOME_TIME_MS + to, limit };
        expect(await allPages(search)).toEqual(expectedIds(search));
      }),
      { numRuns: 60 },
    );
  });

  it('what comes in between two pages moves nothing', async () => {
    const first = await searchFeedback(temporary.store, { workspace: 'moving', limit: 2 });
    expect(first.items).toEqual([]);
    const writer = new ClickHouseWriter(temporary.store);
    const at = (index: number, ms: number) => storedItem({ sequence: 50, index, item: { workspace: 'moving', createdAtMs: SOME_TIME_MS + ms } });
    await writer.insert([at(0, 0), at(1, 1), at(2, 2), at(3, 3)], 'moving', 'moving:1-1');
    const one = await searchFeedback(temporary.store, { workspace: 'moving', limit: 2 });
    await writer.insert([at(4, 4)], 'moving', 'moving:2-2');
    const two = await searchFeedback(temporary.store, { workspace: 'moving', limit: 2, cursor: one.nextCursor ?? '' });
    expect([...one.items, ...two.items].map((stored) => stored.item.id)).toEqual(['item-50-3', 'item-50-2', 'item-50-1', 'item-50-0']);
    expect(two.nextCursor).toBeUndefined();
  });

  it('a stored item comes back as it was', async () => {
    const full = storedItem({
      sequence: 60, index: 3, duplicateOf: 'item-1-0',
      item: {
        workspace: 'full', idGiven: true, createdAtMs: SOME_TIME_MS - 1, receivedAtMs: SOME_TIME_MS,
        customer: { id: 'c', name: '王**', phone: '138****0000', phoneHash: 'h', tier: 'gold', group: 'g', region: 'r' },
        product: 'P', order: 'O', ticket: 'T', agent: 'A', store: 'S', region: 'R', rating: 3, nps: 0, waitSeconds: 0.1, resolved: false,
        tags: ['a'], parentId: 'p', attributes: { n: 1.5, s: '1.5', b: false, z: null, 引: '"' },
      },
      score: { implicit: true, ratingConflict: true, probabilities: { negative: Math.fround(0.7), neutral: Math.fround(0.2), positive: Math.fround(0.1) } },
    });
    const bare = storedItem({ sequence: 60, index: 4, item: { workspace: 'full', id: 'bare' } });
    await new ClickHouseWriter(temporary.store).insert([full, bare], 'full', 'full:60-60');
    expect(await findFeedback(temporary.store, 'full', full.item.id)).toEqual(full);
    expect(await findFeedback(temporary.store, 'full', 'bare')).toEqual(bare);
    expect(await findFeedback(temporary.store, 'other', 'bare')).toBeNull();
  });

  it.each(INJECTIONS)('%j is only a text, in every parameter', async (text) => {
    const search = { workspace: 'shop' };
    for (const field of ['category', 'sentiment', 'channel', 'product', 'region', 'text'] as const) {
      const found = await searchFeedback(temporary.store, { ...search, [field]: text } as FeedbackSearch);
      const expected = field === 'text' ? expectedIds({ ...search, text }) : [];
      expect(found.items.map((stored) => stored.item.id), field).toEqual(expected.slice(0, 50));
    }
    expect((await searchFeedback(temporary.store, { workspace: text })).items).toEqual([]);
    expect((await searchFeedback(temporary.store, { ...search, cursor: encodeCursor({ createdAtMs: 0, id: text }) })).items).toEqual([]);
    expect(await findFeedback(temporary.store, text, 'id-1')).toBeNull();
    expect(await findFeedback(temporary.store, 'shop', text)).toBeNull();
    expect(await countByCategory(temporary.store, { workspace: text, afterMs: 0, untilMs: SOME_TIME_MS })).toEqual(new Map());
    expect((await rowsBetweenSequences(temporary.store, { logId: text, fromSequence: 0, toSequence: 9 })).count).toBe(0);
    expect(await countAll(temporary.store)).toBeGreaterThanOrEqual(STORED.length);
  });

  it.each(['', 'nonsense', '!!!', Buffer.from('[1]').toString('base64url'), Buffer.from('["1","a"]').toString('base64url'), 'A'.repeat(5_000)])(
    'the cursor %j is refused',
    async (cursor) => {
      await expect(searchFeedback(temporary.store, { workspace: 'shop', cursor })).rejects.toMatchObject({ code: 'invalid_request' });
    },
  );

  it('a cursor says what it was made of', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.string({ unit: 'grapheme', maxLength: 100 }), (createdAtMs, id) => {
        expect(decodeCursor(encodeCursor({ createdAtMs, id }))).toEqual({ createdAtMs, id });
      }),
    );
  });

  it('counts by category as the counter does: (after, until], every category of an item, no duplicates', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 45 }), fc.nat({ max: 45 }), filters, async (after, until, where) => {
        const window = { workspace: 'shop', afterMs: SOME_TIME_MS - 1 + after, untilMs: SOME_TIME_MS - 1 + until };
        const expected = new Map<string, number>();
        for (const stored of STORED) {
          const inWindow = stored.createdAtMs > window.afterMs && stored.createdAtMs <= window.untilMs;
          if (stored.item.workspace !== 'shop' || !inWindow || stored.duplicateOf !== undefined || !matches(stored, where)) continue;
          for (const { id } of stored.score.categories) expected.set(id, (expected.get(id) ?? 0) + 1);
        }
        const counted = await countByCategory(temporary.store, { ...window, where });
        expect(Object.fromEntries(counted)).toEqual(Object.fromEntries(expected));
      }),
      { numRuns: 40 },
    );
  });

  it('the fingerprint of a range of the log is that of its ids', async () => {
    const range = { logId: 'scored.0', fromSequence: 5, toSequence: 17 };
    const ids = STORED.filter((stored) => stored.sequence >= 5 && stored.sequence <= 17).map((stored) => stored.item.id);
    expect(await rowsBetweenSequences(temporary.store, range)).toEqual(fingerprintOf(ids));
    expect(await rowsBetweenSequences(temporary.store, { ...range, logId: 'another' })).toEqual(fingerprintOf([]));
    expect(fingerprintOf([...ids.slice(1), ids[1] ?? ''])).not.toEqual(fingerprintOf(ids));
  });

  it('hashes as the engine does', async () => {
    const texts = fc.sample(fc.string({ unit: 'grapheme', maxLength: 80 }), 200);
    const rows = await temporary.store.select('SELECT xxHash32(arrayJoin({texts:Array(String)}))', { texts });
    expect(rows.map((row) => row[0])).toEqual(texts.map((text) => xxHash32(new TextEncoder().encode(text))));
  });

  it('a scan hands on every item of the span once, in the order of time, whatever the size of a read', async () => {
    for (const rowsPerRead of [1, 7, 64, 1_000]) {
      const seen: StoredItem[] = [];
      const span = { workspace: 'shop', fromMs: SOME_TIME_MS + 3, toMs: SOME_TIME_MS + 13, rowsPerRead };
      const count = await scanHistory(temporary.store, span, (items) => void seen.push(...items));
      const expected = expectedIds({ workspace: 'shop', fromMs: span.fromMs, toMs: span.toMs }).reverse();
      expect(seen.map((stored) => stored.item.id)).toEqual(expected);
      expect(count).toBe(expected.length);
    }
  });

  it('a scan of columns gives the same items, each field in its own column', async () => {
    const span = { workspace: 'shop', fromMs: SOME_TIME_MS + 3, toMs: SOME_TIME_MS + 13, rowsPerRead: 16 };
    const items: StoredItem[] = [];
    await scanHistory(temporary.store, span, (batch) => void items.push(...batch));
    const seen = { createdAtMs: [] as unknown[], complaint: [] as unknown[], categories: [] as unknown[], product: [] as unknown[] };
    const fields = ['createdAtMs', 'complaint', 'categories', 'product'] as const;
    const count = await scanColumns(temporary.store, { ...span, fields }, (batch) => {
      for (const field of fields) seen[field].push(...batch.columns[field]);
      expect(batch.columns.complaint).toHaveLength(batch.count);
    });
    expect(count).toBe(items.length);
    expect(seen).toEqual({
      createdAtMs: items.map((stored) => stored.createdAtMs),
      complaint: items.map((stored) => stored.score.complaint),
      categories: items.map((stored) => stored.score.categories.map(({ id }) => id)),
      product: items.map((stored) => stored.item.product ?? ''),
    });
  });

  it('a scan ends with the error of whoever takes the batches', async () => {
    const span = { workspace: 'shop', fromMs: 0, toMs: SOME_TIME_MS + 100, rowsPerRead: 50 };
    await expect(scanHistory(temporary.store, span, () => Promise.reject(new Error('stop here')))).rejects.toThrow('stop here');
  });
});

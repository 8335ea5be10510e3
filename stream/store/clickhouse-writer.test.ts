import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TocsinError } from '../../core/errors.ts';
import type { BatchWriter } from './batch-writer.ts';
import { openStore, type Store } from './clickhouse.ts';
import { ClickHouseWriter } from './clickhouse-writer.ts';
import { FEEDBACK_COLUMNS } from './feedback-row.ts';
import { MemoryWriter } from './memory-writer.ts';
import { storedItem, entryRows, SOME_TIME_MS } from './testing/items.ts';
import { temporaryStore } from './testing/embedded-store.ts';
import { startHttpFacade, type HttpFacade } from './testing/http-facade.ts';

interface Subject {
  writer: BatchWriter;
  /** Texts of a log's rows, by place. */
  texts(logId: string): Promise<string[]>;
  dispose(): Promise<void>;
}

const subjects: { name: string; open(): Promise<Subject> }[] = [
  { name: 'the embedded engine', open: openEmbedded },
  { name: 'a server over HTTP', open: openOverHttp },
  { name: 'the in-memory double', open: openMemory },
];

async function openEmbedded(): Promise<Subject> {
  const { store, dispose } = await temporaryStore();
  return { writer: new ClickHouseWriter(store), texts: (logId) => textsIn(store, logId), dispose };
}

async function openOverHttp(): Promise<Subject> {
  const engine = await temporaryStore();
  const facade = await startHttpFacade(engine.store.place, { user: 'tocsin', password: 'p@ss:word/' });
  const store = openStore({ url: facade.url, dataDir: 'unused' });
  return {
    writer: new ClickHouseWriter(store),
    texts: (logId) => textsIn(store, logId),
    dispose: async () => {
      await store.close();
      await facade.stop();
      await engine.dispose();
    },
  };
}

function openMemory(): Promise<Subject> {
  const writer = new MemoryWriter((row) => !Number.isInteger(row.index));
  const texts = (logId: string) =>
    writer.rows
      .filter((kept) => kept.logId === logId)
      .map((kept) => kept.row)
      .sort((a, b) => a.sequence - b.sequence || a.index - b.index)
      .map((row) => row.item.text);
  return Promise.resolve({ writer, texts: (logId: string) => Promise.resolve(texts(logId)), dispose: () => Promise.resolve() });
}

async function textsIn(store: Store, logId: string): Promise<string[]> {
  const query = 'SELECT text FROM tocsin.feedback WHERE log_id = {logId:String} ORDER BY log_sequence, log_index';
  return (await store.select(query, { logId })).map((row) => String(row[0]));
}

describe.each(subjects)('writing batches to $name', ({ open }) => {
  let subject: Subject;
  beforeAll(async () => {
    subject = await open();
  });
  afterAll(() => subject.dispose());

  it('a batch of more rows than are written in one go is stored whole, each row once', async () => {
    const texts = Array.from({ length: 1_000 }, (_, index) => `第 ${index} 条`);
    await subject.writer.insert(texts.map((text, index) => storedItem({ sequence: 7, index, item: { text } })), 'large', 'large:7-7');
    expect(await subject.texts('large')).toEqual(texts);
  });

  it('an empty log is stored through 0', async () => {
    expect(await subject.writer.storedThrough('nothing')).toBe(0);
  });

  it('three inserts of one token store the rows once, in and out of order', async () => {
    const first = entryRows(1, 100);
    const second = entryRows(2, 50);
    for (const [rows, token] of [[first, 'a:1-1'], [second, 'a:2-2'], [first, 'a:1-1'], [second, 'a:2-2'], [second, 'a:2-2'], [first, 'a:1-1']] as const) {
      await subject.writer.insert(rows, 'a', token);
    }
    expect(await subject.texts('a')).toHaveLength(150);
    expect(await subject.writer.storedThrough('a')).toBe(2);
  });

  it('a batch over three years of months is stored once, however often it is sent', async () => {
    const rows = Array.from({ length: 40 }, (_, month) => storedItem({ sequence: 7, index: month, item: { createdAtMs: Date.UTC(2023, month, 1) } }));
    for (let send = 0; send < 2; send += 1) await subject.writer.insert(rows, 'months', 'months:7-7');
    expect(await subject.texts('months')).toHaveLength(40);
  });

  it('the token alone decides: the same rows under another one are other rows, other rows under the same are none', async () => {
    await subject.writer.insert(entryRows(1, 10), 'b', 'b:1-1');
    await subject.writer.insert(entryRows(1, 10), 'b', 'b:1-2');
    await subject.writer.insert(entryRows(5, 10), 'b', 'b:1-2');
    expect(await subject.texts('b')).toHaveLength(20);
  });

  it('the highest sequence is asked of one log only', async () => {
    await subject.writer.insert(entryRows(9_007_199_254_740_991, 1), 'c', 'c:9-9');
    expect(await subject.writer.storedThrough('c')).toBe(9_007_199_254_740_991);
    expect(await subject.writer.storedThrough('d')).toBe(0);
  });

  it('stores every odd text as it came, and runs none of it', async () => {
    const texts = [
      'a\n\nDROP TABLE tocsin.feedback',
      '\n\n\n;DROP TABLE tocsin.feedback;\n\n',
      '"]\n\nDROP TABLE tocsin.feedback;--',
      '\r\n\r\nDROP DATABASE tocsin',
      "'; DROP TABLE tocsin.feedback; --",
      '{name:String} $1 ? \\N \\\\ \\',
      '\u0000\u0001\b\f\r\t\v\u001b\u007f\u0085\u2028\u2029\ufeff',
      '😀👩‍👩‍👧‍👦🇨🇳𠮷',
      '差评'.repeat(10_000),
      'FORMAT JSONCompactEachRow\n[1]',
      '',
    ];
    await subject.writer.insert(texts.map((text, index) => storedItem({ sequence: 1, index, item: { text } })), 'odd', 'odd:1-1');
    expect(await subject.texts('odd')).toEqual(texts);
  });

  it('says when the rows are the reason, and stores none of them', async () => {
    const rows = [storedItem({ sequence: 1, index: 0 }), storedItem({ sequence: 1, index: 1.5 })];
    await expect(subject.writer.insert(rows, 'bad', 'bad:1-1')).rejects.toMatchObject({ code: 'rows_refused', retryable: false });
    expect(await subject.texts('bad')).toEqual([]);
  });
});

describe('a server over HTTP', () => {
  let engine: Awaited<ReturnType<typeof temporaryStore>>;
  let facade: HttpFacade;
  let store: Store;
  beforeAll(async () => {
    engine = await temporaryStore();
    facade = await startHttpFacade(engine.store.place, { user: 'tocsin', password: 'secret' });
    store = openStore({ url: facade.url, dataDir: 'unused', requestTimeoutMs: 3_000 });
  });
  afterAll(async () => {
    await store.close();
    await facade.stop();
    await engine.dispose();
  });

  it('a time-out after the commit is retryable, and the retry stores nothing twice', async () => {
    const writer = new ClickHouseWriter(store);
    await writer.insert(entryRows(1, 1), 'warm', 'warm:1-1');
    facade.faults.push({ matches: /^INSERT/, kind: 'answer-never' });
    await expect(writer.insert(entryRows(2, 10), 'late', 'late:2-2')).rejects.toMatchObject({ code: 'store_unavailable', retryable: true });
    await writer.insert(entryRows(2, 10), 'late', 'late:2-2');
    expect(await textsIn(store, 'late')).toHaveLength(10);
  });

  it.each(['refuse-connection', 'bad-gateway'] as const)('%s is retryable', async (kind) => {
    facade.faults.push({ matches: /^INSERT/, kind });
    const insert = new ClickHouseWriter(store).insert(entryRows(1, 1), kind, `${kind}:1-1`);
    await expect(insert).rejects.toMatchObject({ code: 'store_unavailable', retryable: true });
  });

  it('says every setting that decides about repeats', () => {
    const inserts = facade.statements.filter((statement) => statement.startsWith('INSERT INTO tocsin.feedback'));
    expect(inserts.length).toBeGreaterThan(0);
    for (const insert of inserts) {
      expect(insert).toMatch(/async_insert = 0, insert_deduplicate = 1, deduplicate_insert = 'enable', deduplicate_blocks_in_dependent_materialized_views = 1/);
    }
  });

  it('a wrong password is named as what a person can correct, and not shown', async () => {
    const wrong = openStore({ url: facade.url.replace('secret', 'hunter2'), dataDir: 'unused' });
    const error = await new ClickHouseWriter(wrong).storedThrough('a').catch((thrown: unknown) => thrown);
    await wrong.close();
    expect(error).toBeInstanceOf(TocsinError);
    expect(String(error)).toMatch(/AUTHENTICATION_FAILED.*CLICKHOUSE_URL/);
    expect(String(error)).not.toContain('hunter2');
  });
});

describe('rows that came back from the engine', () => {
  it('hold each value that was written', async () => {
    const { store, dispose } = await temporaryStore();
    const rating = { rating: 5, nps: 10, waitSeconds: 0.25, resolved: true, tags: ['a', '退款'], attributes: { n: 1 } };
    const createdAtMs = Date.UTC(1969, 11, 31, 23, 59, 59, 999);
    const item = { ...rating, createdAtMs, receivedAtMs: SOME_TIME_MS + 1, customer: { id: 'c1', tier: 'gold' }, order: 'O-1', idGiven: true };
    await new ClickHouseWriter(store).insert([storedItem({ sequence: 3, index: 4, duplicateOf: 'item-0', item })], 'scored.0', 'scored.0:3-3');
    const [row] = await store.select(`SELECT ${FEEDBACK_COLUMNS.map((column) => `\`${column}\``).join(', ')} FROM tocsin.feedback`);
    await dispose();
    expect(Object.fromEntries(FEEDBACK_COLUMNS.map((column, at) => [column, row?.[at]]))).toMatchObject({
      workspace: 'default', id: 'item-3-4', created_at: '1969-12-31 23:59:59.999', received_at: '2026-03-01 12:00:00.001', channel: 'app',
      sentiment: 'negative', sentiment_probability: 0.75, stars: 1, star_probabilities: [0.5, 0.25, 0.125, 0.0625, 0.0625],
      complaint: true, categories: ['logistics'], implicit: false, keywords: ['太慢'], duplicate_of: 'item-0', id_given: true,
      customer_id: 'c1', customer_tier: 'gold', customer_group: '', order: 'O-1', rating: 5, nps: 10, wait_seconds: 0.25, resolved: true,
      tags: ['a', '退款'], attributes: '{"n":1}', log_id: 'scored.0', log_index: 4,
    });
  });
});

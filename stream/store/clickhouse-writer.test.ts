import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClickHouseWriter } from './clickhouse-writer.ts';
import { selectRows } from './clickhouse.ts';
import { entryRows, storedItem } from './testing/items.ts';
import { temporaryStore, type TemporaryStore } from './testing/embedded-store.ts';

describe('writing batches to the embedded engine', () => {
  let temporary: TemporaryStore;
  let writer: ClickHouseWriter;

  beforeAll(async () => {
    temporary = await temporaryStore();
    writer = new ClickHouseWriter(temporary.store);
  });
  afterAll(() => temporary.dispose());

  async function countOf(logId: string): Promise<number> {
    const rows = await selectRows(temporary.store, 'SELECT count() FROM tocsin.feedback WHERE log_id = {logId:String}', { logId });
    return Number(rows[0]?.[0]);
  }

  it('an empty log is stored through 0', async () => {
    expect(await writer.storedThrough('nothing')).toBe(0);
  });

  it('three inserts of one token store the rows once, in and out of order', async () => {
    const first = entryRows(1, 100);
    const second = entryRows(2, 50);
    for (const [rows, token] of [[first, 'a:1-1'], [second, 'a:2-2'], [first, 'a:1-1'], [second, 'a:2-2'], [second, 'a:2-2'], [first, 'a:1-1']] as const) {
      await writer.insert(rows, 'a', token);
    }
    expect(await countOf('a')).toBe(150);
    expect(await writer.storedThrough('a')).toBe(2);
  });

  it('the same rows under another token are other rows: the token alone decides', async () => {
    const rows = entryRows(1, 10);
    await writer.insert(rows, 'b', 'b:1-1');
    await writer.insert(rows, 'b', 'b:1-2');
    expect(await countOf('b')).toBe(20);
  });

  it('stores every odd text as it came, and runs none of it', async () => {
    const texts = [
      'a\n\nDROP TABLE tocsin.feedback',
      '\n\n\n;DROP TABLE tocsin.feedback;\n\n',
      '"]\n\nDROP TABLE tocsin.feedback;--',
      "'; DROP TABLE tocsin.feedback; --",
      '{name:String} $1 ? \\N \\\\ \\',
      '\u0000\u0001\b\f\r\t\v\u001b\u007f\u0085\u2028\u2029\ufeff',
      '😀👩‍👩‍👧‍👦🇨🇳𠮷',
      '差评'.repeat(10_000),
      'FORMAT JSONCompactEachRow\n[1]',
      '',
    ];
    await writer.insert(texts.map((text, index) => storedItem({ sequence: 1, index, item: { text } })), 'odd', 'odd:1-1');
    const rows = await selectRows(temporary.store, "SELECT text FROM tocsin.feedback WHERE log_id = 'odd' ORDER BY log_index");
    expect(rows.map((row) => row[0])).toEqual(texts);
  });
});

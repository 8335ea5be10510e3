import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TocsinError } from '../../core/errors.ts';
import { openStore } from './clickhouse.ts';
import { migrate } from './migrate.ts';
import { startChild } from './testing/child.ts';

describe('opening the store', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tocsin-open-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function refusal(action: () => unknown): TocsinError {
    try {
      action();
    } catch (error) {
      if (error instanceof TocsinError) return error;
    }
    throw new Error('It was not refused with a TocsinError.');
  }

  it('keeps its rows when it is opened again', async () => {
    const first = openStore({ dataDir: folder });
    await migrate(first);
    await first.close();
    const second = openStore({ dataDir: folder });
    expect(await second.select('SELECT count() > 0 FROM tocsin.migrations')).toEqual([[1]]);
    await second.close();
  });

  it('closes when the statements that run are done', async () => {
    const store = openStore({ dataDir: folder });
    const done: string[] = [];
    const query = store.select('SELECT sleep(0.3)').then(() => done.push('query'));
    await store.close();
    done.push('closed');
    await query;
    expect(done).toEqual(['query', 'closed']);
  });

  it('refuses searches beyond its limit instead of queueing them', async () => {
    const store = openStore({ dataDir: folder });
    const asked = await Promise.allSettled(Array.from({ length: 40 }, () => store.select('SELECT 1')));
    await store.close();
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(32);
    expect(asked.find((each) => each.status === 'rejected')?.reason).toMatchObject({ code: 'overloaded', retryable: true });
  });

  it('names the folder when another program holds it', async () => {
    const store = openStore({ dataDir: folder });
    await store.select('SELECT 1');
    const output = await startChild(new URL('./testing/open-child.ts', import.meta.url), [folder]).nextLine();
    await store.close();
    expect(output).toContain(`data_dir_unusable: The embedded ClickHouse cannot use ${join(folder, 'clickhouse')}`);
  });

  it('names the folder when it cannot be one', () => {
    writeFileSync(join(folder, 'file'), '');
    const error = refusal(() => openStore({ dataDir: join(folder, 'file') }));
    expect(error.code).toBe('data_dir_unusable');
    expect(error.message).toContain(join(folder, 'file', 'clickhouse'));
  });

  it.each(['nonsense', 'ftp://u:hunter2@host', 'clickhouse://u:hunter2@host:9000', 'http://u:hunter2@host:port'])('refuses the URL %s without repeating it', (url) => {
    const error = refusal(() => openStore({ url, dataDir: folder }));
    expect(error.code).toBe('invalid_setting');
    expect(error.message).toContain('CLICKHOUSE_URL');
    expect(error.message).not.toContain('hunter2');
  });

  it.each(['', 'a b', 'a;DROP DATABASE b', '1a', 'a.b', '`a`'])('refuses %j as a database name', (database) => {
    expect(refusal(() => openStore({ dataDir: folder, database })).code).toBe('invalid_setting');
  });

  it('a server that is away is a retryable error that names the place and keeps the password', async () => {
    const store = openStore({ url: 'http://tocsin:hunter2@127.0.0.1:9', dataDir: folder });
    const error = await migrate(store).catch((thrown: unknown) => thrown);
    await store.close();
    expect(error).toMatchObject({ code: 'store_unavailable', retryable: true });
    expect(String(error)).toContain('http://127.0.0.1:9');
    expect(JSON.stringify({ message: String(error), store: store })).not.toContain('hunter2');
  });
});

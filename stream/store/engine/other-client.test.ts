import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ClickHouseWriter } from '../clickhouse-writer.ts';
import { openStore } from '../clickhouse.ts';
import { migrate } from '../migrate.ts';
import { entryRows } from '../testing/items.ts';
import { copyTables } from '../testing/laid-tables.ts';

const run = promisify(execFile);
const CLIENT = 'clickhouse-connect==0.8.18';
const SCRIPT = fileURLToPath(new URL('../testing/read-with-clickhouse-connect.py', import.meta.url));
const GO_PROGRAM = fileURLToPath(new URL('../testing/read-with-clickhouse-go', import.meta.url));
/** Kept between runs, beside the other tools. */
const PACKAGES = fileURLToPath(new URL('../../../.tools/python-clickhouse-connect', import.meta.url));

/** Why it cannot be tried here, or null. */
async function whyNot(): Promise<string | null> {
  if (existsSync(join(PACKAGES, 'clickhouse_connect'))) return null;
  try {
    await run('python3', ['-m', 'pip', '--version']);
  } catch {
    return 'python3 with pip is missing';
  }
  try {
    await run('python3', ['-m', 'pip', 'install', '-q', '--no-input', '--target', PACKAGES, CLIENT], { timeout: 120_000 });
    return null;
  } catch {
    rmSync(PACKAGES, { recursive: true, force: true });
    return `pip cannot install ${CLIENT}`;
  }
}

/** The Go program, built into `folder`; or why it cannot be. */
async function buildGoClient(folder: string): Promise<{ program: string } | { reason: string }> {
  try {
    await run('go', ['version']);
  } catch {
    return { reason: 'go is missing' };
  }
  try {
    const program = join(folder, 'read-with-clickhouse-go');
    await run('go', ['build', '-o', program, '.'], { cwd: GO_PROGRAM, timeout: 300_000 });
    return { program };
  } catch (error) {
    const text = String((error as { stderr?: unknown }).stderr ?? error);
    // What the compiler says of the program itself is a failure; that a module cannot be had is not.
    if (/\.go:\d+/.test(text) && !/dial tcp|lookup|proxy|cannot find module|timeout/i.test(text)) throw error;
    return { reason: 'go cannot get the module clickhouse-go' };
  }
}

describe('the read port and a client that is not ours', () => {
  it('clickhouse-go over HTTP gets the same rows as the program itself', { timeout: 420_000 }, async (context) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'tocsin-go-client-'));
    const built = await buildGoClient(dataDir);
    if ('reason' in built) {
      rmSync(dataDir, { recursive: true, force: true });
      return context.skip(`clickhouse-go is not tried: ${built.reason}`);
    }
    copyTables(dataDir);
    const store = openStore({ dataDir, readPort: 0 });
    try {
      await migrate(store);
      const items = entryRows(1, 60, { item: { text: '快递\n太慢\t了 "x" 🚚' } }).map((row, at) => ({ ...row, item: { ...row.item, ...(at % 2 === 0 ? { rating: 2 } : {}) } }));
      await new ClickHouseWriter(store).insert(items, 'scored.0', 'scored.0:1-1');
      const port = String((await store.readPort())?.port ?? 0);
      const expected = await store.select(
        'SELECT id, toUnixTimestamp64Milli(created_at), text, categories, complaint_probability, rating, channel, complaint FROM tocsin.feedback WHERE log_index < 40 ORDER BY id');
      expect(expected).toHaveLength(40);
      for (const compression of ['compressed', 'plain']) {
        const { stdout } = await run(built.program, [port, compression], { timeout: 60_000 });
        const got = JSON.parse(stdout) as { rows: unknown[][]; streamed: number; refused: string };
        expect(got.rows).toEqual(expected.map((row) => row.map((value, at) => (at === 1 ? Number(value) : value))));
        expect(got.streamed).toBe(100_000);
        expect(got.refused).toContain('READONLY');
      }
    } finally {
      await store.close();
      rmSync(dataDir, { recursive: true, force: true });
    }
  });

  it('clickhouse-connect for Python gets the same rows as the program itself', { timeout: 240_000 }, async (context) => {
    const reason = await whyNot();
    if (reason !== null) return context.skip(`clickhouse-connect is not tried: ${reason}`);
    const dataDir = mkdtempSync(join(tmpdir(), 'tocsin-other-client-'));
    copyTables(dataDir);
    const store = openStore({ dataDir, readPort: 0 });
    try {
      await migrate(store);
      await new ClickHouseWriter(store).insert(entryRows(1, 60, { item: { text: '快递\n太慢\t了 "x" 🚚', rating: 2 } }), 'scored.0', 'scored.0:1-1');
      const port = String((await store.readPort())?.port ?? 0);
      const expected = await store.select(
        `SELECT id, toString(created_at), toUnixTimestamp64Milli(created_at), text, categories, complaint_probability, rating, channel, complaint
         FROM tocsin.feedback WHERE log_index < 40 ORDER BY id`);
      for (const compression of ['compressed', 'plain']) {
        const { stdout } = await run('python3', [SCRIPT, port, compression], { env: { ...process.env, PYTHONPATH: PACKAGES }, timeout: 60_000 });
        const got = JSON.parse(stdout) as { rows: unknown[][]; streamed: number; command: number; csv: string; refused: string };
        expect(got.rows).toEqual(expected.map((row) => row.map((value, at) => (at === 2 ? Number(value) : value))));
        expect(got).toMatchObject({ streamed: 100_000, command: 60, csv: '"item-1-0"\n' });
        expect(got.refused).toContain('READONLY');
      }
    } finally {
      await store.close();
      rmSync(dataDir, { recursive: true, force: true });
    }
  });
});

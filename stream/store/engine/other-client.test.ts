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

const run = promisify(execFile);
const CLIENT = 'clickhouse-connect==0.8.18';
const SCRIPT = fileURLToPath(new URL('../testing/read-with-clickhouse-connect.py', import.meta.url));
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

describe('the read port and a client that is not ours', () => {
  it('clickhouse-connect for Python gets the same rows as the program itself', { timeout: 240_000 }, async (context) => {
    const reason = await whyNot();
    if (reason !== null) return context.skip(`clickhouse-connect is not tried: ${reason}`);
    const dataDir = mkdtempSync(join(tmpdir(), 'tocsin-other-client-'));
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

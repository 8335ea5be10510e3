import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EngineProcess } from './engine-process.ts';

describe('a statement that meets an engine that is not there', () => {
  let path: string;
  let engine: EngineProcess;
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'tocsin-first-start-'));
    engine = new EngineProcess({ path, database: 'tocsin', read: null, readyWaitMsMax: 1 });
  });
  afterEach(async () => {
    await engine.stop();
    rmSync(path, { recursive: true, force: true });
  });

  it('waits for its first start, however slow the machine, and is told to come back at a later one', async () => {
    const { writer } = await engine.clients();
    expect((await writer.ping()).success).toBe(true);
    process.kill(engine.pid ?? 0, 'SIGKILL');
    await expect.poll(() => engine.pid, { timeout: 60_000 }).toBeUndefined();
    await expect(engine.clients()).rejects.toMatchObject({ code: 'store_unavailable', retryable: true });
  });
});
